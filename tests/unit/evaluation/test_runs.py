"""The runs on disk: what was compared comes back as it was, and rubbish costs nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from run_support import DATA, some_results

from classroom import files
from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.evaluation.results import Result, Score
from classroom.evaluation.runs import Data


def keep(home: Path, samples: str = "f1") -> int:
    data = Data(1000, 2, samples, "m1", practice=2, exam=4, writers=2, labels=(6, *[0] * 9))
    return runs.keep(home, some_results(), 5, data).number


def numbers(home: Path) -> list[int]:
    return [card.number for card in runs.listing(home)]


def test_a_run_comes_back_with_every_answer(tmp_path: Path) -> None:
    written = runs.keep(tmp_path, some_results(), 5, DATA)
    (card,) = runs.listing(tmp_path)
    assert card == written
    assert (card.number, card.seed, card.data) == (1, 5, DATA)
    assert "numpy" in card.versions
    assert card.rows[2].error == "The memory is full."

    found = runs.read(tmp_path, 1)
    for before, after in zip(some_results(), found.results, strict=True):
        assert (before.classifier, before.error, before.history) == (
            after.classifier,
            after.error,
            after.history,
        )
        for which in runs.EVALUATIONS:
            one, two = getattr(before, which), getattr(after, which)
            assert (one is None) == (two is None)
            if one is not None:
                np.testing.assert_array_equal(one.labels, two.labels)
                np.testing.assert_array_equal(one.probabilities, two.probabilities)
                assert one.writers == two.writers
                assert (one.ids is None) == (two.ids is None)
    assert found.results[0].unseen is not None
    assert card.rows[0].unseen == found.results[0].unseen.score
    assert runs.latest(tmp_path).summary == card


def test_a_run_from_before_networks_were_validated_comes_back(tmp_path: Path) -> None:
    runs.keep(tmp_path, some_results(), 5, replace(DATA, validation=1000, held_out=1000))
    file = tmp_path / "data" / "runs" / "0001" / "run.json"
    content = json.loads(file.read_text())
    assert runs.latest(tmp_path).summary.data.held_out == 1000
    del content["data"]["validation"], content["data"]["held_out"]
    file.write_text(json.dumps(content))
    assert runs.latest(tmp_path).summary.data == DATA


def test_runs_without_an_exam_come_back_too(tmp_path: Path) -> None:
    result = Result("svm", 1, 1, some_results()[1].mnist_test, None)
    runs.keep(tmp_path, [result], 0, Data(1000, 0, "", "m1"))
    found = runs.latest(tmp_path).results[0]
    assert found.own_exam is None
    assert found.mnist_test is not None
    assert found.mnist_test.score == Score(*_counted(result))


def _counted(result: Result) -> tuple[int, int]:
    assert result.mnist_test is not None
    return result.mnist_test.score.correct, result.mnist_test.score.total


def test_each_run_fits_the_samples_it_was_made_on(tmp_path: Path) -> None:
    keep(tmp_path, "before")
    keep(tmp_path, "after")
    assert [card.fits("after") for card in runs.listing(tmp_path)] == [False, True]


def test_a_deleted_run_comes_back_and_its_number_is_not_given_again(tmp_path: Path) -> None:
    keep(tmp_path)
    keep(tmp_path)
    runs.delete(tmp_path, 2)
    assert numbers(tmp_path) == [1]
    assert keep(tmp_path) == 3
    runs.restore(tmp_path, 2)
    assert numbers(tmp_path) == [1, 2, 3]
    assert len(runs.read(tmp_path, 2).results) == 3


def test_a_day_later_it_is_gone_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path)
    runs.delete(tmp_path, 1)
    monkeypatch.setattr(files, "LONGEST_WORK_SECONDS", -1)
    keep(tmp_path)
    with pytest.raises(ClassroomError):
        runs.restore(tmp_path, 1)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"created": 3}', '{"created": "2026-01-01", "seed": "x"}']
)
def test_a_damaged_card_hides_that_run_only(tmp_path: Path, text: str) -> None:
    keep(tmp_path)
    keep(tmp_path)
    (tmp_path / "data" / "runs" / "0001" / "run.json").write_text(text)
    assert numbers(tmp_path) == [2]
    with pytest.raises(ClassroomError, match="Run 1 is damaged"):
        runs.read(tmp_path, 1)


def test_answers_that_do_not_fit_the_card_are_refused(tmp_path: Path) -> None:
    keep(tmp_path)
    folder = tmp_path / "data" / "runs" / "0001"
    card = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**card, "exam_writers": ["only one"]}))
    with pytest.raises(ClassroomError, match="damaged"):
        runs.read(tmp_path, 1)
    (folder / "answers.npz").write_bytes(b"rubbish")
    with pytest.raises(ClassroomError, match="damaged"):
        runs.read(tmp_path, 1)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ClassroomError, match="Nothing has been compared yet"):
        runs.latest(tmp_path)
    with pytest.raises(ClassroomError, match="Run 4 is not there"):
        runs.read(tmp_path, 4)


def test_a_disk_that_takes_nothing_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder belongs")
    with pytest.raises(ClassroomError, match="cannot be changed"):
        keep(tmp_path)
