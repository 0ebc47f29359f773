"""Finds out whether the digits of a file lie on their side, mirrored or inverted.

The import calls it, because EMNIST, for one, stores its digits transposed. Labelled digits
are compared with MNIST's mean images in each orientation.
"""

import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classroom.catalogue import AUTO, INVERTED, ORIENTATIONS, TURNS
from classroom.errors import WrongUsage
from classroom.i18n import _
from classroom.preprocessing.images import SIDE
from classroom.preprocessing.strokes import Strokes

Images = NDArray[np.uint8]
Labels = NDArray[np.integer]

# The fewest digits, and the fewest classes among them, from which an orientation is derived.
LEAST_DIGITS, LEAST_CLASSES = 10, 5
# The least gain in the mean correlation for which digits are turned: `LEAST_GAIN`, plus
# `LEAST_GAIN_OF_ONE` divided by the square root of the number of digits. The benchmark
# `benchmarks/foreign.py` measures that upright digits are not turned.
LEAST_GAIN, LEAST_GAIN_OF_ONE = 0.03, 0.15
# The least lead of the best orientation over the second best, as a multiple of the least gain:
# bold digits that fill their pictures fit about equally well in two orientations.
LEAST_LEAD = 0.5
# The least mean correlation of the best orientation: digits with wrong labels, or unlike any
# in MNIST, stay below it.
LEAST_FIT = 0.55
AS_IS = TURNS[0]


class _Turn(NamedTuple):
    """The steps that turn a picture upright: a transposition, then a flip of either axis."""

    transpose: bool
    flip_rows: bool
    flip_columns: bool


_UPRIGHT = dict(
    zip(
        TURNS,
        (
            _Turn(False, False, False),
            _Turn(True, False, False),
            _Turn(False, False, True),
            _Turn(False, True, False),
            _Turn(False, True, True),
            _Turn(True, False, True),
            _Turn(True, True, False),
            _Turn(True, True, True),
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Orientation:
    """The orientation of the digits of a file.

    Attributes
    ----------
    turn : str
        What was done to upright digits: one of `catalogue.TURNS`.
    inverted : bool
        Whether ink and background are swapped, in all digits or in some.
    """

    turn: str = AS_IS
    inverted: bool = False

    @property
    def name(self) -> str:
        """The name on the command line, such as ``transposed-inverted``."""
        if not self.inverted:
            return self.turn
        return INVERTED if self.turn == AS_IS else f"{self.turn}-{INVERTED}"

    def upright(self, pictures: Images) -> Images:
        """Turn a picture of shape (h, w), or several of shape (n, h, w), upright."""
        turn = _UPRIGHT[self.turn]
        if turn.transpose:
            pictures = pictures.swapaxes(-1, -2)
        if turn.flip_rows:
            pictures = pictures[..., ::-1, :]
        return pictures[..., ::-1] if turn.flip_columns else pictures

    def upright_strokes(self, strokes: Strokes) -> Strokes:
        """Turn strokes upright as `upright` turns pictures, within their bounding box."""
        turn = _UPRIGHT[self.turn]
        if turn.transpose:
            strokes = [[(y, x) for x, y in stroke] for stroke in strokes]
        points = [point for stroke in strokes for point in stroke]
        if not points:
            return strokes
        across = min(x for x, _y in points) + max(x for x, _y in points)
        down = min(y for _x, y in points) + max(y for _x, y in points)
        return [
            [
                (across - x if turn.flip_columns else x, down - y if turn.flip_rows else y)
                for x, y in stroke
            ]
            for stroke in strokes
        ]


def named(name: str) -> Orientation:
    """Return the orientation with a name of the command line.

    Raises
    ------
    WrongUsage
        No orientation has that name.
    """
    if name not in ORIENTATIONS:
        raise WrongUsage(
            _("The orientation {name} is not known. Choose from {names}.").format(
                name=name, names=", ".join((AUTO, *ORIENTATIONS))
            )
        )
    turn = name.removesuffix(INVERTED).removesuffix("-")
    return Orientation(turn or AS_IS, name.endswith(INVERTED))


@cache
def class_means() -> NDArray[np.float32]:
    """Return the mean image of each class of MNIST's training set, shape (10, 784).

    Each has a mean of 0 and a norm of 1, so that the product with another such image is
    their correlation.
    """
    asset = resources.files("classroom") / "assets" / "mnist_means.png"
    with asset.open("rb") as file, Image.open(file) as picture:
        # The file has the ten images side by side.
        means = np.asarray(picture, np.float32).reshape(SIDE, 10, SIDE).swapaxes(0, 1)
    return _normed(means)


def fits(images: Images, labels: Labels) -> NDArray[np.float64]:
    """Return the correlation of each digit with the mean image of its class.

    Parameters
    ----------
    images : array of shape (n, 28, 28)
    labels : array of shape (n,)

    Returns
    -------
    array of shape (n,), -1 to 1
    """
    means = class_means()[labels]
    found: NDArray[np.float64] = np.einsum("ij,ij->i", _normed(images), means).astype(np.float64)
    return found


def _normed(images: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return images as rows with a mean of 0 and a norm of 1."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(norms, 1e-6)


def can_tell(labels: Labels) -> bool:
    """Say whether there are enough digits, of enough classes, to derive an orientation."""
    return len(labels) >= LEAST_DIGITS and len(np.unique(labels)) >= LEAST_CLASSES


def likeliest_turn(images: Images, labels: Labels) -> str:
    """Return the turn of labelled digits: another one than as-is only where it fits clearly better.

    Each class has the same weight, so that many slanted 1s do not outweigh the rest.

    Parameters
    ----------
    images : array of shape (n, 28, 28), uint8
        As `digits.to_digit` returns them.
    labels : array of shape (n,)
    """
    if not can_tell(labels):
        return AS_IS
    means = turn_fits(images, labels)
    best, second = sorted(means, key=lambda turn: -means[turn])[:2]
    least = LEAST_GAIN + LEAST_GAIN_OF_ONE / math.sqrt(_effective_size(labels))
    clear = (
        means[best] >= LEAST_FIT
        and means[best] - means[AS_IS] >= least
        and means[best] - means[second] >= LEAST_LEAD * least
    )
    return best if clear else AS_IS


def turn_fits(images: Images, labels: Labels) -> dict[str, float]:
    """Return for each turn the mean correlation of the digits after turning them upright.

    It is a mean over the means of the classes.

    Parameters
    ----------
    images : array of shape (n, 28, 28), uint8
    labels : array of shape (n,)
    """
    classes = [labels == label for label in np.unique(labels)]
    found = {}
    for turn in TURNS:
        upright = Orientation(turn).upright(images)
        each = fits(np.stack([_centred(image) for image in upright]), labels)
        found[turn] = float(np.mean([each[own].mean() for own in classes]))
    return found


def _effective_size(labels: Labels) -> float:
    """Return the effective number of digits behind a mean over classes.

    As many digits in classes of equal size would give a mean with the same variance.
    """
    counts = np.unique(labels, return_counts=True)[1]
    return float(len(counts) ** 2 / (1 / counts).sum())


def _centred(image: Images) -> Images:
    """Return an image with its centre of mass where MNIST has it, which turning changes."""
    mass = float(image.sum(dtype=np.int64))
    if not mass:
        return image
    at = np.arange(SIDE)
    shifts = [
        math.floor(SIDE / 2 - float(image.sum(axis=axis, dtype=np.int64) @ at) / mass + 0.5)
        for axis in (1, 0)
    ]
    return np.roll(image, shifts, (0, 1)) if any(shifts) else image
