"""Turns ink into MNIST-like images of 28x28 pixels: the only way into a classifier.

Whatever reads a digit calls it. As in MNIST, the longer side of the ink is scaled to 20
pixels with anti-aliasing, and the centre of mass moved to the centre of the image (LeCun et
al., "Gradient-based learning applied to document recognition", 1998, section III.A).
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from classroom.preprocessing.background import estimate_ink
from classroom.preprocessing.images import SIDE, Grey
from classroom.preprocessing.strokes import Strokes
from classroom.preprocessing.thresholding import NothingDrawn, find_ink

# The longer side of the ink in pixels of the 28x28 image.
BOX = 20
# The width of the pen in pixels of the 28x28 image, and the filter that shrinks the ink. With
# these, the mean width of the strokes (2.8 pixels, because crossings add to the pen's 2.5), the
# mean ink and the histogram of grey levels are those of MNIST's training images.
PEN = 2.5
FILTER = Image.Resampling.BOX
# Ink is drawn this many times larger and then shrunk, which anti-aliases its edges.
OVERSAMPLING = 10
# A picture whose sides have at most this many pixels is taken for one cut-out digit.
LARGEST_ICON = 64
# Pictures whose shorter side has fewer pixels are enlarged before the ink is separated,
# because in thin strokes ink and grey edges are hard to distinguish.
_SMALL = 48
# Measured on all 70,000 digits of MNIST: the length of the ink's longer side in pixels, the
# greatest distance of the centre of mass from pixel 14, and the least grey level of the
# lightest pixel.
_MNIST_SIDES = (BOX - 1, BOX)
_MNIST_OFF_CENTRE, _MNIST_WHITE = 0.55, 254
# Grey levels that differ by less than this are all ink, or all background.
_FLAT = 24
# The most points that are drawn: more would not change a picture of 200 x 200 pixels.
POINTS_DRAWN = 2000


def from_strokes(strokes: Strokes) -> Grey:
    """Render strokes as an MNIST-like image.

    The pen has the width of MNIST's pen relative to the digit, whatever the size of the
    drawing. Points are joined by straight lines with round caps and joints, so that a fast
    pen leaves no gaps. Strokes at a single point give a dot.

    Parameters
    ----------
    strokes : list of list of (x, y)
        x to the right and y down, in any unit, at any position. Points that are not
        finite are left out.

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
    """Say whether a picture is an image as MNIST has them, so that it needs no change.

    The size alone does not say so. The ink is light on black, its longer side has 20
    pixels, and its centre of mass is the centre of the picture.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    """
    if grey.shape != (SIDE, SIDE) or grey.max() < _MNIST_WHITE:
        return False
    rows, columns = (grey.sum(axis=axis, dtype=np.int64) for axis in (1, 0))
    longest = max(int(np.ptp(np.flatnonzero(sums))) + 1 for sums in (rows, columns))
    mass, at = float(rows.sum()), np.arange(SIDE)
    off = max(abs(float(sums @ at) / mass - SIDE / 2) for sums in (rows, columns))
    return longest in _MNIST_SIDES and off <= _MNIST_OFF_CENTRE


