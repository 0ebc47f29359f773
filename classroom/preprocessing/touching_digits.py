"""Digits that touch: where they may be cut apart, and whether they should be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import Grey

if TYPE_CHECKING:
    from classroom.preprocessing.photos import FoundDigit

# Where a cut may lie, as shares of the width, and how far it may bend around that.
CUTS = (0.3, 0.4, 0.5, 0.6, 0.7)
BEND = 0.12
# A cut through ink costs its brightness, a step aside this much.
STEP_COST = 8.0
# Cut apart, each half must still have this share of the ink and of the height.
LEAST_INK, LEAST_HEIGHT = 0.1, 0.45
# Two digits are believed where they are surer than one by this factor.
SURER = 1.0


def halves(ink: Grey) -> list[tuple[Grey, Grey]]:
    """Return what a piece of ink may be cut into: left and right halves, (h, w) uint8 each.

    Each cut runs from top to bottom along the cheapest path through the ink,
    in steps straight down or down and aside.
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
        if all(_whole_enough(half, ink) for half in pair):
            found.append((pair[0], pair[1].astype(np.uint8)))
    return found


def cheapest_path(cost: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the column of the cheapest path from top to bottom in each row: (h,), from (h, w)."""
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


def _whole_enough(half: Grey, ink: Grey) -> bool:
    """Say whether a half may be a digit by its size."""
    rows = np.flatnonzero((half >= 128).any(axis=1))
    if not len(rows):
        return False
    tall = rows[-1] - rows[0] + 1 >= LEAST_HEIGHT * len(ink)
    return bool(tall and half.sum(dtype=np.int64) >= LEAST_INK * ink.sum(dtype=np.int64))


def questions(found: Sequence["FoundDigit"]) -> NDArray[np.uint8]:
    """Return all images (n, 28, 28) that a classifier has to see before `resolved` can tell."""
    images = []
    for digit in found:
        images.append(digit.image)
        images += [half.image for pair in digit.splits for half in pair]
    return np.stack(images) if images else np.empty((0, 28, 28), np.uint8)


def resolved(
    found: Sequence["FoundDigit"], probabilities: NDArray[np.float32]
) -> list["FoundDigit"]:
    """Return the digits, those that touch cut apart where a classifier is surer of the halves.

    Parameters
    ----------
    found : sequence of FoundDigit
    probabilities : array of shape (n, 10), float32
        What the classifier said of `questions(found)`.
    """
    sure = probabilities.max(axis=1)
    told: list[FoundDigit] = []
    at = 0
    for digit in found:
        whole, at = float(sure[at]), at + 1
        scores = []
        for _pair in digit.splits:
            scores.append(float(min(sure[at], sure[at + 1])))
            at += 2
        if scores and max(scores) >= SURER * whole:
            told += digit.splits[int(np.argmax(scores))]
        else:
            told.append(digit)
    return told
