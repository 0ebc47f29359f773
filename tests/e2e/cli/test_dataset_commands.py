"""The commands that undo, recover and delete a writer, through the real command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import keep_some

from classroom import paths
from classroom.cli import main
from classroom.datasets import backups
from classroom.datasets.dataset import Dataset
from classroom.engine import versions
from classroom.preprocessing.strokes import StrokesLine


@pytest.fixture
def store(tmp_path: Path, drawn: list[StrokesLine]) -> Path:
    keep_some(tmp_path, drawn, 60)
    return tmp_path / "data" / "samples.sqlite"


def answer(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main.main(["--home", str(home), "dataset", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def sentence(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main.main(["--home", str(home), "dataset", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_undo_and_redo(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], drawn: list[StrokesLine]
) -> None:
    last = drawn[59].label
    assert answer(tmp_path, capsys, "undo") == {"kind": "keep", "samples": 1, "label": last}
    assert answer(tmp_path, capsys, "stats")["total"] == 59
    assert main.main(["--home", str(tmp_path), "dataset", "redo"]) == 0
    assert capsys.readouterr().out == "1 digit is kept.\n"
    assert "nothing to redo" in sentence(tmp_path, capsys, "redo")


def test_recover(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is sound; nothing was changed" in sentence(tmp_path, capsys, "recover")
    made = backups.make(store)
    assert made is not None
    store.write_bytes(b"\xa5" * store.stat().st_size)
    assert "dataset recover" in sentence(tmp_path, capsys, "stats")
    done = answer(tmp_path, capsys, "recover")
    assert done == {
        "aside": str(backups.set_aside(store)[0]),
        "backup": str(made.file),
        "total": 60,
        "rescued": 0,
    }
    assert answer(tmp_path, capsys, "stats")["total"] == 60


def test_delete_writer(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backups.make(store)
    with Dataset(paths.store_url(tmp_path)) as dataset:
        theirs = int(dataset.counts("Ben").sum())
    for line in versions.lines(tmp_path):
        for number, practice in ((1, 0), (2, 3)):
            with versions.new_folder(line, number) as (folder, _number):
                card = versions.Version(number, practice=practice, start=line.start)
                versions.write_metadata(folder, card)
    assert "There are: Anna, Ben" in sentence(tmp_path, capsys, "delete-writer", "Nobody")
    assert answer(tmp_path, capsys, "delete-writer", "Ben") == {
        "writer": "Ben",
        "deleted": theirs,
        "backups": 1,
        "runs": 0,
        "reports": [],
        "aside": [],
        "elsewhere": [],
        "versions": [2, 2],
        "starts": ["base", "mnist_only"],
    }
    assert answer(tmp_path, capsys, "stats")["total"] == 60 - theirs
    assert "no writer called Ben" in sentence(tmp_path, capsys, "delete-writer", "Ben")
