"""A home from before the packages, `tests/data/home-of-before.zip`, still holds what it held.

`tests/data/README.md` says what is in it, and how it was made.
"""

import json
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from classroom.cli import main
from classroom.datasets.dataset import Dataset, Part
from classroom.evaluation import runs, studies
from classroom.preferences import Preferences
from classroom.preprocessing.digits import from_strokes

PRACTICE, EXAM = Part.PRACTICE, Part.EXAM


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with zipfile.ZipFile(Path(__file__).parents[2] / "data" / "home-of-before.zip") as archive:
        archive.extractall(tmp_path / "old")
    return tmp_path / "old"


def opened(home: Path) -> Dataset:
    return Dataset(f"sqlite:///{(home / 'data' / 'samples.sqlite').as_posix()}")


def test_samples_are_as_they_were(old: Path) -> None:
    with opened(old) as store:
        samples = store.samples(newest_first=False)
        known = [(one.writer, one.label, one.part) for one in samples]
        assert known == [
            *(("Zoë", 1, part) for part in (PRACTICE, PRACTICE, EXAM, PRACTICE)),
            ("Zoë", 1, PRACTICE),
            *(("Zoë", 7, part) for part in (PRACTICE, EXAM, PRACTICE)),
            *(("Ben", 1, part) for part in (PRACTICE, PRACTICE, EXAM, PRACTICE)),
            *(("Ben", 4, part) for part in (PRACTICE, PRACTICE, EXAM, PRACTICE)),
            ("Ben", 9, PRACTICE),
        ]
        *drawn, photo = samples
        assert (photo.origin, photo.strokes) == ("photo", None)
        for sample in drawn:
            assert sample.strokes
            assert np.array_equal(sample.image, from_strokes(sample.strokes))
        assert samples[5].created == datetime(2026, 3, 2, 8, 15, 5, tzinfo=UTC)
        ids, probabilities = store.known_scores("shipped")
        assert ids.tolist() == [5]
        assert np.allclose(probabilities, 0.1, atol=1e-3)
        # The next exam digit of a writer counts those of before.
        assert store.counts("Ben")[4].tolist() == [3, 1]


def test_edits_can_be_undone_and_done_again(old: Path) -> None:
    with opened(old) as store:
        assert store.steps() == (18, 1)
        redone = store.redo()
        assert redone is not None
        assert (redone.kind, redone.samples) == ("delete", (17,))
        assert store.counts()[9].sum() == 0
        store.undo()
        undone = store.undo()
        assert undone is not None
        assert (undone.kind, undone.samples) == ("relabel", (5,))
        [sample] = [one for one in store.samples() if one.id == 5]
        assert (sample.label, sample.part) == (7, PRACTICE)


def test_backups_are_listed_and_restored(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def answer(*words: str) -> dict:
        assert main.main(["--home", str(old), "dataset", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    [backup] = answer("backups")["backups"]
    assert (backup["name"], backup["samples"]) == ("samples-20261129-072359", 17)
    done = answer("restore", backup["name"])
    assert (done["total"], done["added"], done["deleted"], done["relabelled"]) == (17, 0, 0, 1)
    with opened(old) as store:
        assert store.counts()[7].sum() == 4
        store.undo()
        assert store.counts()[7].sum() == 3


def test_runs_and_studies_are_read(old: Path) -> None:
    [card] = runs.listing(old)
    [row] = card.rows
    assert (card.number, card.data.mnist, card.data.own, card.data.exam) == (1, 300, 13, 4)
    assert (row.classifier, str(row.mnist_test), str(row.unseen)) == (
        "knn", "8,264 of 10,000", "3 of 4"
    )  # fmt: skip
    [result] = runs.read(old, 1).results
    assert result.mnist_test is not None
    assert result.own_exam is not None
    assert (result.mnist_test.score, result.own_exam.score) == (row.mnist_test, row.own_exam)
    assert result.own_exam.writers == ("Zoë", "Zoë", "Ben", "Ben")
    with opened(old) as store:
        # The run was made before the last label was changed.
        assert not card.fits(store.fingerprint())
        store.relabel([5], 7)
        assert card.fits(store.fingerprint())
    [place] = (old / "data" / "studies").iterdir()
    [cell] = studies.listing(place)
    assert (cell.point.classifier, cell.point.mnist, cell.point.own) == ("knn", 100, 13)
    assert (str(cell.point.mnist_test), cell.found) == ("7,292 of 10,000", True)


def test_the_preferences_are_those_that_were_chosen(old: Path) -> None:
    chosen = Preferences.load(old)
    assert (chosen.writer, chosen.dark) == ("Zoë", True)


def test_the_program_of_before_could_go_on_with_the_store(old: Path) -> None:
    with opened(old) as store:
        store.undo()
    # It knew version 2, its columns, and each row's values: none of that may change unasked.
    with sqlite3.connect(old / "data" / "samples.sqlite") as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(2,)]
        for table, columns in {
            "samples": "id digest label writer part origin created deleted image strokes",
            "edits": "id seat kind created undone",
            "changes": "edit sample label_before label_after live_before live_after",
            "scores": "sample version probabilities",
        }.items():
            found = connection.execute(f"PRAGMA table_info({table})").fetchall()
            assert [row[1] for row in found] == columns.split()
    connection.close()
