"""Digits as pictures in folders, ``practice/3/000042.png``, and photos of collection sheets.

The folder names the digit, and the one above it, where it does, the part. The
PNG files that are written here hold the rest in text chunks (PNG
specification, section 11.3.4): writer, part, created, origin and strokes.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from classroom.dataset import PARTS, Sample
from classroom.digits import LARGEST_ICON
from classroom.errors import ClassroomError
from classroom.formats import PART_NAMES, time_text, to_sample
from classroom.i18n import _, ngettext
from classroom.photos import find_digits
from classroom.picture_files import read_image
from classroom.sheet_reading import read_sheet
from classroom.strokes import Rejected, Strokes, parse_strokes

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
# Pillow reads no longer text than 1 MiB.
_LONGEST_TEXT = 1_000_000
# What `write_pictures` says in every file.
_OWN_TEXTS = {"writer", "part", "created", "origin"}


def read_picture(path: Path, name: str) -> Iterator[Sample | Rejected]:
    """Read a photo of a collection sheet, or a picture of one digit.

    Which digit it is, the sheet's boxes say, or the folder that the picture
    lies in. A small picture is one digit; in a larger one the digit is looked
    for, and there must be exactly one.

    Raises
    ------
    ClassroomError
        While iterating: no sheet and no such folder, not a picture, no digit
        or several.
    """
    folder = path.absolute().parent
    if len(folder.name) != 1 or folder.name not in "0123456789":
        yield from _read_sheet(path, name)
        return
    grey = read_image(path)
    texts = _read_texts(path)
    if max(grey.shape) > LARGEST_ICON:
        found = find_digits(grey)
        if len(found) != 1:
            raise ClassroomError(
                ngettext(
                    "{name} holds {count} digit, and one was expected.",
                    "{name} holds {count} digits, and one was expected. Cut it up.",
                    len(found),
                ).format(name=name, count=len(found))
            )
        grey = found[0].image
    part = folder.parent.name
    yield to_sample(
        name,
        int(folder.name),
        grey=grey,
        strokes=_read_strokes(texts.get("strokes")),
        writer=texts.get("writer"),
        part=part if part.lower() in PART_NAMES else texts.get("part"),
        created=texts.get("created"),
        origin=texts.get("origin"),
        own=texts.keys() >= _OWN_TEXTS,
    )


def _read_sheet(path: Path, name: str) -> Iterator[Sample | Rejected]:
    sheet = read_sheet(read_image(path))
    if sheet is None:
        raise ClassroomError(
            _(
                "Nothing says which digit {name} is. Put it into a folder that is named as the "
                "digit, 0 to 9; a photo of a collection sheet has to show all four corner marks."
            ).format(name=name)
        )
    for digit in sheet.found:
        assert digit.label is not None
        yield to_sample(
            name, digit.label, grey=digit.image, writer=sheet.writer, origin="photo", own=True
        )


def _read_texts(path: Path) -> dict[str, str]:
    """Return the texts of a PNG file; none for other pictures, or where they are damaged."""
    try:
        with Image.open(path, formats=("PNG",)) as picture:
            return dict(picture.text) if isinstance(picture, PngImageFile) else {}
    # Pillow's readers raise almost anything for a damaged file.
    except Exception:
        return {}


def _read_strokes(text: str | None) -> Strokes | None:
    try:
        return parse_strokes(json.loads(text)) if text else None
    except (ClassroomError, ValueError, RecursionError):
        return None


def write_pictures(samples: Sequence[Sample], folder: Path) -> int:
    """Write each sample as a PNG file below a folder.

    Returns
    -------
    int
        How many had strokes too long for a PNG file; these lack them.
    """
    for part in PARTS:
        for label in range(10):
            (folder / part / str(label)).mkdir(parents=True)
    too_long = 0
    for number, sample in enumerate(samples, start=1):
        texts = {
            "writer": sample.writer,
            "part": sample.part or "",
            "created": time_text(sample),
            "origin": sample.origin,
        }
        if sample.strokes:
            texts["strokes"] = json.dumps(sample.strokes, separators=(",", ":"))
        if len(texts.get("strokes", "")) > _LONGEST_TEXT:
            del texts["strokes"]
            too_long += 1
        info = PngInfo()
        for key, text in texts.items():
            info.add_text(key, text, zip=key == "strokes")
        file = folder / texts["part"] / str(sample.label) / f"{number:06}.png"
        Image.fromarray(sample.image).save(file, pnginfo=info)
    return too_long
