"""Fits, scores and times one classifier; comparisons, retrainings and studies call it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom import files
from classroom.classifiers.base import Classifier, Validation
from classroom.classifiers.cnn import Cnn
from classroom.classifiers.registry import CLASSIFIERS, new_classifier
from classroom.engine.jobs import Job
from classroom.evaluation.results import Epoch, Evaluation, Result
from classroom.i18n import _
from classroom.processes import Worker

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of shape (n, 28, 28) and labels of shape (n,), both uint8.

    Attributes
    ----------
    images, labels : array
    ids : array of shape (n,), int64, or None
        The ids of own samples in the store; None for MNIST's digits.
    writers : tuple of str
        The writer of each own sample; empty for MNIST's digits.
    """

    images: Images
    labels: Labels
    ids: NDArray[np.int64] | None = None
    writers: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def plus(self, other: "Digits") -> "Digits":
        """Return both sets of digits as one to train on, without ids and writers."""
        return Digits(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
        )

    def sample(self, count: int, seed: int) -> "Digits":
        """Return `count` random digits, each at most once; all digits if there are fewer."""
        return self.split(count, seed)[0]

    def split(self, count: int, seed: int) -> tuple["Digits", "Digits"]:
        """Return `count` random digits as `sample` does, and some of the others to validate on."""
        order = np.random.default_rng(seed).permutation(len(self))
        least, most = VALIDATION_DIGITS
        others = min(most, max(least, count // 10))
        return self.at(order[:count]), self.at(order[count : count + others])

    def at(self, places: NDArray[np.intp]) -> "Digits":
        """Return the digits at these indices, without ids and writers."""
        return Digits(self.images[places], self.labels[places])

    def where(self, chosen: Mask) -> "Digits":
        """Return the digits where `chosen` is True, with their ids and writers."""
        writers = tuple(w for w, wanted in zip(self.writers, chosen, strict=True) if wanted)
        ids = None if self.ids is None else self.ids[chosen]
        return Digits(self.images[chosen], self.labels[chosen], ids, writers)


# The least and the largest number of digits to validate on; between them, a tenth of the
# digits that are trained on. More would take too much time after each epoch.
VALIDATION_DIGITS = 200, 1000
# If all digits are trained on, one in this number is held out: 1,000 of MNIST's 60,000.
HELD_OUT_PART = 60

CANNOT_SAVE = _(
    "It could not be written to {folder}: {why}. "
    "Make room on the disk, or allow writing there, and try again."
)

NOTHING = Digits(np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8))


@dataclass(frozen=True, eq=False)
class Task:
    """A classifier to fit, and the digits to fit and score it on.

    Attributes
    ----------
    classifier : str
    train, mnist_test, own_exam : Digits
    seed : int
    save : Path or None
        The file to save the fitted classifier to.
    validation : Digits
        Scored after each epoch, never trained on.
    """

    classifier: str
    train: Digits
    mnist_test: Digits
    own_exam: Digits
    seed: int
    save: Path | None = None
    validation: Digits = NOTHING


def learns_in_epochs(name: str) -> bool:
    """Return whether a classifier is a network, which is trained in epochs."""
    return CLASSIFIERS[name] is Cnn


def split_validation(name: str, mnist: Digits, unused: Digits) -> tuple[Digits, Digits]:
    """Return the digits of MNIST that a classifier is trained on, and those to validate on.

    Only networks are validated after each epoch; for others the second part is empty.

    Parameters
    ----------
    name : str
    mnist : Digits
        The digits to train on, in random order.
    unused : Digits
        Other digits of the training set. If they are too few, one in sixty of `mnist` is
        held out instead, about as many as the SVM holds out for its calibration.
    """
    if not learns_in_epochs(name):
        return mnist, NOTHING
    count = len(mnist) // HELD_OUT_PART
    if len(unused) > count:
        return mnist, unused
    places = np.arange(len(mnist))
    return mnist.at(places[count:]), mnist.at(places[:count])


def evaluate(classifier: Classifier, digits: Digits) -> Evaluation | None:
    """Return the answers of `classifier` to all `digits`; None if there are no digits."""
    if not len(digits):
        return None
    probabilities = classifier.predict_proba(digits.images)
    return Evaluation(digits.labels, probabilities, digits.ids, digits.writers)


def score(
    classifier: Classifier, task: Task, fit_seconds: float, history: Sequence[Epoch] = ()
) -> Result:
    """Score a fitted classifier on MNIST's test set and the own exam of `task`."""
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
    """Fit the classifier of `task`, save it if `Task.save` is set, and score it."""
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
    """Fit and score `task`: a network in this process, any other classifier in `worker`.

    scikit-learn holds Python's global lock while it fits, and cannot be cancelled; the worker
    process leaves the lock of this process free, and can be ended.
    """
    if learns_in_epochs(task.classifier):
        return fit_and_score(task, job)
    return worker.run(fit_and_score, task, cancelled=job.cancelled)
