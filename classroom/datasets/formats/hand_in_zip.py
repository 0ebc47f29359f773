"""The zip that a student hands in, with everything that is known, readable with any program."""

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
from classroom.datasets.formats.base import HandedIn
from classroom.datasets.sample import Sample
from classroom.datasets.sample_json import from_values, to_line, to_values
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.hand_in import ABOUT, LINES, is_hand_in, prefix_in
from classroom.i18n import _
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.images import SIDE
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import LONGEST_LINE

FORMAT = 1
SAMPLES_AT_MOST = 200_000
NOTE = "README.txt"
_IMAGE_NAME = re.compile(r"(practice|exam)/[0-9]/[0-9]{1,9}\.png")
_IMAGE_AT_MOST = 64 * 1024
_ABOUT_AT_MOST = 64 * 1024
# The time stamp of every file in the zip, so that the same samples give the same zip.
_MOMENT = (1980, 1, 1, 0, 0, 0)

Opener = Callable[[str], IO[bytes]]


class HandInZip(HandedIn):
    """Images such as ``practice/3/000042.png``, and a line of JSON about each.

    ``samples.jsonl`` has the label, writer, part, time, origin and strokes of each image.
    ``about.json`` names the format and counts the samples. The same files are read where
    somebody has unpacked the zip into a folder.
    """

    name = "zip"
    kinds = frozenset({Kind.HAND_IN})
    endings = (".zip",)
    written_as = "digits.zip"

    def in_folder(self, folder: Path) -> Path | None:
        """Return the folder, if it holds what was in such a zip."""
        return folder if is_hand_in(folder) else None

    def read(self, place: Place, inventory: Inventory, scratch: Callable[[], Path]) -> list[Sample]:
        """Read all samples of a zip, or of a folder that it was unpacked to."""
        if place.path.is_dir():
            return _read_folder(place.path, inventory)
        with archives.opened(place.path, place.name) as archive:
            return _read_archive(archive, inventory)

    def write(self, samples: Sequence[Sample], path: Path, name: str) -> list[str]:
        """Write a zip file."""
        about = {"program": "Digit Classroom", "format": FORMAT, "samples": len(samples)}
        note = _(
            "Handwritten digits from Digit Classroom: the images, and in samples.jsonl one line "
            "for\neach with its label, writer, part, time, origin and strokes.\n"
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
        return []


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MOMENT)
    # A PNG is compressed already.
    info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_info(name), content)


def _line(name: str, sample: Sample) -> bytes:
    return to_line({"image": name, **to_values(sample)})


def _read_archive(archive: zipfile.ZipFile, inventory: Inventory) -> list[Sample]:
    members = [info.filename for info in archive.infolist() if not info.is_dir()]
    prefix = prefix_in(members) or ""
    inventory.found(*(each.removeprefix(prefix) for each in members if not _is_hidden(each)))
    return _read_samples(lambda member: archive.open(prefix + member), inventory)


def _read_folder(folder: Path, inventory: Inventory) -> list[Sample]:
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    inventory.found(*sorted(each for each in files if not _is_hidden(each)))
    return _read_samples(lambda member: (folder / member).open("rb"), inventory)


def _is_hidden(member: str) -> bool:
    """Whether a file was added by the operating system."""
    parts = member.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") for part in parts)


def _read_samples(opener: Opener, inventory: Inventory) -> list[Sample]:
    """Read all samples; raise `ClassroomError` unless all are as they were written.

    Parameters
    ----------
    opener : callable
        Opens ``about.json``, ``samples.jsonl`` or an image that it names.
    inventory : Inventory
        It notes which files are read, because somebody may have added others.
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
    """Yield the lines of ``samples.jsonl``; `ValueError` for one that is far too long."""
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
