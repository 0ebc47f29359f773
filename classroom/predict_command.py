"""What the command ``predict`` does."""

import argparse
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom import touching
from classroom.catalogue import BASELINES, NETWORK
from classroom.digit_files import read_digits
from classroom.errors import ClassroomError, NothingDone
from classroom.file_kinds import Kind, kind_of
from classroom.i18n import _
from classroom.idx_pairs import paired
from classroom.jobs import Job
from classroom.patterns import expanded
from classroom.photos import FoundDigit
from classroom.places import Place
from classroom.strokes import Rejected
from classroom.terminal import Teller, tell
from classroom.wording import refusal

if TYPE_CHECKING:
    from classroom.workbench import Workbench

Answer = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Page:
    """A page of a file, from 1, and the digits on it."""

    file: str
    number: int
    found: list[FoundDigit]


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
    images = np.stack([digit.image for _page, digit in found])
    answers = {
        name: workbench.classifier(name).predict_proba(images) for name in options.classifier
    }
    return {
        "version": workbench.version.number,
        "fallback": asdict(workbench.fallback) if workbench.fallback else None,
        "digits": [
            {
                "file": page.file,
                "page": page.number,
                "box": list(digit.box) if digit.box else None,
                "predictions": {
                    name: {
                        "digit": int(rows[row].argmax()),
                        "probabilities": [float(value) for value in rows[row]],
                    }
                    for name, rows in answers.items()
                },
            }
            for row, (page, digit) in enumerate(found)
        ],
        "rejected": [asdict(one) for one in rejected],
    }


def _apart(pages: Sequence[Page], workbench: "Workbench") -> list[tuple[Page, FoundDigit]]:
    """Return all digits, those that touch cut apart where the CNN is surer of the halves."""
    if not any(digit.splits for page in pages for digit in page.found):
        return [(page, digit) for page in pages for digit in page.found]
    asked = [touching.questions(page.found) for page in pages]
    answers = workbench.classifier(NETWORK).predict_proba(np.concatenate(asked))
    answers_by_page = np.split(answers, np.cumsum([len(images) for images in asked])[:-1])
    return [
        (page, digit)
        for page, said in zip(pages, answers_by_page, strict=True)
        for digit in touching.resolved(page.found, said)
    ]


# --- reading -----------------------------------------------------------------------------
def _read(paths: Sequence[Path]) -> tuple[list[Page], list[Rejected]]:
    """Read files, folders and patterns; return what is on them, and what cannot be read."""
    given, rejected = expanded(paths)
    pages: list[Page] = []
    with tempfile.TemporaryDirectory(prefix="classroom-") as scratch:
        for number, path in enumerate(_without_labels(given)):
            folder = Path(scratch, str(number))
            folder.mkdir()
            try:
                read = read_digits(path, folder)
            except ClassroomError as error:
                rejected.append(Rejected(str(path), str(error)))
                continue
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            rejected += read.left_out
            for (file, page), group in groupby(read.digits, lambda one: (one.file, one.page)):
                found = [one.digit for one in group]
                pages.append(Page(_as_given(path, file), page, found))
    return pages, rejected


def _without_labels(given: Sequence[Path]) -> list[Path]:
    """Leave out the labels of IDX images that are given, too: both are read as one."""
    places = defaultdict(list)
    for path in given:
        places[kind_of(path)].append(Place.of_file(path))
    pairs, _images, _labels = paired(places[Kind.IDX_IMAGES], places[Kind.IDX_LABELS])
    labels = {pair.labels.path for pair in pairs}
    return [path for path in given if path not in labels]


def _as_given(path: Path, file: str) -> str:
    """Return the name of a file, which begins with the last part of a path, with all of it."""
    place = Place.of_folder(path) if path.is_dir() else Place.of_file(path)
    return str(path) + file.removeprefix(place.name)
