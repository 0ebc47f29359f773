"""k-nearest-neighbours classification, on pixels and on histograms of gradients."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from classroom.classifiers.base import (
    Classifier,
    Images,
    IsCancelled,
    OnEpoch,
    OnProgress,
    Validation,
    known_digits,
    scaled,
)
from classroom.classifiers.hog import gradients
from classroom.evaluation.results import DIGITS, Labels, Probabilities
from classroom.files import read_arrays, write_arrays

Rows = NDArray[np.float32]

# Queries compared at once: their distances to 60,000 rows take 30 MB.
BATCH_SIZE = 128
# For each neighbour asked for, this many candidates are measured exactly.
CANDIDATES_PER_NEIGHBOUR = 4


class NearestNeighbours:
    """Finds the rows nearest to a query, by Euclidean distance to every one of them.

    Parameters
    ----------
    rows : array of shape (n, d), float32
        Kept, not copied.

    Notes
    -----
    ``|x - y|^2 = |x|^2 - 2 x.y + |y|^2`` turns the comparison with all rows into one
    product of matrices. Single precision rounds that sum, so it only chooses the
    candidates; their distances are measured again as ``|x - y|``.
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._squares: Rows = np.einsum("ij,ij->i", rows, rows)

    def nearest(self, queries: Rows, k: int) -> tuple[Rows, NDArray[np.intp]]:
        """Return the distances and the places of the `k` nearest rows, the nearest first.

        Parameters
        ----------
        queries : array of shape (m, d), float32
        k : int, 1 to n

        Returns
        -------
        two arrays of shape (m, k), float32 and integer
        """
        distances = np.empty((len(queries), k), np.float32)
        places = np.empty((len(queries), k), np.intp)
        count = min(CANDIDATES_PER_NEIGHBOUR * k, len(self.rows))
        for start in range(0, len(queries), BATCH_SIZE):
            batch = slice(start, start + BATCH_SIZE)
            some = queries[batch]
            roughly = some @ self.rows.T
            roughly *= -2
            roughly += self._squares
            candidates = np.argpartition(roughly, count - 1, axis=1)[:, :count]
            exactly = np.linalg.norm(self.rows[candidates] - some[:, None], axis=2)
            order = np.argsort(exactly, axis=1, kind="stable")[:, :k]
            distances[batch] = np.take_along_axis(exactly, order, axis=1)
            places[batch] = np.take_along_axis(candidates, order, axis=1)
        return distances, places


class Knn(Classifier):
    """The k nearest neighbours vote, weighted by inverse distance, on pixels from 0 to 1.

    Parameters
    ----------
    k : int
        The number of neighbours. 4 is the best of 1 to 6 on 5,000 held-out training digits.

    References
    ----------
    Cover and Hart, "Nearest neighbor pattern classification", IEEE
    Transactions on Information Theory 13, 1967.
    """

    name = "knn"
    # From images (n, 28, 28) to rows of numbers, which are compared.
    features = staticmethod(scaled)

    def __init__(self, k: int = 4) -> None:
        self.k = k
        self.images_: Images | None = None
        self.labels_: Labels | None = None
        self._neighbours: NearestNeighbours | None = None

    @staticmethod
    def load_libraries() -> None:
        """Import nothing: NumPy is enough."""

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
        """Store all digits; k-NN has no other training."""
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
        """Write all digits and their labels."""
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

    Votes are weighted by inverse distance. If some neighbours have distance 0, only these vote.
    """
    same = distances == 0
    votes = np.where(same.any(axis=1, keepdims=True), same, 1 / np.where(same, 1, distances))
    shares: NDArray[np.float32] = votes / votes.sum(axis=1, keepdims=True)
    return shares


class GradientKnn(Knn):
    """The k nearest neighbours on histograms of oriented gradients.

    k is the best of a cross-validation on training digits, see ``benchmarks/features.py``.
    """

    name = "knn_features"
    features = staticmethod(gradients)
