"""The report of one comparison: figures, plots, data, and room for one's own conclusions.

Like the lesson's it is one HTML file that holds everything, prints on A4, and
loads nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classroom import report
from classroom import report_html as html
from classroom.catalogue import TITLES
from classroom.certainty import Pair, interval_words, is_it_real
from classroom.evaluation import Result, TestSet
from classroom.i18n import _, ngettext
from classroom.runs import Card, Data, Run

LINES = 10


@dataclass(frozen=True)
class Picture:
    """A plot for the report.

    Attributes
    ----------
    title, what : str
        Its caption, and what it shows.
    svg : bytes
    """

    title: str
    what: str
    svg: bytes


def write(folder: Path, run: Run, pictures: Sequence[Picture], *, outdated: bool) -> Path:
    """Write ``report.html`` into `folder`, which is made; returns the file's path.

    Parameters
    ----------
    folder : Path
    run : Run
    pictures : sequence of Picture
    outdated : bool
        Whether the own samples have changed since.

    Raises
    ------
    ClassroomError
        The folder cannot be written.
    """
    text = page(run, pictures, outdated=outdated)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise report.cannot_write(folder, error) from error
    return report.write_page(folder, text)


def page(run: Run, pictures: Sequence[Picture], *, outdated: bool) -> str:
    """Return the whole report as HTML."""
    title = _("What the comparison found")
    moment = datetime.fromisoformat(run.card.created).astimezone()
    body = [
        html.header(_("Digit Classroom"), title, f"{moment:%Y-%m-%d %H:%M}"),
        *_outdated(outdated),
        *report.comparison(run.results, run.card.data.trained_on),
        *_certainty(run.results),
        *_unseen(run.results),
        *_plots(pictures),
        *_settings(run.card),
        html.heading(_("My conclusions")),
        html.lines(LINES, _("Write here before you print the page, or on paper by hand.")),
        html.footer(_versions(run.card.versions)),
    ]
    return html.document(title, body)


def _outdated(outdated: bool) -> Iterator[str]:
    if outdated:
        yield html.paragraph(
            _("Out of date: the own digits have changed since. Compare again for new figures.")
        )


def _name(result: Result) -> str:
    return _title(result.classifier)


def _title(classifier: str) -> str:
    return TITLES.get(classifier, classifier)


def _certainty(results: Sequence[Result]) -> Iterator[str]:
    yield html.heading(_("How far to trust it"))
    head = (_("Classifier"), _("MNIST test"), _("Own exam"))
    rows = [
        (
            _name(result),
            html.Cell(interval_words(result.mnist_test.score), "long"),
            html.Cell(interval_words(result.own_exam.score) if result.own_exam else "–", "long"),
        )
        for result in results
        if result.mnist_test is not None
    ]
    yield html.table(head, rows)
    yield html.paragraph(
        _("Each with its 95% interval: with other digits it might have been anything in between.")
    )
    for test_set in TestSet:
        where = _("On the {test_set}:").format(test_set=test_set.caption)
        found = [(_name(result), result.on(test_set)) for result in results]
        scored = [(name, evaluation) for name, evaluation in found if evaluation is not None]
        for place, (first, one) in enumerate(scored):
            for second, other in scored[place + 1 :]:
                yield html.paragraph(f"{where} {is_it_real(first, second, Pair.of(one, other))}")


def _unseen(results: Sequence[Result]) -> Iterator[str]:
    if not any(result.unseen for result in results):
        return
    yield html.heading(_("Known and unknown hands"))
    yield html.paragraph(
        _(
            "The same exam digits twice: by classifiers that have learned practice digits of the "
            "very same writers, and by others that were trained without the writer of the digit. "
            "The difference is what knowing somebody's hand is worth."
        )
    )
    head = (_("Classifier"), _("Writer known"), _("Writer unknown"))
    rows = [
        (_name(result), str(result.own_exam.score), str(result.unseen.score))
        for result in results
        if result.own_exam and result.unseen
    ]
    yield html.table(head, rows)


def _plots(pictures: Sequence[Picture]) -> Iterator[str]:
    for picture in pictures:
        yield html.heading(picture.title)
        yield html.drawing(picture.svg, picture.what)


def _settings(card: Card) -> Iterator[str]:
    data = card.data
    yield html.heading(_("Data and settings"))
    writers = ngettext("{n:,} writer", "{n:,} writers", data.writers).format(n=data.writers)
    rows: list[tuple[str, str | html.Cell]] = [
        (_("Run"), str(card.number)),
        (_("Seed"), str(card.seed)),
        (
            _("Classifiers"),
            html.Cell(", ".join(_title(row.classifier) for row in card.rows), "long"),
        ),
        (_("MNIST digits trained on"), f"{data.mnist:,}"),
        *_validation(data),
        (_("Own digits trained on (practice)"), f"{data.own:,}"),
        (_("Own digits tested on (exam)"), f"{data.exam:,}"),
        (_("By"), writers),
        (_("Fingerprint of the own digits"), data.samples),
        (_("Fingerprint of MNIST"), data.digits),
    ]
    yield html.table((_("What"), _("Value")), rows)
    if any(data.labels):
        head = (_("Digit"), *(str(digit) for digit in range(10)))
        yield html.table(head, [(_("Own"), *(f"{count:,}" for count in data.labels))])


def _validation(data: Data) -> Iterator[tuple[str, str]]:
    if data.validation:
        text = _("{n:,} others")
        if data.held_out:
            text = _("{n:,} that networks left out of their training")
        yield _("MNIST digits that networks were validated on"), text.format(n=data.validation)


def _versions(versions: Mapping[str, str]) -> str:
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return _("Compared by {versions}.").format(versions=listed)
