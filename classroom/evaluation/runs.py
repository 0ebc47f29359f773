"""Stores the runs: every comparison, with all that is needed to show it again.

A run is a folder such as ``data/runs/0007`` with ``run.json``, which holds the summary,
and ``answers.npz``, which holds the probabilities. Deleting renames the folder, so that
it can be undone for a day.
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
# Counts that older runs do not have; there they are 0.
COUNTED_LATER = ("validation", "held_out")
# Errors that reading raises where a file is damaged or holds something else.
_SENSELESS = (OSError, ValueError, KeyError, TypeError, AttributeError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ResultSummary:
    """A `Result` with scores in place of evaluations: no answers to single digits."""

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
    """The data of a comparison.

    Attributes
    ----------
    mnist, own : int
        How many digits were trained on.
    samples : str
        The fingerprint of the own samples, as `Dataset.fingerprint` returns it.
    digits : str
        The fingerprint of MNIST.
    practice, exam, writers : int
        The numbers of own samples of each part, and of their writers.
    labels : tuple of int
        How many own samples there were of each digit, practice and exam together.
    validation : int
        How many digits of MNIST's training set networks were validated on.
    held_out : int
        How many of these were taken out of the training; 0 in older runs.
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
        """The numbers of MNIST digits and own digits trained on, by their keys in JSON."""
        return {"mnist": self.mnist, "own": self.own}


@dataclass(frozen=True)
class RunSummary:
    """A run without the answers to single digits: what a list of runs shows.

    Attributes
    ----------
    number : int
        From 1.
    created : str
        Date and time, UTC, ISO 8601.
    seed : int
    data : Data
    rows : tuple of ResultSummary
        One for each classifier.
    versions : dict of str to str
        The versions of the program and of its libraries.
    """

    number: int
    created: str
    seed: int
    data: Data
    rows: tuple[ResultSummary, ...]
    versions: dict[str, str] = field(default_factory=dict)

    def fits(self, samples: str) -> bool:
        """Whether a fingerprint of the own samples is that of the run's samples."""
        return self.data.samples == samples


@dataclass(frozen=True, eq=False)
class Run:
    """A run with the answers to every digit."""

    summary: RunSummary
    results: tuple[Result, ...]


def versions_here() -> dict[str, str]:
    """Return the versions of the program and of its libraries."""
    return {"Digit Classroom": __version__, **Machine.here().libraries}


def keep(home: Path, results: Sequence[Result], seed: int, data: Data) -> RunSummary:
    """Store a run, and return its summary; when this returns, it survives a power cut.

    Raises
    ------
    ClassroomError
        The run cannot be written.
    """
    parent = _parent(home)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    with files.writing(parent, CANNOT_CHANGE), files.new_folder(parent) as (folder, number):
        files.sweep(parent, DELETED)
        rows = tuple(_result_summary(result) for result in results)
        summary = RunSummary(number, created, seed, data, rows, versions_here())
        write_answers(folder / ANSWERS, results)
        own = next((r.own_exam for r in results if r.own_exam is not None), None)
        writers = list(own.writers) if own is not None else []
        files.write_json(folder / "run.json", {**asdict(summary), "exam_writers": writers})
    return summary


def _result_summary(result: Result) -> ResultSummary:
    scores = {name: getattr(result, name) for name in EVALUATIONS}
    return ResultSummary(
        result.classifier,
        round(result.fit_seconds, 4),
        round(result.predict_seconds, 4),
        **{name: found.score if found else None for name, found in scores.items()},
        error=result.error,
        history=result.history,
    )


def listing(home: Path) -> list[RunSummary]:
    """Return the summaries of all runs, the oldest first; unreadable folders are left out."""
    summaries = []
    for path in files.numbered(_parent(home)):
        try:
            summaries.append(_summary(path)[0])
        except _SENSELESS as error:
            log.warning("run %s cannot be read: %s", path, error)
    return summaries


def read(home: Path, number: int) -> Run:
    """Return a run with the answers to every digit.

    Raises
    ------
    ClassroomError
        There is no such run, or it is damaged.
    """
    path = _folder(home, number)
    if not path.is_dir():
        raise ClassroomError(
            _("Run {number} is not there any more; choose another one.").format(number=number)
        )
    try:
        summary, writers = _summary(path)
        results = tuple(_result(path / ANSWERS, row, writers) for row in summary.rows)
    except _SENSELESS as error:
        raise ClassroomError(
            _("Run {number} is damaged and cannot be shown; compare again.").format(number=number)
        ) from error
    return Run(summary, results)


