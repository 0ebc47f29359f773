"""A comparison: classifiers trained on the same digits, and scored on the same test sets.

`classroom.engine.classifier_service` runs it, for the window and for the command line.
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

# For a class of thirty, every classifier would be trained thirty times. If there are more
# writers, several are left out at once: still nobody's exam is scored by a classifier that was
# trained on digits of theirs.
GROUPS_AT_MOST = 8

log = logging.getLogger(__name__)

Place = Callable[[str], AbstractContextManager[Path | None]]


@dataclass(frozen=True, eq=False)
class ComparisonDigits:
    """The digits that a comparison trains on, and those that it scores on.

    Attributes
    ----------
    mnist : Digits
        The digits of MNIST's training set to train on.
    practice, exam : Digits
        The own samples, with their writers.
    mnist_test : Digits
        MNIST's test set.
    unused : Digits
        Other digits of MNIST's training set, to validate networks on.
    """

    mnist: Digits
    practice: Digits
    exam: Digits
    mnist_test: Digits
    unused: Digits = NOTHING


def fit_and_score_all(
    job: Job, names: Sequence[str], digits: ComparisonDigits, seed: int, place: Place
) -> list[Result]:
    """Train and score classifiers one after the other, and report each result.

    Parameters
    ----------
    job : Job
    names : sequence of str
    digits : ComparisonDigits
    seed : int
    place : callable
        Returns a context manager with the path to save a classifier to, or None.
    """
    results = []
    with Worker() as worker:
        for name in names:
            job.step(_("Training and scoring {classifier}").format(classifier=TITLES[name]))
            mnist, validation = scoring.split_validation(name, digits.mnist, digits.unused)
            train = mnist.plus(digits.practice)
            test, exam = digits.mnist_test, digits.exam
            try:
                with place(name) as file:
                    task = Task(name, train, test, exam, seed, file, validation)
                    result = scoring.run(task, job, worker)
            except ClassroomError as error:
                result = Result(name, 0.0, 0.0, None, None, str(error))
            job.result(result)
            results.append(result)
    return results


def groups(digits: ComparisonDigits) -> list[tuple[str, ...]]:
    """Return the writers of the exam in groups, each of which is left out at once.

    Raises
    ------
    ClassroomError
        If nobody can be left out: that needs two writers, and an exam.
    """
    writers = set(digits.practice.writers) | set(digits.exam.writers)
    in_exam = sorted(set(digits.exam.writers), key=str.casefold)
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
    job: Job, results: Sequence[Result], digits: ComparisonDigits, seed: int
) -> list[Result]:
    """Score the own exam by leave-one-writer-out cross-validation.

    Each classifier is trained on MNIST and the practice samples of all other writers, and
    scored on the exam samples of the writer who was left out. This estimates how well it
    recognises a writer whose digits it was not trained on.

    Returns
    -------
    list of Result
        `results` with `Result.unseen`; each is reported again. It stays None for a classifier
        that failed before, or fails now.
    """
    everyone = groups(digits)
    done = []
    for result in results:
        if result.mnist_test is not None:
            try:
                result = replace(
                    result, unseen=_unseen(job, result.classifier, everyone, digits, seed)
                )
                job.result(result)
            except ClassroomError as error:
                log.warning("%s without a writer: %s", result.classifier, error)
        done.append(result)
    return done


def _unseen(
    job: Job, name: str, everyone: Sequence[tuple[str, ...]], digits: ComparisonDigits, seed: int
) -> Evaluation:
    exam, practice = digits.exam, digits.practice
    probabilities = np.empty((len(exam), DIGITS), np.float32)
    mnist, _validation = scoring.split_validation(name, digits.mnist, digits.unused)
    with Worker() as worker:
        for group in everyone:
            title = ngettext(
                "{classifier} without the digits of {writer}",
                "{classifier} without the digits of {writer} and others",
                len(group),
            ).format(classifier=TITLES[name], writer=group[0])
            job.step(title)
            train = mnist.plus(practice.where(~_written_by(practice, group)))
            task = Task(name, train, NOTHING, exam.where(_written_by(exam, group)), seed)
            answers = scoring.run(task, job.silent(), worker).own_exam
            assert answers is not None, "every group has digits in the exam"
            probabilities[_written_by(exam, group)] = answers.probabilities
    return Evaluation(exam.labels, probabilities, exam.ids, exam.writers)


def _written_by(digits: Digits, writers: tuple[str, ...]) -> scoring.Mask:
    return np.array([writer in writers for writer in digits.writers], bool)


def without_unknown_names(results: Sequence[Result], known: Set[str]) -> list[Result]:
    """Return results in which writers that are not among the known ones are numbered, not named.

    The name of a writer who was deleted during the comparison must not be stored with it.
    """

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
    digits: ComparisonDigits, names: Sequence[str], fingerprint: str, checksums: Checksums
) -> runs.Data:
    """Return the description of the data that a run of the classifiers `names` stores."""
    networks = [name for name in names if scoring.learns_in_epochs(name)]
    held_out = [
        scoring.split_validation(name, digits.mnist, digits.unused) for name in networks[:1]
    ]
    own = np.concatenate([digits.practice.labels, digits.exam.labels])
    return runs.Data(
        mnist=len(digits.mnist),
        own=len(digits.practice),
        samples=fingerprint,
        digits=checksums.fingerprint,
        practice=len(digits.practice),
        exam=len(digits.exam),
        writers=len(set(digits.practice.writers) | set(digits.exam.writers)),
        labels=tuple(np.bincount(own, minlength=DIGITS).tolist()),
        validation=sum(len(validation) for _mnist, validation in held_out),
        held_out=sum(len(digits.mnist) - len(mnist) for mnist, _validation in held_out),
    )
