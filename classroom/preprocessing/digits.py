"""From ink to 28x28: the only way into a classifier.

Strokes, photos and camera frames all become what MNIST is made of: light ink
on black, the longer side of the ink scaled to 20 pixels with anti-aliasing,
the aspect kept, and the centre of mass in the centre of 28x28 (LeCun et al.,
"Gradient-based learning applied to document recognition", 1998, section III.A).

Coordinates are x to the right and y down, in any unit.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from classroom.preprocessing.background import estimate_ink
from classroom.preprocessing.images import SIDE, Grey
from classroom.preprocessing.strokes import (
    Rejected,
    Stroke,
    Strokes,
    StrokesLine,
    parse_strokes,
    read_strokes_file,
)
from classroom.preprocessing.thresholding import NothingDrawn, find_ink

__all__ = [
    "NothingDrawn",
    "Rejected",
    "Stroke",
    "Strokes",
    "StrokesLine",
    "find_ink",
    "from_image",
    "from_ink",
    "from_strokes",
    "is_like_mnist",
    "parse_strokes",
    "read_strokes_file",
    "to_digit",
]

BOX = 20
# The width of the pen in pixels of the 28x28 image, and the filter that
# shrinks the ink: with both, the mean width of the strokes (2.8 pixels, of
# which the pen is 2.5 and crossings are the rest), the mean ink and the
# histogram of grey levels are those of the MNIST training images.
PEN = 2.5
FILTER = Image.Resampling.BOX
# Ink is drawn this many times larger, then shrunk: that makes the edges grey.
OVERSAMPLING = 10
# A picture no larger, in pixels a side, was cut out to be one digit.
LARGEST_ICON = 64
# A picture with a shorter side, in pixels, is read enlarged: ink is hard to tell from its edge.
_SMALL = 48
# In all 70,000 digits of MNIST the longer side of the ink has this many pixels, ...
_MNIST_SIDES = (BOX - 1, BOX)
# ... the centre of mass lies this near to pixel 14, and the ink is this light.
_MNIST_OFF_CENTRE, _MNIST_WHITE = 0.55, 254
# Levels closer together than this are one: all ink, or all ground.
_FLAT = 24
# More points than this do not change a picture of 200 x 200, only slow it down.
POINTS_DRAWN = 2000


def from_strokes(strokes: Strokes) -> Grey:
    """Render strokes as an MNIST-like image.

    The pen is as wide as MNIST's relative to the digit, however large the
    digit was drawn. Strokes are joined by straight lines with round caps and
    joints, so a fast pen leaves no gaps. A digit without extent is a dot.

    Parameters
    ----------
    strokes : list of list of (x, y)
        Any unit, any position. Points that are not finite are left out.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        Light ink (255) on black (0).

    Raises
    ------
    NothingDrawn
        There is no point.
    """
    lines = [np.asarray(stroke, dtype=np.float64).reshape(-1, 2) for stroke in strokes]
    lines = [line[np.isfinite(line).all(axis=1)] for line in lines]
    lines = [line for line in lines if len(line)]
    if not lines:
        raise NothingDrawn
    return _to_mnist(_draw(_fit(lines)))


def is_like_mnist(grey: Grey) -> bool:
    """Say whether the ink of a picture is where MNIST's would be, (h, w) uint8.

    Its size alone says nothing. In MNIST light ink lies on a black ground, its
    longer side has 20 pixels, and its centre of mass is the picture's centre.
    """
    if grey.shape != (SIDE, SIDE) or grey.max() < _MNIST_WHITE:
        return False
    rows, columns = (grey.sum(axis=axis, dtype=np.int64) for axis in (1, 0))
    longest = max(int(np.ptp(np.flatnonzero(sums))) + 1 for sums in (rows, columns))
    mass, at = float(rows.sum()), np.arange(SIDE)
    off = max(abs(float(sums @ at) / mass - SIDE / 2) for sums in (rows, columns))
    return longest in _MNIST_SIDES and off <= _MNIST_OFF_CENTRE


def to_digit(grey: Grey, *, light: bool | None = None) -> Grey:
    """Turn a picture of one digit, whatever its size, into an MNIST-like image.

    One that is like MNIST's already is returned as it is. This is how every
    picture that was cut out to be one digit is read, by whatever command.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        One digit, which may fill the picture.
    light : bool or None
        Whether the ink is lighter than the ground; None: as the picture's
        border says.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        Light ink (255) on black (0).

    Raises
    ------
    NothingDrawn
        The picture shows no digit.
    """
    if light is not False and is_like_mnist(grey):
        return grey
    if not grey.size or (light is None and max(grey.shape) > LARGEST_ICON):
        return from_image(grey)
    light = _by_border(grey) if light is None else light
    return from_image(_enlarged(_framed(grey, light), _times(grey)), light=light)


def ink_is_light(grey: Grey) -> bool:
    """Say which of its two levels `to_digit` takes for ink in a picture, (h, w) uint8."""
    if is_like_mnist(grey):
        return True
    if not grey.size or max(grey.shape) > LARGEST_ICON:
        return estimate_ink(grey).light
    light = _by_border(grey)
    if light is not None:
        return light
    return estimate_ink(_enlarged(_framed(grey, None), _times(grey))).light


def _by_border(grey: Grey) -> bool | None:
    """Return whether the ink of a small picture is light where its border leaves no doubt.

    Within a border of one level stands less ink than ground; more of it is the
    paper within a frame. Where ink touches the border, nothing is said.
    """
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    low, high = int(grey.min()), int(grey.max())
    if int(edge.max()) - int(edge.min()) >= _FLAT or high - low < _FLAT:
        return None
    middle = (low + high) / 2
    light = float(edge.mean()) < middle
    other = np.count_nonzero(grey > middle if light else grey < middle)
    return light if 2 * other < grey.size else None


def _framed(grey: Grey, light: bool | None) -> Grey:
    """Return a picture with a margin of its ground, so that the ground can be told from ink."""
    low, high = int(grey.min()), int(grey.max())
    if light is None:
        edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        ground = int(np.median(edge))
    elif high - low < _FLAT:
        # The ink of a straight 1 may fill all of a picture.
        ground = 0 if light else 255
    else:
        ground = low if light else high
    return np.pad(grey, max(2, max(grey.shape) // 4), constant_values=ground)


def _times(grey: Grey) -> int:
    """Return how many times larger a small picture is read, because a stroke needs some pixels."""
    return -(-_SMALL // min(grey.shape))


def _enlarged(grey: Grey, times: int) -> Grey:
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    larger = cv2.resize(grey, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, np.uint8)


def from_image(grey: Grey, *, light: bool | None = None) -> Grey:
    """Turn a picture of one digit into an MNIST-like image.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        One digit, dark on light or light on dark, on paper that may be
        unevenly lit.
    light : bool or None
        Whether the ink is lighter than the ground, where that is known.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        Light ink (255) on black (0).

    Raises
    ------
    NothingDrawn
        No ink stands out from the ground.
    """
    return from_ink(find_ink(grey, light=light))


def from_ink(ink: Grey) -> Grey:
    """Turn light ink on black, of any size, into an MNIST-like image.

    Parameters
    ----------
    ink : ndarray of shape (h, w), uint8
        The ground is 0.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Raises
    ------
    NothingDrawn
        No pixel is at least half as bright as ink, or too few are for its size.
    """
    if not (ink >= 128).any():
        raise NothingDrawn
    return _to_mnist(_cropped(ink))


def _fit(lines: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Scale polylines so that their ink, pen included, fills the large canvas."""
    points = np.concatenate(lines)
    # Divided first: the difference of two huge numbers need not be finite.
    unit = float(np.abs(points).max()) or 1.0
    low, high = points.min(axis=0) / unit, points.max(axis=0) / unit
    extent = float((high - low).max())
    room = (BOX - PEN) * OVERSAMPLING
    # Below the precision of the numbers themselves an extent means nothing.
    scale = room / extent if extent > 1e-12 else 0.0
    middle = (low + high) / 2
    centre = (BOX * OVERSAMPLING - 1) / 2
    share = POINTS_DRAWN / len(points)
    lines = [(_thinned(line, share) / unit - middle) * scale + centre for line in lines]
    # Rounded, or the last bits would decide where a point between two pixels
    # goes, and a digit drawn elsewhere would look a little different.
    return [line.round(6) for line in lines]


