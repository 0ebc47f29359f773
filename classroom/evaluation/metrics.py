"""Metrics beyond accuracy: ROC, precision and recall, calibration, confidence.

Plots and the command line use them. Only NumPy is needed, so that the window can
compute them without a machine-learning library.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.evaluation.results import DIGITS, Evaluation

# The number of bins in the paper that `calibration` follows.
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
        The false positive rate and the true positive rate, from (0, 0) to (1, 1).
        All nan where there is no other digit, or none of this one.
    """

    false_alarms: Values
    hits: Values

    @property
    def auc(self) -> float:
        """The area under the curve, 0 to 1; nan where there is no curve."""
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
        """The average precision, 0 to 1: the mean precision, weighted by the gain in recall."""
        if np.isnan(self.recall[-1]):
            return float("nan")
        return float(np.sum(np.diff(self.recall) * self.precision[1:]))


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often a classifier was right, by how sure it was.

    Attributes
    ----------
    confidence, accuracy : array of shape (bins,), 0 to 1
        The mean confidence and the accuracy of each bin; nan for a bin without digits.
    counts : array of shape (bins,), int64
        The number of digits in each bin.
    """

    confidence: Values
    accuracy: Values
    counts: NDArray[np.int64]

    @property
    def error(self) -> float:
        """The expected calibration error, 0 to 1: the mean gap, weighted by the counts."""
        total = self.counts.sum()
        gaps = np.abs(np.nan_to_num(self.accuracy - self.confidence))
        return float((gaps * self.counts).sum() / total) if total else float("nan")


def one_against_the_rest(evaluation: Evaluation, digit: int) -> tuple[Truth, Scores]:
    """Return which labels are this digit, and its probabilities, both of shape (n,)."""
    return evaluation.labels == digit, evaluation.probabilities[:, digit]


def roc(truth: Truth, scores: Scores) -> Roc:
    """Return the corners of the ROC curve of one digit against the rest.

    Parameters
    ----------
    truth : array of shape (n,), bool
        Whether each is the digit.
    scores : array of shape (n,)
        How probably each is the digit; any scale.

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
    """Return the precision-recall curve of one digit against the rest.

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
    """Return the ROC curve of one digit against the rest in an evaluation."""
    return roc(*one_against_the_rest(evaluation, digit))


def precision_recall_of(evaluation: Evaluation, digit: int) -> PrecisionRecall:
    """Return the precision-recall curve of one digit against the rest in an evaluation."""
    return precision_recall(*one_against_the_rest(evaluation, digit))


def mean_auc(evaluation: Evaluation) -> float:
    """Return the area under the ROC curve, as the unweighted mean over the digits with a curve."""
    return _mean([roc_of(evaluation, digit).auc for digit in range(DIGITS)])


def mean_average_precision(evaluation: Evaluation) -> float:
    """Return the average precision, as the unweighted mean over the digits that occur."""
    curves = (precision_recall_of(evaluation, digit) for digit in range(DIGITS))
    return _mean([curve.average_precision for curve in curves])


def calibration(evaluation: Evaluation, bins: int = CALIBRATION_BINS) -> Calibration:
    """Return confidence and accuracy in bins of equal width.

    Confidence is the highest of the ten probabilities.

    References
    ----------
    Guo et al., "On calibration of modern neural networks", ICML 2017, section 2.
    """
    confidence = evaluation.probabilities.max(axis=1).astype(np.float64)
    right = evaluation.predictions == evaluation.labels
    # A bin includes its upper end, and the first bin includes 0.
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
    """Return histograms of the confidence of the right and of the wrong answers.

    Returns
    -------
    edges : array of shape (bins + 1,), 0 to 1
    right, wrong : array of shape (bins,)
        The numbers of answers.
    """
    edges = np.linspace(0, 1, CONFIDENCE_BINS + 1)
    confidence = np.clip(evaluation.probabilities.max(axis=1), 0, 1)
    is_right = evaluation.predictions == evaluation.labels
    right, wrong = (np.histogram(confidence[which], edges)[0] for which in (is_right, ~is_right))
    return edges, right, wrong


def _counts_from_the_top(truth: Truth, scores: Scores) -> tuple[Values, Values]:
    """Return for each threshold, from the highest down, the true and the false positives."""
    # No threshold separates equal scores, so only the last of them counts.
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
