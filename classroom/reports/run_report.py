"""Writes the report of a run: figures, plots, data, and room for one's own conclusions.

The command `report` and the engine's job for the tab *Compare* call it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from classroom import paths
from classroom.catalogue import TITLES
from classroom.datasets import mnist
from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.evaluation import runs, studies
from classroom.evaluation.results import Result, TestSet
from classroom.evaluation.runs import Data, Run, RunSummary
from classroom.evaluation.statistics import PairedComparison
from classroom.evaluation.verdicts import interval_text, verdict
from classroom.i18n import _, ngettext
from classroom.plots import export
from classroom.plots.base import Plot
from classroom.plots.registry import PLOTS
from classroom.plots.request import PlotRequest, entries_of
from classroom.reports.lesson_report import comparison
from classroom.reports.pages import TableCell, cannot_write, render, table_row, write_page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The number of empty lines for the conclusions.
LINES = 10


@dataclass(frozen=True)
class ReportRequest:
    """A request for the report of a run.

    Attributes
    ----------
    home : Path
    checksums : Checksums
        The checksums of MNIST's files.
    folder : Path
        The folder for ``report.html``; it is made where it does not exist.
    run : int
        The number of the run; 0 for the newest one.
    plots : tuple of str
        Names of `classroom.plots.registry.PLOTS`; empty for all of them.
    """

    home: Path
    checksums: Checksums
    folder: Path
    run: int = 0
    plots: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavedReport:
    """A report that was written.

    Attributes
    ----------
    file : Path
    run : int
        The number of its run.
    outdated : bool
        Whether the own samples have changed since that run.
    plots : int
        The number of plots in it.
    """

    file: Path
    run: int
    outdated: bool
    plots: int


@dataclass(frozen=True)
class PlotPicture:
    """A plot that was drawn for the report.

    Attributes
    ----------
    title, what : str
        The caption, and a sentence on what the plot shows.
    svg : bytes
    """

    title: str
    what: str
    svg: bytes


def save(request: ReportRequest) -> SavedReport:
    """Draw the plots of a run, and write its report.

    Raises
    ------
    ClassroomError
        There is no such run, or the folder cannot be written.
    """
    home = request.home
    run = runs.read(home, request.run) if request.run else runs.latest(home)
    with Dataset(paths.store_url(home)) as store:
        outdated = not run.summary.fits(store.fingerprint())
    names = request.plots or tuple(PLOTS)
    drawn = pictures(home, run, names, mnist.load(home, request.checksums))
    file = write(request.folder, run, drawn, outdated=outdated, home=home)
    return SavedReport(file, run.summary.number, outdated, len(drawn))


def write(
    folder: Path,
    run: Run,
    pictures: Sequence[PlotPicture],
    *,
    outdated: bool,
    home: Path | None = None,
) -> Path:
    """Write ``report.html`` into a folder, and return its path.

    Parameters
    ----------
    folder : Path
        It is made where it does not exist.
    run : Run
    pictures : sequence of PlotPicture
    outdated : bool
        Whether the own samples have changed since the run.
    home : Path or None
        A home whose templates replace the shipped ones.

    Raises
    ------
    ClassroomError
        The folder cannot be written.
    """
    text = page(run, pictures, outdated=outdated, home=home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return write_page(folder, text)


def page(
    run: Run, pictures: Sequence[PlotPicture], *, outdated: bool, home: Path | None = None
) -> str:
    """Return the whole report as HTML; parameters as `write` takes them."""
    moment = datetime.fromisoformat(run.summary.created).astimezone()
    data = run.summary.data
    return render(
        "run.html",
        home,
        title=_("What the comparison found"),
        when=f"{moment:%Y-%m-%d %H:%M}",
        outdated=outdated,
        intervals=_intervals(run.results),
        verdicts=_verdicts(run.results),
        unseen=[
            table_row(
                _title(result.classifier), str(result.own_exam.score), str(result.unseen.score)
            )
            for result in run.results
            if result.own_exam and result.unseen
        ],
        pictures=pictures,
        settings=_settings(run.summary),
        digits=table_row(_("Own"), *(f"{count:,}" for count in data.labels))
        if any(data.labels)
        else (),
        lines=LINES,
        versions=_versions(run.summary.versions),
        **comparison(run.results, data.trained_on),
    )


def _title(classifier: str) -> str:
    return TITLES.get(classifier, classifier)


def _intervals(results: Sequence[Result]) -> list[list[TableCell]]:
    return [
        table_row(
            _title(result.classifier),
            TableCell(interval_text(result.mnist_test.score), "long"),
            TableCell(interval_text(result.own_exam.score) if result.own_exam else "–", "long"),
        )
        for result in results
        if result.mnist_test is not None
    ]


def _verdicts(results: Sequence[Result]) -> list[str]:
    """Return the verdict on each pair of classifiers on each test set."""
    sentences = []
    for test_set in TestSet:
        where = _("On the {test_set}:").format(test_set=test_set.caption)
        found = [(_title(result.classifier), result.on(test_set)) for result in results]
        scored = [(name, evaluation) for name, evaluation in found if evaluation is not None]
        for place, (first, one) in enumerate(scored):
            for second, other in scored[place + 1 :]:
                sentences.append(
                    f"{where} {verdict(first, second, PairedComparison.of(one, other))}"
                )
    return sentences


def _settings(card: RunSummary) -> list[list[TableCell]]:
    data = card.data
    writers = ngettext("{n:,} writer", "{n:,} writers", data.writers).format(n=data.writers)
    classifiers = ", ".join(_title(result.classifier) for result in card.rows)
    return [
        table_row(_("Run"), str(card.number)),
        table_row(_("Seed"), str(card.seed)),
        table_row(_("Classifiers"), TableCell(classifiers, "long")),
        table_row(_("MNIST digits trained on"), f"{data.mnist:,}"),
        *_validation(data),
        table_row(_("Own digits trained on (practice)"), f"{data.own:,}"),
        table_row(_("Own digits tested on (exam)"), f"{data.exam:,}"),
        table_row(_("By"), writers),
        table_row(_("Fingerprint of the own digits"), data.samples),
        table_row(_("Fingerprint of MNIST"), data.digits),
    ]


def _validation(data: Data) -> list[list[TableCell]]:
    """Return a row on the digits that networks were validated on; none where there are none."""
    if not data.validation:
        return []
    text = _("{n:,} others")
    if data.held_out:
        text = _("{n:,} that networks left out of their training")
    name = _("MNIST digits that networks were validated on")
    return [table_row(name, text.format(n=data.validation))]


def _versions(versions: Mapping[str, str]) -> str:
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return _("Compared by {versions}.").format(versions=listed)


def pictures(home: Path, run: Run, names: Sequence[str], digits: Mnist | None) -> list[PlotPicture]:
    """Draw plots of a run, on MNIST's test set and on the own exam.

    A plot with nothing to draw is left out. One that does not depend on the test set
    is drawn once.

    Parameters
    ----------
    home : Path
    run : Run
    names : sequence of str
        Names of `classroom.plots.registry.PLOTS`.
    digits : Mnist or None
        The source of images of MNIST's digits; None where MNIST is not there.
    """
    place = studies.folder(home, run.summary.data.digits, run.summary.data.samples)
    points = tuple(done.point for done in studies.listing(place))
    drawn = []
    for name in names:
        for test_set in TestSet if PLOTS[name].depends_on_test_set else [TestSet.MNIST]:
            request = PlotRequest(entries_of(run.results), test_set, points=points)
            plot = PLOTS[name](request)
            if plot.why_empty():
                continue
            places = plot.pictures_needed()
            if places:
                images = _images(home, plot, places, digits)
                if not images:
                    continue
                plot = PLOTS[name](replace(request, pictures=images))
            title = plot.title
            if plot.depends_on_test_set:
                title = _("{plot}, {digits}").format(plot=title, digits=test_set.caption)
            svg = export.picture(plot, "svg", export.PAGE_SIZE)
            drawn.append(PlotPicture(title, plot.explanation(on_paper=True), svg))
    return drawn


def _images(
    home: Path, plot: Plot, places: Sequence[int], digits: Mnist | None
) -> "Mapping[int, NDArray[np.uint8]]":
    """Return images of digits by their places in the plot's test set; none that are missing."""
    if plot.request.test_set is TestSet.MNIST:
        return {place: digits.test_images[place] for place in places} if digits else {}
    ids = plot.request.answers[0].evaluation.ids
    if ids is None:
        return {}
    with Dataset(paths.store_url(home)) as store:
        images = store.images(ids[list(places)].tolist())
    return {place: images[int(ids[place])] for place in places if int(ids[place]) in images}
