"""A comparison: classifiers trained on the same digits, and scored on the same tests.

The own exam is scored twice where that is asked for. At first by classifiers
that have learned the practice digits of the very same writers: that tells how
well a class is served by what it has taught. Then by leaving one writer out:
trained on MNIST and the practice digits of all others, scored on the same exam
digits of the one who was left out. That tells how a stranger would fare, and
the difference is what knowing somebody's hand is worth.
"""

import logging
from collections.abc import Callable, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from classroom.catalogue import TITLES
from classroom.datasets.mnist_files import Checksums
from classroom.engine import scoring
from classroom.engine.jobs import Job
from classroom.engine.scoring import NOTHING, Digits, Task
from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.evaluation.results import DIGITS, Evaluation, Result
from classroom.i18n import _, ngettext
from classroom.processes import Worker

# A class of thirty would have everything trained thirty times. More writers than
# these are left out in groups: still nobody is scored by what has seen their hand.
GROUPS_AT_MOST = 8

log = logging.getLogger(__name__)

Place = Callable[[str], AbstractContextManager[Path | None]]


@dataclass(frozen=True, eq=False)
class Material:
    """What a comparison learns from, and what it is scored on.

    Attributes
    ----------
    mnist : Digits
        Of MNIST's training set, those that are learned.
    practice, exam : Digits
        The own ones, with their writers.
    mnist_test : Digits
    others : Digits
        Of MNIST's training set, some that are not learned, to validate networks on.
    """

    mnist: Digits
    practice: Digits
    exam: Digits
    mnist_test: Digits
    others: Digits = NOTHING


def fit_and_score_all(
    job: Job, names: Sequence[str], material: Material, seed: int, place: Place
) -> list[Result]:
    """Train and score classifiers one after the other; each is reported when it is there.

    Parameters
    ----------
    job : Job
    names : sequence of str
    material : Material
    seed : int
    place : callable
        Gives the path that a classifier is to be saved to, or None.
    """
    results = []
    with Worker() as worker:
        for name in names:
            job.step(_("Training and scoring {classifier}").format(classifier=TITLES[name]))
            mnist, validation = scoring.hold_out(name, material.mnist, material.others)
            train = mnist.plus(material.practice)
            test, exam = material.mnist_test, material.exam
            try:
                with place(name) as file:
                    task = Task(name, train, test, exam, seed, file, validation)
                    result = scoring.run(task, job, worker)
            except ClassroomError as error:
                result = Result(name, 0.0, 0.0, None, None, str(error))
            job.result(result)
            results.append(result)
    return results


def groups(material: Material) -> list[tuple[str, ...]]:
    """Return the writers of the exam, each group of them to be left out at once.

    Raises
    ------
    ClassroomError
        Where nobody can be left out: that needs two writers, and an exam.
    """
    writers = set(material.practice.writers) | set(material.exam.writers)
    in_exam = sorted(set(material.exam.writers), key=str.casefold)
    if len(writers) < 2 or not in_exam:
        raise ClassroomError(
            _(
                "To leave one writer out there must be digits of two writers at least, "
                "and some of them in the exam. Keep digits under two names first."
            )
        )
    return [tuple(in_exam[first::GROUPS_AT_MOST]) for first in range(GROUPS_AT_MOST)][
        : len(in_exam)
    ]


def leave_writers_out(
    job: Job, results: Sequence[Result], material: Material, seed: int
) -> list[Result]:
    """Score the own exam once more, by classifiers that have not seen its writers.

    Returns
    -------
    list of Result
        Those of `results`, with `Result.unseen`; each is reported anew. What failed
        before, or fails now, stays without.
    """
    everyone = groups(material)
    done = []
    for result in results:
        if result.mnist_test is not None:
            try:
                result = replace(
                    result, unseen=_unseen(job, result.classifier, everyone, material, seed)
                )
                job.result(result)
            except ClassroomError as error:
                log.warning("%s without a writer: %s", result.classifier, error)
        done.append(result)
    return done


def _unseen(
    job: Job, name: str, everyone: Sequence[tuple[str, ...]], material: Material, seed: int
) -> Evaluation:
    exam, practice = material.exam, material.practice
    probabilities = np.empty((len(exam), DIGITS), np.float32)
    mnist, _validation = scoring.hold_out(name, material.mnist, material.others)
    with Worker() as worker:
        for group in everyone:
            title = ngettext(
                "{classifier} without the digits of {writer}",
                "{classifier} without the digits of {writer} and others",
                len(group),
            ).format(classifier=TITLES[name], writer=group[0])
            job.step(title)
            train = mnist.plus(practice.where(~_by(practice, group)))
            task = Task(name, train, NOTHING, exam.where(_by(exam, group)), seed)
            answers = scoring.run(task, job.aside(), worker).own_exam
            assert answers is not None, "every group has digits in the exam"
            probabilities[_by(exam, group)] = answers.probabilities
    return Evaluation(exam.labels, probabilities, exam.ids, exam.writers)


def _by(digits: Digits, writers: tuple[str, ...]) -> scoring.Chosen:
    return np.array([writer in writers for writer in digits.writers], bool)


def without_names(results: Sequence[Result], known: Set[str]) -> list[Result]:
    """Return results in which those writers have no name who are not among the known ones."""

    def of(evaluation: Evaluation | None) -> Evaluation | None:
        if evaluation is None or known >= set(evaluation.writers):
            return evaluation
        gone = dict.fromkeys(writer for writer in evaluation.writers if writer not in known)
        names = {writer: runs.deleted_name(number) for number, writer in enumerate(gone, start=1)}
        writers = tuple(names.get(writer, writer) for writer in evaluation.writers)
        return replace(evaluation, writers=writers)

    return [
        replace(result, own_exam=of(result.own_exam), unseen=of(result.unseen))
        for result in results
    ]


def data(
    material: Material, names: Sequence[str], fingerprint: str, checksums: Checksums
) -> runs.Data:
    """Return what a run of the classifiers `names` keeps of its data."""
    networks = [name for name in names if scoring.learns_in_epochs(name)]
    held_out = [scoring.hold_out(name, material.mnist, material.others) for name in networks[:1]]
    own = np.concatenate([material.practice.labels, material.exam.labels])
    return runs.Data(
        mnist=len(material.mnist),
        own=len(material.practice),
        samples=fingerprint,
        digits=checksums.fingerprint,
        practice=len(material.practice),
        exam=len(material.exam),
        writers=len(set(material.practice.writers) | set(material.exam.writers)),
        labels=tuple(np.bincount(own, minlength=DIGITS).tolist()),
        validation=sum(len(validation) for _mnist, validation in held_out),
        held_out=sum(len(material.mnist) - len(mnist) for mnist, _validation in held_out),
    )
