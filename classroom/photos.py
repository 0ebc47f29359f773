"""Photos and camera frames: read them, and find the digits in them."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from classroom.digits import SIDE, NothingDrawn, find_ink, from_ink
from classroom.errors import ClassroomError
from classroom.i18n import _

Grey = NDArray[np.uint8]
Box = tuple[int, int, int, int]

# Plain pictures only: some of the other formats that Pillow knows start
# programs (EPS) or are no pictures of digits.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
# The largest phone cameras; three bytes a pixel still fit on an old laptop.
PIXELS_AT_MOST = 64_000_000
# Digits are looked for in a copy with this longer side.
WORKING_SIDE = 1600
# Only the largest pieces of ink are looked at: a carpet is no page of digits.
PIECES_AT_MOST = 500


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit of a picture.

    `image` is (28, 28) uint8; `box` is left, top, right, bottom in pixels of
    the picture (right and bottom exclusive), None when the picture was such an
    image already. `label` is what it is where its place says so, as on a
    collection sheet.
    """

    image: Grey
    box: Box | None
    label: int | None = None


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
    small, shrink = _working_copy(grey)
    ink = find_ink(small)
    labels, pieces = _pieces(ink)
    digits = _reading_order(_put_together(_without_specks(pieces)))
    if not digits:
        raise NothingDrawn(_("No digit was found in the picture. Write with a dark, thick pen."))
    height, width = grey.shape
    return [
        FoundDigit(_cut(ink, labels, digit), digit.box_times(shrink, width, height))
        for digit in digits
    ]


def _working_copy(grey: Grey) -> tuple[Grey, float]:
    """Return the picture, shrunk if it is large, and how many times."""
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    shrink = max(grey.shape) / WORKING_SIDE
    if shrink <= 1:
        return grey, 1.0
    size = (max(1, round(grey.shape[1] / shrink)), max(1, round(grey.shape[0] / shrink)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), shrink


def _pieces(ink: Grey) -> tuple[NDArray[np.int32], list["_Piece"]]:
    """Return the number of the piece of ink at each pixel (h, w), and the largest pieces."""
    import cv2

    _count, labels, statistics, _centres = cv2.connectedComponentsWithStats(
        (ink >= 128).astype(np.uint8), connectivity=8
    )
    areas = np.asarray(statistics)[1:, cv2.CC_STAT_AREA]
    largest = np.argsort(-areas, kind="stable")[:PIECES_AT_MOST] + 1
    pieces = [_Piece.of(label, statistics[label]) for label in largest.tolist()]
    return np.asarray(labels, dtype=np.int32), pieces


def _is_mnist_like(grey: Grey) -> bool:
    """Say whether this is a 28x28 image with light ink and an empty border."""
    if grey.shape != (SIDE, SIDE) or int(grey.max()) < 128:
        return False
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return not edge.any()


@dataclass(frozen=True)
class _Piece:
    """Connected ink, or several pieces of it that make one digit."""

    box: Box
    area: int
    labels: list[int]

    @classmethod
    def of(cls, label: int, statistics: Sequence[int]) -> "_Piece":
        x, y, width, height, area = (int(value) for value in statistics)
        return cls((x, y, x + width, y + height), area, [label])

    @property
    def width(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]

    def box_times(self, factor: float, width: int, height: int) -> Box:
        left, top, right, bottom = (round(side * factor) for side in self.box)
        return left, top, min(right, width), min(bottom, height)

    def joined(self, other: "_Piece") -> "_Piece":
        mine, theirs = self.box, other.box
        low = (min(mine[0], theirs[0]), min(mine[1], theirs[1]))
        high = (max(mine[2], theirs[2]), max(mine[3], theirs[3]))
        return _Piece(low + high, self.area + other.area, self.labels + other.labels)


def _typical_height(pieces: list[_Piece]) -> float:
    """Return the height of a digit: the median of all that are not small."""
    tallest = max(piece.height for piece in pieces)
    return float(np.median([p.height for p in pieces if p.height >= 0.4 * tallest]))


def _without_specks(pieces: list[_Piece]) -> list[_Piece]:
    """Drop what is far too small to be a digit or a piece of one."""
    if not pieces:
        return []
    typical = _typical_height(pieces)
    return [
        piece
        for piece in pieces
        if max(piece.width, piece.height) >= 0.15 * typical and piece.area >= 0.004 * typical**2
    ]


def _put_together(pieces: list[_Piece]) -> list[_Piece]:
    """Join each small piece with the digit next to it."""
    if not pieces:
        return []
    typical = _typical_height(pieces)
    digits = [piece for piece in pieces if piece.height >= 0.6 * typical]
    # Distances are to the digit itself, not to what has joined it: dirt must
    # not lead from one digit to the next.
    joined = list(digits)
    alone = []
    for piece in pieces:
        if piece.height >= 0.6 * typical:
            continue
        gaps = [_gap(piece.box, digit.box) for digit in digits]
        nearest = gaps.index(min(gaps))
        if gaps[nearest] <= 0.2 * typical:
            joined[nearest] = joined[nearest].joined(piece)
        elif piece.height >= 0.4 * typical:
            alone.append(piece)
    return joined + alone


def _gap(a: Box, b: Box) -> float:
    """Return the distance between two boxes, 0 when they overlap."""
    across = max(0, a[0] - b[2], b[0] - a[2])
    down = max(0, a[1] - b[3], b[1] - a[3])
    return float(np.hypot(across, down))


def _reading_order(digits: list[_Piece]) -> list[_Piece]:
    """Sort by line, then from left to right; lines may slope."""
    lines: list[list[_Piece]] = []
    for digit in sorted(digits, key=lambda d: d.box[0]):
        overlaps = [_shared_height(line[-1].box, digit.box) for line in lines]
        if overlaps and max(overlaps) >= 0.4:
            lines[overlaps.index(max(overlaps))].append(digit)
        else:
            lines.append([digit])
    lines.sort(key=lambda line: float(np.mean([d.box[1] + d.box[3] for d in line])))
    return [digit for line in lines for digit in line]


def _shared_height(a: Box, b: Box) -> float:
    """Return the shared height as a share of the lower of two boxes."""
    shared = min(a[3], b[3]) - max(a[1], b[1])
    return shared / min(a[3] - a[1], b[3] - b[1])


def _cut(ink: Grey, labels: NDArray[np.int32], digit: _Piece) -> Grey:
    """Return one digit as 28x28, without the ink of its neighbours."""
    left, top, right, bottom = digit.box
    window = (slice(top, bottom), slice(left, right))
    own = np.isin(labels[window], digit.labels)
    # The grey edge lies just outside the component.
    others = (labels[window] > 0) & ~own
    return from_ink(np.where(others, 0, ink[window]).astype(np.uint8))
