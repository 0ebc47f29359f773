"""Fit one classifier, score it, time it: the one way that all of them take.

`fit_and_score` is what runs in a worker process for the classifiers that would
hold Python's lock, and in place for the network.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom import files
from classroom.classifiers.base import Validation
from classroom.classifiers.registry import CLASSIFIERS, Classifier, Cnn, new_classifier
from classroom.engine.jobs import Job
from classroom.evaluation.results import Epoch, Evaluation, Result
from classroom.i18n import _
from classroom.processes import Worker

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of shape (n, 28, 28) and labels of shape (n,), both uint8.

    Attributes
    ----------
    images, labels : array
    ids : array of shape (n,), int64, or None
        Their numbers in the store of the own samples; None for MNIST's.
    writers : tuple of str
        Who wrote each; empty for MNIST's.
    """

    images: Images
    labels: Labels
    ids: NDArray[np.int64] | None = None
    writers: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def plus(self, other: "Digits") -> "Digits":
        """Return both, one after the other, to learn from: without ids and writers."""
        return Digits(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
        )

    def sample(self, count: int, seed: int) -> "Digits":
        """Return `count` of them at random without repetition, all where there are fewer."""
        return self.draw(count, seed)[0]

    def draw(self, count: int, seed: int) -> tuple["Digits", "Digits"]:
        """Return the same, and of those that are left over some to watch the learning by."""
        order = np.random.default_rng(seed).permutation(len(self))
        least, most = VALIDATION_DIGITS
        others = min(most, max(least, count // 10))
        return self.at(order[:count]), self.at(order[count : count + others])

    def at(self, places: NDArray[np.intp]) -> "Digits":
        """Return those at these places, without ids and writers."""
        return Digits(self.images[places], self.labels[places])

    def where(self, chosen: Chosen) -> "Digits":
        """Return those that are marked, with their ids and writers."""
        writers = tuple(w for w, wanted in zip(self.writers, chosen, strict=True) if wanted)
        ids = None if self.ids is None else self.ids[chosen]
        return Digits(self.images[chosen], self.labels[chosen], ids, writers)


# At least and at most; between, a tenth of what is learned: scoring them costs time each epoch.
VALIDATION_DIGITS = 200, 1000
# Where none are left to validate on: 1,000 of MNIST's 60,000.
HELD_OUT_PART = 60

CANNOT_SAVE = _(
    "It could not be written to {folder}: {why}. "
    "Make room on the disk, or allow writing there, and try again."
)

NOTHING = Digits(np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8))


@dataclass(frozen=True, eq=False)
class Task:
    """What to fit and what to score it on.

    Attributes
    ----------
    classifier : str
    train, mnist_test, own_exam : Digits
    seed : int
    save : Path or None
        Where to leave the fitted classifier.
    validation : Digits
        What the epochs are watched on; nothing is learned from them.
    """

    classifier: str
    train: Digits
    mnist_test: Digits
    own_exam: Digits
    seed: int
    save: Path | None = None
    validation: Digits = NOTHING


def learns_in_epochs(name: str) -> bool:
    """Whether a classifier is a network."""
    return CLASSIFIERS[name] is Cnn


def hold_out(name: str, mnist: Digits, others: Digits) -> tuple[Digits, Digits]:
    """Return which digits of MNIST a classifier learns, and which its epochs are watched on.

    Parameters
    ----------
    name : str
    mnist, others : Digits
        Those to learn, in random order, and some that are left over. Where these are too
        few a network leaves out one in sixty, as an SVM does to tell how sure it may be.
    """
    if not learns_in_epochs(name):
        return mnist, NOTHING
    count = len(mnist) // HELD_OUT_PART
    if len(others) > count:
        return mnist, others
    places = np.arange(len(mnist))
    return mnist.at(places[count:]), mnist.at(places[:count])


def evaluate(classifier: Classifier, digits: Digits) -> Evaluation | None:
    """Ask `classifier` about all `digits`; None where there are none."""
    if not len(digits):
        return None
    probabilities = classifier.predict_proba(digits.images)
    return Evaluation(digits.labels, probabilities, digits.ids, digits.writers)


def score(
    classifier: Classifier, task: Task, fit_seconds: float, history: Sequence[Epoch] = ()
) -> Result:
    """Score a fitted classifier on both sets of `task`."""
    began = time.perf_counter()
    mnist_test = evaluate(classifier, task.mnist_test)
    predict_seconds = time.perf_counter() - began
    own_exam = evaluate(classifier, task.own_exam)
    return Result(
        task.classifier,
        fit_seconds,
        predict_seconds,
        mnist_test,
        own_exam,
        history=tuple(history),
    )


def fit_and_score(task: Task, job: Job | None = None) -> Result:
    """Fit the classifier of `task`, save it where asked, and score it."""
    classifier = new_classifier(task.classifier)
    history: list[Epoch] = []

    def on_epoch(epoch: Epoch) -> None:
        history.append(epoch)
        if job:
            job.epoch(epoch)

    classifier.load_libraries()
    began = time.perf_counter()
    classifier.fit(
        task.train.images,
        task.train.labels,
        seed=task.seed,
        validation=_pair(task.validation),
        on_epoch=on_epoch,
        on_progress=job.progress if job else None,
        cancelled=job.cancelled if job else None,
    )
    fit_seconds = time.perf_counter() - began
    if task.save is not None:
        with files.writing(task.save, CANNOT_SAVE):
            classifier.save(task.save)
    return score(classifier, task, fit_seconds, history)


def _pair(digits: Digits) -> Validation:
    return (digits.images, digits.labels) if len(digits) else None


def run(task: Task, job: Job, worker: Worker) -> Result:
    """Do `task` where it disturbs nobody, and can be cancelled: what is no network in `worker`."""
    if learns_in_epochs(task.classifier):
        return fit_and_score(task, job)
    return worker.run(fit_and_score, task, cancelled=job.cancelled)
