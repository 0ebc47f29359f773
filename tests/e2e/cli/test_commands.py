"""The commands that learn, on a little of MNIST: what `--json` holds, and what stays."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from calls import Answer
from places import LESSON

from classroom import logs
from classroom.cli import main
from classroom.datasets import mnist_files
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import versions
from classroom.engine.versions import Line
from classroom.evaluation import runs
from classroom.evaluation.metrics import calibration, mean_auc, mean_average_precision
from classroom.evaluation.statistics import PairedComparison, wilson
from classroom.networks import fine_tuning, from_scratch
from classroom.starts import Start


class InProcess:
    """Runs commands in this process, where MNIST may be a small one."""

    def __init__(self, home: Path, checksums: Checksums) -> None:
        self.home = home
        self._checksums = checksums

    def run(self, *arguments: object) -> int:
        return main.main(
            ["--home", str(self.home), *map(str, arguments)], checksums=self._checksums
        )


@pytest.fixture(scope="module")
def classroom(
    tmp_path_factory: pytest.TempPathFactory, small_mnist: Mnist, checksums: Checksums
) -> Iterator[InProcess]:
    """A home with the small MNIST and the lesson's digits, in the order of the tests below."""
    home = tmp_path_factory.mktemp("classroom")
    mnist_files.write_npz(small_mnist, home / "data" / "mnist.npz")
    yield InProcess(home, checksums)
    logs.configure(tmp_path_factory.mktemp("log"))


@pytest.fixture
def result(classroom: InProcess, capsys: pytest.CaptureFixture[str]) -> Any:
    """A function that runs a command and returns what it prints with --json."""

    def run(*arguments: object) -> Answer:
        assert classroom.run(*arguments, "--json") == 0, capsys.readouterr().err
        found = json.loads(capsys.readouterr().out)
        assert isinstance(found, dict)
        return found

    return run


def is_score(value: Answer, total: int | None = None) -> bool:
    """Whether `value` is a score in the contract's form."""
    right = set(value) == {"correct", "total"} and 0 <= value["correct"] <= value["total"]
    return right and total in (None, value["total"])


def test_mnist(result: Any, classroom: InProcess, capsys: pytest.CaptureFixture[str]) -> None:
    assert result("mnist") == {"source": "data/mnist.npz", "train": 2000, "test": 500}
    assert classroom.run("mnist") == 0
    assert "2,000 training and 500 test digits" in capsys.readouterr().out


