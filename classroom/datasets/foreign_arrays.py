"""Arrays of images and labels that another program wrote, made grey levels and labels.

The formats npz and idx read them so.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.sample import Part
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.images import Grey

Array = NDArray[Any]

# Usual names of the array of images and of the array of labels, and which part they are.
NAMES: tuple[tuple[str, str, str | None], ...] = (
    ("x_train", "y_train", Part.PRACTICE),
    ("x_test", "y_test", Part.EXAM),
    # A validation set tunes a network, so it cannot examine it.
    ("x_val", "y_val", Part.PRACTICE),
    ("x_valid", "y_valid", Part.PRACTICE),
    ("x_validation", "y_validation", Part.PRACTICE),
    ("x_dev", "y_dev", Part.PRACTICE),
    ("train_images", "train_labels", Part.PRACTICE),
    ("test_images", "test_labels", Part.EXAM),
    ("val_images", "val_labels", Part.PRACTICE),
    ("validation_images", "validation_labels", Part.PRACTICE),
    ("images", "labels", None),
    ("x", "y", None),
    ("data", "target", None),
    ("arr_0", "arr_1", None),
)
LONGEST_SIDE = 2000
# Twice the size of MNIST; a larger array is a mistake or an attack.
BYTES_AT_MOST = 128 * 1024 * 1024
# The weights of red, green and blue by ITU-R BT.601, as Pillow takes them.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_VALUES_AT_ONCE = 1_000_000
# A larger value, or one that is not finite, cannot be a grey level.
_LARGEST = 1e30


@dataclass(frozen=True)
class ArrayPair:
    """An array of images and one of labels, by their names in the file."""

    images: str
    labels: str
    part: str | None


def pairs(names: Collection[str]) -> list[ArrayPair]:
    """Find the arrays of images and labels among the names in a file, in any case."""
    by_lower = {name.lower(): name for name in sorted(names, reverse=True)}
    found = [
        ArrayPair(by_lower[images], by_lower[labels], part)
        for images, labels, part in NAMES
        if images in by_lower and labels in by_lower
    ]
    # A file may hold the same digits under several names; one of them is enough.
    return [pair for pair in found if pair.part is not None] or found[:1]


def why_unused(name: str, names: Collection[str], used: Collection[ArrayPair]) -> str | None:
    """Return why an array with a usual name is not read; None for an array with another name.

    Parameters
    ----------
    name : str
    names : collection of str
        The names of all arrays in the file.
    used : collection of ArrayPair
        The arrays that are read.
    """
    lower = {each.lower() for each in names}
    for images, labels, _part in NAMES:
        if name.lower() not in (images, labels):
            continue
        other = labels if name.lower() == images else images
        if other not in lower:
            return _("It has no {other} beside it.").format(other=other)
        return _("The digits are taken from {images}.").format(
            images=", ".join(pair.images for pair in used)
        )
    return None


def check_images(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise `ClassroomError`, with the end of a sentence, for an array that cannot be pictures.

    It needs shape and type alone, so that such an array is never read.
    """
    if dtype.kind not in "buif":
        raise ClassroomError(_("they are no numbers"))
    if len(shape) == 2 and math.isqrt(shape[1]) ** 2 == shape[1] > 1:
        sides = (math.isqrt(shape[1]),) * 2
    elif len(shape) == 3:
        sides = shape[1:]
    elif len(shape) == 4 and shape[3] in (1, 3, 4):
        sides = shape[1:3]
    elif len(shape) == 4 and shape[1] in (1, 3, 4):
        sides = shape[2:]
    else:
        raise ClassroomError(
            _("their shape is {shape}, not (n, height, width)").format(shape=shape)
        )
    if not all(2 <= side <= LONGEST_SIDE for side in sides):
        raise ClassroomError(
            _("they are {height} x {width} pixels; 2 to {most} a side can be read").format(
                height=sides[0], width=sides[1], most=LONGEST_SIDE
            )
        )


