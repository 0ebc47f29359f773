"""Reads picture files as grey levels, page by page.

The import, `predict` and the photo's tab call it.
"""

import contextlib
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngImageFile

from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import READ, Kind, kind_of
from classroom.preprocessing.file_refusals import check_readable
from classroom.preprocessing.images import Grey
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import Rejected

# The formats that are read. Pillow knows others, but some of them start programs (EPS), and
# others hold no pictures of digits.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
# The most pixels of a picture: as many as the largest phone cameras have, at three bytes each.
PIXELS_AT_MOST = 64_000_000
# The most pages of a file: ten times the sheets of a school class.
PAGES_AT_MOST = 500
_ANIMATED = ("GIF", "PNG", "WEBP")
# The TIFF tag that says what a page is, and its bit for a reduced copy of another page.
_SUBFILE_TYPE, _PREVIEW = 254, 1
# The visible part of a partly transparent picture is ink without a background where its grey
# levels span less than this.
_OWN_GROUND = 100


@dataclass(frozen=True, eq=False)
class PicturePage:
    """One page of a picture file.

    Attributes
    ----------
    grey : array of shape (h, w), uint8
        0 is black. The levels of 16-bit and float pictures are stretched to the full
        range.
    number, of : int
        The number of the page, from 1, and the number of pages.
    texts : dict of str to str
        The text chunks of a PNG file.
    """

    grey: Grey
    number: int
    of: int
    texts: dict[str, str]

    def item(self, name: str) -> str:
        """Return the name of the page in a file of this name."""
        if self.of == 1:
            return name
        return _("{name}, page {number}").format(name=name, number=self.number)


def read_image(path: Path) -> Grey:
    """Return the first page of a picture file, shape (h, w), uint8; errors as in `read_pages`."""
    page, _left_out = first_page(path)
    return page.grey


def first_page(path: Path) -> tuple[PicturePage, list[Rejected]]:
    """Return the first page of a picture file, and what else of the file is not read.

    Raises
    ------
    ClassroomError
        As `read_pages` does.
    """
    inventory = Inventory(path.name)
    with contextlib.closing(read_pages(path, inventory)) as pages:
        page = next(pages)
    inventory.read(_page_name(1))
    for number in range(2, page.of + 1):
        why = _("Save each page as a file of its own to open it here.")
        inventory.leave_out(_page_name(number), why)
    return page, inventory.left_out()


def read_pages(path: Path, inventory: Inventory) -> Generator[PicturePage, None, None]:
    """Read a picture file as grey levels, upright as the camera was held.

    Parameters
    ----------
    path : Path
        PNG, JPEG, BMP, GIF, TIFF, WebP or PPM of any colour depth, whatever its name
        says. Transparent parts are background: white under dark ink, and black under
        white ink.
    inventory : Inventory
        Its name is what the user calls the file. All pages of a TIFF are read, and the
        first picture of an animation; the others are noted as left out.

    Yields
    ------
    PicturePage
        At least one.

    Raises
    ------
    ClassroomError
        While iterating: the file is missing, damaged, no picture, or has more
        than 64 million pixels.
    """
    name = inventory.name
    kind = kind_of(path)
    if kind in READ and kind is not Kind.PICTURE:
        raise ClassroomError(
            _("{name} is no picture, but holds digits in another form. Import it.").format(
                name=name
            )
        )
    check_readable(path, name)
    try:
        with _opened(path) as picture:
            numbers = _pages_of(picture, inventory)
            for number in numbers:
                with _bombs_refused():
                    picture.seek(number - 1)
                    page = _page(picture, number, len(numbers), name)
                yield page
                inventory.read(_page_name(number))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except ClassroomError:
        raise
    # Pillow's readers raise almost anything for a damaged file.
    except Exception as error:
        reason = getattr(error, "strerror", None) or _("it is damaged or of an unknown kind")
        raise ClassroomError(
            _("{name} cannot be read: {reason}. Save it as PNG or JPEG and try again.").format(
                name=name, reason=reason
            )
        ) from error


