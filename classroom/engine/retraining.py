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
    least_sure : tuple of int
        The indices of those in `train` about which the shipped CNN is least sure.
    """

    train: Digits
    test: Digits
    practice: Digits
    exam: Digits
    least_sure: tuple[int, ...]


@dataclass(frozen=True)
class Retraining:
    """The result of a retraining: the new version, compared with the one in use before."""

    version: Version
    previous: int
    ledger: tuple[LedgerLine, ...]


def retrain(
    job: Job, line: Line, digits: RetrainingDigits, seed: int, began: float, before: Version
) -> Retraining:
    """Train CNN, SVM and k-NN on the own practice samples too, and store them as a new version.

    Parameters
    ----------
    job : Job
        Four steps are reported to it, and the scores of each classifier as soon as they are known.
    line : Line
        The CNN is fine-tuned from the shipped one of this line, and the version stored in it.
    digits : RetrainingDigits
    seed : int
    began : float
        When the retraining began, by `time.monotonic`.
    before : Version
        The version in use, to compare the scores with.

    Raises
    ------
    Cancelled, ClassroomError
        No version is stored then.
    """
    with versions.new_folder(line) as (folder, number):
        ledger, rejected = _teach(job, line.start, folder, digits, seed, before)
        version = Version(
            number=number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            practice=len(digits.practice),
            mnist=min(LIVE_MNIST, len(digits.train)),
            seed=seed,
            seconds=round(time.monotonic() - began, 2),
            own_exam={scores.classifier: scores.own_exam_after for scores in ledger},
            mnist_test={scores.classifier: scores.mnist_test_after for scores in ledger},
            note=_note(rejected),
            rejected=rejected,
            start=line.start,
        )
        versions.write_metadata(folder, version)
        job.check()
    return Retraining(version, before.number, ledger)


def _note(rejected: Rejected | None) -> str:
    if rejected is None:
        return ""
    return NETWORK_KEPT.format(
        digits=rejected.shipped.total,
        taught=rejected.taught.correct,
        shipped=rejected.shipped.correct,
    )


def _teach(
    job: Job, start: Start, folder: Path, digits: RetrainingDigits, seed: int, before: Version
) -> tuple[tuple[LedgerLine, ...], Rejected | None]:
    """Train and save CNN, SVM and k-NN in `folder`.

    Returns
    -------
    tuple of LedgerLine
        The scores of each, beside those that it had in the version `before`.
    Rejected or None
        The scores of a fine-tuned CNN that was discarded, because it was worse than the shipped
        one. The shipped CNN is saved in its place.
    """
    live = digits.train.sample(LIVE_MNIST, LIVE_SEED).plus(digits.practice)
    ledger: list[LedgerLine] = []

    def scored(result: Result) -> None:
        ledger.append(ledger_line(before, result))
        job.retrained(ledger[-1])

    # Most of the CNN's training leaves a processor free. SVM and k-NN are fitted meanwhile.
    with Worker(in_background=True) as worker:
        pending = {
            name: worker.start(
                scoring.fit_and_score,
                Task(name, live, digits.test, digits.exam, seed, folder / file_of(name)),
            )
            for name in BASELINES
        }
        cnn, seconds, rejected = _fine_tuned(job, start, digits, seed)
        cnn.save(folder / file_of(NETWORK))
        job.step(_("Scoring the CNN"))
        task = Task(NETWORK, digits.train, digits.test, digits.exam, seed)
        scored(scoring.score(cnn, task, seconds))
        for name, future in pending.items():
            job.step(_("Fitting {classifier} anew").format(classifier=TITLES[name]))
            scored(worker.result(future, cancelled=job.cancelled))
    return tuple(ledger), rejected


def _fine_tuned(
    job: Job, start: Start, digits: RetrainingDigits, seed: int
) -> tuple[Cnn, float, Rejected | None]:
    """Return the fine-tuned CNN, the seconds that it took, and its scores if it was discarded."""
    job.step(_("Teaching the CNN your digits"))
    began = time.perf_counter()
    shipped = Cnn.load(start.file)
    judged: list[Rejected] = []
    network = fine_tune(
        shipped.model,
        digits.train.images,
        digits.train.labels,
        digits.least_sure,
        digits.practice.images,
        digits.practice.labels,
        recipe=RECIPES[start],
        seed=seed,
        on_epoch=job.epoch,
        on_progress=job.progress,
        cancelled=job.cancelled,
        on_judged=lambda before, after: judged.append(Rejected(before, after)),
    )
    seconds = time.perf_counter() - began
    return Cnn(network), seconds, judged[0] if network is shipped.model else None


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


def score_of(evaluation: Evaluation | None) -> Score:
    """Return how many digits were right; 0 of 0 if nothing was evaluated."""
    return evaluation.score if evaluation else Score(0, 0)


def ledger_line(before: Version, result: Result) -> LedgerLine:
    """Return the scores of a classifier beside those that it had in the version `before`."""
    name, nothing = result.classifier, Score(0, 0)
    return LedgerLine(
        name,
        before.own_exam.get(name, nothing),
        score_of(result.own_exam),
        before.mnist_test.get(name, nothing),
        score_of(result.mnist_test),
    )
