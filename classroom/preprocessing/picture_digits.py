"""The digits on one page of a picture, for the import and for ``predict`` alike."""

from dataclasses import dataclass

from classroom.preprocessing.digits import LARGEST_ICON, to_digit
from classroom.preprocessing.image_files import PicturePage
from classroom.preprocessing.images import SIDE, Grey
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.photos import read_page
from classroom.preprocessing.sheet_reader import read_sheet
from classroom.preprocessing.thresholding import nothing_found

# What the program says in each of its pictures.
_OWN_TEXTS = {"writer", "part", "created", "origin"}


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


def is_own(page: PicturePage) -> bool:
    """Say whether this program wrote the picture, so that it is a sample's image already."""
    return page.grey.shape == (SIDE, SIDE) and page.texts.keys() >= _OWN_TEXTS


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
        image = page.grey if is_own(page) else to_digit(page.grey)
        return PageDigits([FoundDigit(image, None)])
    seen = read_page(page.grey)
    if not seen.found:
        raise nothing_found()
    return PageDigits(seen.found_in_photo(), seen.left_out)
