"""Reads the digits on one page of a picture, for the import and for `predict` alike.

A page is a collection sheet, a photo, or one cut-out digit.
"""

from dataclasses import dataclass

from classroom.preprocessing.digits import LARGEST_ICON, to_digit
from classroom.preprocessing.image_files import PicturePage
from classroom.preprocessing.images import SIDE, Grey
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.photos import read_page
from classroom.preprocessing.sheet_reader import read_sheet
from classroom.preprocessing.thresholding import nothing_found

# The text chunks of the PNG files that this program writes.
_OWN_TEXTS = {"writer", "part", "created", "origin"}


@dataclass(frozen=True, eq=False)
class PageDigits:
    """The digits that were read on a page.

    Attributes
    ----------
    found : list of FoundDigit
        In reading order; boxes in pixels of the picture.
    left_out : tuple of str
        What was seen and not read, each as a sentence.
    writer : str or None
        The name that is printed on a collection sheet.
    """

    found: list[FoundDigit]
    left_out: tuple[str, ...] = ()
    writer: str | None = None


def is_icon(grey: Grey) -> bool:
    """Say whether a picture is small enough to be one cut-out digit."""
    return max(grey.shape) <= LARGEST_ICON


def is_own(page: PicturePage) -> bool:
    """Say whether this program wrote the picture, so that it is the image of a sample."""
    return page.grey.shape == (SIDE, SIDE) and page.texts.keys() >= _OWN_TEXTS


def sheet_on(page: PicturePage) -> PageDigits | None:
    """Return the digits of a collection sheet; None where the page is no sheet.

    Raises
    ------
    ClassroomError
        All boxes of the sheet are empty.
    """
    sheet = read_sheet(page.grey)
    if sheet is None:
        return None
    return PageDigits(sheet.found_in_photo(), sheet.left_out, sheet.writer)


def digits_on(page: PicturePage) -> PageDigits:
    """Return the digits of a page that is no collection sheet: a photo, or one cut-out digit.

    Raises
    ------
    NothingDrawn
        No digit was found.
    """
    if is_icon(page.grey):
        image = page.grey if is_own(page) else to_digit(page.grey)
        return PageDigits([FoundDigit(image, None)])
    seen = read_page(page.grey)
    if not seen.found:
        raise nothing_found()
    return PageDigits(seen.found_in_photo(), seen.left_out)
