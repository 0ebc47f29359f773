"""What the command ``predict`` does."""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom import digits, photos, picture_files, sheet_reading, touching
from classroom.catalogue import BASELINES, NETWORK
from classroom.errors import ClassroomError, NothingDone
from classroom.file_kinds import Kind
from classroom.file_refusals import check_readable
from classroom.i18n import _
from classroom.jobs import Job
from classroom.patterns import expanded
from classroom.strokes import Rejected
from classroom.terminal import Teller, tell
from classroom.wording import refusal

if TYPE_CHECKING:
    from classroom.workbench import Workbench

Answer = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Page:
    """A file, or a page of it, and the digits on it."""

    file: str
    found: list[photos.FoundDigit]


def predict(options: argparse.Namespace, home: Path) -> Answer:
    """``predict``: recognise every digit in every file, in reading order.

    What cannot be read is named at the end, and does not keep the rest from
    being recognised.

    Raises
    ------
    ClassroomError
        There is no digit in any file, or a classifier cannot answer.
    """
    # All files are read first: a wrong name costs a moment, not the loading of a network.
    pages, rejected = _read(options.files)
    if not any(page.found for page in pages):
        whys = [refusal(one.item, one.why) for one in rejected]
        if len(whys) == 1:
            raise ClassroomError(whys[0])
        raise NothingDone(_("No digit was recognised."), whys)
    from classroom.workbench import Workbench

    workbench = Workbench(home, options.checksums)
    workbench.load_network()
    if set(options.classifier) & set(BASELINES):
        workbench.prepare(Job(Teller()))
    if workbench.fallback:
        tell(workbench.fallback.sentence)
    found = _apart(pages, workbench)
    images = np.stack([digit.image for _file, digit in found])
    answers = {
        name: workbench.classifier(name).predict_proba(images) for name in options.classifier
    }
    return {
        "version": workbench.version.number,
        "fallback": asdict(workbench.fallback) if workbench.fallback else None,
        "digits": [
            {
                "file": file,
                "box": list(digit.box) if digit.box else None,
                "predictions": {
                    name: {
                        "digit": int(rows[row].argmax()),
                        "probabilities": [float(value) for value in rows[row]],
                    }
                    for name, rows in answers.items()
                },
            }
            for row, (file, digit) in enumerate(found)
        ],
        "rejected": [asdict(one) for one in rejected],
    }


def _apart(pages: Sequence[Page], workbench: "Workbench") -> list[tuple[str, photos.FoundDigit]]:
    """Return all digits, those that touch cut apart where the CNN is surer of the halves."""
    if not any(digit.splits for page in pages for digit in page.found):
        return [(page.file, digit) for page in pages for digit in page.found]
    asked = [touching.questions(page.found) for page in pages]
    answers = workbench.classifier(NETWORK).predict_proba(np.concatenate(asked))
    answers_by_page = np.split(answers, np.cumsum([len(images) for images in asked])[:-1])
    return [
        (page.file, digit)
        for page, said in zip(pages, answers_by_page, strict=True)
        for digit in touching.resolved(page.found, said)
    ]


# --- reading -----------------------------------------------------------------------------
def _read(paths: Sequence[Path]) -> tuple[list[Page], list[Rejected]]:
    """Read files, folders and patterns; return what is on them, and what cannot be read."""
    given, rejected = expanded(paths)
    pages = []
    for path in given:
        for file in _files_in(path) if path.is_dir() else [path]:
            try:
                found = _digits_of(file, rejected)
            except ClassroomError as error:
                rejected.append(Rejected(str(file), str(error)))
            else:
                pages.append(Page(str(file), found))
    return pages, rejected


def _files_in(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        # what starts with a dot is the system's own
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        yield from (Path(at) / each for each in sorted(files) if not each.startswith("."))


def _digits_of(path: Path, rejected: list[Rejected]) -> list[photos.FoundDigit]:
    """Return the digits of a file; lines that cannot be read join those that are rejected."""
    kind = check_readable(path, path.name)
    if kind is Kind.PICTURE:
        picture = picture_files.read_image(path)
        sheet = sheet_reading.read_sheet(picture)
        return sheet.found_in_photo() if sheet else photos.find_digits(picture)
    if kind is not Kind.STROKES:
        raise ClassroomError(
            _("{name} is neither a picture nor strokes. Import it, and look at My digits.").format(
                name=path.name
            )
        )
    found, bad = [], []
    for line in digits.read_strokes_file(path):
        if isinstance(line, digits.Rejected):
            bad.append(line)
        else:
            found.append(photos.FoundDigit(digits.from_strokes(line.strokes), None))
    rejected += bad
    if not found and not bad:
        raise ClassroomError(
            _("{file} holds no strokes; one digit a line was expected.").format(file=path)
        )
    return found
