import numpy as np
import pytest
from sklearn import metrics

from classroom.evaluation.results import Evaluation, Score, confusion_matrix, precision_recall_f1


@pytest.fixture
def evaluation() -> Evaluation:
    random = np.random.default_rng(1)
    labels = random.integers(0, 10, 500).astype(np.uint8)
    probabilities = random.random((500, 10), np.float32)
    probabilities[np.arange(500), labels] += 0.7
    return Evaluation(labels, probabilities / probabilities.sum(axis=1, keepdims=True))


def test_the_metrics_are_those_of_scikit_learn(evaluation: Evaluation) -> None:
    labels, predictions = evaluation.labels, evaluation.predictions
    assert (evaluation.confusion == metrics.confusion_matrix(labels, predictions)).all()
    expected = metrics.precision_recall_fscore_support(labels, predictions, average="macro")
    ours = (evaluation.precision, evaluation.recall, evaluation.f1)
    assert ours == pytest.approx(expected[:3], abs=1e-12)
    assert evaluation.score.accuracy == pytest.approx(metrics.accuracy_score(labels, predictions))


def test_digits_that_do_not_occur_do_not_count() -> None:
    labels = np.array([3, 3, 7], np.uint8)
    answers = np.eye(10, dtype=np.float32)[[3, 7, 7]]
    evaluation = Evaluation(labels, answers)
    expected = metrics.precision_recall_fscore_support(
        labels, evaluation.predictions, average="macro"
    )
    assert (evaluation.precision, evaluation.recall, evaluation.f1) == pytest.approx(expected[:3])


def test_a_digit_never_predicted_has_precision_zero() -> None:
    labels = np.array([1, 2], np.uint8)
    precision, recall, f1 = precision_recall_f1(
        confusion_matrix(labels, np.array([1, 1], np.uint8))
    )
    assert precision[2] == recall[2] == f1[2] == 0
    assert precision[1] == 0.5
    assert recall[1] == 1


def test_a_score_reads_as_a_sentence_part() -> None:
    assert str(Score(17, 20)) == "17 of 20"
    assert str(Score(9931, 10000)) == "9,931 of 10,000"


def test_the_digits_of_one_writer_can_be_scored_alone() -> None:
    answers = np.eye(10, dtype=np.float32)[[3, 7, 7]]
    ids = np.array([11, 12, 13])
    evaluation = Evaluation(np.array([3, 3, 7], np.uint8), answers, ids, ("ann", "bob", "ann"))
    assert evaluation.score == Score(2, 3)
    assert evaluation.by("ann").score == Score(2, 2)
    assert evaluation.by("bob").score == Score(0, 1)
    assert evaluation.by("bob").writers == ("bob",)
    ids_of_ann = evaluation.by("ann").ids
    assert ids_of_ann is not None
    assert ids_of_ann.tolist() == [11, 13]
    assert evaluation.by("cleo").score == Score(0, 0)
