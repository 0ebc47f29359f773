"""Digits that are broken: strokes that belong together, though the pen was lifted between them."""

import numpy as np
from numpy.typing import NDArray

from classroom.pieces import Grey, Piece, ink_gap

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