def _thinned(line: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return about `share` of the points of a polyline, both ends among them."""
    if share >= 1:
        return line
    count = max(2, round(len(line) * share))
    return line[np.linspace(0, len(line) - 1, count).round().astype(np.intp)]


def _draw(lines: list[NDArray[np.float64]]) -> Grey:
    """Draw polylines with a round pen on the large canvas, white on black."""
    canvas = Image.new("L", (BOX * OVERSAMPLING, BOX * OVERSAMPLING))
    draw = ImageDraw.Draw(canvas)
    width = round(PEN * OVERSAMPLING)
    radius = (width - 1) / 2
    for line in lines:
        draw.line(line.ravel().tolist(), fill=255, width=width)
        # A disc at each point makes caps and joints round. Pillow's own
        # joint="curve" takes five times as long and leaves the ends flat.
        for x, y in line.tolist():
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas)


def _cropped(ink: Grey) -> Grey:
    """Return the smallest square around the ink, the ink in its middle."""
    marked = ink >= 128
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = crop.shape
    side = max(height, width)
    square = np.zeros((side, side), dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = crop
    return square


def _to_mnist(square: Grey) -> Grey:
    """Shrink a square that the ink fills to 20x20, and centre it by mass in 28x28."""
    digit = np.asarray(Image.fromarray(square).resize((BOX, BOX), FILTER))
    # Shifted by whole pixels, as in MNIST, so that nothing is blurred again.
    mass = float(digit.sum(dtype=np.int64))
    if not mass:
        raise NothingDrawn
    at = np.arange(BOX)
    down = _offset(float(digit.sum(axis=1, dtype=np.int64) @ at) / mass)
    right = _offset(float(digit.sum(axis=0, dtype=np.int64) @ at) / mass)
    image = np.zeros((SIDE, SIDE), dtype=np.uint8)
    image[down : down + BOX, right : right + BOX] = digit
    return image


def _offset(centre: float) -> int:
    """Return where the box starts so that its centre of mass comes to pixel 14."""
    return min(max(math.floor(SIDE / 2 - centre + 0.5), 0), SIDE - BOX)
