"""Curves and figures that say more than how many were right; each digit against the rest.

Only numpy is needed, so that the window can compute them without loading a
machine-learning library.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.evaluation.results import DIGITS, Evaluation

# As in the paper that made the figure known, see `calibration`.
CALIBRATION_BINS = 15
CONFIDENCE_BINS = 20

Truth = NDArray[np.bool_]
Scores = NDArray[np.float32]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Roc:
    """A receiver operating characteristic: one point for each threshold.

    Attributes
    ----------
    false_alarms, hits : array of shape (k,), 0 to 1, rising
        The share of the other digits that were taken for this one, and the share
        of this digit that was recognised; from (0, 0) to (1, 1). All nan where
        there is no other digit, or none of this one.
    """

    false_alarms: Values
    hits: Values

    @property
    def auc(self) -> float:
        """The area below the curve, 0 to 1."""
        if np.isnan(self.hits[-1]):
            return float("nan")
        return float(np.trapezoid(self.hits, self.false_alarms))


@dataclass(frozen=True, eq=False)
class PrecisionRecall:
    """Precision against recall: one point for each threshold, and the point (0, 1).

    Attributes
    ----------
    recall : array of shape (k,), 0 to 1, rising
        All nan where the digit does not occur.
    precision : array of shape (k,), 0 to 1
    """

    recall: Values
    precision: Values

    @property
    def average_precision(self) -> float:
        """The mean of the precisions, each weighted by the recall that it added."""
        if np.isnan(self.recall[-1]):
            return float("nan")
        return float(np.sum(np.diff(self.recall) * self.precision[1:]))


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often a classifier that was so sure was right.

    Attributes
    ----------
    confidence, accuracy : array of shape (bins,), 0 to 1
        The mean confidence and the share that was right; nan for a bin without digits.
    counts : array of shape (bins,), int64
        How many digits.
    """

    confidence: Values
    accuracy: Values
    counts: NDArray[np.int64]

    @property
    def error(self) -> float:
        """The expected calibration error: the mean gap, 0 to 1, weighted by the counts."""
        total = self.counts.sum()
        gaps = np.abs(np.nan_to_num(self.accuracy - self.confidence))
        return float((gaps * self.counts).sum() / total) if total else float("nan")


def one_against_the_rest(evaluation: Evaluation, digit: int) -> tuple[Truth, Scores]:
    """Return which are this digit, shape (n,), and how probable that was to the classifier."""
    return evaluation.labels == digit, evaluation.probabilities[:, digit]


def roc(truth: Truth, scores: Scores) -> Roc:
    """Return the ROC curve of telling one digit from the rest, the points of its corners.

    Parameters
    ----------
    truth : array of shape (n,), bool
        Which are the digit.
    scores : array of shape (n,)
        Higher for what is more probably the digit.

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27,
    2006, algorithm 1.
    """
    hits, false_alarms = _counts_from_the_top(truth, scores)
    kept = np.ones(len(hits), bool)
    # The second point always stays, as it does in scikit-learn.
    kept[2:-1] = (np.diff(hits[1:], 2) != 0) | (np.diff(false_alarms[1:], 2) != 0)
    return Roc(_shares(false_alarms[kept]), _shares(hits[kept]))


def precision_recall(truth: Truth, scores: Scores) -> PrecisionRecall:
    """Return precision and recall of finding one digit among the rest.

    Of points with the same recall only the first and the last are kept.

    Parameters
    ----------
    truth, scores : array of shape (n,)
        As `roc` takes them.

    References
    ----------
    Davis and Goadrich, "The relationship between precision-recall and ROC
    curves", ICML 2006; no interpolation between the points.
    """
    hits, false_alarms = _counts_from_the_top(truth, scores)
    kept = np.ones(len(hits), bool)
    gained = np.diff(hits[1:]) != 0
    kept[2:-1] = gained[:-1] | gained[1:]
    hits, false_alarms = hits[kept], false_alarms[kept]
    found = hits + false_alarms
    precision = np.divide(hits, found, out=np.ones(len(found)), where=found > 0)
    return PrecisionRecall(_shares(hits), precision)


def roc_of(evaluation: Evaluation, digit: int) -> Roc:
    """Return the ROC curve of one digit against the rest."""
    return roc(*one_against_the_rest(evaluation, digit))


def precision_recall_of(evaluation: Evaluation, digit: int) -> PrecisionRecall:
    """Return precision against recall for one digit against the rest."""
    return precision_recall(*one_against_the_rest(evaluation, digit))


def mean_auc(evaluation: Evaluation) -> float:
    """Return the area below the ROC curve, the plain mean over the digits that have one."""
    return _mean([roc_of(evaluation, digit).auc for digit in range(DIGITS)])


def mean_average_precision(evaluation: Evaluation) -> float:
    """Return the average precision, the plain mean over the digits that occur."""
    curves = (precision_recall_of(evaluation, digit) for digit in range(DIGITS))
    return _mean([curve.average_precision for curve in curves])


def calibration(evaluation: Evaluation, bins: int = CALIBRATION_BINS) -> Calibration:
    """Return how sure a classifier was, and how often it was right, in bins of equal width.

    References
    ----------
    Guo et al., "On calibration of modern neural networks", ICML 2017, section 2.
    """
    confidence = evaluation.probabilities.max(axis=1).astype(np.float64)
    right = evaluation.predictions == evaluation.labels
    # A bin holds its upper end; the first holds 0 too.
    places = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    counts = np.bincount(places, minlength=bins)
    sure = np.bincount(places, weights=confidence, minlength=bins)
    correct = np.bincount(places, weights=right, minlength=bins)
    empty = np.full(bins, np.nan)
    return Calibration(
        np.divide(sure, counts, out=empty.copy(), where=counts > 0),
        np.divide(correct, counts, out=empty.copy(), where=counts > 0),
        counts,
    )


def confidence_counts(
    evaluation: Evaluation,
) -> tuple[Values, NDArray[np.int64], NDArray[np.int64]]:
    """Count how sure the right and the wrong answers were.

    Returns
    -------
    edges : array of shape (bins + 1,), 0 to 1
    right, wrong : array of shape (bins,)
    """
    edges = np.linspace(0, 1, CONFIDENCE_BINS + 1)
    confidence = np.clip(evaluation.probabilities.max(axis=1), 0, 1)
    is_right = evaluation.predictions == evaluation.labels
    right, wrong = (np.histogram(confidence[which], edges)[0] for which in (is_right, ~is_right))
    return edges, right, wrong


def _counts_from_the_top(truth: Truth, scores: Scores) -> tuple[Values, Values]:
    """Count, for each threshold from none to the lowest, what lies above it: right and wrong."""
    # Equal scores cannot be told apart by any threshold, so their order is all one.
    order = np.argsort(-scores)
    ordered = scores[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)[: len(ordered)]
    right = np.cumsum(truth[order], dtype=np.float64)[ends]
    return np.append(0.0, right), np.append(0.0, 1.0 + ends - right)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _shares(counts: Values) -> Values:
    return counts / counts[-1] if counts[-1] else np.full(len(counts), np.nan)
