"""Writes the report of a lesson, with a picture of each tab.

The command `lesson` calls it; a deleted writer is taken out of reports here.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from classroom import __version__, privacy
from classroom.catalogue import NETWORK, TITLES
from classroom.evaluation.results import DIGITS, Probabilities, Result, Score
from classroom.i18n import _, ngettext
from classroom.machine import Machine
from classroom.preprocessing.digits import from_strokes
from classroom.reports.lesson_findings import Findings, PlayedStep
from classroom.reports.pages import (
    TableCell,
    cannot_write,
    escaped_forms,
    render,
    table_row,
    write_page,
)


def write(
    folder: Path,
    findings: Findings,
    played: Sequence[PlayedStep],
    machine: Machine,
    moment: datetime,
    home: Path | None = None,
) -> Path:
    """Write ``report.html`` into a folder, and beside it each picture as PNG.

    Parameters
    ----------
    folder : Path
        It exists.
    findings : Findings
    played : sequence of PlayedStep
        The steps of the lesson in their order.
    machine : Machine
        The computer that played it.
    moment : datetime
        When it was played.
    home : Path or None
        A home whose templates replace the shipped ones.

    Returns
    -------
    Path
        The path of ``report.html``.

    Raises
    ------
    ClassroomError
        The folder cannot be written.
    """
    text = page(findings, played, machine, moment, home)
    try:
        for name, picture in findings.pictures.items():
            file = folder / f"{name}.png"
            picture.save(file, optimize=True)
            privacy.follow(file, folder)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return write_page(folder, text)


def page(
    findings: Findings,
    played: Sequence[PlayedStep],
    machine: Machine,
    moment: datetime,
    home: Path | None = None,
) -> str:
    """Return the whole report as HTML; parameters as `write` takes them."""
    return render(
        "lesson.html",
        home,
        title=_("What the lesson brought"),
        when=f"{moment:%Y-%m-%d %H:%M}",
        tiles=_tiles(findings),
        shown=_shown(findings),
        shown_names=[_name(name) for name in (findings.shown[0].before if findings.shown else ())],
        version=findings.version,
        line=findings.start.title,
        ledger=[
            table_row(
                _name(line.classifier),
                _change(line.own_exam_before, line.own_exam_after),
                _change(line.mnist_test_before, line.mnist_test_after),
            )
            for line in findings.ledger
        ],
        pictures=_pictures(findings),
        dark_pictures=[
            picture for name, picture in findings.pictures.items() if name.endswith("-dark")
        ],
        steps=[
            *(table_row(step.name, _seconds(step.seconds)) for step in played),
            table_row(_("All of it"), _seconds(sum(step.seconds for step in played))),
        ],
        machine=_machine(machine),
        **comparison(findings.results, findings.trained_on),
    )


def _tiles(findings: Findings) -> list[tuple[str, str]]:
    """Return the key figures at the top of the page, each with what it means."""
    total = findings.practice + findings.exam
    kept = ngettext("{n:,} own digit", "{n:,} own digits", total).format(n=total)
    parts = _("{practice:,} for practice, {exam:,} for the exam; {added:,} of them new").format(
        practice=findings.practice, exam=findings.exam, added=findings.added
    )
    tiles = [(kept, parts), *_fooled(findings)]
    for line in findings.ledger[:1]:
        exam = _("{name}, own exam").format(name=_name(line.classifier))
        tiles.append((_pair(line.own_exam_before, line.own_exam_after), exam))
        test = _("{name}, MNIST test").format(name=_name(line.classifier))
        tiles.append((_percents(line.mnist_test_before, line.mnist_test_after), test))
    return tiles


def _fooled(findings: Findings) -> list[tuple[str, str]]:
    """Return how many of the shown digits that fooled the CNN are right afterwards."""
    wrong = [shown for shown in findings.shown if shown.fooled_before(NETWORK)]
    if not wrong:
        return []
    right = sum(not shown.fooled_after(NETWORK) for shown in wrong)
    text = ngettext(
        "shown digit of the exam that fooled the CNN is right after the retraining",
        "shown digits of the exam that fooled the CNN are right after the retraining",
        len(wrong),
    )
    return [(_("{right} of {wrong}").format(right=right, wrong=len(wrong)), text)]


def _name(classifier: str) -> str:
    return TITLES.get(classifier, classifier)


def _shown(findings: Findings) -> list[tuple[Image.Image, str, list[TableCell]]]:
    """Return the image, the alternative text and the cells of answers of each shown digit."""
    rows = []
    for shown in findings.shown:
        alternative = _by(shown.label, shown.writer)
        answers = [
            _said(said.get(name), shown.label)
            for name in shown.before
            for said in (shown.before, shown.after)
        ]
        rows.append((Image.fromarray(from_strokes(shown.strokes)), alternative, answers))
    return rows


def _by(digit: int, writer: str) -> str:
    """Return the alternative text of a digit's image, by which `forget_writer` finds it."""
    return _("Digit {digit} by {writer}").format(digit=digit, writer=writer)


