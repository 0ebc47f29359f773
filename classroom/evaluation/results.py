"""Results of training and scoring: scores, evaluations, epochs, rows of a comparison.

Nearly every package uses them. Only NumPy is needed, so that the window can hold them
without a machine-learning library.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _

Labels = NDArray[np.uint8]
Probabilities = NDArray[np.float32]

DIGITS = 10


class TestSet(StrEnum):
    """The sets that classifiers are scored on; the values are keys in JSON and in stored runs."""

    # Without this, pytest collects the class as a test, because of its name.
    __test__ = False

    MNIST = "mnist_test"
    OWN_EXAM = "own_exam"

    @property
    def caption(self) -> str:
        """The name in reports."""
        return _("MNIST test") if self is TestSet.MNIST else _("own exam")


@dataclass(frozen=True)
class Score:
    """How many digits were classified right, out of how many."""

    correct: int
    total: int

    @property
    def accuracy(self) -> float:
        """The share that was classified right, 0 to 1; nan where the total is 0."""
        return self.correct / self.total if self.total else float("nan")

    def __str__(self) -> str:
        return _("{correct:,} of {total:,}").format(correct=self.correct, total=self.total)


def confusion_matrix(labels: Labels, predictions: Labels) -> NDArray[np.int64]:
    """Return how often each digit was classified as each.

    Parameters
    ----------
    labels, predictions : array of shape (n,), values 0 to 9

    Returns
    -------
    array of shape (10, 10)
        Row: the true digit; column: the predicted one.
    """
    pairs = DIGITS * labels.astype(np.int64) + predictions.astype(np.int64)
    return np.bincount(pairs, minlength=DIGITS * DIGITS).reshape(DIGITS, DIGITS)


def precision_recall_f1(
    confusion: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return precision, recall and F1 of each digit.

    A digit that was never predicted has precision 0, and one that never occurs has
    recall 0, as in scikit-learn with ``zero_division=0``.

    Parameters
    ----------
    confusion : array of shape (10, 10)
        As `confusion_matrix` returns it.

    Returns
    -------
    tuple of three arrays of shape (10,), 0 to 1
    """
    hits = np.diag(confusion).astype(np.float64)
    predicted, true = confusion.sum(axis=0), confusion.sum(axis=1)
    precision = np.divide(hits, predicted, out=np.zeros(DIGITS), where=predicted > 0)
    recall = np.divide(hits, true, out=np.zeros(DIGITS), where=true > 0)
    f1 = np.divide(2 * hits, predicted + true, out=np.zeros(DIGITS), where=predicted + true > 0)
    return precision, recall, f1


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The answers of one classifier to one set of digits.

    Attributes
    ----------
    labels : array of shape (n,), uint8
        The true digits.
    probabilities : array of shape (n, 10), float32, rows sum to 1
        How probable each digit is to the classifier.
    ids : array of shape (n,), int64, or None
        The ids of the own samples; None for digits of MNIST, which are numbered by place.
    writers : tuple of str
        The writer of each own sample; empty for digits of MNIST.
    """

    labels: Labels
    probabilities: Probabilities
    ids: NDArray[np.int64] | None = None
    writers: tuple[str, ...] = ()

    def by(self, writer: str) -> "Evaluation":
        """Return the answers to the digits of one writer."""
        chosen = np.array([each == writer for each in self.writers], bool)
        ids = None if self.ids is None else self.ids[chosen]
        writers = (writer,) * int(chosen.sum())
        return Evaluation(self.labels[chosen], self.probabilities[chosen], ids, writers)

    @cached_property
    def predictions(self) -> Labels:
        """The digit with the highest probability, shape (n,)."""
        return self.probabilities.argmax(axis=1).astype(np.uint8)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """The confusion matrix, shape (10, 10), true digit by row."""
        return confusion_matrix(self.labels, self.predictions)

    @property
    def score(self) -> Score:
        """How many predictions are right."""
        return Score(int(np.trace(self.confusion)), len(self.labels))

    @property
    def precision(self) -> float:
        """Precision: the unweighted mean over the digits that occur or were predicted."""
        return self._macro(0)

    @property
    def recall(self) -> float:
        """Recall: the unweighted mean over the digits that occur or were predicted."""
        return self._macro(1)

    @property
    def f1(self) -> float:
        """F1: the unweighted mean over the digits that occur or were predicted."""
        return self._macro(2)

    def _macro(self, which: int) -> float:
        occurs = (self.confusion.sum(axis=0) + self.confusion.sum(axis=1)) > 0
        values = precision_recall_f1(self.confusion)[which]
        return float(values[occurs].mean()) if occurs.any() else float("nan")


@dataclass(frozen=True)
class Epoch:
    """Loss and accuracy of a network after one epoch of training.

    Attributes
    ----------
    number, of : int
        The number of the epoch, from 1, and the number of all epochs.
    loss, accuracy : float
        On the training data, over the epoch.
    validation_loss, validation_accuracy : float or None
        On held-out digits; None where no digits are held out.
    """

    number: int
    of: int
    loss: float
    accuracy: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """One classifier of a comparison, trained and scored.

    Attributes
    ----------
    classifier : str
        The name, such as ``"svm"``.
    fit_seconds, predict_seconds : float
        Wall-clock time to fit, and to predict the MNIST test set.
    mnist_test : Evaluation or None
        On the MNIST test set; None where the classifier failed.
    own_exam : Evaluation or None
        On the own exam; None where there is none, or the classifier failed.
    error : str
        Why the classifier failed, in a sentence; empty where it did not.
    history : tuple of Epoch
        The epochs of the training; empty for a classifier without epochs.
    unseen : Evaluation or None
        On the own exam, each digit answered by a classifier that was trained without the
        digit's writer; None where that was not measured.
    """

    classifier: str
    fit_seconds: float
    predict_seconds: float
    mnist_test: Evaluation | None
    own_exam: Evaluation | None
    error: str = ""
    history: tuple[Epoch, ...] = ()
    unseen: Evaluation | None = None

    def on(self, test_set: TestSet) -> Evaluation | None:
        """Return the evaluation on a test set; None where there is none."""
        return self.mnist_test if test_set is TestSet.MNIST else self.own_exam


@dataclass(frozen=True)
class LearningPoint:
    """The scores of one classifier of a study, trained on a certain number of digits.

    Attributes
    ----------
    classifier : str
    mnist, own : int
        The numbers of MNIST digits and of own samples that it was trained on.
    seed : int
        For the choice of these digits, and for the training.
    mnist_test : Score
    own_exam : Score or None
        None where there is no own exam.
    """

    classifier: str
    mnist: int
    own: int
    seed: int
    mnist_test: Score
    own_exam: Score | None

    def on(self, test_set: TestSet) -> Score | None:
        """Return the score on a test set; None where there was no own exam."""
        return self.mnist_test if test_set is TestSet.MNIST else self.own_exam


@dataclass(frozen=True)
class LedgerLine:
    """The scores of one classifier before and after a retraining."""

    classifier: str
    own_exam_before: Score
    own_exam_after: Score
    mnist_test_before: Score
    mnist_test_after: Score
