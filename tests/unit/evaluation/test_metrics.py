import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from classroom.evaluation.metrics import (
    calibration,
    mean_auc,
    mean_average_precision,
    one_against_the_rest,
    precision_recall,
    roc,
)
from classroom.evaluation.results import Evaluation


@pytest.fixture(params=[3, 20, 500])
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    """Answers of which many are equal, as those of k-NN are."""
    random = np.random.default_rng(request.param)
    labels = random.integers(0, 10, request.param).astype(np.uint8)
    probabilities = random.integers(0, 6, (request.param, 10)).astype(np.float32)
    probabilities[np.arange(request.param), labels] += 2
    return Evaluation(labels, probabilities / probabilities.sum(axis=1, keepdims=True))


def test_roc_and_its_area_are_those_of_scikit_learn(evaluation: Evaluation) -> None:
    for digit in np.unique(evaluation.labels):
        truth, scores = one_against_the_rest(evaluation, int(digit))
        curve = roc(truth, scores)
        if truth.all():
            continue
        false_alarms, hits, _ = reference.roc_curve(truth, scores)
        np.testing.assert_allclose(curve.false_alarms, false_alarms, rtol=0, atol=1e-12)
        np.testing.assert_allclose(curve.hits, hits, rtol=0, atol=1e-12)
        assert curve.auc == pytest.approx(reference.roc_auc_score(truth, scores), abs=1e-12)


def test_precision_and_recall_are_those_of_scikit_learn(evaluation: Evaluation) -> None:
    for digit in np.unique(evaluation.labels):
        truth, scores = one_against_the_rest(evaluation, int(digit))
        curve = precision_recall(truth, scores)
        precision, recall, _ = reference.precision_recall_curve(
            truth, scores, drop_intermediate=True
        )
        np.testing.assert_allclose(curve.precision, precision[::-1], rtol=0, atol=1e-12)
        np.testing.assert_allclose(curve.recall, recall[::-1], rtol=0, atol=1e-12)
        expected = reference.average_precision_score(truth, scores)
        assert curve.average_precision == pytest.approx(expected, abs=1e-12)


def test_the_calibration_is_that_of_scikit_learn(evaluation: Evaluation) -> None:
    confidence = evaluation.probabilities.max(axis=1).astype(np.float64)
    right = evaluation.predictions == evaluation.labels
    accuracy, mean = calibration_curve(right, confidence, n_bins=15)
    ours = calibration(evaluation)
    filled = ours.counts > 0
    np.testing.assert_allclose(ours.accuracy[filled], accuracy, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.confidence[filled], mean, rtol=0, atol=1e-12)
    shares = ours.counts[filled] / len(right)
    expected = np.sum(shares * np.abs(accuracy - mean))
    assert ours.error == pytest.approx(expected, abs=1e-12)
    assert np.isnan(ours.accuracy[~filled]).all()


def test_the_means_over_the_digits_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(5)
    labels = np.arange(200, dtype=np.uint8) % 10
    probabilities = random.dirichlet(np.ones(10), 200).astype(np.float32)
    evaluation = Evaluation(labels, probabilities)
    truth = labels[:, None] == np.arange(10)
    auc = reference.roc_auc_score(truth, probabilities, average="macro")
    assert mean_auc(evaluation) == pytest.approx(auc, abs=1e-12)
    average = reference.average_precision_score(truth, probabilities, average="macro")
    assert mean_average_precision(evaluation) == pytest.approx(average, abs=1e-12)
    # What does not occur does not count.
    some = Evaluation(labels[labels < 2], probabilities[labels < 2])
    areas = [roc(*one_against_the_rest(some, digit)).auc for digit in (0, 1)]
    assert mean_auc(some) == pytest.approx(np.mean(areas))


def test_where_a_digit_does_not_occur_there_is_no_curve() -> None:
    truth, scores = np.zeros(4, bool), np.array([0.1, 0.2, 0.2, 0.9], np.float32)
    assert np.isnan(roc(truth, scores).auc)
    assert np.isnan(roc(~truth, scores).auc)
    assert np.isnan(precision_recall(truth, scores).average_precision)


def test_an_empty_exam_has_no_figures_and_raises_nothing() -> None:
    empty = Evaluation(np.empty(0, np.uint8), np.empty((0, 10), np.float32))
    assert np.isnan(calibration(empty).error)
    assert np.isnan(roc(*one_against_the_rest(empty, 3)).auc)
    assert np.isnan(mean_auc(empty))
    assert np.isnan(mean_average_precision(empty))
    assert np.isnan(precision_recall(*one_against_the_rest(empty, 3)).average_precision)