def check_labels(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise `ClassroomError` for an array that cannot be labels, as `check_images` does."""
    if dtype.kind not in "uif" or not (len(shape) == 1 or shape[1:] in ((1,), (10,))):
        raise ClassroomError(_("the labels are no list of numbers"))


def to_labels(array: Array) -> NDArray[np.int64]:
    """Return labels as (n,) int64, one-hot rows too; -1 where a value is not a whole number."""
    if array.ndim == 2 and array.shape[1] == 10:
        rows = array.sum(axis=1) == 1
        hot = rows & (array.max(axis=1) == 1)
        return np.where(hot, array.argmax(axis=1), -1).astype(np.int64)
    flat = array.reshape(len(array))
    if flat.dtype.kind != "f":
        # The largest unsigned numbers of 64 bits do not fit into int64.
        return np.where(flat <= 255, flat, 255).astype(np.int64)
    sane = np.isfinite(flat) & (np.abs(flat) < 256)
    whole = np.where(sane, flat, -1.0)
    return np.where(whole == np.floor(whole), whole, -1).astype(np.int64)


def to_pictures(array: Array) -> Iterator[Grey | None]:
    """Yield each picture of a checked array as grey levels, (h, w) uint8.

    The array may hold pictures of any size, grey or coloured, flat or square, of bits, bytes,
    longer integers or floats, on a dark or a light ground. All pictures are scaled alike, so
    that a faint digit stays fainter than its neighbour. None stands for a picture with values
    that are not numbers.
    """
    if array.ndim == 2:
        side = math.isqrt(array.shape[1])
        array = array.reshape(-1, side, side)
    # Bytes are grey levels already, unless they are bits, or 0 to 16 as in scikit-learn's digits.
    least = 1 if array.shape[1:] == (28, 28) else 16
    if array.dtype == np.uint8 and array.ndim == 3 and array.max(initial=0) > least:
        yield from array
        return
    low, high = _levels(array)
    for picture in array:
        grey = _grey(picture)
        if (np.abs(grey) < _LARGEST).all():
            yield ((grey - low) * (255 / (high - low))).clip(0, 255).round().astype(np.uint8)
        else:
            yield None


def _grey(picture: Array) -> NDArray[np.float64]:
    """Return a picture, in colours or not, with one value a pixel."""
    levels = picture.astype(np.float64)
    if levels.ndim == 2:
        return levels
    if picture.shape[2] not in (1, 3, 4):
        levels = np.moveaxis(levels, 0, 2)
    return levels[..., 0] if levels.shape[2] == 1 else levels[..., :3] @ _LUMA


def _levels(array: Array) -> tuple[float, float]:
    """Return the values for black and white: mostly 0 and the usual maximum above the largest."""
    lowest, highest = 0.0, 0.0
    at_once = max(1, _VALUES_AT_ONCE // max(1, math.prod(array.shape[1:])))
    for start in range(0, len(array), at_once):
        some = array[start : start + at_once].astype(np.float64)
        some = some[np.abs(some) < _LARGEST]
        if some.size:
            lowest, highest = min(lowest, float(some.min())), max(highest, float(some.max()))
    if lowest < 0 or highest == 0:
        return lowest, max(highest, lowest + 1)
    for usual in (1.0, 16.0, 255.0):
        if highest <= usual:
            return 0.0, usual
    return 0.0, highest


def unreadable(name: str) -> ClassroomError:
    """Return the error for a file that is damaged or of another kind."""
    return ClassroomError(
        _("{name} is damaged or not what its name says. Get it again.").format(name=name)
    )


def unexpected(name: str, what: str, why: str) -> ClassroomError:
    """Return the error for an array that cannot be images or labels."""
    return ClassroomError(
        _(
            "{name} holds {what} of a kind that was not expected: {why}. "
            "Images of shape (n, height, width) are read, and as many labels from 0 to 9."
        ).format(name=name, what=what, why=why)
    )
