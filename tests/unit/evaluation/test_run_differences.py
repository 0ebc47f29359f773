"""Two runs side by side, in plain words."""

from dataclasses import replace

import pytest

from classroom.evaluation.results import Score
from classroom.evaluation.run_differences import change, differences, score_changes
from classroom.evaluation.runs import Data, ResultSummary, RunSummary


def row(name: str, mnist: int, exam: int | None = None) -> ResultSummary:
    return ResultSummary(
        name, 1.0, 0.1, Score(mnist, 100), None if exam is None else Score(exam, 20)
    )


FIRST = RunSummary(
    3, "2026-01-01", 0, Data(1000, 6, "f", "m"), (row("cnn", 90, 17), row("svm", 95))
)
FAILED = ResultSummary("cnn", 0.0, 0.0, None, None, error="The memory is full.")


def test_each_classifier_of_either_run_has_a_line() -> None:
    second = replace(FIRST, number=4, rows=(row("svm", 97, 20), row("knn", 91)))
    found = {line.classifier: line for line in score_changes(FIRST, second)}
    assert list(found) == ["cnn", "svm", "knn"]
    assert found["cnn"].mnist == (Score(90, 100), None)
    assert found["svm"].mnist == (Score(95, 100), Score(97, 100))
    assert found["svm"].exam == (None, Score(20, 20))
    assert score_changes(FIRST, replace(FIRST, rows=(FAILED,)))[0].mnist == (Score(90, 100), None)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Score(90, 100), Score(97, 100), "▲ 7 more right"),
        (Score(97, 100), Score(90, 100), "▼ 7 fewer right"),
        (Score(90, 100), Score(90, 100), "= no change"),
        (Score(10, 20), Score(20, 25), "+30.0 points"),
        (None, Score(1, 2), "–"),
    ],
)
def test_how_two_scores_differ(before: Score | None, after: Score | None, said: str) -> None:
    assert change(before, after) == said


def test_what_was_different_is_said_before_any_figure() -> None:
    data = Data(10_000, 7, "g", "m")
    said = differences(FIRST, replace(FIRST, number=5, seed=2, data=data, versions={"numpy": "3"}))
    assert "Run 5 learned from 9,000 MNIST digits more" in said
    assert "Run 5 learned from 1 own digit more" in said
    assert "different seeds, 0 and 2" in said
    assert "have changed in between" in said
    assert "different versions" in said
    assert "their figures are the same" in differences(FIRST, replace(FIRST, number=4))
