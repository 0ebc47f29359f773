"""The report of a run, with the plots that it shows: drawn, put together, and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classroom import mnist, paths, plot_files, plots, run_report, runs, studies
from classroom.dataset import Dataset
from classroom.i18n import _
from classroom.mnist_files import Checksums, Mnist
from classroom.plots import PLOTS, places_in_question
from classroom.run_report import SETS, Picture
from classroom.runs import Run
from classroom.scene import EXAM, MNIST, Scene, entries_of

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
        Of `classroom.plots.PLOTS`; none: all of them.
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
        Of `classroom.plots.PLOTS`.
    digits : Mnist or None
        For pictures of its digits.
    """
    place = studies.folder(home, run.card.data.digits, run.card.data.samples)
    points = tuple(done.point for done in studies.listing(place))
    drawn = []
    for name in names:
        for test_set in (MNIST, EXAM):
            scene = Scene(entries_of(run.results), test_set, points=points)
            if PLOTS[name].why_empty(scene) or (name == "epochs" and test_set == EXAM):
                continue
            if name == "disagree":
                images = _images(home, scene, digits)
                if not images:
                    continue
                scene = Scene(scene.entries, test_set, pictures=images, points=points)
            title = _("{plot}, {digits}").format(plot=PLOTS[name].title, digits=SETS[test_set])
            title = PLOTS[name].title if name == "epochs" else title
            svg = plot_files.picture(name, scene, "svg", plot_files.PAGE_SIZE)
            drawn.append(Picture(title, plots.what(name, scene, on_paper=True), svg))
    return drawn


def _images(home: Path, scene: Scene, digits: Mnist | None) -> "Mapping[int, NDArray[np.uint8]]":
    """Return the images of the digits in question, by their place in the test set."""
    places = places_in_question(scene)
    if scene.test_set == MNIST:
        return {place: digits.test_images[place] for place in places} if digits else {}
    ids = scene.answers[0].evaluation.ids
    if ids is None:
        return {}
    with Dataset(paths.store_url(home)) as store:
        images = store.images(ids[places].tolist())
    return {place: images[int(ids[place])] for place in places if int(ids[place]) in images}
