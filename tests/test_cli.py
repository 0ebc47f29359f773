"""The command line as other programs call it: streams, exit status, and what `--json` holds."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from classroom import cli, logs, mnist_files, runs, training, versions
from classroom.certainty import Pair, wilson
from classroom.digits import from_strokes
from classroom.metrics import calibration, mean_auc, mean_average_precision
from classroom.mnist_files import Checksums, Mnist
from classroom.strokes import StrokesLine

MAIN = Path(__file__).parent.parent / "main.py"
LESSON = MAIN.parent / "classroom" / "assets" / "lesson.jsonl"
Answer = dict[str, Any]


def call(home: Path, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run main.py as another program would."""
    command = [sys.executable, str(MAIN), "--home", str(home), *map(str, arguments)]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=100
    )


def answer(home: Path, *arguments: object, **environment: str) -> Answer:
    """Run a command with --json; return the one object that it prints."""
    done = call(home, *arguments, "--json", **environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def sentence_of(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the sentence of a command that failed, after a look at how it failed."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith(".\n")
    return done.stderr.strip()


# --- own samples -----------------------------------------------------------------
def test_samples_go_in_are_counted_and_come_out(tmp_path: Path, drawn: list[StrokesLine]) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    writers = {line.writer for line in drawn}
    first = answer(here, "dataset", "import", LESSON)
    assert (first["added"], first["duplicates"], first["rejected"]) == (len(drawn), 0, [])
    assert {one["kept_as"] for one in first["contributions"]} == writers
    again = answer(here, "dataset", "import", LESSON)
    assert (again["added"], again["duplicates"]) == (0, len(drawn))

    stats = answer(here, "dataset", "stats")
    assert stats["total"] == len(drawn) == stats["practice"] + stats["exam"]
    # Every third one of a writer's digit goes to the exam.
    assert 0 < stats["exam"] <= len(drawn) / 3
    assert stats["writers"] == len(writers)
    assert list(stats["labels"]) == [str(label) for label in range(10)]
    assert sum(stats["labels"].values()) == len(drawn)

    folder = tmp_path / "out"
    written = answer(here, "dataset", "export", folder, "--format", "png,npz,idx,strokes,zip")
    assert written["written"] == len(drawn)
    assert len(written["files"]) == 5
    for kind in ("png", "digits.npz", "digits.jsonl", "digits.zip"):
        answer(there / kind, "dataset", "import", folder / kind)
        assert answer(there / kind, "dataset", "stats") == stats, kind


def test_a_writer_can_be_named(tmp_path: Path) -> None:
    answer(tmp_path, "dataset", "import", LESSON, "--writer", "Žofie")
    assert answer(tmp_path, "dataset", "stats")["writers"] == 1


def test_what_cannot_be_imported_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "half.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"label": 1, "writer": "ann", "strokes": [[[5, 0], [5, 9]]]}\nno JSON\n')
    report = answer(tmp_path / "home", "dataset", "import", tmp_path / "half.jsonl.gz", MAIN)
    assert report["added"] == 1
    refused = {one["item"]: one["why"] for one in report["rejected"]}
    assert list(refused) == ["half.jsonl.gz:2", "main.py"]
    assert all(why.endswith(".") for why in refused.values())


def test_names_beyond_ascii_do_no_harm_in_a_plain_terminal(tmp_path: Path) -> None:
    file = tmp_path / "snö.jsonl"
    file.write_text("no JSON\n")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    report = answer(tmp_path / "home", "dataset", "import", file, **plain)
    # As bytes that a file's name may hold: Python's own way to keep what it cannot decode.
    assert os.fsencode(report["rejected"][0]["item"]) == "snö.jsonl:1".encode()
    done = call(tmp_path / "home", "dataset", "import", file, **plain)
    assert (done.returncode, "jsonl:1" in done.stdout) == (0, True)


# --- recognising --------------------------------------------------------------------
def test_predict_reads_strokes_and_photos_in_reading_order(
    tmp_path: Path, drawn: list[StrokesLine]
) -> None:
    three = next(line for line in drawn if line.label == 3)
    seven = next(line for line in drawn if line.label == 7)
    strokes = tmp_path / "some.jsonl"
    strokes.write_text("".join(json.dumps(asdict(line)) + "\n" for line in (three, seven)))
    page = np.full((200, 400), 250, np.uint8)
    for left, line in ((260, three), (40, seven)):
        large = Image.fromarray(from_strokes(line.strokes)).resize((112, 112))
        page[40:152, left : left + 112] -= np.minimum(np.asarray(large), 230)
    photo = tmp_path / "page.png"
    Image.fromarray(page).save(photo)

    digits = answer(tmp_path, "predict", strokes, photo, "--classifier", "cnn")["digits"]

    assert [one["file"] for one in digits] == [str(strokes)] * 2 + [str(photo)] * 2
    assert [one["predictions"]["cnn"]["digit"] for one in digits] == [3, 7, 7, 3]
    assert digits[0]["box"] is None
    left, top, right, bottom = digits[2]["box"]
    assert (40 <= left < right <= 152, 40 <= top < bottom <= 152) == (True, True)
    assert digits[3]["box"][0] >= 260
    for one in digits:
        said = one["predictions"]["cnn"]
        assert len(said["probabilities"]) == 10
        assert sum(said["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert int(np.argmax(said["probabilities"])) == said["digit"]


# --- what fails, and what is wrong usage -----------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("predict", "nowhere.png"), "nowhere.png was not found"),
        (("predict", "broken.png"), "broken.png cannot be read"),
        (("predict", "white.png"), "No digit was found"),
        (("predict", "bad.jsonl"), "bad.jsonl:2"),
        (("dataset", "import", "nowhere"), "nowhere was not found"),
        (("dataset", "export", "out"), "no own samples yet"),
        (("train", "--out", "nowhere/new.keras"), "cannot be saved"),
    ],
)
def test_a_failure_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    Image.new("L", (99, 99), 255).save("white.png")
    Path("bad.jsonl").write_text('{"strokes": [[[1, 1]]]}\n{"strokes": []}\n')
    sentence = sentence_of(call(tmp_path / "home", *arguments, "--json"))
    assert says in sentence
    assert "\n" not in sentence


def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert str(file) in sentence_of(call(file, "dataset", "stats"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs no DISPLAY elsewhere")
def test_without_a_display_the_window_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    sentence = sentence_of(call(tmp_path))
    assert sentence.startswith("The window cannot be opened: no display")


def test_without_mnist_every_source_says_why(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/"
    environment = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY"), nowhere)
    environment |= {"no_proxy": "", "NO_PROXY": "", "KERAS_HOME": str(tmp_path / "keras")}
    environment |= {"PIP_INDEX_URL": nowhere, "PIP_CONFIG_FILE": os.devnull}
    environment |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    done = call(tmp_path, "mnist", "--json", **environment)
    *progress, sentence = sentence_of(done).splitlines()
    assert all(line.startswith("[1/1] ") for line in progress)
    assert "MNIST is not available." in sentence
    for reason in (
        "mnist.npz is not there",
        "Keras has no copy on this computer",
        "Keras could not download it",
        "pip could not download it",
    ):
        assert reason in sentence
    assert "try again" in sentence


@pytest.mark.parametrize(
    "arguments",
    [
        "nonsense",
        "--json",
        "mnist --nonsense",
        "mnist too-much",
        "predict",
        "predict --classifier cnn,tree x.png",
        "predict --classifier , x.png",
        "dataset",
        "dataset import",
        "dataset export",
        "dataset export out --format gif",
        "train --epochs 0",
        "train --network nonsense",
        "train --out network.h5",
        "retrain --seed -1",
        "compare --mnist 9",
        "compare --mnist many",
        "compare --classifiers forest",
        "study --sizes 9",
        "study --seeds 0,x",
        "study --classifiers forest",
        "lesson --report",
    ],
)
def test_wrong_usage_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["--home", str(tmp_path), *arguments.split()])
    assert exit_.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: ")


def test_wrong_usage_is_2_for_the_shell_too(tmp_path: Path) -> None:
    done = call(tmp_path, "predict")
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: main.py" in done.stderr


def test_a_reader_who_has_enough_is_no_reason_for_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, str(MAIN), "--home", str(tmp_path), "dataset", "stats"]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, text=True, timeout=100)
    os.close(write_end)
    assert done.stderr == ""


# --- with a little of MNIST ---------------------------------------------------------------
class InProcess:
    """Runs commands in this process, where MNIST may be a small one."""

    def __init__(self, home: Path, checksums: Checksums) -> None:
        self.home = home
        self._checksums = checksums

    def run(self, *arguments: object) -> int:
        return cli.main(["--home", str(self.home), *map(str, arguments)], checksums=self._checksums)


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
    monkeypatch.setattr(training, "VALIDATION_DIGITS", 500)
    file = tmp_path / "new.keras"
    done = result("train", "--network", "compact", "--epochs", 1, "--seed", 3, "--out", file)
    assert done["network"] == "compact"
    assert done["parameters"] > 100_000
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
    assert "There is no network called 'nonsense'; choose one of: compact, quick, lenet5, " in err
    assert err.endswith(" committee.\n")


def test_retrain(result: Any, classroom: InProcess) -> None:
    result("dataset", "import", LESSON)
    stats = result("dataset", "stats")
    done = result("retrain", "--seed", 5)
    assert done["version"] == 1 == versions.current(classroom.home).number
    assert versions.current(classroom.home).seed == 5
    assert done["seconds"] > 0
    assert done["practice"] == stats["practice"]
    for when in ("before", "after"):
        assert is_score(done[when]["own_exam"], stats["exam"])
        assert is_score(done[when]["mnist_test"], 500)
        assert done[when]["mnist_test"]["correct"] > 450


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
    assert run.card.seed == 1
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
    counted = Pair.of(kept["knn"].mnist_test, kept["cnn"].mnist_test)
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


INTERRUPTIBLE = """
import signal, sys
from pathlib import Path
from classroom import cli, mnist_files
# What is started in the background may have been told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
home = sys.argv[1]
small = mnist_files.read_npz(Path(home, "data", "mnist.npz"), "the tests")
sys.exit(cli.main(["--home", home, "retrain"], checksums=mnist_files.checksums(small)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child alone")
def test_ctrl_c_stops_a_retraining_and_changes_nothing(classroom: InProcess) -> None:
    before = versions.listing(classroom.home)
    command = [sys.executable, "-c", INTERRUPTIBLE, str(classroom.home)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=MAIN.parent
    ) as process:
        assert process.stderr is not None
        assert any("epoch 1" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert err.splitlines()[-1] == "Stopped; nothing was changed."
    assert "Traceback" not in err
    assert versions.listing(classroom.home) == before
    assert not list((classroom.home / "models" / "versions").glob("*.part"))
