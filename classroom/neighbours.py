"""The nearest neighbours, found exactly, though most digits are never looked at.

To compare a digit with 60,000 others, pixel by pixel, takes 20 milliseconds: too long under a
moving pen. Along 128 directions it takes one, and that tells of almost all of them that they
are too far away to be among the nearest, whatever the rest of their pixels.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

DIRECTIONS = 128
# The directions are those in which so many rows differ most.
SAMPLE = 5000
# So many queries at once, each with a bound for every row.
CHUNK = 50
# What single precision may round away, as a share of the squares that are added up.
ROUNDING = 1e-5


class NearestNeighbours:
    """Finds the rows that are nearest to a query, by Euclidean distance.

    Parameters
    ----------
    rows : array of shape (n, d), float32
        Kept, not copied.

    Notes
    -----
    The shadow of a vector is its part along a few orthonormal directions,
    and the length of the rest. Two vectors are at least as far apart as their
    shadows, for ||x| - |y|| <= |x - y|. A row whose shadow is farther away
    than the k-th of the nearest found so far need not be looked at; so the
    answer is that of a search through all of them.

    References
    ----------
    Fukunaga and Narendra, "A branch and bound algorithm for computing
    k-nearest neighbors", IEEE Transactions on Computers C-24, 1975, for such
    bounds; Jolliffe, "Principal component analysis", 2002, for the directions.
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        some = rows[:: max(1, len(rows) // SAMPLE)]
        self._mean = some.mean(axis=0)
        _strengths, vectors = np.linalg.eigh((some - self._mean).T @ (some - self._mean))
        self._directions = np.ascontiguousarray(vectors[:, ::-1][:, :DIRECTIONS])
        self._shadows = self._shadow(rows)
        self._squares = _squares(self._shadows)

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
        for start in range(0, len(queries), CHUNK):
            some = queries[start : start + CHUNK]
            for number, bounds in enumerate(self._bounds(some)):
                found = self._search(some[number], bounds, k)
                distances[start + number], places[start + number] = found
        return distances, places

    def _shadow(self, rows: Rows) -> Rows:
        centred = rows - self._mean
        parts = centred @ self._directions
        rests = np.sqrt(np.maximum(_squares(centred) - _squares(parts), 0))
        return np.concatenate([parts, rests[:, None]], axis=1)

    def _bounds(self, queries: Rows) -> Rows:
        """Return how far each row is from each query at least, squared, (m, n)."""
        shadows = self._shadow(queries)
        # |x - y|^2 = |x|^2 + |y|^2 - 2 x.y
        bounds: Rows = (-2 * shadows) @ self._shadows.T
        bounds += self._squares
        squares = _squares(shadows)
        bounds += (squares - ROUNDING * (squares + self._squares.max()))[:, None]
        return bounds

    def _search(self, query: Rows, bounds: Rows, k: int) -> tuple[Rows, NDArray[np.intp]]:
        """Return the distances (k,) to the nearest rows, and their places."""
        promising = np.argpartition(bounds, k - 1)[:k]
        farthest = self._distances(query, promising).max()
        candidates = np.flatnonzero(bounds <= farthest)
        squares = self._distances(query, candidates)
        nearest = np.argsort(squares, kind="stable")[:k]
        return np.sqrt(squares[nearest]), candidates[nearest]

    def _distances(self, query: Rows, places: NDArray[np.intp]) -> Rows:
        return _squares(self.rows[places] - query)


def _squares(rows: Rows) -> Rows:
    """Return the squared length of each row."""
    squares: Rows = np.einsum("ij,ij->i", rows, rows)
    return squares
