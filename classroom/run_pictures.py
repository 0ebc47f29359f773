"""The report of a run, with the plots that it shows: drawn, put together, and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from classroom import mnist, paths, run_report, runs, studies
from classroom.dataset import Dataset
from classroom.evaluation import TestSet
from classroom.i18n import _
from classroom.mnist_files import Checksums, Mnist
from classroom.plots import export
from classroom.plots.base import Plot
from classroom.plots.registry import PLOTS
from classroom.plots.request import PlotRequest, entries_of
from classroom.run_report import Picture
from classroom.runs import Run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Request:
    """What report is wanted.

    Attributes
    ----------
    home : Path
    checksums : Checksums
        What MNIST must be.
    folder : Path
        For ``report.html``; made where it is not there.
    run : int
        The number of the run; 0 for the latest.
    plots : tuple of str
        Of `classroom.plots.registry.PLOTS`; none: all of them.
    """

    home: Path
    checksums: Checksums
    folder: Path
    run: int = 0
    plots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved:
    """Where the report is, what run it is about, whether that is out of date, how many plots."""

    file: Path
    run: int
    outdated: bool
    plots: int


def save(request: Request) -> Saved:
    """Write the report that is wanted.

    Raises
    ------
    ClassroomError
        There is no such run, or the folder cannot be written.
    """
    home = request.home
    run = runs.read(home, request.run) if request.run else runs.latest(home)
    with Dataset(paths.store_url(home)) as store:
        outdated = not run.card.fits(store.fingerprint())
    names = request.plots or tuple(PLOTS)
    drawn = pictures(home, run, names, mnist.load(home, request.checksums))
    file = run_report.write(request.folder, run, drawn, outdated=outdated)
    return Saved(file, run.card.number, outdated, len(drawn))


def pictures(home: Path, run: Run, names: Sequence[str], digits: Mnist | None) -> list[Picture]:
    """Draw the plots `names` of a run, on the MNIST test and on the own exam.

    What has nothing to show is left out; so is on the exam what does not
    depend on the digits.

    Parameters
    ----------
    home : Path
    run : Run
    names : sequence of str
        Of `classroom.plots.registry.PLOTS`.
    digits : Mnist or None
        For pictures of its digits.
    """
    place = studies.folder(home, run.card.data.digits, run.card.data.samples)
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
            drawn.append(Picture(title, plot.explanation(on_paper=True), svg))
    return drawn


def _images(
    home: Path, plot: Plot, places: Sequence[int], digits: Mnist | None
) -> "Mapping[int, NDArray[np.uint8]]":
    """Return the images of the digits in question, by their place in the test set."""
    if plot.request.test_set is TestSet.MNIST:
        return {place: digits.test_images[place] for place in places} if digits else {}
    ids = plot.request.answers[0].evaluation.ids
    if ids is None:
        return {}
    with Dataset(paths.store_url(home)) as store:
        images = store.images(ids[list(places)].tolist())
    return {place: images[int(ids[place])] for place in places if int(ids[place]) in images}
