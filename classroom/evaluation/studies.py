"""Studies: comparisons repeated over training sizes, seeds and classifiers, cell by cell.

A cell is one classifier, trained on so many digits drawn with one seed. What
comes of it depends on that and on the data alone, so it is kept for good: in
a folder of ``data/studies`` for these data, a small file a cell, written as a
whole. A study that was broken off goes on with the cells that are missing.
Cells of data that are long gone are removed, see `tidy`.
"""

import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from classroom import files
from classroom.evaluation.results import LearningPoint, Score

# These draw and read pictures; what is learned does not depend on them.
_WITHOUT_INFLUENCE = ("pillow", "matplotlib")
# So many data back a study can be gone on with, also where no run was made on them.
KEPT = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cell:
    """One training: what is learned from what.

    Attributes
    ----------
    mnist, own : int
        How many digits of MNIST, and of the own practice digits.
    seed : int
    classifier : str
    """

    mnist: int
    own: int
    seed: int
    classifier: str

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.mnist}-{self.own}-{self.seed}-{self.classifier}.json"


@dataclass(frozen=True)
class Plan:
    """What a study repeats.

    Attributes
    ----------
    sizes : tuple of int
        How many MNIST digits to train on.
    seeds : tuple of int
    classifiers : tuple of str
    own : tuple of int or None
        How many own practice digits to add; None: all there are.
    """

    sizes: tuple[int, ...]
    seeds: tuple[int, ...]
    classifiers: tuple[str, ...]
    own: tuple[int | None, ...] = (None,)

    def cells(self, mnist: int, practice: int) -> list[Cell]:
        """Return every cell once, where there are so many digits; a whole curve a seed."""
        found = {
            Cell(
                min(size, mnist),
                practice if own is None else min(own, practice),
                seed,
                classifier,
            ): None
            for seed in self.seeds
            for size in self.sizes
            for own in self.own
            for classifier in self.classifiers
        }
        return list(found)


@dataclass(frozen=True)
class Done:
    """A cell that is done.

    Attributes
    ----------
    point : LearningPoint
    fit_seconds, predict_seconds : float
        While other cells were computed beside it.
    found : bool
        Whether it was there already.
    """

    point: LearningPoint
    fit_seconds: float
    predict_seconds: float
    found: bool = False


def folder(home: Path, digits: str, samples: str) -> Path:
    """Return the folder for the cells of these data, computed by these libraries.

    Parameters
    ----------
    home : Path
    digits, samples : str
        The fingerprints of MNIST and of the own samples, as `runs.Data` has them.
    """
    # Imported here: the window, which only names a plan, need not ask for versions.
    from classroom.evaluation import runs

    versions = {
        name: version
        for name, version in runs.versions_here().items()
        if name not in _WITHOUT_INFLUENCE
    }
    key = sha256(repr((digits, samples, sorted(versions.items()))).encode()).hexdigest()[:16]
    return home / "data" / "studies" / key


def tidy(home: Path, place: Path) -> None:
    """Remove the cells that nobody is likely to ask for again; those in `place` are in use.

    Every digit that is kept, relabelled or deleted makes other data, and so another
    folder. Those stay that belong to the data of a run, and of all others the last few.
    """
    # Imported here for the same reason.
    from classroom.evaluation import runs

    # With the folder it is seen, by this and by other programs, that they are in use.
    place.mkdir(parents=True, exist_ok=True)
    os.utime(place)
    used = {folder(home, card.data.digits, card.data.samples) for card in runs.listing(home)}
    others = [path for path in place.parent.iterdir() if path.is_dir() and path not in used]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT:]:
        log.info("the cells in %s are removed: the data have long been others", path)
        shutil.rmtree(path, ignore_errors=True)


def keep(place: Path, done: Done) -> None:
    """Store a cell; when this returns, it survives a power cut."""
    place.mkdir(parents=True, exist_ok=True)
    files.replace_json(place / cell_of(done.point).name, asdict(replace(done, found=True)))


def cell_of(point: LearningPoint) -> Cell:
    """Return the cell that a point of the learning curve comes from."""
    return Cell(point.mnist, point.own, point.seed, point.classifier)


def find(place: Path, cell: Cell) -> Done | None:
    """Return a cell that was kept; None where it was not, or is damaged."""
    file = place / cell.name
    try:
        done = _done(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read and is computed anew: %s", file, error)
        return None
    return done if cell_of(done.point) == cell else None


def listing(place: Path) -> list[Done]:
    """Return all cells that were kept for these data, in the order of their files."""
    return list(_all(place))


def _all(place: Path) -> Iterator[Done]:
    for file in sorted(place.glob("*-*-*-*.json")):
        try:
            yield _done(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read: %s", file, error)


def _done(content: dict[str, Any]) -> Done:
    point = content["point"]
    exam = point["own_exam"]
    return Done(
        LearningPoint(
            str(point["classifier"]),
            int(point["mnist"]),
            int(point["own"]),
            int(point["seed"]),
            Score(**point["mnist_test"]),
            Score(**exam) if exam else None,
        ),
        float(content["fit_seconds"]),
        float(content["predict_seconds"]),
        found=True,
    )
