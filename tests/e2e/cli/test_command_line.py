"""The command line as other programs call it: streams, exit status, and what `--json` holds."""

import gzip
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from calls import MAIN, answer, call, sentence_of
from PIL import Image
from places import LESSON
from support import copy_the_repository

from classroom.cli import main
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine


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
    done = call(tmp_path / "home", "dataset", "import", file, "--json", **plain)
    report = json.loads(done.stdout)
    # As bytes that a file's name may hold: Python's own way to keep what it cannot decode.
    assert os.fsencode(report["rejected"][0]["item"]) == "snö.jsonl:1".encode()
    done = call(tmp_path / "home", "dataset", "import", file, **plain)
    assert (done.returncode, "jsonl:1" in done.stdout) == (1, True)


# --- recognising --------------------------------------------------------------------
def write_page(file: Path, lines: list[tuple[int, StrokesLine]]) -> None:
    """Write a picture of digits on paper, each of them with the column where it begins."""
    page = np.full((200, 400), 250, np.uint8)
    for left, line in lines:
        large = Image.fromarray(from_strokes(line.strokes)).resize((112, 112))
        place = page[40:152, left : left + 112]
        np.minimum(place, 250 - np.minimum(np.asarray(large), 230), out=place)
    Image.fromarray(page).save(file)


def test_predict_reads_strokes_and_photos_in_reading_order(
    tmp_path: Path, drawn: list[StrokesLine]
) -> None:
    three = next(line for line in drawn if line.label == 3)
    seven = next(line for line in drawn if line.label == 7)
    strokes = tmp_path / "some.jsonl"
    strokes.write_text("".join(json.dumps(asdict(line)) + "\n" for line in (three, seven)))
    apart, touching = tmp_path / "apart.png", tmp_path / "touching.png"
    write_page(apart, [(260, three), (40, seven)])
    write_page(touching, [(100, seven), (152, three)])

    files = strokes, apart, touching
    digits = answer(tmp_path, "predict", *files, "--classifier", "cnn")["digits"]

    assert [one["file"] for one in digits] == [str(file) for file in files for _digit in range(2)]
    assert [one["predictions"]["cnn"]["digit"] for one in digits] == [3, 7, 7, 3, 7, 3]
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
        (("predict", "white.png"), "white.png"),
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
    Path("bad.jsonl").write_text('\n{"strokes": []}\n')
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


@pytest.mark.long
def test_without_mnist_every_source_says_why(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/"
    environment = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY"), nowhere)
    environment |= {"no_proxy": "", "NO_PROXY": "", "KERAS_HOME": str(tmp_path / "keras")}
    environment |= {"PIP_INDEX_URL": nowhere, "PIP_CONFIG_FILE": os.devnull}
    # One retry is enough to see that nobody answers; five take pip half a minute.
    environment |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}
    # A copy, for beside the program itself there is MNIST once it was started.
    checkout = tmp_path / "checkout"
    copy_the_repository(checkout)
    done = subprocess.run(
        [sys.executable, checkout / "main.py", "--home", tmp_path / "home", "mnist", "--json"],
        env={**os.environ, "PYTHONPATH": str(checkout), **environment},
        capture_output=True,
        text=True,
    )
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
        main.main(["--home", str(tmp_path), *arguments.split()])
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
