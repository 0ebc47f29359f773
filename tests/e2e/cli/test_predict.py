"""`predict` and `dataset import` with files of all kinds, of which some cannot be read."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from calls import MAIN, answer, call, sentence_of
from PIL import Image, ImageDraw
from places import LESSON
from support import base, make_version

from classroom.classifiers.cnn import Cnn
from classroom.cli import main
from classroom.datasets.user_paths import expanded
from classroom.engine import versions
from classroom.engine.versions import Line
from classroom.preprocessing import touching_digits
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start

HOSTILE = "\x1b[31m\x9b2J\r\b\u202etxt\u2028\x07\udc9b"


@pytest.fixture
def folder(tmp_path: Path, drawn: list[StrokesLine]) -> Path:
    """A folder with a 3 and a 7 as pictures, a text and a picture that is damaged."""
    folder = tmp_path / "some digits"
    for label in (3, 7):
        line = next(line for line in drawn if line.label == label)
        picture = Image.fromarray(255 - from_strokes(line.strokes)).resize((112, 112))
        (folder / str(label)).mkdir(parents=True)
        picture.save(folder / str(label) / f"{label}.png")
    (folder / "notes.txt").write_text("no digit")
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return folder


def said(found: dict) -> list[int]:
    return [one["predictions"]["cnn"]["digit"] for one in found["digits"]]


def test_what_cannot_be_read_is_named_and_the_rest_recognised(tmp_path: Path, folder: Path) -> None:
    three, seven = folder / "3" / "3.png", folder / "7" / "7.png"
    files = three, folder / "bad.png", tmp_path / "gone.png", seven
    found = answer(tmp_path / "home", "predict", *files)
    assert [one["file"] for one in found["digits"]] == [str(three), str(seven)]
    assert said(found) == [3, 7]
    assert [one["item"] for one in found["rejected"]] == [str(files[1]), str(files[2])]
    done = call(tmp_path / "home", "predict", *files)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    bad, gone = done.stderr.splitlines()
    assert "bad.png" in bad
    assert "gone.png was not found" in gone


def test_a_folder_is_read_with_all_that_is_in_it(tmp_path: Path, folder: Path) -> None:
    found = answer(tmp_path / "home", "predict", folder)
    files = [str(folder / "3" / "3.png"), str(folder / "7" / "7.png")]
    assert [one["file"] for one in found["digits"]] == files
    assert said(found) == [3, 7]
    refused = " ".join(one["item"] for one in found["rejected"])
    assert "notes.txt" in refused
    assert "bad.png" in refused


def test_where_nothing_is_recognised_the_status_is_1_and_every_file_is_named(
    tmp_path: Path, folder: Path
) -> None:
    files = folder / "notes.txt", folder / "bad.png"
    sentence = sentence_of(call(tmp_path / "home", "predict", *files, "--json"))
    lines = sentence.splitlines()
    assert lines[-1] == "No digit was recognised."
    assert ["notes.txt" in lines[0], "bad.png" in lines[1]] == [True, True]


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, drawn: list[StrokesLine]) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text("no JSON\n" + json.dumps(asdict(drawn[0])) + '\n{"strokes": []}\n')
    found = answer(tmp_path / "home", "predict", file)
    assert len(found["digits"]) == 1
    assert [one["item"] for one in found["rejected"]] == [f"{file}:1", f"{file}:3"]


def test_pages_of_a_scan_are_told_apart(tmp_path: Path, folder: Path) -> None:
    pages = [Image.open(folder / label / f"{label}.png") for label in ("3", "7")]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    found = answer(tmp_path / "home", "predict", tmp_path / "scan.tif")
    assert [(one["file"], one["page"]) for one in found["digits"]] == [
        (str(tmp_path / "scan.tif"), 1),
        (str(tmp_path / "scan.tif"), 2),
    ]
    assert "scan.tif, page 2" in call(tmp_path / "home", "predict", tmp_path / "scan.tif").stdout


def test_images_and_labels_that_are_both_named_are_read_once(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "idx"
    answer(home, "dataset", "import", LESSON)
    written = answer(home, "dataset", "export", out, "--format", "idx")["written"]
    files = sorted(file for file in out.iterdir() if "ubyte" in file.name)
    assert len(answer(home, "predict", *files)["digits"]) == written


# --- patterns ----------------------------------------------------------------------------
def test_a_pattern_that_the_shell_has_left_is_taken(tmp_path: Path, folder: Path) -> None:
    pattern = folder / "[0-9]" / "*.png"
    home = tmp_path / "home"
    assert said(answer(home, "predict", pattern)) == [3, 7]
    report = answer(home, "dataset", "import", pattern, folder / "*.xyz")
    assert report["added"] == 2
    assert [one["item"] for one in report["rejected"]] == [str(folder / "*.xyz")]
    for command in (("predict",), ("dataset", "import")):
        nothing = sentence_of(call(home, *command, folder / "*.xyz"))
        assert "*.xyz was not found, neither as a name nor as a pattern" in nothing


def test_a_name_that_looks_like_a_pattern_is_a_name_where_it_is_there(tmp_path: Path) -> None:
    for name in ("[1].png", "1.png", "2.png"):
        (tmp_path / name).touch()
    assert expanded([tmp_path / "[1].png"]) == ([tmp_path / "[1].png"], [])
    found, rejected = expanded([tmp_path / "?.png", tmp_path / "1.png"])
    assert found == [tmp_path / "1.png", tmp_path / "2.png"]
    assert rejected == []


# --- the status of an import -------------------------------------------------------------
def test_an_import_of_nothing_is_a_failure_and_one_of_what_is_there_is_none(
    tmp_path: Path, folder: Path
) -> None:
    home = tmp_path / "home"
    done = call(home, "dataset", "import", folder / "notes.txt", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["rejected"][0]["item"] == "notes.txt"
    assert done.stderr == "Nothing was imported: everything was refused.\n"
    assert call(home, "dataset", "import", folder / "3").returncode == 0
    again = call(home, "dataset", "import", folder / "3")
    assert again.returncode == 0
    assert "Nothing is new" in again.stdout


# --- what is no file ---------------------------------------------------------------------
@pytest.mark.skipif(os.name == "nt", reason="pipes and sockets are no files there")
@pytest.mark.parametrize("name", ["a.png", "a.jsonl", "a.npz", "a.zip", "a.sqlite", "a-idx3-ubyte"])
@pytest.mark.parametrize("command", [("predict",), ("dataset", "import")])
def test_a_pipe_or_a_socket_holds_nobody_up(
    tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    pipe, plug = tmp_path / name, tmp_path / f"s{name}"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(plug))
        for path in (pipe, plug):
            done = call(tmp_path / "home", *command, path)
            assert done.returncode == 1
            assert "is a pipe or a device" in done.stdout + done.stderr
    if command == ("predict",):
        assert "is a pipe or a device" in call(tmp_path / "home", *command, "/dev/zero").stderr


# --- what would steer a terminal ---------------------------------------------------------
def only_shown(*texts: str) -> None:
    for text in texts:
        for letter in text:
            assert letter == "\n" or letter.isprintable(), repr(text)


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be there")
def test_no_name_of_a_file_steers_the_terminal(tmp_path: Path, folder: Path) -> None:
    hostile = tmp_path / f"a{HOSTILE}\nDone.png"
    hostile.write_bytes((folder / "3" / "3.png").read_bytes())
    bad = tmp_path / f"b{HOSTILE}.png"
    bad.write_bytes(b"no picture")
    home = tmp_path / "home"
    done = call(home, "predict", hostile, bad, tmp_path / f"gone{HOSTILE}")
    only_shown(done.stdout, done.stderr)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "\\x1b[31m\\x9b2J\\r\\x08\\u202etxt\\u2028\\x07\\udc9b\\nDone.png" in done.stdout
    call(home, "dataset", "import", folder / "3")
    for arguments in (
        ("dataset", "import", hostile, bad),
        ("dataset", "export", tmp_path / f"out{HOSTILE}"),
        ("sheet", tmp_path / f"no{HOSTILE}.png"),
        ("train", "--out", tmp_path / f"no{HOSTILE}.h5"),
        (f"no{HOSTILE}command",),
        ("report", tmp_path / f"r{HOSTILE}", "--plots", HOSTILE),
        ("predict", "--classifier", HOSTILE, hostile),
    ):
        done = call(home, *arguments)
        only_shown(done.stdout, done.stderr)
        assert "\\x1b[31m" in done.stdout + done.stderr


def test_no_name_of_a_writer_steers_the_terminal(tmp_path: Path, drawn: list[StrokesLine]) -> None:
    file = tmp_path / "some.jsonl"
    wicked = "eve\x1b]0;title\x07\x9b\u202e"
    lines = [{**asdict(drawn[0]), "writer": wicked}, {**asdict(drawn[1]), "label": wicked}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    home = tmp_path / "home"
    for arguments in (
        ("dataset", "import", file),
        ("dataset", "delete-writer", "nobody"),
        ("dataset", "delete-writer", wicked),
    ):
        done = call(home, *arguments)
        only_shown(done.stdout, done.stderr)
    log = (home / "data" / "classroom.log").read_text() if (home / "data").exists() else ""
    only_shown(log)


# --- streams that are closed -------------------------------------------------------------
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("redirection", "status", "says"),
    [(">&-", 0, ""), (">&- 2>&-", 0, ""), ("<&- >&-", 0, ""), (">/dev/full", 1, "No space left")],
)
def test_a_closed_or_a_full_stdout_is_no_traceback(
    tmp_path: Path, redirection: str, status: int, says: str
) -> None:
    command = f'"{sys.executable}" "{MAIN}" --home "{tmp_path}" dataset stats {redirection}'
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, text=True, timeout=100)
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


# --- the version that answers ------------------------------------------------------------
def test_the_version_that_answers_is_told(prepared: Path, folder: Path) -> None:
    make_version(prepared, 6)
    versions.set_current(base(prepared), 6)
    file = folder / "3" / "3.png"
    found = answer(prepared, "predict", file)
    assert (found["version"], found["fallback"]) == (6, None)
    network = versions.folder(base(prepared), 6) / "cnn.keras"
    network.write_bytes(network.read_bytes()[:5000])
    found = answer(prepared, "predict", file)
    assert (found["version"], found["fallback"]["wanted"]) == (0, 6)
    assert "cnn.keras" in found["fallback"]["why"]
    done = call(prepared, "predict", file, "--json")
    assert "Version 6 was chosen, but cannot be used." in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert np.isclose(sum(found["digits"][0]["predictions"]["cnn"]["probabilities"]), 1, atol=1e-4)


def test_start_and_version_say_which_version_answers(prepared: Path, folder: Path) -> None:
    make_version(prepared, 6)
    make_version(prepared, 2, Start.MNIST_ONLY)
    versions.set_current(base(prepared), 6)
    file = folder / "3" / "3.png"

    def told(*words: str) -> tuple[int, str, dict[str, list[float]]]:
        found = answer(prepared, "predict", file, "--classifier", "cnn,knn", *words)
        assert found["fallback"] is None
        said = found["digits"][0]["predictions"]
        return found["version"], found["start"], said["cnn"]["probabilities"]

    chosen, shipped = told(), told("--version", "0")
    assert chosen[:2] == (6, "base")
    assert shipped[:2] == (0, "base")
    story = told("--start", "mnist_only")
    assert story[:2] == (0, "mnist_only")
    assert not np.allclose(story[2], shipped[2], atol=1e-6)
    assert told("--start", "mnist_only", "--version", "2")[:2] == (2, "mnist_only")
    # Nothing of it is remembered.
    assert told()[:2] == (6, "base")
    assert not (prepared / "models" / "start.json").exists()
    versions.set_line(Line(prepared, Start.MNIST_ONLY))
    assert told()[:2] == (0, "mnist_only")
    assert told("--start", "base")[:2] == (6, "base")


def test_a_version_that_is_not_there_is_told_and_a_start_too(prepared: Path, folder: Path) -> None:
    file = folder / "3" / "3.png"
    done = call(prepared, "predict", file, "--version", "7")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Version 7 cannot be read, or is gone" in done.stderr
    make_version(prepared, 7)
    (versions.folder(base(prepared), 7) / "cnn.keras").write_bytes(b"half")
    # Who has asked for a version is not answered by another one.
    done = call(prepared, "predict", file, "--version", "7")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cnn.keras" in done.stderr
    done = call(prepared, "predict", file, "--start", "lenet5")
    assert done.returncode == 2
    assert "'lenet5' is none of: mnist_only, base" in done.stderr


def test_digits_that_touch_are_cut_by_the_base_line(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.set_line(Line(prepared, Start.MNIST_ONLY))
    page = Image.new("L", (300, 220), 240)
    pen = ImageDraw.Draw(page)
    pen.ellipse((60, 50, 150, 170), outline=20, width=12)
    pen.line([(146, 110), (190, 100), (190, 50)], 20, 10)
    pen.line([(190, 48), (190, 172)], 20, 12)
    page.save(tmp_path / "two.png")
    asked: list[np.ndarray] = []
    heard: list[np.ndarray] = []
    ask, resolve = touching_digits.images_to_classify, touching_digits.resolved

    def asking(found: Sequence[FoundDigit]) -> np.ndarray:
        asked.append(ask(found))
        return asked[-1]

    def resolving(found: Sequence[FoundDigit], said: np.ndarray) -> list[FoundDigit]:
        heard.append(said)
        return resolve(found, said)

    monkeypatch.setattr(touching_digits, "images_to_classify", asking)
    monkeypatch.setattr(touching_digits, "resolved", resolving)
    assert main.main(["--home", str(prepared), "predict", str(tmp_path / "two.png")]) == 0
    assert len(asked[0]) > 2
    by = {start: Cnn.load(start.file).predict_proba(asked[0]) for start in Start}
    assert np.allclose(heard[0], by[Start.BASE], atol=1e-5)
    assert not np.allclose(heard[0], by[Start.MNIST_ONLY], atol=1e-5)
