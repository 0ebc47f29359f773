"""Decides by a classifier's answers whether ink is one digit or two that touch.

`predict` and the photo's tab ask a classifier about all images, then resolve the digits.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import SIDE
from classroom.preprocessing.page import FoundDigit

# Two digits are assumed where the less probable half has at least this multiple of the
# probability of the whole.
SURER = 1.0


def images_to_classify(found: Sequence[FoundDigit]) -> NDArray[np.uint8]:
    """Return the images whose probabilities `resolved` needs, shape (n, 28, 28).

    Each digit comes first, then the two halves of each way to cut it.
    """
    images = []
    for digit in found:
        images.append(digit.image)
        images += [half.image for pair in digit.splits for half in pair]
    return np.stack(images) if images else np.empty((0, SIDE, SIDE), np.uint8)


def resolved(found: Sequence[FoundDigit], probabilities: NDArray[np.float32]) -> list[FoundDigit]:
    """Return the digits, with two in place of one where the halves are more probable.

    Parameters
    ----------
    found : sequence of FoundDigit
    probabilities : array of shape (n, 10), float32
        A classifier's answers to `images_to_classify(found)`.
    """
    highest = probabilities.max(axis=1)
    digits: list[FoundDigit] = []
    at = 0
    for digit in found:
        whole, at = float(highest[at]), at + 1
        halves = []
        for _pair in digit.splits:
            halves.append(float(min(highest[at], highest[at + 1])))
            at += 2
        if halves and max(halves) >= SURER * whole:
            digits += digit.splits[int(np.argmax(halves))]
        else:
            digits.append(digit)
    return digits
