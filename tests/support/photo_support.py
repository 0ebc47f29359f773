"""Pages with digits on them, and which digits were found."""

import numpy as np
from PIL import Image
from places import LESSON

from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import read_strokes_file

INK = {
    digit: next(
        from_strokes(line.strokes)
        for line in read_strokes_file(LESSON)
        if line.label == digit and line.writer == "Ben"
    )
    for digit in range(10)
}


def difference(one, other):
    """Return the mean difference of two images in grey levels."""
    return np.abs(one.astype(int) - other.astype(int)).mean()


def page(places, shape=(700, 1000), size=112):
    """Return light paper with the digit of each (digit, left, top) on it."""
    cover = np.zeros(shape)
    for digit, left, top in places:
        ink = Image.fromarray(INK[digit]).resize((size, size), Image.Resampling.BICUBIC)
        cover[top : top + size, left : left + size] += np.asarray(ink) / 255
    return (235 - 190 * cover).astype(np.uint8)


# A line that slopes down to the right and one that slopes up, in any order.
ROWS = [(3, 400, 90), (1, 60, 40), (2, 230, 65), (6, 420, 340), (4, 50, 400), (9, 250, 370)]


IN_ORDER = [1, 2, 3, 4, 9, 6]


def recognised(found):
    """Return the digit whose ink each found image is nearest to."""
    return [min(INK, key=lambda k: difference(INK[k], one.image)) for one in found]
