"""Pieces of ink, which of them make a digit together, and in which order they are read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import Box, Grey

# Only the largest pieces of ink are looked at: a carpet is no page of digits.
PIECES_AT_MOST = 1000
# A digit is at least this share of the picture's shorter side, and at most so
# many times as high as the others of its page.
LEAST_DIGIT, TALLEST = 0.03, 2.5


@dataclass(frozen=True)
class Piece:
    """Connected ink, or several pieces of it that make one digit."""

    box: Box
    area: int
    labels: list[int]

    @classmethod
    def of(cls, label: int, statistics: Sequence[int]) -> "Piece":
        """Return the piece `label` of OpenCV's connected components."""
        x, y, width, height, area = (int(value) for value in statistics)
        return cls((x, y, x + width, y + height), area, [label])

    @property
    def width(self) -> int:
        """The width of its box, in pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """The height of its box, in pixels."""
        return self.box[3] - self.box[1]

    def joined(self, other: "Piece") -> "Piece":
        """Return both as one piece."""
        mine, theirs = self.box, other.box
        low = (min(mine[0], theirs[0]), min(mine[1], theirs[1]))
        high = (max(mine[2], theirs[2]), max(mine[3], theirs[3]))
        return Piece(low + high, self.area + other.area, self.labels + other.labels)


def pieces_of(ink: Grey) -> tuple[NDArray[np.int32], list[Piece], NDArray[np.int32]]:
    """Return the number of the piece of ink at each pixel (h, w), and the largest pieces.

    Last come the heights (n,) of the pieces that are too many to be looked at.
    """
    import cv2

    _count, labels, statistics, _centres = cv2.connectedComponentsWithStats(
        (ink >= 128).astype(np.uint8), connectivity=8
    )
    areas = np.asarray(statistics)[1:, cv2.CC_STAT_AREA]
    by_area = np.argsort(-areas, kind="stable") + 1
    pieces = [Piece.of(label, statistics[label]) for label in by_area[:PIECES_AT_MOST].tolist()]
    heights = np.asarray(statistics)[by_area[PIECES_AT_MOST:], cv2.CC_STAT_HEIGHT]
    return np.asarray(labels, np.int32), pieces, np.asarray(heights, np.int32)


def ink_box(ink: Grey, left: int, top: int) -> Box:
    """Return the box of all ink in a window (h, w) that begins at left, top; there is some."""
    rows, columns = np.nonzero(ink >= 128)
    return (
        left + int(columns.min()),
        top + int(rows.min()),
        left + int(columns.max()) + 1,
        top + int(rows.max()) + 1,
    )


def typical_height(pieces: list[Piece]) -> float:
    """Return the height of a digit: the one that most of what is tall shares, more or less."""
    heights = np.array([piece.height for piece in pieces], float)
    shared = (heights >= 0.6 * heights[:, None]) & (heights <= 1.6 * heights[:, None])
    # A hundred specks weigh less than one digit, and a shadow less than a row of them.
    most = int((shared * heights**1.5).sum(axis=1).argmax())
    return float(np.median(heights[shared[most]]))


def without_surroundings(pieces: list[Piece], shape: tuple[int, int]) -> list[Piece]:
    """Drop what is far too large to be a digit: lines, edges, and what reaches into the picture."""
    height, width = shape
    inner = [
        piece
        for piece in pieces
        if min(piece.box[:2]) > 0 and piece.box[2] < width and piece.box[3] < height
    ]
    if not inner or typical_height(inner) < LEAST_DIGIT * min(shape):
        return pieces
    typical = typical_height(inner)
    return [
        piece
        for piece in pieces
        if piece.height <= TALLEST * typical
        and (piece.width <= TALLEST * typical or piece.height >= 0.4 * typical)
        and (piece in inner or piece.width <= TALLEST * typical)
    ]


def without_specks(pieces: list[Piece]) -> list[Piece]:
    """Drop what is far too small to be a digit or a piece of one."""
    if not pieces:
        return []
    typical = typical_height(pieces)
    return [
        piece
        for piece in pieces
        if max(piece.width, piece.height) >= 0.15 * typical and piece.area >= 0.004 * typical**2
    ]


def put_together(labels: NDArray[np.int32], pieces: list[Piece]) -> list[Piece]:
    """Join each small piece with the digit next to it."""
    if not pieces:
        return []
    typical = typical_height(pieces)
    digits = [piece for piece in pieces if piece.height >= 0.6 * typical]
    # Distances are to the digit itself, not to what has joined it: dirt must
    # not lead from one digit to the next.
    joined = list(digits)
    alone = []
    for piece in pieces:
        if piece.height >= 0.6 * typical:
            continue
        near = [at for at, d in enumerate(digits) if _gap(piece.box, d.box) <= 0.2 * typical]
        if near:
            # By the ink, not by the boxes: the bar of a 5 may reach as far as
            # the box of the digit behind it.
            nearest = min(near, key=lambda at: ink_gap(labels, piece, digits[at]))
            joined[nearest] = joined[nearest].joined(piece)
        elif piece.height >= 0.4 * typical or (
            # A 0 that lies down.
            piece.height >= 0.25 * typical and piece.width >= 0.4 * typical
        ):
            alone.append(piece)
    return joined + alone


def _gap(a: Box, b: Box) -> float:
    """Return the distance between two boxes, 0 when they overlap."""
    across = max(0, a[0] - b[2], b[0] - a[2])
    down = max(0, a[1] - b[3], b[1] - a[3])
    return float(np.hypot(across, down))


def ink_gap(labels: NDArray[np.int32], a: Piece, b: Piece) -> float:
    """Return how far the ink of two pieces is apart; `labels` as `pieces_of` returns them."""
    import cv2

    left, top, right, bottom = a.joined(b).box
    window = labels[top:bottom, left:right]
    away = np.where(np.isin(window, a.labels), 0, 1).astype(np.uint8)
    return float(cv2.distanceTransform(away, cv2.DIST_L2, 3)[np.isin(window, b.labels)].min()) - 1


def reading_order(digits: list[Piece]) -> list[Piece]:
    """Sort by line, then from left to right; lines may slope."""
    lines: list[list[Piece]] = []
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


# Strokes of one digit come this close, in widths of a stroke or in heights of a
# digit: a thin pen leaves gaps that are wide for it.
CLOSE, CLOSE_BY_HEIGHT = 1.5, 0.07
# Together they are at most so many times as high and as wide as a digit is high.
HIGHEST, WIDEST = 1.5, 1.2
# Beside each other and both so high (a share of a digit), they are two digits,
# unless their boxes share as much of the narrower one's width.
TALL, SHARED_WIDTH = 0.75, 0.3
# One above the other, sharing so much of the narrower one's width: the loops of an 8.
LOOP_WIDTH = 0.6


def stroke_width(ink: Grey) -> float:
    """Return how wide the strokes are, in pixels: (h, w) uint8, ink from 128 on."""
    import cv2

    mask = (ink >= 128).astype(np.uint8)
    if not mask.any():
        return 0.0
    # Across a stroke the distance to its edge grows from 0 to half the width.
    inward = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    return 4 * float(np.median(inward[mask > 0]))


def mended(
    labels: NDArray[np.int32], pieces: list[Piece], typical: float, stroke: float
) -> list[Piece]:
    """Join the pieces whose ink nearly touches, and that make one digit by their size.

    Parameters
    ----------
    labels : array of shape (h, w), int32
        The number of the piece at each pixel.
    pieces : list of Piece
    typical : float
        How high a digit is, in pixels.
    stroke : float
        How wide its strokes are.
    """
    joined: list[Piece | None] = list(pieces)
    near = max(CLOSE * stroke, CLOSE_BY_HEIGHT * typical)
    for one, other in _neighbours(pieces, near):
        # Either may have been joined with a third: then it lies where that is.
        first, second = (_holder(joined, pieces[at]) for at in (one, other))
        a, b = joined[first], joined[second]
        if first == second or a is None or b is None or not _one_digit(a, b, typical):
            continue
        if _loops(a, b, typical) or ink_gap(labels, pieces[one], pieces[other]) <= near:
            joined[first], joined[second] = a.joined(b), None
    return [piece for piece in joined if piece is not None]


def _neighbours(pieces: list[Piece], near: float) -> list[tuple[int, int]]:
    """Return the pairs whose boxes come that close, the closest first."""
    if not pieces:
        return []
    boxes = np.array([piece.box for piece in pieces], float)
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    apart = np.maximum(low - high.transpose(1, 0, 2), low.transpose(1, 0, 2) - high)
    gaps = np.hypot(*np.moveaxis(np.maximum(apart, 0), -1, 0))
    first, second = np.nonzero(np.triu(gaps <= near, 1))
    order = np.argsort(gaps[first, second], kind="stable")
    return [(int(first[at]), int(second[at])) for at in order]


def _holder(joined: list[Piece | None], piece: Piece) -> int:
    """Return where a piece lies now."""
    return next(
        at for at, one in enumerate(joined) if one is not None and piece.labels[0] in one.labels
    )


def _one_digit(a: Piece, b: Piece, typical: float) -> bool:
    """Say whether two pieces may be one digit by their boxes."""
    both = a.joined(b)
    if both.height > HIGHEST * typical or both.width > WIDEST * typical:
        return False
    return min(a.height, b.height) < TALL * typical or _shared_width(a, b) >= SHARED_WIDTH


def _loops(a: Piece, b: Piece, typical: float) -> bool:
    """Say whether two pieces may be the loops of an 8, which need not come close by their ink."""
    low = max(a.height, b.height) < TALL * typical
    return low and a.joined(b).height >= TALL * typical and _shared_width(a, b) >= LOOP_WIDTH


def _shared_width(a: Piece, b: Piece) -> float:
    """Return the width that two boxes share, as a share of the narrower one's."""
    return (min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])) / min(a.width, b.width)
