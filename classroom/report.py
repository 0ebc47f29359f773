"""The lesson's report, and what all reports share: one HTML file that holds everything.

No scripts, no links to anything, the pictures inside: it opens on any machine,
with or without a network, and prints on A4.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PIL import Image

from classroom import __version__, privacy
from classroom import report_html as html
from classroom.catalogue import TITLES
from classroom.digits import from_strokes
from classroom.errors import ClassroomError
from classroom.evaluation import DIGITS, Probabilities, Result, Score
from classroom.findings import Findings, Machine, Played
from classroom.i18n import _, ngettext

PAGE = "report.html"


def write(
    folder: Path,
    findings: Findings,
    played: Sequence[Played],
    machine: Machine,
    moment: datetime,
) -> Path:
    """Write ``report.html``, and beside it each picture as PNG; returns the report's path.

    Raises
    ------
    ClassroomError
        The folder cannot be written.
    """
    text = page(findings, played, machine, moment)
    try:
        for name, picture in findings.pictures.items():
            file = folder / f"{name}.png"
            picture.save(file, optimize=True)
            privacy.follow(file, folder)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return write_page(folder, text)


def write_page(folder: Path, text: str) -> Path:
    """Write ``report.html`` into `folder`, as a whole; returns its path."""
    file = folder / PAGE
    try:
        temporary = folder / f"{PAGE}.part"
        temporary.write_text(text, encoding="utf-8")
        privacy.follow(temporary, folder)
        temporary.replace(file)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return file


def cannot_write(folder: Path, error: OSError) -> ClassroomError:
    """Return the error that says that `folder` does not take the report."""
    return ClassroomError(
        _("The report cannot be written to {folder}: {why}. Choose another folder.").format(
            folder=folder, why=error.strerror or error
        )
    )


def page(findings: Findings, played: Sequence[Played], machine: Machine, moment: datetime) -> str:
    """Return the whole report as HTML."""
    title = _("What the lesson brought")
    body = [
        html.header(_("Digit Classroom"), title, f"{moment:%Y-%m-%d %H:%M}"),
        _summary(findings),
        *_europeans(findings),
        *_ledger(findings),
        *comparison(findings.results, findings.trained_on),
        *_pictures(findings),
        *_steps(played),
        _footer(machine),
    ]
    return html.document(title, body)


def _summary(findings: Findings) -> str:
    total = findings.practice + findings.exam
    kept = ngettext("{n:,} own digit", "{n:,} own digits", total).format(n=total)
    parts = _("{practice:,} for practice, {exam:,} for the exam; {added:,} of them new").format(
        practice=findings.practice, exam=findings.exam, added=findings.added
    )
    tiles = [(kept, parts)]
    for line in findings.ledger[:1]:
        exam = _("{name}, own exam").format(name=_name(line.classifier))
        tiles.append((_pair(line.own_exam_before, line.own_exam_after), exam))
        test = _("{name}, MNIST test").format(name=_name(line.classifier))
        tiles.append((_percents(line.mnist_test_before, line.mnist_test_after), test))
    return html.tiles(tiles)


def _name(classifier: str) -> str:
    return TITLES.get(classifier, classifier)


def _europeans(findings: Findings) -> Iterator[str]:
    if not findings.shown:
        return
    yield html.heading(_("European digits, before and after"))
    yield html.paragraph(
        _(
            "MNIST was written by Americans around 1990. These digits are from the exam: nobody "
            "was trained on them. What did the classifiers say before the retraining, and after, "
            "and how sure were they?"
        )
    )
    rows = []
    for shown in findings.shown:
        alternative = _by(shown.label, shown.writer)
        picture = html.image(Image.fromarray(from_strokes(shown.strokes)), alternative)
        answers = [
            (_said(shown.before.get(name), shown.label), _said(shown.after.get(name), shown.label))
            for name in shown.before
        ]
        rows.append((picture, answers))
    names = [_name(name) for name in findings.shown[0].before]
    yield html.pictured_table(names, (_("before"), _("after")), rows)


def _by(digit: int, writer: str) -> str:
    return _("Digit {digit} by {writer}").format(digit=digit, writer=writer)


def forget_writer(file: Path, writer: str) -> bool:
    """Take a writer's name and digits out of a report; returns whether they were in.

    Parameters
    ----------
    file : Path
        Any file called ``report.html``.
    writer : str
    """
    try:
        text = before = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    for digit in range(DIGITS):
        alternative = html.escaped(_by(digit, writer))
        gone = html.escaped(_("Digit {digit} by a writer who was deleted").format(digit=digit))
        text = re.sub(
            rf'<img src="data:image/png;base64,[^"]*" alt="{re.escape(alternative)}">', gone, text
        )
    if text == before:
        return False
    write_page(file.parent, text)
    return True


def _said(probabilities: Probabilities | None, truth: int | None) -> html.Cell:
    if probabilities is None:
        return html.Cell("–")
    best = int(probabilities.argmax())
    text = _("{digit} · {percent:.0%}").format(digit=best, percent=float(probabilities[best]))
    right = best == truth
    return html.Cell(("✓ " if right else "✗ ") + text, "good" if right else "bad")


def _ledger(findings: Findings) -> Iterator[str]:
    yield html.heading(_("What the retraining changed"))
    rows = [
        (
            _name(line.classifier),
            _change(line.own_exam_before, line.own_exam_after),
            _change(line.mnist_test_before, line.mnist_test_after),
        )
        for line in findings.ledger
    ]
    yield html.paragraph(
        _(
            "Version {version} against the one before, on digits that no classifier was trained "
            "on: the own exam, and MNIST's test set."
        ).format(version=findings.version)
    )
    yield html.table((_("Classifier"), _("Own exam"), _("MNIST test")), rows)


def _change(before: Score, after: Score) -> html.Cell:
    kind = ""
    if before.total and after.total and before.correct != after.correct:
        kind = "good" if after.correct > before.correct else "bad"
    sign = {"good": " ▲", "bad": " ▼", "": ""}[kind]
    return html.Cell(_pair(before, after) + sign, kind)


def _pair(before: Score, after: Score) -> str:
    shown = [str(score) if score.total else "–" for score in (before, after)]
    return _("{before} → {after}").format(before=shown[0], after=shown[1])


def _percents(before: Score, after: Score) -> str:
    shown = [f"{score.accuracy:.2%}" if score.total else "–" for score in (before, after)]
    return _("{before} → {after}").format(before=shown[0], after=shown[1])


def comparison(results: Sequence[Result], trained_on: Mapping[str, int]) -> Iterator[str]:
    """Return the table of a comparison, as every report has it."""
    yield html.heading(_("The classifiers side by side"))
    text = _("Each trained on the same {mnist:,} MNIST digits and {own:,} own practice digits.")
    yield html.paragraph(
        text.format(mnist=trained_on.get("mnist", 0), own=trained_on.get("own", 0))
    )
    head = (
        _("Classifier"), _("MNIST test"), _("Own exam"), _("Precision"), _("Recall"), _("F1"),
        _("Fit"), _("Predict"),
    )  # fmt: skip
    yield html.table(head, [_row(result) for result in results])
    for result in results:
        if result.error:
            yield html.paragraph(f"{_name(result.classifier)}: {result.error}")


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


def _pictures(findings: Findings) -> Iterator[str]:
    yield html.heading(_("The window"))
    if not findings.pictures:
        yield html.paragraph(_("This system does not give any pictures of its windows."))
    captions = {
        "draw": _("Draw: a European seven after the retraining."),
        "digits": _("My digits: everything that is kept."),
        "train": _("Train: the curves, the ledger, the versions."),
        "compare": _("Compare: figures and confusion matrices."),
    }
    for name, caption in captions.items():
        if name in findings.pictures:
            yield html.figure(findings.pictures[name], caption)
    dark = [picture for name, picture in findings.pictures.items() if name.endswith("-dark")]
    if dark:
        yield html.paragraph(_("The same in the dark theme:"))
        yield html.pairs([html.image(picture, _("The window, dark")) for picture in dark])


def _steps(played: Sequence[Played]) -> Iterator[str]:
    yield html.heading(_("How it went"))
    yield html.paragraph(
        _("Every step went through the window, by the events that a hand would have caused.")
    )
    rows = [(step.name, _seconds(step.seconds)) for step in played]
    rows.append((_("All of it"), _seconds(sum(step.seconds for step in played))))
    yield html.table((_("Step"), _("Time")), rows)


def _seconds(seconds: float) -> str:
    return _("{seconds:,.1f} s").format(seconds=seconds)


def _footer(machine: Machine) -> str:
    processors = ngettext("{n} processor", "{n} processors", machine.processors)
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    return html.footer(
        _("Digit Classroom {version} on {system}, {processors}. {libraries}.").format(
            version=__version__,
            system=machine.system,
            processors=processors.format(n=machine.processors),
            libraries=libraries,
        )
    )
