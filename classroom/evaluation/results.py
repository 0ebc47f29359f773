"""Results as small frozen dataclasses; metrics as functions on arrays.

Only numpy is needed here, so that the window can compute a figure without
loading a machine-learning library.
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
    """What classifiers are scored on; the values are the keys of JSON and of stored runs."""

    # pytest takes every class whose name begins with Test for tests.
    __test__ = False

    MNIST = "mnist_test"
    EXAM = "own_exam"

    @property
    def caption(self) -> str:
        """What reports call it."""
        return _("MNIST test") if self is TestSet.MNIST else _("own exam")


@dataclass(frozen=True)
class Score:
    """How many were right, out of how many."""

    correct: int
    total: int

    @property
    def accuracy(self) -> float:
        """The share that was right, 0 to 1; nan where nothing was scored."""
        return self.correct / self.total if self.total else float("nan")

    def __str__(self) -> str:
        return _("{correct:,} of {total:,}").format(correct=self.correct, total=self.total)


def confusion_matrix(labels: Labels, predictions: Labels) -> NDArray[np.int64]:
    """Count how often each digit was taken for each.

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
    """Return precision, recall and F1 of each digit, each of shape (10,), 0 to 1.

    A digit that was never predicted has precision 0, one that never occurs
    has recall 0, as in scikit-learn with ``zero_division=0``.
    """
    hits = np.diag(confusion).astype(np.float64)
    predicted, true = confusion.sum(axis=0), confusion.sum(axis=1)
    precision = np.divide(hits, predicted, out=np.zeros(DIGITS), where=predicted > 0)
    recall = np.divide(hits, true, out=np.zeros(DIGITS), where=true > 0)
    f1 = np.divide(2 * hits, predicted + true, out=np.zeros(DIGITS), where=predicted + true > 0)
    return precision, recall, f1


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What one classifier said of one set of digits.

    Attributes
    ----------
    labels : array of shape (n,), uint8
        The true digits.
    probabilities : array of shape (n, 10), float32, rows sum to 1
        The classifier's answer to each.
    ids : array of shape (n,), int64, or None
        The digits' numbers in the store of the own samples; None for MNIST's, whose
        place is their number.
    writers : sequence of str
        Who wrote each; empty for MNIST's.
    """

    labels: Labels
    probabilities: Probabilities
    ids: NDArray[np.int64] | None = None
    writers: tuple[str, ...] = ()

    def by(self, writer: str) -> "Evaluation":
        """Return what the classifier said of the digits of one writer."""
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
        """How many were right."""
        return Score(int(np.trace(self.confusion)), len(self.labels))

    @property
    def precision(self) -> float:
        """Precision, the plain mean over the digits that occur or were predicted."""
        return self._macro(0)

    @property
    def recall(self) -> float:
        """Recall, the mean over the digits."""
        return self._macro(1)

    @property
    def f1(self) -> float:
        """F1, the mean over the digits."""
        return self._macro(2)

    def _macro(self, which: int) -> float:
        occurs = (self.confusion.sum(axis=0) + self.confusion.sum(axis=1)) > 0
        values = precision_recall_f1(self.confusion)[which]
        return float(values[occurs].mean()) if occurs.any() else float("nan")


@dataclass(frozen=True)
class Epoch:
    """The state of a training after one pass over the data.

    Attributes
    ----------
    number, of : int
        The epoch just finished, from 1, and how many there will be.
    loss, accuracy : float
        Over the epoch, on the training data.
    validation_loss, validation_accuracy : float or None
        On held-out training data, None where nothing is held out.
    """

    number: int
    of: int
    loss: float
    accuracy: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """One classifier, trained and scored: one row of a comparison.

    Attributes
    ----------
    classifier : str
        Its name, such as ``"svm"``.
    fit_seconds, predict_seconds : float
        Wall-clock time to fit, and to predict the MNIST test set.
    mnist_test : Evaluation or None
        None where the classifier failed.
    own_exam : Evaluation or None
        None where there is no own exam.
    error : str
        Why it failed, in a sentence; empty where it did not.
    history : tuple of Epoch
        How the training went; empty for what does not learn in epochs.
    unseen : Evaluation or None
        The own exam once more, each digit answered by a classifier that was trained without
        its writer; None where that was not asked for.
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
        """Return what the classifier said of a test set; None where it was not scored on it."""
        return self.mnist_test if test_set is TestSet.MNIST else self.own_exam


@dataclass(frozen=True)
class LearningPoint:
    """How well one classifier did after learning from so many digits: one cell of a study.

    Attributes
    ----------
    classifier : str
    mnist, own : int
        How many digits of MNIST, and of the own samples, it was trained on.
    seed : int
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
    """One classifier before and after a retraining."""

    classifier: str
    own_exam_before: Score
    own_exam_after: Score
    mnist_test_before: Score
    mnist_test_after: Score
