"""The runs: every comparison is kept, with all that is needed to show it again.

Each is a folder ``data/runs/0007`` with ``run.json``, what a list has to know,
and ``answers.npz``, each classifier's probabilities. Deleting renames the
folder, so that it can be undone; it is removed for good a day later.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom import __version__, files
from classroom.errors import ClassroomError
from classroom.evaluation.results import DIGITS, Epoch, Evaluation, Result, Score
from classroom.files import read_arrays, write_arrays
from classroom.i18n import _
from classroom.machine import Machine
from classroom.mentions import Mentions

DELETED = ".deleted"
ANSWERS = "answers.npz"
CANNOT_CHANGE = _(
    "The list of runs in {folder} cannot be changed: {why}. "
    "Make room on the disk, or allow writing there."
)
COUNTED = ("mnist", "own", "practice", "exam", "writers")
# Runs that were kept before these were counted are without.
COUNTED_LATER = ("validation", "held_out")
# What reading a file that is something else can raise.
_SENSELESS = (OSError, ValueError, KeyError, TypeError, AttributeError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    """One classifier of a run, without its single answers; see `Result`."""

    classifier: str
    fit_seconds: float
    predict_seconds: float
    mnist_test: Score | None
    own_exam: Score | None
    unseen: Score | None = None
    error: str = ""
    history: tuple[Epoch, ...] = ()


@dataclass(frozen=True)
class Data:
    """What a comparison was made on.

    Attributes
    ----------
    mnist, own : int
        How many digits were trained on.
    samples : str
        The fingerprint of the own samples, see `classroom.datasets.dataset.Dataset.fingerprint`.
    digits : str
        The same for MNIST.
    practice, exam, writers : int
        How many own samples there were, and by how many people.
    labels : tuple of int
        How many of each digit, practice and exam together.
    validation, held_out : int
        On how many digits of MNIST's training set networks were validated, and how many of
        these they would have learned otherwise; 0 in runs that are older than that.
    """

    mnist: int
    own: int
    samples: str
    digits: str
    practice: int = 0
    exam: int = 0
    writers: int = 0
    labels: tuple[int, ...] = ()
    validation: int = 0
    held_out: int = 0

    @property
    def trained_on(self) -> dict[str, int]:
        """How many digits of MNIST and how many own ones were trained on, as `--json` says it."""
        return {"mnist": self.mnist, "own": self.own}


@dataclass(frozen=True)
class Card:
    """What is known of a run without opening its answers.

    Attributes
    ----------
    number : int
        From 1.
    created : str
        Date and time, UTC, ISO 8601.
    seed : int
    data : Data
    rows : tuple of Row
    versions : dict of str to str
        Of the program and of its libraries.
    """

    number: int
    created: str
    seed: int
    data: Data
    rows: tuple[Row, ...]
    versions: dict[str, str] = field(default_factory=dict)

    def fits(self, samples: str) -> bool:
        """Whether the own samples are still those that the run was made on."""
        return self.data.samples == samples


@dataclass(frozen=True, eq=False)
class Run:
    """A run with every answer."""

    card: Card
    results: tuple[Result, ...]


def versions_here() -> dict[str, str]:
    """Return the versions of the program and of its libraries."""
    return {"Digit Classroom": __version__, **Machine.here().libraries}


def keep(home: Path, results: Sequence[Result], seed: int, data: Data) -> Card:
    """Store a run; when this returns, it survives a power cut.

    Raises
    ------
    ClassroomError
        Where the disk does not take it.
    """
    parent = _parent(home)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    with files.writing(parent, CANNOT_CHANGE), files.new_folder(parent) as (folder, number):
        files.sweep(parent, DELETED)
        rows = tuple(_row(result) for result in results)
        card = Card(number, created, seed, data, rows, versions_here())
        write_answers(folder / ANSWERS, results)
        own = next((r.own_exam for r in results if r.own_exam is not None), None)
        writers = list(own.writers) if own is not None else []
        files.write_json(folder / "run.json", {**asdict(card), "exam_writers": writers})
    return card


def _row(result: Result) -> Row:
    scores = {name: getattr(result, name) for name in SETS}
    return Row(
        result.classifier,
        round(result.fit_seconds, 4),
        round(result.predict_seconds, 4),
        **{name: found.score if found else None for name, found in scores.items()},
        error=result.error,
        history=result.history,
    )


def listing(home: Path) -> list[Card]:
    """Return all runs, the oldest first; folders that cannot be read are left out."""
    cards = []
    for path in files.numbered(_parent(home)):
        try:
            cards.append(_card(path)[0])
        except _SENSELESS as error:
            log.warning("run %s cannot be read: %s", path, error)
    return cards


def read(home: Path, number: int) -> Run:
    """Return a run with every answer.

    Raises
    ------
    ClassroomError
        Where it is not there, or damaged.
    """
    path = _folder(home, number)
    if not path.is_dir():
        raise ClassroomError(
            _("Run {number} is not there any more; choose another one.").format(number=number)
        )
    try:
        card, writers = _card(path)
        results = tuple(_result(path / ANSWERS, row, writers) for row in card.rows)
    except _SENSELESS as error:
        raise ClassroomError(
            _("Run {number} is damaged and cannot be shown; compare again.").format(number=number)
        ) from error
    return Run(card, results)


def latest(home: Path) -> Run:
    """Return the last run; `ClassroomError` where there is none."""
    cards = listing(home)
    if not cards:
        raise ClassroomError(_("Nothing has been compared yet. Compare first."))
    return read(home, cards[-1].number)


def _card(path: Path) -> tuple[Card, tuple[str, ...]]:
    """Return what ``run.json`` says, and who wrote each digit of the exam."""
    content = loads((path / "run.json").read_text(encoding="utf-8"))
    data = content["data"]
    card = Card(
        int(path.name),
        datetime.fromisoformat(content["created"]).isoformat(),
        int(content["seed"]),
        Data(
            samples=str(data["samples"]),
            digits=str(data["digits"]),
            labels=tuple(int(count) for count in data["labels"]),
            **{name: int(data[name]) for name in COUNTED},
            **{name: int(data.get(name, 0)) for name in COUNTED_LATER},
        ),
        tuple(_row_of(row) for row in content["rows"]),
        {str(name): str(version) for name, version in content["versions"].items()},
    )
    return card, tuple(str(writer) for writer in content["exam_writers"])


def _row_of(row: Mapping[str, Any]) -> Row:
    scores = {name: row[name] and Score(**row[name]) for name in SETS}
    return Row(
        str(row["classifier"]),
        float(row["fit_seconds"]),
        float(row["predict_seconds"]),
        **scores,
        error=str(row["error"]),
        history=tuple(Epoch(**epoch) for epoch in row["history"]),
    )


def _result(file: Path, row: Row, writers: tuple[str, ...]) -> Result:
    evaluations = {
        name: read_answers(file, name, row.classifier, writers) if getattr(row, name) else None
        for name in SETS
    }
    return Result(
        row.classifier,
        row.fit_seconds,
        row.predict_seconds,
        evaluations["mnist_test"],
        evaluations["own_exam"],
        row.error,
        row.history,
        evaluations["unseen"],
    )


def delete(home: Path, number: int) -> None:
    """Take a run out of the list; `restore` undoes it."""
    path = _folder(home, number)
    with files.writing(path, CANNOT_CHANGE):
        # For a day from now on it can come back.
        os.utime(path)
        path.replace(path.with_name(path.name + DELETED))


def restore(home: Path, number: int) -> None:
    """Bring a deleted run back."""
    path = _folder(home, number)
    with files.writing(path, CANNOT_CHANGE):
        path.with_name(path.name + DELETED).replace(path)


def writers(home: Path) -> set[str]:
    """Return whose digits are in the exam of any run."""
    found: set[str] = set()
    for file in _files(home):
        with suppress(*_SENSELESS):
            found |= {str(writer) for writer in loads(file.read_text("utf-8"))["exam_writers"]}
    return found


def forget_writer(home: Path, mentions: Mentions) -> list[int]:
    """Put "deleted writer 1", or 2, ... in the place of a name, also in runs that are deleted.

    The figures stay: they were measured so.

    Returns
    -------
    list of int
        The numbers of the runs that named the writer.

    Raises
    ------
    ClassroomError
        Where the disk does not take it.
    """
    taken, number = writers(home), 1
    while (nobody := deleted_name(number)) in taken:
        number += 1
    changed = []
    for file in _files(home):
        with files.writing(file, CANNOT_CHANGE):
            if _forget(file, mentions, nobody):
                changed.append(int(file.parent.name[:4]))
    return changed


def deleted_name(number: int) -> str:
    """Return what a writer is called who was deleted."""
    return _("deleted writer {number}").format(number=number)


def _forget(file: Path, mentions: Mentions, nobody: str) -> bool:
    """Take a writer out of a ``run.json``; returns whether there was anything to do."""
    try:
        content = loads(file.read_text(encoding="utf-8"))
        before = content["exam_writers"], [row["error"] for row in content["rows"]]
        after = (
            [nobody if writer == mentions.name else writer for writer in before[0]],
            [mentions.replaced(error, lambda _name: nobody) for error in before[1]],
        )
    except _SENSELESS:
        # It is damaged, and can be shown no more: so much the less may it tell.
        return mentions.overwrite_in(file) > 0
    if before == after:
        return False
    content["exam_writers"] = after[0]
    for row, error in zip(content["rows"], after[1], strict=True):
        row["error"] = error
    files.replace_json(file, content)
    return True


def _files(home: Path) -> list[Path]:
    """Return the ``run.json`` of every run, of deleted and of unfinished ones too."""
    # The first star: a program that was killed may have left a temporary file of `replacing`.
    return sorted(_parent(home).glob(f"{files.PATTERN}*/*run*"))


def _parent(home: Path) -> Path:
    return home / "data" / "runs"


def _folder(home: Path, number: int) -> Path:
    return _parent(home) / f"{number:04d}"


# What a classifier can have been scored on: the attributes of `Result`.
SETS = ("mnist_test", "own_exam", "unseen")


def write_answers(file: Path, results: Sequence[Result]) -> None:
    """Write what each classifier said of each digit."""
    arrays: dict[str, NDArray[Any]] = {}
    for result in results:
        for name in SETS:
            evaluation: Evaluation | None = getattr(result, name)
            if evaluation is None:
                continue
            arrays[f"{name}-{result.classifier}"] = evaluation.probabilities
            which = "exam" if evaluation.ids is not None else "mnist"
            arrays[f"labels-{which}"] = evaluation.labels
            if evaluation.ids is not None:
                arrays["ids-exam"] = evaluation.ids
    write_arrays(file, **arrays)


def read_answers(file: Path, name: str, classifier: str, writers: tuple[str, ...]) -> Evaluation:
    """Return what a classifier said.

    Parameters
    ----------
    file : Path
    name : str
        One of `SETS`.
    classifier : str
    writers : tuple of str
        Who wrote each digit of the exam.

    Raises
    ------
    OSError, ValueError
        Where `file` does not hold it.
    """
    answers = f"{name}-{classifier}"
    if name == "mnist_test":
        arrays = read_arrays(file, **{answers: (np.float32, 2), "labels-mnist": (np.uint8, 1)})
        evaluation = Evaluation(arrays["labels-mnist"], arrays[answers])
    else:
        own = {answers: (np.float32, 2), "labels-exam": (np.uint8, 1), "ids-exam": (np.int64, 1)}
        arrays = read_arrays(file, **own)
        evaluation = Evaluation(arrays["labels-exam"], arrays[answers], arrays["ids-exam"], writers)
        if not len(writers) == len(arrays["ids-exam"]) == len(evaluation.labels):
            raise ValueError("not a writer and a number for each digit")
    if evaluation.probabilities.shape != (len(evaluation.labels), DIGITS):
        raise ValueError("not ten probabilities for each digit")
    if len(evaluation.labels) and evaluation.labels.max() >= DIGITS:
        raise ValueError("a label that is no digit")
    return evaluation
