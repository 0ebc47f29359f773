"""The numbers behind each plot, as tables for a spreadsheet."""

import csv
import io
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from classroom import metrics
from classroom.certainty import Pair, wilson
from classroom.evaluation import DIGITS, Evaluation
from classroom.scene import Scene, disputed


@dataclass(frozen=True)
class Table:
    """Rows of values below the names of their columns."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def csv(self) -> str:
        """Return the table as comma-separated values."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


def confusion(scene: Scene) -> Table:
    """Return how often each digit was taken for each."""
    rows = [
        (each.title, true, predicted, int(count), _share(int(count), int(row.sum())))
        for each in scene.answers
        for true, row in enumerate(each.evaluation.confusion)
        for predicted, count in enumerate(row)
    ]
    return Table(("classifier", "digit", "taken_for", "count", "share_of_digit"), rows)


def digit_accuracy(evaluation: Evaluation) -> list[tuple[int, int, float, float]]:
    """Return for each digit how many were right, of how many, and the 95% interval."""
    hits, totals = np.diag(evaluation.confusion), evaluation.confusion.sum(axis=1)
    return [
        (int(right), int(total), *wilson(int(right), int(total)))
        for right, total in zip(hits, totals, strict=True)
    ]


def digits(scene: Scene) -> Table:
    """Return how many of each digit are right, with 95% intervals."""
    rows = [
        (each.title, digit, right, total, _share(right, total), low, high)
        for each in scene.answers
        for digit, (right, total, low, high) in enumerate(digit_accuracy(each.evaluation))
    ]
    return Table(("classifier", "digit", "right", "total", "accuracy", "low", "high"), rows)


def _digits_of(scene: Scene) -> range | tuple[int]:
    return range(DIGITS) if scene.digit is None else (scene.digit,)


def roc(scene: Scene) -> Table:
    """Return the corners of the ROC curves."""
    rows: list[tuple[Any, ...]] = []
    for each in scene.answers:
        for digit in _digits_of(scene):
            curve = metrics.roc_of(each.evaluation, digit)
            points = zip(curve.false_alarms.tolist(), curve.hits.tolist(), strict=True)
            rows += [(each.title, digit, curve.auc, *point) for point in points]
    return Table(("classifier", "digit", "auc", "false_positive_rate", "true_positive_rate"), rows)


def precision(scene: Scene) -> Table:
    """Return the points of the curves of precision against recall."""
    rows: list[tuple[Any, ...]] = []
    for each in scene.answers:
        for digit in _digits_of(scene):
            curve = metrics.precision_recall_of(each.evaluation, digit)
            points = zip(curve.recall.tolist(), curve.precision.tolist(), strict=True)
            average = curve.average_precision
            rows += [(each.title, digit, average, *point) for point in points]
    return Table(("classifier", "digit", "average_precision", "recall", "precision"), rows)


def confidence(scene: Scene) -> Table:
    """Return how sure the right and the wrong answers were."""
    rows: list[tuple[Any, ...]] = []
    for each in scene.answers:
        edges, right, wrong = metrics.confidence_counts(each.evaluation)
        bins = zip(edges[:-1].tolist(), edges[1:].tolist(), right, wrong, strict=True)
        rows += [(each.title, low, high, int(a), int(b)) for low, high, a, b in bins]
    return Table(("classifier", "from", "to", "right", "wrong"), rows)


def calibration(scene: Scene) -> Table:
    """Return how sure the answers were, and how many of them were right."""
    rows: list[tuple[Any, ...]] = []
    for each in scene.answers:
        found = metrics.calibration(each.evaluation)
        bins = zip(found.counts, found.confidence, found.accuracy, strict=True)
        rows += [
            (each.title, found.error, int(count), float(sure), float(right))
            for count, sure, right in bins
            if count
        ]
    return Table(("classifier", "ece", "digits", "confidence", "accuracy"), rows)


def epochs(scene: Scene) -> Table:
    """Return loss and accuracy after each epoch."""
    rows = [
        (
            entry.title,
            epoch.number,
            epoch.loss,
            epoch.accuracy,
            epoch.validation_loss,
            epoch.validation_accuracy,
        )
        for entry in scene.entries
        for epoch in entry.result.history
    ]
    measured = ("loss", "accuracy", "validation_loss", "validation_accuracy")
    return Table(("classifier", "epoch", *measured), rows)


def learning(scene: Scene) -> Table:
    """Return what each classifier achieved with so many digits."""
    rows: list[tuple[Any, ...]] = []
    for point in scene.points:
        test, exam = point.mnist_test, point.own_exam
        own = (exam.correct, exam.total) if exam is not None else (None, None)
        sizes = (point.mnist, point.own, point.seed)
        rows.append((point.classifier, *sizes, test.correct, test.total, *own))
    scores = ("mnist_test_right", "mnist_test_total", "own_exam_right", "own_exam_total")
    return Table(("classifier", "mnist", "own", "seed", *scores), rows)


def times(scene: Scene) -> Table:
    """Return accuracy and seconds."""
    rows: list[tuple[Any, ...]] = []
    for entry in scene.entries:
        evaluation = scene.evaluation(entry.result)
        if evaluation is not None:
            score = evaluation.score
            ends = wilson(score.correct, score.total)
            seconds = entry.result.fit_seconds, entry.result.predict_seconds
            rows.append((entry.title, *seconds, score.correct, score.total, *ends))
    columns = ("fit_seconds", "predict_seconds", "right", "total", "low", "high")
    return Table(("classifier", *columns), rows)


def disagreement(scene: Scene) -> Table:
    """Return the digits that one gets right and another wrong, and what they were taken for."""
    answers = scene.answers
    evaluations = [each.evaluation for each in answers]
    rows: list[tuple[Any, ...]] = []
    for place in disputed(evaluations):
        first = evaluations[0]
        number = int(place) if first.ids is None else int(first.ids[place])
        writer = first.writers[place] if first.writers else ""
        said = (int(each.predictions[place]) for each in evaluations)
        rows.append((number, writer, int(first.labels[place]), *said))
    return Table(("number", "writer", "digit", *(each.title for each in answers)), rows)


def verdicts(scene: Scene) -> Table:
    """Return McNemar's test for each two classifiers."""
    rows: list[tuple[Any, ...]] = []
    for first, second in combinations(scene.answers, 2):
        pair = Pair.of(first.evaluation, second.evaluation)
        counts = pair.only_first, pair.only_second, pair.total
        rows.append((first.title, second.title, *counts, pair.p_value, pair.more_digits))
    counted = ("only_first_right", "only_second_right", "digits", "p_value", "more_digits_needed")
    return Table(("first", "second", *counted), rows)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
