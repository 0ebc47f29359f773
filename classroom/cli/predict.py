"""What the command ``predict`` does."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.catalogue import BASELINES, NETWORK
from classroom.cli.terminal import Teller, tell
from classroom.cli.wording import refusal
from classroom.datasets.prediction_input import DigitPage, read_digits
from classroom.datasets.user_paths import expanded
from classroom.engine.jobs import Job
from classroom.errors import ClassroomError, NothingDone
from classroom.i18n import _
from classroom.preprocessing import touching_digits
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.strokes import Rejected

if TYPE_CHECKING:
    from classroom.engine.workbench import Workbench

Answer = dict[str, Any]


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
    from classroom.engine.workbench import Workbench

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


def _apart(
    pages: Sequence[DigitPage], workbench: "Workbench"
) -> list[tuple[DigitPage, FoundDigit]]:
    """Return all digits, those that touch cut apart where the CNN is surer of the halves."""
    if not any(digit.splits for page in pages for digit in page.found):
        return [(page, digit) for page in pages for digit in page.found]
    asked = [touching_digits.images_to_classify(page.found) for page in pages]
    answers = workbench.classifier(NETWORK).predict_proba(np.concatenate(asked))
    answers_by_page = np.split(answers, np.cumsum([len(images) for images in asked])[:-1])
    return [
        (page, digit)
        for page, said in zip(pages, answers_by_page, strict=True)
        for digit in touching_digits.resolved(page.found, said)
    ]


# --- reading -----------------------------------------------------------------------------
def _read(paths: Sequence[Path]) -> tuple[list[DigitPage], list[Rejected]]:
    """Read files, folders and patterns; return what is on them, and what cannot be read."""
    given, unmatched = expanded(paths)
    pages, rejected = read_digits(given)
    return pages, unmatched + rejected
