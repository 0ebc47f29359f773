"""The command ``lesson``: play the whole lesson in the real window, and report on it.

It draws the strokes that ship with the program, keeps them, retrains and compares. A
teacher can show it; a test runs it as the end-to-end test of the program.
"""

import argparse
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.cli import window
from classroom.cli.arguments import add_mnist
from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import count_and_fingerprint
from classroom.cli.stopping import StopSentence, watch_file
from classroom.cli.terminal import tell
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.datasets.mnist_files import Checksums
    from classroom.preprocessing.strokes import StrokesLine
    from classroom.reports.lesson_findings import Findings, PlayedStep

STROKES = Path(__file__).parents[2] / "assets" / "lesson.jsonl"


@dataclass(frozen=True)
class LessonPlayed(Answer):
    """The file of the report, and the steps: each with its ``name``, ``seconds`` and facts."""

    report: Path
    steps: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return the file and the steps."""
        return {"report": str(self.report), "steps": self.steps}

    def as_text(self) -> list[str]:
        """Return where the report is."""
        return [_("The lesson's report: {report}").format(report=self.report)]


class PlayLesson(Command):
    """Plays the lesson."""

    name = "lesson"
    help = _("run the whole lesson by itself, write a report")
    rank = 100

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--report`` and ``--mnist``."""
        parser.add_argument(
            "--report",
            type=Path,
            default=Path("report"),
            metavar="DIR",
            help=_("the folder for report.html and its pictures (default: %(default)s)"),
        )
        add_mnist(parser)

    def run(self, options: argparse.Namespace, home: Path) -> LessonPlayed:
        """Open the window, play the lesson, and write the report."""
        return play(
            home,
            options.report,
            mnist_count=options.mnist,
            checksums=options.checksums,
            announce=tell,
        )

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the report was written, and which digits are kept."""
        missing = _("Stopped; the report was not written.")
        written = watch_file(options.report / "report.html", missing)
        before = count_and_fingerprint(home)[0]

        def say() -> str:
            kept = count_and_fingerprint(home)[0] - before
            digits = ngettext(
                "{n:,} digit that it has drawn is kept.",
                "{n:,} digits that it has drawn are kept.",
                kept,
            ).format(n=kept)
            return f"{written()} {digits}" if kept else written()

        return say


def play(
    home: Path,
    report: Path,
    *,
    mnist_count: int,
    checksums: "Checksums",
    announce: Callable[[str], None],
    strokes: Path = STROKES,
) -> LessonPlayed:
    """Play the lesson in a window on `home`, and write the report into the folder `report`.

    A second lesson on the same home draws the same digits; the store recognises
    them, and keeps none of them twice.

    Parameters
    ----------
    home : Path
    report : Path
        The folder for ``report.html`` and its pictures; it is made where it is missing.
    mnist_count : int
        How many MNIST digits the comparison trains on.
    checksums : Checksums
        What MNIST must be.
    announce : callable
        Takes the name of each step when it begins.
    strokes : Path
        A strokes file; each line has a label and a writer.

    Raises
    ------
    ClassroomError
        There is no display, the report cannot be written, or a step did not
        come to its end; the sentence names the step.
    """
    from classroom.machine import Machine
    from classroom.reports.lesson_report import write

    lines = _labelled(strokes)
    _make_folder(report)
    moment = datetime.now().astimezone()
    findings, played = _play(home, checksums, lines, mnist_count, announce)
    # Objects of tkinter have to be freed by the thread that made them, which is this one. A
    # later collection might run in another thread, and wait there for a Tk that is gone.
    gc.collect()
    file = write(report, findings, played, Machine.here(), moment, home)
    steps = [
        {"name": step.name, "seconds": round(step.seconds, 2), **step.facts} for step in played
    ]
    return LessonPlayed(file, steps)


def _play(
    home: Path,
    checksums: "Checksums",
    lines: "Sequence[StrokesLine]",
    mnist_count: int,
    announce: Callable[[str], None],
) -> "tuple[Findings, list[PlayedStep]]":
    app = window.open_app(home, checksums)
    # Imported after the window has opened, which reports it in a sentence where this
    # Python lacks tkinter.
    from classroom.ui.lesson.story import Lesson

    lesson = Lesson(app, lines, mnist_count, announce)
    return lesson.play(), lesson.played


def _labelled(strokes: Path) -> "Sequence[StrokesLine]":
    """Return the lines of a strokes file that have a label."""
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

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
    """Make the folder of the report; check before the minutes of the lesson that it is writable."""
    from classroom.reports.pages import cannot_write

    trial = report / "report.html.part"
    try:
        report.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise cannot_write(report, error) from error