def to_digit(grey: Grey, *, light: bool | None = None) -> Grey:
    """Turn a picture of one digit, of any size, into an MNIST-like image.

    Every command reads cut-out digits with it. An image that is like MNIST's already is
    returned unchanged.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        One digit, which may fill the picture.
    light : bool or None
        Whether the ink is lighter than the background; None: the border decides.

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
    """Say whether `to_digit` takes the ink of a picture for lighter than its background.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    """
    if is_like_mnist(grey):
        return True
    if not grey.size or max(grey.shape) > LARGEST_ICON:
        return estimate_ink(grey).light
    light = _by_border(grey)
    if light is not None:
        return light
    return estimate_ink(_enlarged(_framed(grey, None), _times(grey))).light


def _by_border(grey: Grey) -> bool | None:
    """Return whether the ink of a small picture is light, judged by its border.

    A border of one grey level is background where most of the picture has that level;
    where most has the other level, the border is a frame around the paper. Where ink
    touches the border, or the border is a frame, None is returned.
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
    """Return a picture with a margin of its background, which separating the ink needs."""
    low, high = int(grey.min()), int(grey.max())
    if light is None:
        border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        background = int(np.median(border))
    elif high - low < _FLAT:
        # The ink of a straight 1 may fill the whole picture.
        background = 0 if light else 255
    else:
        background = low if light else high
    return np.pad(grey, max(2, max(grey.shape) // 4), constant_values=background)


def _times(grey: Grey) -> int:
    """Return the factor by which a small picture is enlarged before its ink is separated."""
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
        One digit, dark on light or light on dark; the light may be uneven.
    light : bool or None
        Whether the ink is lighter than the background; None: it is estimated.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        Light ink (255) on black (0).

    Raises
    ------
    NothingDrawn
        No ink stands out from the background.
    """
    return from_ink(find_ink(grey, light=light))


def from_ink(ink: Grey) -> Grey:
    """Turn light ink on black into an MNIST-like image.

    Parameters
    ----------
    ink : ndarray of shape (h, w), uint8
        Of any size; the background is 0.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Raises
    ------
    NothingDrawn
        No pixel is 128 or more, or so few are that nothing is left after scaling.
    """
    if not (ink >= 128).any():
        raise NothingDrawn
    return _to_mnist(_cropped(ink))


def _fit(lines: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Scale polylines so that their ink, including the pen, fills the enlarged canvas."""
    points = np.concatenate(lines)
    # Scaled down first, because the difference of two huge numbers may be infinite.
    unit = float(np.abs(points).max()) or 1.0
    low, high = points.min(axis=0) / unit, points.max(axis=0) / unit
    extent = float((high - low).max())
    room = (BOX - PEN) * OVERSAMPLING
    # A smaller extent is within the rounding errors of the coordinates: a dot.
    scale = room / extent if extent > 1e-12 else 0.0
    middle = (low + high) / 2
    centre = (BOX * OVERSAMPLING - 1) / 2
    share = POINTS_DRAWN / len(points)
    lines = [(_thinned(line, share) / unit - middle) * scale + centre for line in lines]
    # Without rounding, the last bits decide on which pixel a point between two pixels falls,
    # and the same digit at another position gives another image.
    return [line.round(6) for line in lines]


def _thinned(line: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return a polyline with about `share` of its points, and with both its ends."""
    if share >= 1:
        return line
    count = max(2, round(len(line) * share))
    return line[np.linspace(0, len(line) - 1, count).round().astype(np.intp)]


def _draw(lines: list[NDArray[np.float64]]) -> Grey:
    """Draw polylines with a round pen on the enlarged canvas, white on black."""
    canvas = Image.new("L", (BOX * OVERSAMPLING, BOX * OVERSAMPLING))
    draw = ImageDraw.Draw(canvas)
    width = round(PEN * OVERSAMPLING)
    radius = (width - 1) / 2
    for line in lines:
        draw.line(line.ravel().tolist(), fill=255, width=width)
        # A disc at each point makes caps and joints round. Pillow's joint="curve" takes
        # five times as long, and its ends are flat.
        for x, y in line.tolist():
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas)


def _cropped(ink: Grey) -> Grey:
    """Return the ink in the centre of the smallest square that holds it."""
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
    """Shrink a square to 20x20 pixels, and place it in 28x28 by its centre of mass."""
    digit = np.asarray(Image.fromarray(square).resize((BOX, BOX), FILTER))
    # The shift is by whole pixels, as in MNIST, because any other would blur the image.
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
    """Return where the 20x20 box begins so that its centre of mass is at pixel 14."""
    return min(max(math.floor(SIDE / 2 - centre + 0.5), 0), SIDE - BOX)