def test_retrain_without_own_samples_says_what_to_do(
    classroom: InProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    assert classroom.run("retrain", "--json") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("Draw and keep a few digits first.\n")


def test_train(result: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of 2,000 training digits 5,000 cannot be held out.
    monkeypatch.setattr(from_scratch, "VALIDATION_DIGITS", 500)
    file = tmp_path / "new.keras"
    done = result("train", "--network", "quick", "--epochs", 1, "--seed", 3, "--out", file)
    assert done["network"] == "quick"
    assert done["parameters"] == 95_706
    assert done["seconds"] > 0
    assert [epoch["number"] for epoch in done["history"]] == [1]
    assert done["history"][0]["loss"] > 0
    assert 0 <= done["validation_accuracy"] <= 1
    assert 0 <= done["test_accuracy"] <= 1
    assert list(tmp_path.iterdir()) == [file]


def test_an_unknown_network_is_told_the_known_ones(
    classroom: InProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        classroom.run("train", "--network", "nonsense")
    err = capsys.readouterr().err
    assert "There is no network called 'nonsense'; choose one of: compact, quick, " in err
    assert err.endswith(" committee.\n")


def test_retrain(result: Any, classroom: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(fine_tuning.RECIPES[Start.BASE], rehearsal_digits=300)
    monkeypatch.setitem(fine_tuning.RECIPES, Start.BASE, recipe)
    result("dataset", "import", LESSON)
    stats = result("dataset", "stats")
    done = result("retrain", "--seed", 5)
    assert done["start"] == "base"
    assert done["version"] == 1 == versions.in_use(classroom.home)[0].number
    assert versions.in_use(classroom.home)[0].seed == 5
    assert done["seconds"] > 0
    assert done["practice"] == stats["practice"]
    for when in ("before", "after"):
        assert is_score(done[when]["own_exam"], stats["exam"])
        assert is_score(done[when]["mnist_test"], 500)
        assert done[when]["mnist_test"]["correct"] > 450


def test_retrain_in_the_other_line_leaves_the_one_in_use(
    result: Any,
    classroom: InProcess,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recipe = replace(fine_tuning.RECIPES[Start.MNIST_ONLY], rehearsal_digits=300)
    monkeypatch.setitem(fine_tuning.RECIPES, Start.MNIST_ONLY, recipe)
    before = versions.in_use(classroom.home)
    assert classroom.run("retrain", "--start", "mnist_only") == 0
    said = capsys.readouterr()
    assert said.out.startswith("Version 1 of “Knows MNIST only”, from ")
    assert "The window goes on with “Shown other strokes too”" in said.err
    story = Line(classroom.home, Start.MNIST_ONLY)
    assert versions.chosen(story)[0].number == 1
    assert versions.in_use(classroom.home) == before
    assert before[0].start is Start.BASE
    done = result("retrain", "--start", "mnist_only")
    assert (done["version"], done["start"], done["previous"]) == (2, "mnist_only", 1)


def test_predict_with_all_three(
    result: Any, classroom: InProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    digits = result("predict", LESSON, "--classifier", "knn,cnn,svm")["digits"]
    for one in digits:
        assert list(one["predictions"]) == ["knn", "cnn", "svm"]
        for said in one["predictions"].values():
            assert sum(said["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert classroom.run("predict", LESSON, "--classifier", "svm,knn") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(digits)
    assert "digit 1  SVM: " in lines[0]
    assert "  k-NN: " in lines[0]


def test_compare(result: Any, classroom: InProcess) -> None:
    practice, exam = (result("dataset", "stats")[part] for part in ("practice", "exam"))
    done = result("compare", "--mnist", 300, "--classifiers", "knn,cnn", "--seed", 1)
    assert done["train"] == {"mnist": 300, "own": practice}
    assert done["seed"] == 1
    run = runs.read(classroom.home, done["run"])
    assert run.summary.seed == 1
    kept: dict[str, Any] = {result.classifier: result for result in run.results}
    assert [row["classifier"] for row in done["results"]] == ["knn", "cnn"]
    for row in done["results"]:
        assert row["fit_seconds"] >= 0
        assert row["predict_seconds"] > 0
        assert is_score(row["own_exam"], exam)
        test = row["mnist_test"]
        assert np.shape(test["confusion"]) == (10, 10)
        assert np.sum(test["confusion"]) == 500
        assert test["accuracy"] == pytest.approx(np.trace(test["confusion"]) / 500)
        assert all(0.7 < test[name] <= 1 for name in ("accuracy", "precision", "recall", "f1"))
        evaluation = kept[row["classifier"]].mnist_test
        assert row["certainty"]["mnist_test"] == {
            "interval": list(wilson(np.trace(test["confusion"]), 500)),
            "auc": mean_auc(evaluation),
            "average_precision": mean_average_precision(evaluation),
            "calibration_error": calibration(evaluation).error,
        }
        low, high = row["certainty"]["own_exam"]["interval"]
        assert low <= row["own_exam"]["correct"] / exam <= high
        assert row["certainty"]["unseen_writers"] is None
    (pair,) = done["pairs"]
    assert (pair["first"], pair["second"]) == ("knn", "cnn")
    counted = PairedComparison.of(kept["knn"].mnist_test, kept["cnn"].mnist_test)
    assert pair["mnist_test"] == {
        **asdict(counted),
        "p_value": counted.p_value,
        "more_digits": counted.more_digits,
    }
    assert pair["own_exam"]["total"] == exam
    assert done["validation"] == {"digits": 200, "held_out": 0}
    neighbours, network = (row["history"] for row in done["results"])
    assert neighbours == []
    assert [epoch["number"] for epoch in network] == list(range(1, len(network) + 1))
    assert 0.5 < network[-1]["validation_accuracy"] <= 1


def test_study(result: Any, classroom: InProcess, capsys: pytest.CaptureFixture[str]) -> None:
    asked = "study", "--sizes", "50,100", "--seeds", "0,1", "--classifiers", "knn", "--own", "0"
    first, again = result(*asked), result(*asked)
    assert (first["computed"], first["found"], first["failed"]) == (4, 0, [])
    assert (again["computed"], again["found"]) == (0, 4)
    cells = {(cell["mnist"], cell["seed"]): cell for cell in first["cells"]}
    assert sorted(cells) == [(50, 0), (50, 1), (100, 0), (100, 1)]
    for cell in again["cells"]:
        assert is_score(cell["mnist_test"], 500)
        assert cell == {**cells[cell["mnist"], cell["seed"]], "found": True}
    assert classroom.run(*asked) == 0
    assert "0 cells computed, 4 were there already" in capsys.readouterr().out


def test_what_was_compared_can_be_asked(
    result: Any, classroom: InProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "predict", LESSON, "--classifier", "knn_features,cnn"
    assert classroom.run(*asked) == 1
    assert "k-NN + HOG has not been trained yet" in capsys.readouterr().err
    done = result("compare", "--mnist", 300, "--classifiers", "knn_features", "--leave-one-out")
    assert done["results"][0]["mnist_test"]["accuracy"] > 0.85
    # The lesson's writers: each exam digit was answered without the digits of its writer, too.
    row = done["results"][0]
    assert is_score(row["unseen_writers"], row["own_exam"]["total"])
    for digit in result(*asked)["digits"]:
        assert list(digit["predictions"]) == ["knn_features", "cnn"]
