"""Studies: one training for each combination of training size, seed and classifier.

The engine computes them; the learning curve shows them. The result of a combination
depends on nothing but the combination, the data and the versions of the libraries, so
it is stored: in a folder of ``data/studies`` for these data, one small file each. A study
that was interrupted goes on with the missing combinations.
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

# Libraries that only draw and read pictures, so that no result depends on their versions.
_WITHOUT_INFLUENCE = ("pillow", "matplotlib")
# The number of folders that are kept although no run was made on their data.
KEPT = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Combination:
    """One training of a study: which classifier learns from how many digits.

    Attributes
    ----------
    mnist, own : int
        How many digits of MNIST, and how many own practice digits.
    seed : int
        For the choice of the digits, and for the training.
    classifier : str
        The name, such as ``"svm"``.
    """

    mnist: int
    own: int
    seed: int
    classifier: str

    @property
    def name(self) -> str:
        """The name of the file that stores its result."""
        return f"{self.mnist}-{self.own}-{self.seed}-{self.classifier}.json"


@dataclass(frozen=True)
class StudyPlan:
    """The training sizes, seeds and classifiers that a study combines.

    Attributes
    ----------
    sizes : tuple of int
        How many MNIST digits to train on.
    seeds : tuple of int
    classifiers : tuple of str
    own : tuple of int or None
        How many own practice digits to add; None stands for all of them.
    """

    sizes: tuple[int, ...]
    seeds: tuple[int, ...]
    classifiers: tuple[str, ...]
    own: tuple[int | None, ...] = (None,)

    def combinations(self, mnist: int, practice: int) -> list[Combination]:
        """Return every combination once, seed by seed, so that each seed completes a curve.

        Parameters
        ----------
        mnist, practice : int
            How many digits of MNIST and how many own practice digits there are; larger
            sizes are cut to these.
        """
        found = {
            Combination(
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
class CombinationResult:
    """The result of one combination.

    Attributes
    ----------
    point : LearningPoint
        The scores.
    fit_seconds, predict_seconds : float
        Wall-clock times, measured while other combinations may run beside it.
    found : bool
        Whether it was stored before, and not computed now.
    """

    point: LearningPoint
    fit_seconds: float
    predict_seconds: float
    found: bool = False


def folder(home: Path, digits: str, samples: str) -> Path:
    """Return the folder for the results on these data by the installed libraries.

    Parameters
    ----------
    home : Path
    digits, samples : str
        The fingerprints of MNIST and of the own samples, as in `runs.Data`.
    """
    # Imported here because the window imports this module for `StudyPlan`, and needs no versions.
    from classroom.evaluation import runs

    versions = {
        name: version
        for name, version in runs.versions_here().items()
        if name not in _WITHOUT_INFLUENCE
    }
    key = sha256(repr((digits, samples, sorted(versions.items()))).encode()).hexdigest()[:16]
    return home / "data" / "studies" / key


def tidy(home: Path, place: Path) -> None:
    """Remove folders of results that nobody is likely to need again.

    Each digit that is kept, relabelled or deleted changes the data, and so the folder.
    The folders of the data of all runs stay, and the `KEPT` newest ones of the rest.

    Parameters
    ----------
    home : Path
    place : Path
        The folder that is in use; it is made, and stays.
    """
    # Imported here for the same reason as in `folder`.
    from classroom.evaluation import runs

    # Its time says to this and to other processes that the folder is in use.
    place.mkdir(parents=True, exist_ok=True)
    os.utime(place)
    used = {folder(home, card.data.digits, card.data.samples) for card in runs.listing(home)}
    others = [path for path in place.parent.iterdir() if path.is_dir() and path not in used]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT:]:
        log.info("the results in %s are removed: the data changed long ago", path)
        shutil.rmtree(path, ignore_errors=True)


def keep(place: Path, result: CombinationResult) -> None:
    """Store a result; when this returns, it survives a power cut."""
    place.mkdir(parents=True, exist_ok=True)
    files.replace_json(
        place / combination_of(result.point).name, asdict(replace(result, found=True))
    )


def combination_of(point: LearningPoint) -> Combination:
    """Return the combination that a point of the learning curve comes from."""
    return Combination(point.mnist, point.own, point.seed, point.classifier)


def find(place: Path, combination: Combination) -> CombinationResult | None:
    """Return the stored result of a combination; None where there is none, or it is damaged."""
    file = place / combination.name
    try:
        result = _from_json(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read and is computed anew: %s", file, error)
        return None
    return result if combination_of(result.point) == combination else None


def listing(place: Path) -> list[CombinationResult]:
    """Return all results that are stored in a folder, in the order of their files' names."""
    return list(_all(place))


def _all(place: Path) -> Iterator[CombinationResult]:
    for file in sorted(place.glob("*-*-*-*.json")):
        try:
            yield _from_json(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read: %s", file, error)


def _from_json(content: dict[str, Any]) -> CombinationResult:
    point = content["point"]
    exam = point["own_exam"]
    return CombinationResult(
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
