"""Photos and camera frames: find the digits in them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import ngettext
from classroom.preprocessing.background import shrunk
from classroom.preprocessing.components import (
    PIECES_AT_MOST,
    Piece,
    ink_box,
    mended,
    pieces_of,
    put_together,
    reading_order,
    stroke_width,
    typical_height,
    without_specks,
    without_surroundings,
)
from classroom.preprocessing.digits import LARGEST_ICON, from_ink, to_digit
from classroom.preprocessing.images import Box, Grey
from classroom.preprocessing.page_detection import only_paper
from classroom.preprocessing.thresholding import (
    InkSteps,
    NothingDrawn,
    Threshold,
    ink_steps,
    nothing_found,
    told_apart,
)
from classroom.preprocessing.touching_digits import halves

# Digits are looked for in a copy with this longer side.
WORKING_SIDE = 1600
# Photos are grainy; pictures from a program lose next to nothing by it.
AUTOMATIC = Threshold(smooth=True)
# A digit that is wider than this share of its height, or of the usual height
# of its page, may be two that touch.
WIDE = 0.75
# A page with more pieces than this is no page of numbers.
SPLIT_AT_MOST = 200
# What is less high than this share of the usual digit is a speck, or a part of a digit.
LEAST_SHARE = 0.6


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit of a picture.

    `image` is (28, 28) uint8; `box` is left, top, right, bottom in pixels of
    the picture (right and bottom exclusive), None when the picture is no larger
    than one digit. `label` is what it is where its place says so, as on a
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
    threshold : Threshold or None
        How ink was told from the paper; None where each box of a sheet had its own.
    left_out : tuple of str
        What may be a digit and was not read, each as a sentence.
    """

    grey: Grey
    steps: InkSteps
    found: list[FoundDigit]
    to_photo: NDArray[np.float64]
    writer: str | None = None
    threshold: Threshold | None = None
    left_out: tuple[str, ...] = ()

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


def find_digits(grey: Grey) -> list[FoundDigit]:
    """Find the digits of a picture in reading order.

    Lines from top to bottom, each from left to right. Specks are dropped, and
    pieces that belong to one digit, like the bar of a 5, are put together.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark on light or light on dark. One with at most 64 pixels a side was
        cut out to be one digit, see `digits.to_digit`.

    Returns
    -------
    list of FoundDigit
        At least one.

    Raises
    ------
    NothingDrawn
        No digit was found.
    """
    if max(grey.shape) <= LARGEST_ICON:
        return [FoundDigit(to_digit(grey), None)]
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
    small = shrunk(grey, WORKING_SIDE)
    shrink = max(grey.shape) / max(small.shape)
    steps = ink_steps(only_paper(small), threshold)
    return _found_on(small, steps, np.diag([shrink, shrink, 1.0]), threshold)


def read_again(page: Page, threshold: Threshold) -> Page:
    """Do what `read_page` does, with a picture that was looked through before.

    Only what another threshold changes is done again, so that a slider can be dragged.
    """
    if page.threshold is None or page.threshold.smooth != threshold.smooth:
        steps = ink_steps(only_paper(page.grey), threshold)
    else:
        steps = told_apart(page.steps.even, threshold)
    return _found_on(page.grey, steps, page.to_photo, threshold)


def _found_on(
    small: Grey, steps: InkSteps, to_photo: NDArray[np.float64], threshold: Threshold
) -> Page:
    """Return a page with the digits that its ink makes."""
    if not steps.ink.any():
        return Page(small, steps, [], to_photo, threshold=threshold)
    labels, pieces, unseen = pieces_of(steps.ink)
    pieces = without_specks(without_surroundings(pieces, small.shape))
    usual = typical_height(pieces) if pieces else 0.0
    pieces = mended(labels, pieces, usual, stroke_width(steps.ink))
    digits = reading_order(put_together(labels, pieces))
    typical = typical_height(digits) if 0 < len(digits) <= SPLIT_AT_MOST else 0.0
    found = [_digit(steps.ink, labels, digit, typical) for digit in digits]
    seen = [one for one in found if one]
    left_out = _left_out(len(found) - len(seen), unseen, usual)
    return Page(small, steps, seen, to_photo, threshold=threshold, left_out=left_out)


def _left_out(thin: int, unseen: NDArray[np.int32], usual: float) -> tuple[str, ...]:
    """Name what may be a digit and was not looked at, and what is too thin to be one."""
    sentences = []
    high = int((unseen >= LEAST_SHARE * usual).sum())
    if usual and high:
        text = ngettext(
            "Only the {most:,} largest pieces of ink were read; {count:,} more is as high as a "
            "digit. Cut the picture up.",
            "Only the {most:,} largest pieces of ink were read; {count:,} more are as high as "
            "digits. Cut the picture up.",
            high,
        )
        sentences.append(text.format(most=PIECES_AT_MOST, count=high))
    if thin:
        text = ngettext(
            "{count:,} line is too thin for its length to be a digit.",
            "{count:,} lines are too thin for their length to be digits.",
            thin,
        )
        sentences.append(text.format(count=thin))
    return tuple(sentences)


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
    return FoundDigit(from_ink(ink), ink_box(ink, left, top))
