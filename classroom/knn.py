"""The nearest neighbours."""

from pathlib import Path
from typing import Any, Self

import numpy as np

from classroom.array_files import read_arrays, write_arrays
from classroom.classifier import (
    Classifier,
    Images,
    IsCancelled,
    OnEpoch,
    OnProgress,
    accelerated,
    known_digits,
    scaled,
)
from classroom.evaluation import DIGITS, Labels, Probabilities
from classroom.features import gradients


class Knn(Classifier):
    """The nearest neighbours vote, the nearer the louder, on pixels from 0 to 1.

    Parameters
    ----------
    k : int
        How many vote. 4 is the best of 1 to 6 on 5,000 training digits held out.

    References
    ----------
    Cover and Hart, "Nearest neighbor pattern classification", IEEE
    Transactions on Information Theory 13, 1967.
    """

    # What it sees of a digit: images (n, 28, 28) to rows of numbers.
    features = staticmethod(scaled)

    def __init__(self, k: int = 4) -> None:
        self.k = k
        self.images_: Images | None = None
        self.labels_: Labels | None = None
        self.classes_: Labels | None = None
        self._neighbours: Any = None

    def fit(
        self,
        images: Images,
        labels: Labels,
        *,
        seed: int = 0,
        on_epoch: OnEpoch = None,
        on_progress: OnProgress = None,
        cancelled: IsCancelled = None,
    ) -> Self:
        """Keep all digits: that is all the learning there is."""
        self.classes_, encoded = known_digits(labels, 1)
        self.images_, self.labels_ = images, labels
        neighbours = accelerated("neighbors", "KNeighborsClassifier")
        k = min(self.k, len(labels))
        self._neighbours = neighbours(k, weights="distance", algorithm="brute")
        self._neighbours.fit(self.features(images), encoded)
        if on_progress is not None:
            on_progress(1.0)
        return self

    def predict_proba(self, images: Images) -> Probabilities:
        """Return each digit's share of the vote, shape (n, 10), float32."""
        probabilities = np.zeros((len(images), DIGITS), np.float32)
        if len(images):
            rows = self.features(images)
            probabilities[:, self.classes_] = self._neighbours.predict_proba(rows)
        return probabilities

    def save(self, path: Path) -> None:
        """Write all digits."""
        assert self.images_ is not None, "neither fitted nor loaded"
        assert self.labels_ is not None
        write_arrays(path, images=self.images_, labels=self.labels_, k=np.array(self.k))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        arrays = read_arrays(path, images=(np.uint8, 3), labels=(np.uint8, 1), k=(np.int64, 0))
        return cls(int(arrays["k"])).fit(arrays["images"], arrays["labels"])


class GradientKnn(Knn):
    """The nearest neighbours by histograms of gradients of the digit set upright.

    k is the best of a cross-validation on training digits, see
    ``benchmarks/features.py``.
    """

    features = staticmethod(gradients)
