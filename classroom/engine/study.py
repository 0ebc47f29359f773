"""Computes the cells of a study that are not there yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from classroom import files, privacy
from classroom.catalogue import TITLES
from classroom.datasets import mnist
from classroom.datasets.mnist_files import Checksums
from classroom.engine import scoring
from classroom.engine.jobs import Job
from classroom.engine.scoring import Digits, Task
from classroom.errors import ClassroomError
from classroom.evaluation import studies
from classroom.evaluation.results import LearningPoint
from classroom.evaluation.studies import Combination, CombinationResult
from classroom.i18n import _
from classroom.processes import run_all

# Who holds the lock of a cell works on it; the system frees the lock of one that crashed.
LONGEST_WAIT_SECONDS = 24 * 3600.0
CANNOT_KEEP = _(
    "The study cannot be kept in {folder}: {why}. Make room on the disk, or allow "
    "writing there, and start it again."
)


@dataclass(frozen=True, eq=False)
class Piece:
    """A cell, and all that it depends on.

    Attributes
    ----------
    cell : Combination
    home : Path
        Where MNIST is.
    checksums : Checksums
        What it must be.
    practice, exam : Digits
        The own ones.
    place : Path
        Where the cell is kept.
    """

    cell: Combination
    home: Path
    checksums: Checksums
    practice: Digits
    exam: Digits
    place: Path


@dataclass
class Outcome:
    """What became of a study: its cells, and why some are missing."""

    cells: list[CombinationResult] = field(default_factory=list)
    failed: list[tuple[Combination, str]] = field(default_factory=list)


def compute(piece: Piece) -> CombinationResult:
    """Train and score, and keep what came of it at once: nothing that is done gets lost.

    Where another program is at the same cell this waits, and takes what that one finds.
    """
    file = piece.place / piece.cell.name
    with files.writing(file, CANNOT_KEEP):
        piece.place.mkdir(parents=True, exist_ok=True)
        mode = privacy.file_mode(piece.place)
        with FileLock(f"{file}.lock", timeout=LONGEST_WAIT_SECONDS, mode=mode):
            done = studies.find(piece.place, piece.cell)
            if done is None:
                done = _trained(piece)
                studies.keep(piece.place, done)
            return done


def _trained(piece: Piece) -> CombinationResult:
    cell = piece.cell
    digits = _mnist(piece.home, piece.checksums)
    mnist_train = Digits(digits.train_images, digits.train_labels)
    # Networks as in a comparison, though nobody watches them here.
    chosen, others = mnist_train.draw(cell.mnist, cell.seed)
    learned, _validation = scoring.hold_out(cell.classifier, chosen, others)
    all_of_them = cell.own >= len(piece.practice)
    own = piece.practice if all_of_them else piece.practice.sample(cell.own, cell.seed)
    test = Digits(digits.test_images, digits.test_labels)
    task = Task(cell.classifier, learned.plus(own), test, piece.exam, cell.seed)
    result = scoring.fit_and_score(task)
    assert result.mnist_test is not None, "MNIST's test set is never empty"
    point = LearningPoint(
        cell.classifier,
        len(chosen),
        len(own),
        cell.seed,
        result.mnist_test.score,
        result.own_exam.score if result.own_exam else None,
    )
    return CombinationResult(point, round(result.fit_seconds, 4), round(result.predict_seconds, 4))


@lru_cache(maxsize=1)
def _mnist(home: Path, checksums: Checksums) -> mnist.Mnist:
    """Return MNIST; a process reads it once."""
    return mnist.from_home(home, checksums)


def study(job: Job, pieces: Sequence[Piece]) -> Outcome:
    """Compute the cells that are not there yet; each is reported when it is there.

    Raises
    ------
    Cancelled
        What is done by then is kept.
    """
    outcome, missing = Outcome(), []
    job.step(_("Studying"))
    for piece in pieces:
        found = studies.find(piece.place, piece.cell)
        if found is None:
            missing.append(piece)
        else:
            outcome.cells.append(found)
            job.cell(found, len(pieces))
    for piece, answer in run_all(compute, missing, job.cancelled):
        if isinstance(answer, ClassroomError):
            outcome.failed.append((piece.cell, str(answer)))
        else:
            outcome.cells.append(answer)
            job.cell(answer, len(pieces))
        over = len(outcome.cells) + len(outcome.failed)
        job.progress(over / len(pieces), _title(piece.cell, over, len(pieces)))
    return outcome


def _title(cell: Combination, over: int, of: int) -> str:
    return _("{over} of {of}: {classifier}, {mnist:,} digits, seed {seed}").format(
        over=over, of=of, classifier=TITLES[cell.classifier], mnist=cell.mnist, seed=cell.seed
    )
