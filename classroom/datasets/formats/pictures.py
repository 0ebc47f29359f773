"""Pictures in folders named 0 to 9, and photos of collection sheets.

The PNG files that are written hold everything else that is known in text chunks (PNG
specification, section 11.3.4): writer, part, created, origin and strokes.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from classroom.datasets.foreign_samples import PART_NAMES, to_sample
from classroom.datasets.formats.base import DigitFile, DigitOnPage
from classroom.datasets.sample import PARTS, Sample
from classroom.datasets.sample_json import parse_strokes_text, strokes_text, time_text
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.image_files import PicturePage, read_pages
from classroom.preprocessing.images import Grey
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.picture_digits import PageDigits, digits_on, is_icon, is_own, sheet_on
from classroom.preprocessing.strokes import Rejected, Strokes

# Pillow refuses texts of more than 1 MiB.
_LONGEST_TEXT = 1_000_000
_DIGITS = tuple("0123456789")


class Pictures(DigitFile):
    """One digit a picture, such as ``practice/3/000042.png``, or a sheet of them.

    The folder names the digit. The folder above it may name the part.
    """

    name = "png"
    kinds = frozenset({Kind.PICTURE})
    written_as = "png"

    def read(self, place: Place, inventory: Inventory) -> Iterator[Sample | Rejected]:
        """Read a photo of a collection sheet, or a picture of one digit.

        The boxes of the sheet say which digit each is, otherwise the user's folder that holds
        the picture. A small picture is one digit; in a larger one the digit is searched for,
        and there must be exactly one.
        """
        for page in read_pages(place.path, inventory):
            try:
                yield from _read_page(page, place, inventory)
            except ClassroomError as error:
                if page.of == 1:
                    raise
                inventory.expect(1)
                yield Rejected(page.item(place.name), str(error))

    def digits(self, place: Place, inventory: Inventory) -> Iterator[DigitOnPage | Rejected]:
        """Read all digits of a photo, a sheet or a small picture, with labels or without."""
        for page in read_pages(place.path, inventory):
            item = page.item(place.name)
            try:
                seen = sheet_on(page) or digits_on(page)
            except ClassroomError as error:
                inventory.expect(1)
                yield Rejected(item, str(error))
                continue
            inventory.expect(len(seen.found))
            for why in seen.left_out:
                inventory.leave_out(item, why)
            for digit in seen.found:
                yield DigitOnPage(page.number, digit)

    def write(self, samples: Sequence[Sample], path: Path, name: str) -> list[str]:
        """Write each sample as a PNG file, in a folder for each part and digit."""
        for part in PARTS:
            for label in range(10):
                (path / part / str(label)).mkdir(parents=True)
        too_long = 0
        for number, sample in enumerate(samples, start=1):
            texts = {
                "writer": sample.writer,
                "part": sample.part or "",
                "created": time_text(sample),
                "origin": sample.origin,
            }
            if sample.strokes:
                texts["strokes"] = strokes_text(sample.strokes)
            if len(texts.get("strokes", "")) > _LONGEST_TEXT:
                del texts["strokes"]
                too_long += 1
            info = PngInfo()
            for key, text in texts.items():
                info.add_text(key, text, zip=key == "strokes")
            file = path / texts["part"] / str(sample.label) / f"{number:06}.png"
            Image.fromarray(sample.image).save(file, pnginfo=info)
        if not too_long:
            return []
        return [
            ngettext(
                "png: the strokes of {count} sample were too long for the file.",
                "png: the strokes of {count} samples were too long for the files.",
                too_long,
            ).format(count=too_long)
        ]


def _read_page(
    page: PicturePage, place: Place, inventory: Inventory
) -> Iterator[Sample | Rejected]:
    item = page.item(place.name)
    sheet = sheet_on(page)
    if sheet is not None:
        yield from _of_sheet(sheet, item, inventory)
        return
    label = place.folders[-1] if place.folders else ""
    if label not in _DIGITS:
        inventory.expect(1)
        yield Rejected(item, _no_label())
        return
    icon = is_icon(page.grey)
    grey = page.grey if icon else _only_digit(page, item, inventory)
    inventory.expect(1)
    folders = place.folders[:-1]
    part = folders[-1].lower() if folders else ""
    yield to_sample(
        item,
        int(label),
        grey=grey,
        strokes=_read_strokes(page.texts.get("strokes")),
        writer=page.texts.get("writer"),
        part=part if part in PART_NAMES else page.texts.get("part"),
        created=page.texts.get("created"),
        origin=page.texts.get("origin"),
        own=is_own(page),
        as_seen=not icon,
        group="/".join(folders[:-1] if part in PART_NAMES else folders),
    )


def _only_digit(page: PicturePage, item: str, inventory: Inventory) -> Grey:
    """Return the image of the one digit in a larger picture."""
    seen = digits_on(page)
    if len(seen.found) != 1:
        raise ClassroomError(
            ngettext(
                "{name} holds {count} digit, and one was expected.",
                "{name} holds {count} digits, and one was expected. Cut it up.",
                len(seen.found),
            ).format(name=item, count=len(seen.found))
        )
    for why in seen.left_out:
        inventory.leave_out(item, why)
    return seen.found[0].image


def _of_sheet(sheet: PageDigits, item: str, inventory: Inventory) -> Iterator[Sample | Rejected]:
    inventory.expect(len(sheet.found))
    for why in sheet.left_out:
        inventory.leave_out(item, why)
    for number, digit in enumerate(sheet.found, start=1):
        assert digit.label is not None
        name = _("{name}, digit {number}").format(name=item, number=number)
        yield to_sample(
            name, digit.label, grey=digit.image, writer=sheet.writer, origin="photo", own=True
        )


def _no_label() -> str:
    """Return the sentence for a picture without a label."""
    return _(
        "Nothing says which digit this is. Put it into a folder that is named as the digit alone, "
        "0 to 9 (3, not three or digit_3); a photo of a collection sheet has to show all four "
        "corner marks."
    )


def _read_strokes(text: str | None) -> Strokes | None:
    try:
        return parse_strokes_text(text) if text else None
    except (ClassroomError, ValueError, RecursionError):
        return None
