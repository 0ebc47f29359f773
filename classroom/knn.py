"""The nearest neighbours."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from classroom.array_files import read_arrays, write_arrays
from classroom.classifier import (
    Classifier,
    Images,
    IsCancelled,
    OnEpoch,
    OnProgress,
    Validation,
    known_digits,
    scaled,
)
from classroom.evaluation import DIGITS, Labels, Probabilities
from classroom.features import gradients
from classroom.neighbours import NearestNeighbours


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
        self._neighbours: NearestNeighbours | None = None

    @staticmethod
    def load_libraries() -> None:
        """Nothing: NumPy is enough."""

    def fit(
        self,
        images: Images,
        labels: Labels,
        *,
        seed: int = 0,
        validation: Validation = None,
        on_epoch: OnEpoch = None,
        on_progress: OnProgress = None,
        cancelled: IsCancelled = None,
    ) -> Self:
        """Keep all digits: that is all the learning there is."""
        known_digits(labels, 1)
        self.images_, self.labels_ = images, labels
        self._neighbours = NearestNeighbours(self.features(images))
        if on_progress is not None:
            on_progress(1.0)
        return self

    def predict_proba(self, images: Images) -> Probabilities:
        """Return each digit's share of the vote, shape (n, 10), float32."""
        assert self._neighbours is not None, "neither fitted nor loaded"
        assert self.labels_ is not None
        k = min(self.k, len(self.labels_))
        distances, places = self._neighbours.nearest(self.features(images), k)
        votes = _votes(distances)
        probabilities = np.zeros((len(images), DIGITS), np.float32)
        for digit in range(DIGITS):
            probabilities[:, digit] = np.sum(votes, axis=1, where=self.labels_[places] == digit)
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


def _votes(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the votes (n, k) of neighbours at these distances; they sum to 1.

    Each counts as much as it is near. Where some are the very same digit, only these count.
    """
    same = distances == 0
    votes = np.where(same.any(axis=1, keepdims=True), same, 1 / np.where(same, 1, distances))
    shares: NDArray[np.float32] = votes / votes.sum(axis=1, keepdims=True)
    return shares


class GradientKnn(Knn):
    """The nearest neighbours by histograms of gradients of the digit set upright.

    k is the best of a cross-validation on training digits, see
    ``benchmarks/features.py``.
    """

    features = staticmethod(gradients)
