"""Finds the digits in photos and camera frames.

`predict`, the import, the camera and the photo's tab call it.
"""

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import ngettext
from classroom.preprocessing.background import shrunk
from classroom.preprocessing.components import (
    MOST_COMPONENTS,
    Component,
    bounding_box,
    find_components,
    join_broken,
    join_parts,
    reading_order,
    stroke_width,
    typical_height,
    without_specks,
    without_surroundings,
)
from classroom.preprocessing.cuts import possible_cuts
from classroom.preprocessing.digits import LARGEST_ICON, from_ink, to_digit
from classroom.preprocessing.images import Grey
from classroom.preprocessing.page import FoundDigit, Page
from classroom.preprocessing.page_detection import only_paper
from classroom.preprocessing.thresholding import (
    InkSteps,
    NothingDrawn,
    Threshold,
    apply_threshold,
    ink_steps,
    nothing_found,
)

# Digits are looked for in a copy whose longer side has this many pixels.
WORKING_SIDE = 1600
# The default threshold smooths: photos have grain, and other pictures hardly change by it.
AUTOMATIC = Threshold(smooth=True)
# A digit may be two that touch where it is wider than this share of its height, or of the
# typical height of its page.
WIDE = 0.75
# Touching digits are looked for on pages with at most this many digits; a page with more
# shows something else than digits.
SPLIT_AT_MOST = 200
# The least height of a digit, as a share of the typical height of its page; what is lower is
# a speck or a part of a digit.
LEAST_SHARE = 0.6


def find_digits(grey: Grey) -> list[FoundDigit]:
    """Find the digits of a picture in reading order.

    The order is line by line from top to bottom, each line from left to right. Specks
    are dropped, and the parts of a digit, such as the bar of a 5, are joined.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark ink on a light background, or the other way round. A picture with at most
        64 pixels a side is one digit, see `digits.to_digit`.

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
    """Look for digits in a picture, and return the page with every step.

    The page has no digits where none are found.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark ink on a light background, or the other way round. What lies around the
        paper is ignored.
    threshold : Threshold
        How ink is separated from the paper.
    """
    small = shrunk(grey, WORKING_SIDE)
    shrink = max(grey.shape) / max(small.shape)
    steps = ink_steps(only_paper(small), threshold)
    return _page_of(small, steps, np.diag([shrink, shrink, 1.0]), threshold)


def read_again(page: Page, threshold: Threshold) -> Page:
    """Look for digits on a page again, with another threshold.

    Only what depends on the threshold is computed again, which keeps up with a slider.
    """
    if page.threshold is None or page.threshold.smooth != threshold.smooth:
        steps = ink_steps(only_paper(page.grey), threshold)
    else:
        steps = apply_threshold(page.steps.contrast, threshold)
    return _page_of(page.grey, steps, page.to_photo, threshold)


def _page_of(
    small: Grey, steps: InkSteps, to_photo: NDArray[np.float64], threshold: Threshold
) -> Page:
    """Return the page with the digits that its ink makes up."""
    if not steps.ink.any():
        return Page(small, steps, [], to_photo, threshold=threshold)
    labels, components, unseen = find_components(steps.ink)
    components = without_specks(without_surroundings(components, small.shape))
    usual = typical_height(components) if components else 0.0
    components = join_broken(labels, components, usual, stroke_width(steps.ink))
    digits = reading_order(join_parts(labels, components))
    typical = typical_height(digits) if 0 < len(digits) <= SPLIT_AT_MOST else 0.0
    found = [_digit(steps.ink, labels, digit, typical) for digit in digits]
    seen = [one for one in found if one]
    left_out = _left_out(len(found) - len(seen), unseen, usual)
    return Page(small, steps, seen, to_photo, threshold=threshold, left_out=left_out)


def _left_out(thin: int, unseen: NDArray[np.int32], usual: float) -> tuple[str, ...]:
    """Return a sentence for what was not read although it may be a digit, and for thin lines.

    Parameters
    ----------
    thin : int
        The number of lines that are too thin for their length.
    unseen : array of shape (n,), int32
        The heights in pixels of the components that were not looked at.
    usual : float
        The typical height of a digit in pixels.
    """
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
        sentences.append(text.format(most=MOST_COMPONENTS, count=high))
    if thin:
        text = ngettext(
            "{count:,} line is too thin for its length to be a digit.",
            "{count:,} lines are too thin for their length to be digits.",
            thin,
        )
        sentences.append(text.format(count=thin))
    return tuple(sentences)


def _digit(
    ink: Grey, labels: NDArray[np.int32], digit: Component, typical: float
) -> FoundDigit | None:
    """Return one digit without the ink of its neighbours.

    Parameters
    ----------
    ink : array of shape (h, w), uint8
    labels : array of shape (h, w), int32
        As `find_components` returns it.
    digit : Component
    typical : float
        The typical height of a digit in pixels; 0 where digits are not to be split.

    Returns
    -------
    FoundDigit or None
        None for a line that is too thin for its length to be seen in 28x28 pixels.
    """
    left, top, right, bottom = digit.box
    window = (slice(top, bottom), slice(left, right))
    own = np.isin(labels[window], digit.labels)
    # The grey edge of the ink lies just outside the component, so only other components go.
    others = (labels[window] > 0) & ~own
    alone = np.where(others, 0, ink[window]).astype(np.uint8)
    splits: tuple[tuple[FoundDigit, FoundDigit], ...] = ()
    if typical and digit.width >= WIDE * max(digit.height, 0.8 * typical):
        splits = tuple(
            (_part(one, left, top), _part(two, left, top)) for one, two in possible_cuts(alone)
        )
    try:
        image = from_ink(alone)
    except NothingDrawn:
        return None
    return FoundDigit(image, digit.box, splits=splits)


def _part(ink: Grey, left: int, top: int) -> FoundDigit:
    """Return a digit from a part of the ink of a window that begins at (left, top)."""
    return FoundDigit(from_ink(ink), bounding_box(ink, left, top))
