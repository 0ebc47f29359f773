"""Where ink that may be two touching digits can be cut in two, along the path of least ink."""

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import Grey

# The positions of the cuts that are tried, as shares of the width, and how far a cut may
# bend to either side of its position, as a share of the width.
CUTS = (0.3, 0.4, 0.5, 0.6, 0.7)
BEND = 0.12
# The cost of a step to the side; the cost of a pixel is its brightness.
STEP_COST = 8.0
# After a cut, each half has at least this share of the ink, and of the height.
LEAST_INK, LEAST_HEIGHT = 0.1, 0.45


def possible_cuts(ink: Grey) -> list[tuple[Grey, Grey]]:
    """Return the pairs of a left and a right half that ink can be cut into.

    Each cut runs from top to bottom along the cheapest path through the ink, in
    steps straight down or diagonally down.

    Parameters
    ----------
    ink : ndarray of shape (h, w), uint8
        Light ink on black.

    Returns
    -------
    list of pairs of ndarray of shape (h, w), uint8
        At most one pair for each of `CUTS`.
    """
    width = ink.shape[1]
    found: list[tuple[Grey, Grey]] = []
    for share in CUTS:
        reach = max(2, round(BEND * width))
        start = max(1, round(share * width) - reach)
        end = min(width - 1, round(share * width) + reach)
        if end - start < 2:
            continue
        path = start + cheapest_path(ink[:, start:end].astype(np.float64))
        left_of = np.arange(width)[None, :] < path[:, None]
        pair = (np.where(left_of, ink, 0).astype(np.uint8), np.where(left_of, 0, ink))
        if all(_is_large_enough(half, ink) for half in pair):
            found.append((pair[0], pair[1].astype(np.uint8)))
    return found


def cheapest_path(cost: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the cheapest path from top to bottom, by dynamic programming.

    Parameters
    ----------
    cost : array of shape (h, w)
        The cost of each pixel.

    Returns
    -------
    array of shape (h,)
        The column of the path in each row.
    """
    total = cost.copy()
    for row in range(1, len(cost)):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        aside = np.minimum(above[:-2], above[2:]) + STEP_COST
        total[row] += np.minimum(above[1:-1], aside)
    path = np.empty(len(cost), np.intp)
    path[-1] = total[-1].argmin()
    for row in range(len(cost) - 2, -1, -1):
        at = int(path[row + 1])
        near = range(max(0, at - 1), min(cost.shape[1], at + 2))
        path[row] = min(near, key=lambda x: total[row, x] + STEP_COST * (x != at))
    return path


def _is_large_enough(half: Grey, ink: Grey) -> bool:
    """Say whether one half of `ink` is large enough to be a digit."""
    rows = np.flatnonzero((half >= 128).any(axis=1))
    if not len(rows):
        return False
    tall = rows[-1] - rows[0] + 1 >= LEAST_HEIGHT * len(ink)
    return bool(tall and half.sum(dtype=np.int64) >= LEAST_INK * ink.sum(dtype=np.int64))