def latest(home: Path) -> Run:
    """Return the newest run.

    Raises
    ------
    ClassroomError
        There is no run, or it is damaged.
    """
    summaries = listing(home)
    if not summaries:
        raise ClassroomError(_("Nothing has been compared yet. Compare first."))
    return read(home, summaries[-1].number)


def _summary(path: Path) -> tuple[RunSummary, tuple[str, ...]]:
    """Return the summary in ``run.json``, and the writer of each digit of the exam."""
    content = loads((path / "run.json").read_text(encoding="utf-8"))
    data = content["data"]
    summary = RunSummary(
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
        tuple(_result_summary_from_json(row) for row in content["rows"]),
        {str(name): str(version) for name, version in content["versions"].items()},
    )
    return summary, tuple(str(writer) for writer in content["exam_writers"])


def _result_summary_from_json(row: Mapping[str, Any]) -> ResultSummary:
    scores = {name: row[name] and Score(**row[name]) for name in EVALUATIONS}
    return ResultSummary(
        str(row["classifier"]),
        float(row["fit_seconds"]),
        float(row["predict_seconds"]),
        **scores,
        error=str(row["error"]),
        history=tuple(Epoch(**epoch) for epoch in row["history"]),
    )


def _result(file: Path, row: ResultSummary, writers: tuple[str, ...]) -> Result:
    evaluations = {
        name: read_answers(file, name, row.classifier, writers) if getattr(row, name) else None
        for name in EVALUATIONS
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
    """Delete a run; `restore` undoes it."""
    path = _folder(home, number)
    with files.writing(path, CANNOT_CHANGE):
        # The day in which it can be restored begins now.
        os.utime(path)
        path.replace(path.with_name(path.name + DELETED))


def restore(home: Path, number: int) -> None:
    """Restore a deleted run."""
    path = _folder(home, number)
    with files.writing(path, CANNOT_CHANGE):
        path.with_name(path.name + DELETED).replace(path)


def writers(home: Path) -> set[str]:
    """Return the writers of the exam's digits in all runs."""
    found: set[str] = set()
    for file in _files(home):
        with suppress(*_SENSELESS):
            found |= {str(writer) for writer in loads(file.read_text("utf-8"))["exam_writers"]}
    return found


def forget_writer(home: Path, mentions: Mentions) -> list[int]:
    """Replace a writer's name by "deleted writer 1" (or 2, ...) in all runs, deleted ones too.

    The figures stay as they were measured.

    Returns
    -------
    list of int
        The numbers of the runs that named the writer.

    Raises
    ------
    ClassroomError
        A run cannot be written.
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
    """Return the name that stands for a deleted writer."""
    return _("deleted writer {number}").format(number=number)


def _forget(file: Path, mentions: Mentions, nobody: str) -> bool:
    """Take a writer out of a ``run.json``; returns whether it named the writer."""
    try:
        content = loads(file.read_text(encoding="utf-8"))
        before = content["exam_writers"], [row["error"] for row in content["rows"]]
        after = (
            [nobody if writer == mentions.name else writer for writer in before[0]],
            [mentions.replaced(error, lambda _name: nobody) for error in before[1]],
        )
    except _SENSELESS:
        # A damaged file is never shown again, but must not hold the name either.
        return mentions.overwrite_in(file) > 0
    if before == after:
        return False
    content["exam_writers"] = after[0]
    for row, error in zip(content["rows"], after[1], strict=True):
        row["error"] = error
    files.replace_json(file, content)
    return True


def _files(home: Path) -> list[Path]:
    """Return the ``run.json`` of every run, including deleted and unfinished ones."""
    # The first star: a program that was killed may have left a temporary file of `replacing`.
    return sorted(_parent(home).glob(f"{files.PATTERN}*/*run*"))


def _parent(home: Path) -> Path:
    return home / "data" / "runs"


def _folder(home: Path, number: int) -> Path:
    return _parent(home) / f"{number:04d}"


# The attributes of `Result` that are evaluations.
EVALUATIONS = ("mnist_test", "own_exam", "unseen")


def write_answers(file: Path, results: Sequence[Result]) -> None:
    """Write each classifier's probabilities, and the digits' labels and ids, to an npz file."""
    arrays: dict[str, NDArray[Any]] = {}
    for result in results:
        for name in EVALUATIONS:
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
    """Return one evaluation from the file that `write_answers` wrote.

    Parameters
    ----------
    file : Path
    name : str
        One of `EVALUATIONS`.
    classifier : str
    writers : tuple of str
        The writer of each digit of the exam.

    Raises
    ------
    OSError, ValueError
        The file does not hold the evaluation.
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
