"""Computes the cells of a study in worker processes; called by the classifier service."""

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

# A process that computes a cell holds its lock. The system releases the lock of a crashed process.
LONGEST_WAIT_SECONDS = 24 * 3600.0
CANNOT_KEEP = _(
    "The study cannot be kept in {folder}: {why}. Make room on the disk, or allow "
    "writing there, and start it again."
)


@dataclass(frozen=True, eq=False)
class CombinationTask:
    """A cell of a study, and everything that is needed to compute it.

    Attributes
    ----------
    cell : Combination
    home : Path
        The home that holds MNIST.
    checksums : Checksums
        The checksums that MNIST must have.
    practice, exam : Digits
        The own samples.
    folder : Path
        The folder in which the finished cell is stored.
    """

    cell: Combination
    home: Path
    checksums: Checksums
    practice: Digits
    exam: Digits
    folder: Path


@dataclass
class Outcome:
    """The result of a study: its finished cells, and those that failed, each with the reason."""

    cells: list[CombinationResult] = field(default_factory=list)
    failed: list[tuple[Combination, str]] = field(default_factory=list)


def compute(task: CombinationTask) -> CombinationResult:
    """Train and score one cell, and store the result at once, so that it is never lost.

    If another process is computing the same cell, wait for it and return its result.
    """
    file = task.folder / task.cell.name
    with files.writing(file, CANNOT_KEEP):
        task.folder.mkdir(parents=True, exist_ok=True)
        mode = privacy.file_mode(task.folder)
        with FileLock(f"{file}.lock", timeout=LONGEST_WAIT_SECONDS, mode=mode):
            done = studies.find(task.folder, task.cell)
            if done is None:
                done = _trained(task)
                studies.keep(task.folder, done)
            return done


def _trained(task: CombinationTask) -> CombinationResult:
    cell = task.cell
    digits = _mnist(task.home, task.checksums)
    mnist_train = Digits(digits.train_images, digits.train_labels)
    # A network is trained on as many digits as in a comparison; its epochs are not shown here.
    chosen, unused = mnist_train.split(cell.mnist, cell.seed)
    learned, _validation = scoring.split_validation(cell.classifier, chosen, unused)
    all_of_them = cell.own >= len(task.practice)
    own = task.practice if all_of_them else task.practice.sample(cell.own, cell.seed)
    test = Digits(digits.test_images, digits.test_labels)
    result = scoring.fit_and_score(
        Task(cell.classifier, learned.plus(own), test, task.exam, cell.seed)
    )
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
    """Return MNIST; each worker process reads it once."""
    return mnist.from_home(home, checksums)


def study(job: Job, tasks: Sequence[CombinationTask]) -> Outcome:
    """Compute the cells that are not stored yet, and report each cell.

    Raises
    ------
    Cancelled
        The cells that are finished by then stay stored.
    """
    outcome, missing = Outcome(), []
    job.step(_("Studying"))
    for task in tasks:
        found = studies.find(task.folder, task.cell)
        if found is None:
            missing.append(task)
        else:
            outcome.cells.append(found)
            job.cell(found, len(tasks))
    for task, answer in run_all(compute, missing, job.cancelled):
        if isinstance(answer, ClassroomError):
            outcome.failed.append((task.cell, str(answer)))
        else:
            outcome.cells.append(answer)
            job.cell(answer, len(tasks))
        over = len(outcome.cells) + len(outcome.failed)
        job.progress(over / len(tasks), _title(task.cell, over, len(tasks)))
    return outcome


def _title(cell: Combination, over: int, of: int) -> str:
    return _("{over} of {of}: {classifier}, {mnist:,} digits, seed {seed}").format(
        over=over, of=of, classifier=TITLES[cell.classifier], mnist=cell.mnist, seed=cell.seed
    )