def forget_writer(file: Path, writer: str) -> bool:
    """Take a writer's name and images out of a report.

    Parameters
    ----------
    file : Path
        A file called ``report.html``; it may be any other page, or unreadable.
    writer : str

    Returns
    -------
    bool
        Whether the report showed digits of the writer.
    """
    try:
        text = before = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    for digit in range(DIGITS):
        gone = html.escape(_("Digit {digit} by a writer who was deleted").format(digit=digit))
        for alternative in escaped_forms(_by(digit, writer)):
            image = rf'<img src="data:image/png;base64,[^"]*" alt="{re.escape(alternative)}">'
            text = re.sub(image, gone, text)
    if text == before:
        return False
    write_page(file.parent, text)
    return True


def _said(probabilities: Probabilities | None, truth: int | None) -> TableCell:
    if probabilities is None:
        return TableCell("–")
    best = int(probabilities.argmax())
    text = _("{digit} · {percent:.0%}").format(digit=best, percent=float(probabilities[best]))
    right = best == truth
    return TableCell(("✓ " if right else "✗ ") + text, "good" if right else "bad")


def _change(before: Score, after: Score) -> TableCell:
    kind = ""
    if before.total and after.total and before.correct != after.correct:
        kind = "good" if after.correct > before.correct else "bad"
    sign = {"good": " ▲", "bad": " ▼", "": ""}[kind]
    return TableCell(_pair(before, after) + sign, kind)


def _pair(before: Score, after: Score) -> str:
    shown = [str(score) if score.total else "–" for score in (before, after)]
    return _("{before} → {after}").format(before=shown[0], after=shown[1])


def _percents(before: Score, after: Score) -> str:
    shown = [f"{score.accuracy:.2%}" if score.total else "–" for score in (before, after)]
    return _("{before} → {after}").format(before=shown[0], after=shown[1])


def comparison(results: Sequence[Result], trained_on: Mapping[str, int]) -> dict[str, Any]:
    """Return the values that the template ``comparison.html`` needs.

    Parameters
    ----------
    results : sequence of Result
    trained_on : mapping of str to int
        The numbers of digits trained on: ``mnist`` and ``own``.
    """
    text = _("Each trained on the same {mnist:,} MNIST digits and {own:,} own practice digits.")
    return {
        "trained_on": text.format(mnist=trained_on.get("mnist", 0), own=trained_on.get("own", 0)),
        "comparison": [table_row(*_row(result)) for result in results],
        "failures": [
            f"{_name(result.classifier)}: {result.error}" for result in results if result.error
        ],
    }


def _row(result: Result) -> tuple[str, ...]:
    name = _name(result.classifier)
    test = result.mnist_test
    if test is None:
        return (name, _("failed"), *["–"] * 6)
    return (
        name,
        f"{test.score.accuracy:.2%}",
        str(result.own_exam.score) if result.own_exam else "–",
        *(f"{value:.2%}" for value in (test.precision, test.recall, test.f1)),
        _("{seconds:,.1f} s").format(seconds=result.fit_seconds),
        _("{seconds:,.1f} s").format(seconds=result.predict_seconds),
    )


def _pictures(findings: Findings) -> list[tuple[Image.Image, str]]:
    """Return the pictures of the tabs in the light theme with their captions."""
    captions = {
        "draw": _("Draw: a European seven after the retraining."),
        "digits": _("My digits: everything that is kept."),
        "train": _("Train: the curves, the ledger, the versions."),
        "compare": _("Compare: figures and confusion matrices."),
    }
    return [
        (findings.pictures[name], caption)
        for name, caption in captions.items()
        if name in findings.pictures
    ]


def _seconds(seconds: float) -> str:
    return _("{seconds:,.1f} s").format(seconds=seconds)


def _machine(machine: Machine) -> str:
    processors = ngettext("{n} processor", "{n} processors", machine.processors)
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    return _("Digit Classroom {version} on {system}, {processors}. {libraries}.").format(
        version=__version__,
        system=machine.system,
        processors=processors.format(n=machine.processors),
        libraries=libraries,
    )
