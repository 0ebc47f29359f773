"""Trains new versions of CNN, SVM and k-NN; called by `classroom.engine.classifier_service`."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from classroom.catalogue import BASELINES, NETWORK, TITLES
from classroom.classifiers.cnn import Cnn
from classroom.classifiers.registry import file_of
from classroom.engine import scoring, versions
from classroom.engine.jobs import Job
from classroom.engine.scoring import NOTHING, Digits, Task
from classroom.engine.versions import Line, Rejected, Version
from classroom.evaluation.results import Evaluation, LedgerLine, Result, Score
from classroom.i18n import _
from classroom.networks.fine_tuning import RECIPES, fine_tune
from classroom.processes import Worker
from classroom.starts import Start

# The number of MNIST digits that SVM and k-NN of a version are fitted on. With these, fitting
# takes a few seconds and an answer a few milliseconds on an old laptop.
LIVE_MNIST = 10_000
# Every version has the same MNIST digits, so that versions differ by the own samples only.
LIVE_SEED = 0

NETWORK_KEPT = _(
    "The CNN stayed as it shipped, and its training does not count: of {digits:,} digits, yours "
    "for practice and some of MNIST, it got {taught:,} right, and {shipped:,} before. "
    "Perhaps some of yours have a wrong label."
)


@dataclass(frozen=True, eq=False)
class RetrainingDigits:
    """The digits that a retraining trains on, and those that it scores on.

    Attributes
    ----------
    train, test : Digits
        MNIST's training set and test set.
    practice, exam : Digits
        The own samples.
    """

    train: Digits
    test: Digits
    practice: Digits
    exam: Digits


@dataclass(frozen=True)
class Retraining:
    """The result of a retraining: the new version, compared with the one in use before."""

    version: Version
    previous: int
    ledger: tuple[LedgerLine, ...]


def new_version(job: Job, line: Line, digits: RetrainingDigits, seed: int, began: float) -> Version:
    """Train CNN, SVM and k-NN on the own practice samples too, and store them as a new version.

    Parameters
    ----------
    job : Job
        Four steps are reported to it.
    line : Line
        The CNN is fine-tuned from the shipped one of this line, and the version stored in it.
    digits : RetrainingDigits
    seed : int
    began : float
        When the retraining began, by `time.monotonic`.

    Raises
    ------
    Cancelled, ClassroomError
        No version is stored then.
    """
    with versions.new_folder(line) as (folder, number):
        results, rejected = _teach(job, line.start, folder, digits, seed)
        version = Version(
            number=number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            practice=len(digits.practice),
            mnist=min(LIVE_MNIST, len(digits.train)),
            seed=seed,
            seconds=round(time.monotonic() - began, 2),
            own_exam={name: score_of(result.own_exam) for name, result in results.items()},
            mnist_test={name: score_of(result.mnist_test) for name, result in results.items()},
            note=_note(rejected),
            rejected=rejected,
            start=line.start,
        )
        versions.write_metadata(folder, version)
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
    job: Job, start: Start, folder: Path, digits: RetrainingDigits, seed: int
) -> tuple[dict[str, Result], Rejected | None]:
    """Train and save CNN, SVM and k-NN in `folder`.

    Returns
    -------
    dict of str to Result
    Rejected or None
        The scores of a fine-tuned CNN that was discarded, because it was worse than the shipped
        one. The shipped CNN is saved in its place.
    """
    job.step(_("Teaching the CNN your digits"))
    began = time.perf_counter()
    shipped = Cnn.load(start.file)
    judged: list[Rejected] = []
    network = fine_tune(
        shipped.model,
        digits.train.images,
        digits.train.labels,
        digits.practice.images,
        digits.practice.labels,
        recipe=RECIPES[Start.BASE],
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
    task = Task(NETWORK, digits.train, digits.test, digits.exam, seed)
    results = {NETWORK: scoring.score(cnn, task, seconds)}
    rejected = judged[0] if network is shipped.model else None
    live = digits.train.sample(LIVE_MNIST, LIVE_SEED).plus(digits.practice)
    with Worker() as worker:
        for name in BASELINES:
            job.step(_("Fitting {classifier} anew").format(classifier=TITLES[name]))
            task = Task(name, live, digits.test, digits.exam, seed, folder / file_of(name))
            results[name] = scoring.run(task, job, worker)
    return results, rejected


def fit_shipped(job: Job, home: Path, train: Digits, test: Digits) -> None:
    """Fit and store SVM and k-NN of the shipped versions, for a home that has none.

    They know MNIST alone, so one of each serves every line: they lie in that of `Start.BASE`.
    """
    job.step(_("Fitting SVM and k-NN for the first time"))
    live = train.sample(LIVE_MNIST, LIVE_SEED)
    line = Line(home, Start.BASE)
    shipped = versions.shipped(line)
    scores = dict(shipped.mnist_test)
    with versions.new_folder(line, versions.SHIPPED) as (folder, _number), Worker() as worker:
        for name in BASELINES:
            task = Task(name, live, test, NOTHING, LIVE_SEED, folder / file_of(name))
            scores[name] = score_of(scoring.run(task, job, worker).mnist_test)
        versions.write_metadata(folder, replace(shipped, mnist=len(live), mnist_test=scores))


def score_shipped(job: Job, line: Line, test: Digits) -> Version:
    """Score the shipped CNN of a line on MNIST's test set; return the version with the scores."""
    job.step(_("Scoring the CNN"))
    cnn = Cnn.load(line.start.file)
    baselines = versions.shipped(Line(line.home, Start.BASE))
    scores = {**baselines.mnist_test, NETWORK: score_of(scoring.evaluate(cnn, test))}
    scored = replace(versions.shipped(line), mnist=baselines.mnist, mnist_test=scores)
    versions.write_shipped(line, scored)
    return scored


def score_of(evaluation: Evaluation | None) -> Score:
    """Return how many digits were right; 0 of 0 if nothing was evaluated."""
    return evaluation.score if evaluation else Score(0, 0)


def ledger(before: Version, after: Version) -> tuple[LedgerLine, ...]:
    """Return the scores of two versions side by side, one line for each classifier."""
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
