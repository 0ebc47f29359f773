"""The zip that a student hands in: everything, readable with any program.

``practice/3/000042.png`` and so on are the images, ``samples.jsonl`` says of
each in one line what else is known: label, writer, part, time, origin and
strokes. ``about.json`` names the format and counts the samples. The same files
unpacked in a folder are read as well.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from classroom import archives
from classroom.datasets.sample import Sample
from classroom.datasets.sample_json import from_values, to_line, to_values
from classroom.errors import ClassroomError
from classroom.hand_in import ABOUT, LINES
from classroom.i18n import _
from classroom.preprocessing.digits import SIDE
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import LONGEST_LINE

FORMAT = 1
SAMPLES_AT_MOST = 200_000
NOTE = "README.txt"
_IMAGE_NAME = re.compile(r"(practice|exam)/[0-9]/[0-9]{1,9}\.png")
_IMAGE_AT_MOST = 64 * 1024
_ABOUT_AT_MOST = 64 * 1024
# The same samples give the same file.
_MOMENT = (1980, 1, 1, 0, 0, 0)

Opener = Callable[[str], IO[bytes]]


def write_zip(samples: Sequence[Sample], path: Path) -> None:
    """Write samples, as the store gives them, into a zip file."""
    about = {"program": "Digit Classroom", "format": FORMAT, "samples": len(samples)}
    note = _(
        "Handwritten digits from Digit Classroom: the images, and in samples.jsonl one line for\n"
        "each with its label, writer, part, time, origin and strokes.\n"
        "To join them to others: My digits, Import; or python main.py dataset import FILE.\n"
    )
    with zipfile.ZipFile(path, "w") as archive:
        _put(archive, NOTE, note.encode())
        _put(archive, ABOUT, json.dumps(about, indent=1).encode())
        names = [
            f"{sample.part}/{sample.label}/{number:06}.png"
            for number, sample in enumerate(samples, start=1)
        ]
        with archive.open(_info(LINES), "w", force_zip64=True) as lines:
            for name, sample in zip(names, samples, strict=True):
                lines.write(_line(name, sample))
        for name, sample in zip(names, samples, strict=True):
            png = io.BytesIO()
            Image.fromarray(sample.image).save(png, "PNG")
            _put(archive, name, png.getvalue())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MOMENT)
    # a PNG is packed already
    info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_info(name), content)


def _line(name: str, sample: Sample) -> bytes:
    return to_line({"image": name, **to_values(sample)})


def read_archive(archive: zipfile.ZipFile, prefix: str, inventory: Inventory) -> list[Sample]:
    """Read what a student has handed in; see `read_hand_in`."""
    members = [info.filename for info in archive.infolist() if not info.is_dir()]
    inventory.found(*(each.removeprefix(prefix) for each in members if not _is_hidden(each)))
    return read_hand_in(lambda member: archive.open(prefix + member), inventory)


def read_folder(folder: Path, inventory: Inventory) -> list[Sample]:
    """Read an unpacked hand-in; see `read_hand_in`."""
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    inventory.found(*sorted(each for each in files if not _is_hidden(each)))
    return read_hand_in(lambda member: (folder / member).open("rb"), inventory)


def _is_hidden(member: str) -> bool:
    """Say whether a file is the system's own."""
    parts = member.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") for part in parts)


def read_hand_in(opener: Opener, inventory: Inventory) -> list[Sample]:
    """Read all samples: all of them are as they were written, or none is taken.

    Parameters
    ----------
    opener : callable
        Opens ``about.json``, ``samples.jsonl`` or an image that it names.
    inventory : Inventory
        It notes which files are read; somebody may have added others.

    Raises
    ------
    ClassroomError
        It is damaged, was changed, or is of a newer program.
    """
    name = inventory.name
    try:
        with opener(ABOUT) as file:
            about = json.loads(file.read(_ABOUT_AT_MOST))
        if about["format"] != FORMAT:
            raise ClassroomError(
                _("{name} was written by a newer Digit Classroom. Update this one.").format(
                    name=name
                )
            )
        samples = []
        for number, line in enumerate(_lines(opener), start=1):
            if number > SAMPLES_AT_MOST:
                raise ValueError("more samples than anybody writes")
            try:
                value = json.loads(line)
                samples.append(_sample(value, opener))
                inventory.read(value["image"])
            except ClassroomError as error:
                raise ClassroomError(f"{name}: {error}") from error
        if len(samples) != about["samples"]:
            raise ValueError("samples are missing")
        inventory.read(ABOUT, LINES, NOTE)
        return samples
    except (*archives.UNREADABLE, TypeError, SyntaxError, Image.DecompressionBombError) as error:
        raise ClassroomError(
            _(
                "{name} is damaged: what it says does not fit what is in it. "
                "Ask for it again, as Hand in has written it."
            ).format(name=name)
        ) from error


def _lines(opener: Opener) -> Iterator[bytes]:
    with io.BufferedReader(opener(LINES)) as file:  # type: ignore[type-var]
        while line := file.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise ValueError("a line far too long")
            yield line


def _sample(line: dict[str, Any], opener: Opener) -> Sample:
    """Return the sample of one line; raise as `from_values` does."""
    name = line["image"]
    if not isinstance(name, str) or not _IMAGE_NAME.fullmatch(name):
        raise ValueError("not the name of an image")
    return from_values(line, _image(name, opener))


def _image(name: str, opener: Opener) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    with opener(name) as file:
        content = file.read(_IMAGE_AT_MOST + 1)
    if len(content) > _IMAGE_AT_MOST:
        raise ValueError("a far too long image")
    with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
        if picture.size != (SIDE, SIDE) or picture.mode != "L":
            raise ValueError("not 28x28 grey levels")
        return np.array(picture, np.uint8)
