"""Photos and camera frames: read them, and find the digits in them."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from classroom.broken import mended, stroke_width
from classroom.digits import SIDE, from_ink
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.ink_finding import InkSteps, NothingDrawn, Threshold, ink_steps, nothing_found
from classroom.paper_finding import only_paper
from classroom.pieces import (
    Box,
    Grey,
    Piece,
    pieces_of,
    put_together,
    reading_order,
    typical_height,
    without_specks,
    without_surroundings,
)
from classroom.touching import halves

# Plain pictures only: some of the other formats that Pillow knows start
# programs (EPS) or are no pictures of digits.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
# The largest phone cameras; three bytes a pixel still fit on an old laptop.
PIXELS_AT_MOST = 64_000_000
# Digits are looked for in a copy with this longer side.
WORKING_SIDE = 1600
# Photos are grainy; pictures from a program lose next to nothing by it.
AUTOMATIC = Threshold(smooth=True)
# A digit that is wider than this share of its height, or of the usual height
# of its page, may be two that touch.
WIDE = 0.75
# A page with more pieces than this is no page of numbers.
SPLIT_AT_MOST = 200


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit of a picture.

    `image` is (28, 28) uint8; `box` is left, top, right, bottom in pixels of
    the picture (right and bottom exclusive), None when the picture was such an
    image already. `label` is what it is where its place says so, as on a
    collection sheet. `splits` are pairs of digits that it may be instead, if
    two of them touch.
    """

    image: Grey
    box: Box | None
    label: int | None = None
    splits: tuple[tuple["FoundDigit", "FoundDigit"], ...] = ()


@dataclass(frozen=True, eq=False)
class Page:
    """A picture that was looked through, with every step.

    Attributes
    ----------
    grey : array of shape (h, w), uint8
        What the digits were looked for in: smaller than the photo, or, of a
        collection sheet, the page straightened.
    steps : InkSteps
        The light evened out, the threshold and the ink, of the same shape.
    found : list of FoundDigit
        In reading order; boxes in pixels of `grey`.
    to_photo : array of shape (3, 3), float64
        The perspective transform from pixels of `grey` to those of the photo.
    writer : str or None
        Whose name is printed on it.
    """

    grey: Grey
    steps: InkSteps
    found: list[FoundDigit]
    to_photo: NDArray[np.float64]
    writer: str | None = None

    def found_in_photo(self) -> list[FoundDigit]:
        """Return the digits with boxes in pixels of the photo."""
        return [self._in_photo(digit) for digit in self.found]

    def cut(self, box: Box) -> Grey:
        """Return all ink in a box as 28x28; raises NothingDrawn where there is none."""
        left, top, right, bottom = box
        return from_ink(self.steps.ink[top:bottom, left:right])

    def _in_photo(self, digit: FoundDigit) -> FoundDigit:
        import cv2

        if digit.box is None:
            return digit
        left, top, right, bottom = digit.box
        corners = np.array([[(left, top), (right, top), (right, bottom), (left, bottom)]], float)
        moved = cv2.perspectiveTransform(corners, self.to_photo)[0]
        low, high = moved.min(axis=0).round(), moved.max(axis=0).round()
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        splits = tuple((self._in_photo(one), self._in_photo(two)) for one, two in digit.splits)
        return replace(digit, box=box, splits=splits)