@contextlib.contextmanager
def _bombs_refused() -> Iterator[None]:
    """Let Pillow raise an error where it only warns, for pictures that would fill the memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    with _bombs_refused():
        picture = Image.open(path, formats=FORMATS)
    with picture:
        yield picture


def _pages_of(picture: Image.Image, inventory: Inventory) -> list[int]:
    """Return the numbers of the pages to read, from 1, after announcing all pages."""
    if picture.format == "TIFF":
        return _pages_of_tiff(picture, inventory)
    count = int(getattr(picture, "n_frames", 1)) if picture.format in _ANIMATED else 1
    inventory.found(_page_name(1))
    if count > 1:
        inventory.leave_out(
            _("pictures 2 to {count}").format(count=count),
            _(
                "They are an animation, of which the first picture is read. Save those that "
                "count as files of their own."
            ),
        )
    return [1]


def _pages_of_tiff(picture: Image.Image, inventory: Inventory) -> list[int]:
    """Return the numbers of a TIFF's pages without the small previews that programs add."""
    numbers = []
    for at in range(PAGES_AT_MOST + 1):
        try:
            picture.seek(at)
        except EOFError:
            break
        if at == PAGES_AT_MOST:
            inventory.leave_out(
                _("what comes after page {most}").format(most=PAGES_AT_MOST),
                _("Save it as a file of its own."),
            )
        elif not (at and int(getattr(picture, "tag_v2", {}).get(_SUBFILE_TYPE, 0)) & _PREVIEW):
            numbers.append(at + 1)
    inventory.found(*map(_page_name, numbers))
    return numbers


def _page_name(number: int) -> str:
    return _("page {number}").format(number=number)


def _page(picture: Image.Image, number: int, of: int, name: str) -> PicturePage:
    """Return the page at which an opened picture is."""
    if picture.width * picture.height > PIXELS_AT_MOST:
        raise _too_large(name)
    # JPEG decodes to grey alone in a third of the memory.
    picture.draft("L", None)
    if of == 1:
        # In place, to save the memory of a copy.
        ImageOps.exif_transpose(picture, in_place=True)
        upright = picture
    else:
        upright = ImageOps.exif_transpose(picture)
    return PicturePage(_grey(upright), number, of, _texts_of(picture))


def _texts_of(picture: Image.Image) -> dict[str, str]:
    """Return the text chunks of a PNG file; none for other files, or where they are damaged."""
    try:
        return dict(picture.text) if isinstance(picture, PngImageFile) else {}
    # Pillow's readers raise almost anything for a damaged file.
    except Exception:
        return {}


def _too_large(name: str) -> ClassroomError:
    """Return the error for a picture with too many pixels."""
    return ClassroomError(
        _("{name} has more than {limit} million pixels. Save it smaller and try again.").format(
            name=name, limit=PIXELS_AT_MOST // 1_000_000
        )
    )


def _grey(upright: Image.Image) -> Grey:
    """Return an upright picture as grey levels."""
    if upright.mode.startswith(("I", "F")):
        return _stretched(np.asarray(upright).astype(np.float64))
    if upright.has_transparency_data:
        return _on_paper(upright.convert("RGBA"))
    return np.array(upright.convert("L"), dtype=np.uint8)


def _on_paper(colours: Image.Image) -> Grey:
    """Return the grey levels of a partly transparent RGBA picture on a background.

    Where the visible part is nothing but ink, the background is white under dark ink and
    black under light ink. Where it has a background of its own, that continues.
    """
    alpha = np.asarray(colours.getchannel("A"))
    levels = np.asarray(colours.convert("L"))[alpha >= 128]
    paper = 255
    if levels.size:
        darkest, middle, lightest = np.percentile(levels, (2, 50, 98))
        if lightest - darkest >= _OWN_GROUND:
            paper = int(middle)
        elif middle >= 128:
            paper = 0
    ground = Image.new("RGBA", colours.size, (paper, paper, paper, 255))
    return np.array(Image.alpha_composite(ground, colours).convert("L"), dtype=np.uint8)


def _stretched(levels: NDArray[np.float64]) -> Grey:
    """Return values scaled so that their range is 0 to 255: 12 bits often come in 16."""
    levels = np.nan_to_num(levels)
    low, high = float(levels.min()), float(levels.max())
    if low == high:
        return np.zeros(levels.shape, dtype=np.uint8)
    return ((levels / 2 - low / 2) / (high / 2 - low / 2) * 255).round().astype(np.uint8)
