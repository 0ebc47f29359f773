"""The backups listed, and gone back to, on the command line and below it."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest
from store_support import a_sample, url_of

from classroom.cli import main
from classroom.datasets import backups, restoring
from classroom.datasets.dataset import Dataset, DatasetError, MissingStore

Found = dict[bytes, tuple[int, str]]


@pytest.fixture
def store(home: Path) -> Path:
    return home / "data" / "samples.sqlite"


def kept(store: Path) -> Found:
    with Dataset(url_of(store)) as dataset:
        return {one.image.tobytes(): (one.label, one.part or "") for one in dataset.samples()}


def run(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict, str]:
    capsys.readouterr()
    status = main.main(["--home", str(home), "dataset", *words, "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


@pytest.fixture
def then(store: Path) -> Found:
    """What was backed up; since then digits were kept, deleted, relabelled and brought back."""
    with Dataset(url_of(store)) as dataset:
        numbers = [dataset.keep(a_sample(number)).id for number in range(6)]
        dataset.delete([numbers[5]])
        assert backups.make(store)
        before = kept(store)
        dataset.delete([numbers[0]])
        dataset.relabel([numbers[1]], 8)
        dataset.restore([numbers[5]])
        dataset.keep(a_sample(10))
    return before


def test_a_sound_store_is_brought_to_what_it_was_and_back(
    home: Path, store: Path, then: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    now = kept(store)
    assert now != then
    status, listed, _err = run(home, capsys, "backups")
    [one] = listed["backups"]
    assert (status, one["samples"], one["in_future"]) == (0, 5, False)
    status, done, _err = run(home, capsys, "restore", one["name"])
    assert (done["total"], done["added"], done["deleted"], done["relabelled"]) == (5, 1, 2, 1)
    assert kept(store) == then
    assert run(home, capsys, "undo")[:2] == (0, {"kind": "backup", "samples": 4, "label": 3})
    assert kept(store) == now
    run(home, capsys, "redo")
    assert kept(store) == then
    # The store of before is a backup of its own.
    assert run(home, capsys, "restore", done["before"])[0] == 0
    assert kept(store) == now


def test_a_digit_that_only_the_backup_has_comes_back_and_goes_with_undo(store: Path) -> None:
    with Dataset(url_of(store)) as dataset:
        dataset.keep(a_sample(1))
    backup = backups.make(store)
    assert backup
    store.unlink()
    with Dataset(url_of(store), anew=True) as dataset:
        dataset.keep(a_sample(2))
    restoring.restore(store, backup)
    assert set(kept(store)) == {a_sample(1).image.tobytes()}
    with Dataset(url_of(store)) as dataset:
        dataset.undo()
    assert set(kept(store)) == {a_sample(2).image.tobytes()}


def test_a_window_that_is_open_sees_it_and_brings_nothing_back(store: Path, then: Found) -> None:
    [backup] = backups.listing(store)
    with Dataset(url_of(store)) as window:
        window.keep(a_sample(20))
        restoring.restore(store, backup)
        assert window.changed_elsewhere()
        assert window.stats()["total"] == len(then)
        for file in store.parent.glob("samples.sqlite*"):
            file.unlink()
    assert kept(store) == then


def test_the_backup_that_is_gone_back_to_stays(store: Path) -> None:
    with Dataset(url_of(store)) as dataset:
        for number in range(backups.NEWEST):
            dataset.keep(a_sample(number))
            assert backups.make(store, minutes=0)
        dataset.keep(a_sample(10))
    oldest = backups.listing(store)[-1]
    done = restoring.restore(store, oldest)
    assert done.samples == 1
    assert oldest in backups.listing(store)
    assert done.before == backups.listing(store)[0]


def _without_tables(store: Path) -> None:
    """Leave what a program leaves from under whom a store is taken while it opens it."""
    store.unlink()
    with contextlib.closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert store.stat().st_size


GONE = [Path.unlink, lambda file: file.write_bytes(b""), _without_tables]


@pytest.mark.parametrize("gone", GONE)
def test_a_store_that_is_gone_is_not_begun_anew_while_there_are_backups(
    home: Path, store: Path, then: Found, capsys: pytest.CaptureFixture[str], gone
) -> None:
    gone(store)
    [backup] = backups.listing(store)
    for words in (
        ["stats"], ["undo"], ["export", str(home / "out")], ["import", str(home)], ["recover"]
    ):  # fmt: skip
        status, _answer, said = run(home, capsys, *words)
        assert status == 1
        assert f"dataset restore {backup.name}" in said
    assert run(home, capsys, "backups")[0] == 0
    status, done, _err = run(home, capsys, "restore", backup.name)
    assert (status, done["total"], done["before"]) == (0, 5, None)
    assert kept(store) == then


@pytest.mark.parametrize("gone", GONE)
def test_who_wants_to_begin_anew_says_so(
    home: Path, store: Path, then: Found, capsys: pytest.CaptureFixture[str], gone
) -> None:
    assert run(home, capsys, "restore", "--begin-anew")[0] == 1
    assert kept(store)
    gone(store)
    with pytest.raises(MissingStore):
        Dataset(url_of(store))
    assert run(home, capsys, "restore", "--begin-anew")[0] == 0
    assert kept(store) == {}
    assert len(backups.listing(store)) == 1


def test_predict_needs_no_store(home: Path, store: Path, then: Found, tmp_path: Path) -> None:
    from PIL import Image

    store.unlink()
    picture = tmp_path / "three.png"
    Image.fromarray(255 - a_three()).save(picture)
    assert main.main(["--home", str(home), "predict", str(picture)]) == 0
    assert not store.exists()


def a_three():
    from classroom.preprocessing.digits import from_strokes

    x = [(10.0, 10.0), (60.0, 10.0), (35.0, 45.0), (60.0, 70.0), (40.0, 95.0), (10.0, 85.0)]
    return from_strokes([x])


def test_a_damaged_store_is_set_aside_for_the_backup_that_is_named(
    home: Path, store: Path, then: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    [backup] = backups.listing(store)
    store.write_bytes(b"\xa5" * 50_000)
    status, done, _err = run(home, capsys, "restore", f"{backup.name}.sqlite")
    assert (status, done["total"]) == (0, 5)
    assert Path(done["aside"]).is_file()


def test_a_damaged_backup_or_a_wrong_name_changes_nothing(
    home: Path, store: Path, then: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    now = kept(store)
    [backup] = backups.listing(store)
    with sqlite3.connect(backup.file) as connection:
        connection.execute("UPDATE samples SET image = x'00' WHERE id = 3")
    connection.close()
    status, _answer, said = run(home, capsys, "restore", backup.name)
    assert status == 1
    assert f"The backup {backup.name} is damaged" in said
    status, _answer, said = run(home, capsys, "restore", "yesterday")
    assert status == 1
    assert backup.name in said
    backup.file.write_bytes(b"\xa5" * 9000)
    assert run(home, capsys, "backups")[1]["backups"][0]["samples"] is None
    assert kept(store) == now
    with pytest.raises(DatasetError):
        restoring.restore(store, backup)


def test_what_is_printed_for_people(
    home: Path, store: Path, then: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    [backup] = backups.listing(store)
    future = backup.file.with_name("samples-20990101-000000.sqlite")
    backup.file.rename(future)
    main.main(["--home", str(home), "dataset", "backups"])
    said = capsys.readouterr().out
    assert "5 samples, dated in the future: the clock was wrong" in said
    main.main(["--home", str(home), "dataset", "restore", future.stem])
    said = capsys.readouterr().out
    assert "1 came back, 2 count no more, 1 have another label" in said
    assert "“dataset undo” takes this back" in said
    main.main(["--home", str(home), "dataset", "undo"])
    assert "as they were before the backup was restored" in capsys.readouterr().out
