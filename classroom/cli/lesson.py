"""The whole lesson without a hand on the mouse: through the real window, by its own events.

Draws the strokes that ship with the program, keeps them, retrains, compares,
and writes what came of it into a report. It is what a teacher shows first, and
the test of everything from the pen to the plots.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from classroom.cli import window
from classroom.datasets import mnist
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.machine import Machine
from classroom.preprocessing.digits import read_strokes_file
from classroom.preprocessing.strokes import StrokesLine
from classroom.reports.lesson_findings import Findings, PlayedStep
from classroom.reports.lesson_report import write
from classroom.reports.pages import cannot_write

STROKES = Path(__file__).parent.parent / "assets" / "lesson.jsonl"
MNIST_COUNT = 10_000


@dataclass(frozen=True)
class LessonResult:
    """Where the report is, and the steps: each with its ``name``, ``seconds`` and facts."""

    report: Path
    steps: list[dict[str, Any]]


def run(
    home: Path,
    report: Path,
    *,
    mnist_count: int = MNIST_COUNT,
    checksums: mnist.Checksums = mnist.ORIGINAL,
    strokes: Path = STROKES,
    tell: Callable[[str], None] = lambda _step: None,
) -> LessonResult:
    """Play the lesson in a window on `home`, and write the report into the folder `report`.

    A second lesson on the same home draws the same digits; the store knows
    them, and keeps none of them twice.

    Parameters
    ----------
    home : Path
    report : Path
        The folder for ``report.html`` and its pictures; made if it is not there.
    mnist_count : int
        How many MNIST digits the comparison trains on.
    checksums : mnist.Checksums
        What MNIST must be.
    strokes : Path
        A strokes file; each line has a label and a writer.
    tell : callable
        Takes the name of each step when it begins.

    Raises
    ------
    ClassroomError
        There is no display, the report cannot be written, or a step did not
        come to its end; the sentence names the step.
    """
    lines = _labelled(strokes)
    _make_folder(report)
    moment = datetime.now().astimezone()
    findings, played = _play(home, checksums, lines, mnist_count, tell)
    # What belonged to the window has to be freed by the thread that made it, which is this
    # one; the next collection might come in any other, and wait there for a Tk that is gone.
    gc.collect()
    file = write(report, findings, played, Machine.here(), moment, home)
    steps = [
        {"name": step.name, "seconds": round(step.seconds, 2), **step.facts} for step in played
    ]
    return LessonResult(file, steps)


def _play(
    home: Path,
    checksums: mnist.Checksums,
    lines: Sequence[StrokesLine],
    mnist_count: int,
    tell: Callable[[str], None],
) -> tuple[Findings, list[PlayedStep]]:
    app = window.open_app(home, checksums)
    # Not before the window has opened: only then there is a tkinter for certain.
    from classroom.ui.lesson.story import Lesson

    lesson = Lesson(app, lines, mnist_count, tell)
    return lesson.play(), lesson.played


def _labelled(strokes: Path) -> Sequence[StrokesLine]:
    lines = [line for line in read_strokes_file(strokes) if isinstance(line, StrokesLine)]
    labelled = [line for line in lines if line.label is not None]
    if not labelled:
        raise ClassroomError(
            _("{file} holds no digit with a label, so there is nothing to draw.").format(
                file=strokes
            )
        )
    return labelled


def _make_folder(report: Path) -> None:
    """Make the report's folder, and see now, not after minutes, whether it can be written."""
    trial = report / "report.html.part"
    try:
        report.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise cannot_write(report, error) from error
