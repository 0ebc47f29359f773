"""What the command ``predict`` does."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom import digits, photos, picture_files, sheet_reading, touching
from classroom.catalogue import BASELINES, NETWORK
from classroom.errors import ClassroomError
from classroom.exporting import STROKES_ENDINGS
from classroom.i18n import _
from classroom.jobs import Job
from classroom.terminal import Teller

if TYPE_CHECKING:
    from classroom.workbench import Workbench

Answer = dict[str, Any]
# A file, and the digits in it.
Page = tuple[Path, list[photos.FoundDigit]]


def predict(options: argparse.Namespace, home: Path) -> Answer:
    """``predict``: recognise every digit in every file, in reading order."""
    # All files are read first: a wrong name costs a moment, not the loading of a network.
    pages = [(path, _digits_of(path)) for path in options.files]
    from classroom.workbench import Workbench

    workbench = Workbench(home, options.checksums)
    workbench.load_network()
    if set(options.classifier) & set(BASELINES):
        workbench.prepare(Job(Teller()))
    found = _apart(pages, workbench)
    images = np.stack([digit.image for _path, digit in found])
    answers = {
        name: workbench.classifier(name).predict_proba(images) for name in options.classifier
    }
    return {
        "digits": [
            {
                "file": str(path),
                "box": list(digit.box) if digit.box else None,
                "predictions": {
                    name: {
                        "digit": int(rows[row].argmax()),
                        "probabilities": [float(value) for value in rows[row]],
                    }
                    for name, rows in answers.items()
                },
            }
            for row, (path, digit) in enumerate(found)
        ]
    }


def _apart(pages: Sequence[Page], workbench: "Workbench") -> list[tuple[Path, photos.FoundDigit]]:
    """Return all digits, those that touch cut apart where the CNN is surer of the halves."""
    if not any(digit.splits for _path, found in pages for digit in found):
        return [(path, digit) for path, found in pages for digit in found]
    asked = [touching.questions(found) for _path, found in pages]
    answers = workbench.classifier(NETWORK).predict_proba(np.concatenate(asked))
    answers_by_page = np.split(answers, np.cumsum([len(images) for images in asked])[:-1])
    return [
        (path, digit)
        for (path, found), said in zip(pages, answers_by_page, strict=True)
        for digit in touching.resolved(found, said)
    ]


def _digits_of(path: Path) -> list[photos.FoundDigit]:
    if not path.name.lower().endswith(STROKES_ENDINGS):
        picture = picture_files.read_image(path)
        try:
            sheet = sheet_reading.read_sheet(picture)
            return sheet.found_in_photo() if sheet else photos.find_digits(picture)
        except ClassroomError as error:
            raise ClassroomError(f"{path}: {error}") from error
    found = []
    for line in digits.read_strokes_file(path):
        if isinstance(line, digits.Rejected):
            raise ClassroomError(f"{line.item}: {line.why}")
        found.append(photos.FoundDigit(digits.from_strokes(line.strokes), None))
    if not found:
        raise ClassroomError(
            _("{file} holds no strokes; one digit a line was expected.").format(file=path)
        )
    return found