def read_image(path: Path) -> Grey:
    """Read a picture file as grey levels, upright as the camera was held.

    Parameters
    ----------
    path : Path
        PNG, JPEG, BMP, GIF, TIFF, WebP or PPM of any colour depth;
        transparent parts count as white paper.

    Returns
    -------
    ndarray of shape (h, w), uint8
        0 is black; 16-bit and float pictures are stretched to the full range.

    Raises
    ------
    ClassroomError
        The file is missing, damaged, no picture, or has more than 64 million
        pixels.
    """
    try:
        with warnings.catch_warnings():
            # Pillow only warns of pictures that would fill the memory.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as picture:
                if picture.width * picture.height > PIXELS_AT_MOST:
                    raise _too_large(path)
                # JPEG decodes to grey alone in a third of the memory.
                picture.draft("L", None)
                return _grey(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except FileNotFoundError as error:
        raise ClassroomError(
            _("{name} was not found. Check the name and the folder.").format(name=path.name)
        ) from error
    except ClassroomError:
        raise
    # Pillow's readers raise almost anything for a damaged file.
    except Exception as error:
        reason = getattr(error, "strerror", None) or _("it is damaged or of an unknown kind")
        raise ClassroomError(
            _("{name} cannot be read: {reason}. Save it as PNG or JPEG and try again.").format(
                name=path.name, reason=reason
            )
        ) from error


def _too_large(path: Path) -> ClassroomError:
    """Return the error for a picture with too many pixels."""
    return ClassroomError(
        _("{name} has more than {limit} million pixels. Save it smaller and try again.").format(
            name=path.name, limit=PIXELS_AT_MOST // 1_000_000
        )
    )


def _grey(picture: Image.Image) -> Grey:
    """Return an opened picture as upright grey levels."""
    ImageOps.exif_transpose(picture, in_place=True)
    upright: Image.Image = picture
    if upright.mode.startswith(("I", "F")):
        return _stretched(np.asarray(upright).astype(np.float64))
    if upright.has_transparency_data:
        colours = upright.convert("RGBA")
        paper = Image.new("RGBA", colours.size, "white")
        upright = Image.alpha_composite(paper, colours)
    return np.array(upright.convert("L"), dtype=np.uint8)


def _stretched(levels: NDArray[np.float64]) -> Grey:
    """Map the range of values to 0-255: 12 bits often come in 16."""
    levels = np.nan_to_num(levels)
    low, high = float(levels.min()), float(levels.max())
    if low == high:
        return np.zeros(levels.shape, dtype=np.uint8)
    return ((levels / 2 - low / 2) / (high / 2 - low / 2) * 255).round().astype(np.uint8)


def find_digits(grey: Grey) -> list[FoundDigit]:
    """Find the digits of a picture in reading order.

    Lines from top to bottom, each from left to right. Specks are dropped, and
    pieces that belong to one digit, like the bar of a 5, are put together.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark on light or light on dark. A 28x28 image with light ink and a
        black border is taken as it is.

    Returns
    -------
    list of FoundDigit
        At least one.

    Raises
    ------
    NothingDrawn
        No digit was found.
    """
    if _is_mnist_like(grey):
        return [FoundDigit(grey.copy(), None)]
    found = read_page(grey).found_in_photo()
    if not found:
        raise nothing_found()
    return found


def read_page(grey: Grey, threshold: Threshold = AUTOMATIC) -> Page:
    """Look a picture through; the page holds every step, and no digit where there is none.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark on light or light on dark; what lies around the paper is ignored.
    threshold : Threshold
        How ink is told from the paper.
    """
    small, shrink = _working_copy(grey)
    to_photo = np.diag([shrink, shrink, 1.0])
    steps = ink_steps(only_paper(small), threshold)
    if not steps.ink.any():
        return Page(small, steps, [], to_photo)
    labels, pieces = pieces_of(steps.ink)
    pieces = without_specks(without_surroundings(pieces, small.shape))
    usual = typical_height(pieces) if pieces else 0.0
    pieces = mended(labels, pieces, usual, stroke_width(steps.ink))
    digits = reading_order(put_together(pieces))
    typical = typical_height(digits) if 0 < len(digits) <= SPLIT_AT_MOST else 0.0
    found = [_digit(steps.ink, labels, digit, typical) for digit in digits]
    return Page(small, steps, [digit for digit in found if digit], to_photo)


def _working_copy(grey: Grey) -> tuple[Grey, float]:
    """Return the picture, shrunk if it is large, and how many times."""
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    shrink = max(grey.shape) / WORKING_SIDE
    if shrink <= 1:
        return grey, 1.0
    size = (max(1, round(grey.shape[1] / shrink)), max(1, round(grey.shape[0] / shrink)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), shrink


def _is_mnist_like(grey: Grey) -> bool:
    """Say whether this is a 28x28 image with light ink and an empty border."""
    if grey.shape != (SIDE, SIDE) or int(grey.max()) < 128:
        return False
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return not edge.any()


def _digit(ink: Grey, labels: NDArray[np.int32], digit: Piece, typical: float) -> FoundDigit | None:
    """Return one digit, without the ink of its neighbours; `typical` is 0 to leave it whole.

    None is returned of a line too thin for its length to be seen in 28x28.
    """
    left, top, right, bottom = digit.box
    window = (slice(top, bottom), slice(left, right))
    own = np.isin(labels[window], digit.labels)
    # The grey edge lies just outside the component.
    others = (labels[window] > 0) & ~own
    alone = np.where(others, 0, ink[window]).astype(np.uint8)
    splits: tuple[tuple[FoundDigit, FoundDigit], ...] = ()
    if typical and digit.width >= WIDE * max(digit.height, 0.8 * typical):
        splits = tuple((_part(one, left, top), _part(two, left, top)) for one, two in halves(alone))
    try:
        image = from_ink(alone)
    except NothingDrawn:
        return None
    return FoundDigit(image, digit.box, splits=splits)


def _part(ink: Grey, left: int, top: int) -> FoundDigit:
    """Return a part of the ink of a window that begins at left, top."""
    rows, columns = np.nonzero(ink >= 128)
    box = (
        left + int(columns.min()),
        top + int(rows.min()),
        left + int(columns.max()) + 1,
        top + int(rows.max()) + 1,
    )
    return FoundDigit(from_ink(ink), box)
