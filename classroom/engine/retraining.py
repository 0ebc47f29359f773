"""What a retraining does: the three, taught the own samples, as a new version.

Also how SVM and k-NN of the shipped version come about, which learn nothing own.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classroom import paths
from classroom.catalogue import BASELINES, NETWORK, TITLES
from classroom.classifiers.registry import Cnn, file_of
from classroom.engine import scoring, versions
from classroom.engine.jobs import Job
from classroom.engine.scoring import NOTHING, Digits, Task
from classroom.engine.versions import Rejected, Version
from classroom.evaluation.results import Evaluation, LedgerLine, Result, Score
from classroom.i18n import _
from classroom.networks.fine_tuning import fine_tune
from classroom.processes import Worker

# SVM and k-NN that answer while a digit is drawn are fitted on this many MNIST
# digits: a few seconds to fit, a few milliseconds to answer on an old laptop.
LIVE_MNIST = 10_000
# The same digits for every version, so that only the own samples differ.
LIVE_SEED = 0

NETWORK_KEPT = _(
    "The CNN stayed as it shipped, and its training does not count: of {digits:,} digits, yours "
    "for practice and some of MNIST, it got {taught:,} right, and {shipped:,} before. "
    "Perhaps some of yours have a wrong label."
)


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a retraining learns from, and what it is scored on.

    Attributes
    ----------
    train, test : Digits
        MNIST's.
    practice, exam : Digits
        The own ones.
    """

    train: Digits
    test: Digits
    practice: Digits
    exam: Digits


@dataclass(frozen=True)
class Retraining:
    """What a retraining gave."""

    version: Version
    previous: int
    ledger: tuple[LedgerLine, ...]


def new_version(job: Job, home: Path, lesson: Lesson, seed: int, began: float) -> Version:
    """Teach all three the own practice samples, and leave them as a new version in `home`.

    Parameters
    ----------
    job : Job
        Hears of four steps.
    home : Path
    lesson : Lesson
    seed : int
    began : float
        When the retraining began, by `time.monotonic`.

    Raises
    ------
    Cancelled, ClassroomError
        Nothing is left behind then.
    """
    with versions.new_folder(home) as (folder, number):
        results, rejected = _teach(job, folder, lesson, seed)
        version = Version(
            number=number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            practice=len(lesson.practice),
            mnist=min(LIVE_MNIST, len(lesson.train)),
            seed=seed,
            seconds=round(time.monotonic() - began, 2),
            own_exam={name: score_of(result.own_exam) for name, result in results.items()},
            mnist_test={name: score_of(result.mnist_test) for name, result in results.items()},
            note=_note(rejected),
            rejected=rejected,
        )
        versions.write_card(folder, version)
        job.check()
    return version


def _note(rejected: Rejected | None) -> str:
    if rejected is None:
        return ""
    return NETWORK_KEPT.format(
        digits=rejected.shipped.total,
        taught=rejected.taught.correct,
        shipped=rejected.shipped.correct,
    )


def _teach(
    job: Job, folder: Path, lesson: Lesson, seed: int
) -> tuple[dict[str, Result], Rejected | None]:
    """Leave the three, taught the own samples, in `folder`; return what they got right.

    Also why the CNN among them is the one that ships, where it is.
    """
    job.step(_("Teaching the CNN your digits"))
    began = time.perf_counter()
    shipped = Cnn.load(paths.shipped_network())
    judged: list[Rejected] = []
    network = fine_tune(
        shipped.model,
        lesson.train.images,
        lesson.train.labels,
        lesson.practice.images,
        lesson.practice.labels,
        seed=seed,
        on_epoch=job.epoch,
        on_progress=job.progress,
        cancelled=job.cancelled,
        on_judged=lambda before, after: judged.append(Rejected(before, after)),
    )
    seconds = time.perf_counter() - began
    cnn = Cnn(network)
    cnn.save(folder / file_of(NETWORK))
    job.step(_("Scoring the CNN"))
    task = Task(NETWORK, lesson.train, lesson.test, lesson.exam, seed)
    results = {NETWORK: scoring.score(cnn, task, seconds)}
    rejected = judged[0] if network is shipped.model else None
    live = lesson.train.sample(LIVE_MNIST, LIVE_SEED).plus(lesson.practice)
    with Worker() as worker:
        for name in BASELINES:
            job.step(_("Fitting {classifier} anew").format(classifier=TITLES[name]))
            task = Task(name, live, lesson.test, lesson.exam, seed, folder / file_of(name))
            results[name] = scoring.run(task, job, worker)
    return results, rejected


def fit_shipped(job: Job, home: Path, train: Digits, test: Digits) -> Version:
    """Fit SVM and k-NN of the shipped version, once in the life of a home; return its card."""
    job.step(_("Fitting SVM and k-NN for the first time"))
    live = train.sample(LIVE_MNIST, LIVE_SEED)
    shipped = Task(NETWORK, live, test, NOTHING, LIVE_SEED)
    with versions.new_folder(home, versions.SHIPPED) as (folder, _number), Worker() as worker:
        cnn = Cnn.load(paths.shipped_network())
        results = {NETWORK: scoring.score(cnn, shipped, 0.0)}
        for name in BASELINES:
            task = Task(name, live, test, NOTHING, LIVE_SEED, folder / file_of(name))
            results[name] = scoring.run(task, job, worker)
        card = Version(
            versions.SHIPPED,
            mnist=len(live),
            mnist_test={name: score_of(result.mnist_test) for name, result in results.items()},
        )
        versions.write_card(folder, card)
    return card


def score_of(evaluation: Evaluation | None) -> Score:
    """Return how many were right; 0 of 0 where nothing was scored."""
    return evaluation.score if evaluation else Score(0, 0)


def ledger(before: Version, after: Version) -> tuple[LedgerLine, ...]:
    """Return a line for each classifier of two versions."""
    nothing = Score(0, 0)
    return tuple(
        LedgerLine(
            name,
            before.own_exam.get(name, nothing),
            after.own_exam[name],
            before.mnist_test.get(name, nothing),
            after.mnist_test[name],
        )
        for name in after.own_exam
    )
