"""The digits on one page of a picture, for the import and for ``predict`` alike."""

from dataclasses import dataclass

from classroom.digits import LARGEST_ICON, to_digit
from classroom.ink_finding import nothing_found
from classroom.photos import FoundDigit, read_page
from classroom.picture_files import PicturePage
from classroom.pieces import Grey
from classroom.sheet_reading import read_sheet


@dataclass(frozen=True, eq=False)
class PageDigits:
    """What a page shows.

    Attributes
    ----------
    found : list of FoundDigit
        In reading order, boxes in pixels of the picture.
    left_out : tuple of str
        What was seen and not read, each as a sentence.
    writer : str or None
        Whose name is printed on it.
    """

    found: list[FoundDigit]
    left_out: tuple[str, ...] = ()
    writer: str | None = None


def is_icon(grey: Grey) -> bool:
    """Say whether a picture is so small that it was cut out to be one digit."""
    return max(grey.shape) <= LARGEST_ICON


def sheet_on(page: PicturePage) -> PageDigits | None:
    """Return the digits of a collection sheet; None where the page is none.

    Raises
    ------
    ClassroomError
        It is a sheet, and all of its boxes are empty.
    """
    sheet = read_sheet(page.grey)
    if sheet is None:
        return None
    return PageDigits(sheet.found_in_photo(), sheet.left_out, sheet.writer)


def digits_on(page: PicturePage) -> PageDigits:
    """Find the digits on a page that is no sheet: in a photo, or the one that an icon is.

    Raises
    ------
    ClassroomError
        There is none.
    """
    if is_icon(page.grey):
        return PageDigits([FoundDigit(to_digit(page.grey), None)])
    seen = read_page(page.grey)
    if not seen.found:
        raise nothing_found()
    return PageDigits(seen.found_in_photo(), seen.left_out)
