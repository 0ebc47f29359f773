"""Automatic backups, going back to one, and what is left of a writer in them."""

import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from classroom.datasets import backups, restoring
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError, Sample


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "data" / "samples.sqlite"


def keep(store: Path, *numbers: int, writer: str = "ann") -> None:
    with Dataset(restoring.url_of(store)) as dataset:
        for number in numbers:
            image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
            strokes = [[(float(number), 0.0)]]
            dataset.keep(Sample(image, number % 10, writer, "drawn", strokes))


def content(store: Path) -> dict[float, int]:
    with Dataset(restoring.url_of(store)) as dataset:
        return {one.strokes[0][0][0]: one.label for one in dataset.samples() if one.strokes}


def damage(store: Path, start: int = 0, end: int | None = None) -> None:
    held = bytearray(store.read_bytes())
    held[start:end] = b"\xa5" * len(held[start:end])
    store.write_bytes(held)


def test_a_backup_holds_everything_and_is_one_file(store: Path) -> None:
    keep(store, *range(20))
    made = backups.make(store)
    assert made is not None
    assert os.listdir(made.file.parent) == [made.file.name]
    assert backups.listing(store) == [made]
    assert content(made.file) == content(store)


def test_nothing_new_or_too_soon_makes_no_backup(store: Path) -> None:
    assert backups.make(store) is None
    keep(store, 1)
    assert backups.make(store) is not None
    assert backups.make(store, minutes=0) is None
    keep(store, 2)
    assert backups.make(store) is None
    later(store, minutes=11)
    assert backups.make(store) is not None


def later(store: Path, **time: int) -> None:
    """Let the backups be older than they are."""
    # The oldest first: none takes the name of another that is still to be renamed.
    for backup in sorted(backups.listing(store), key=lambda one: one.taken):
        moment = backup.taken - timedelta(**time)
        backup.file.rename(backup.file.with_name(f"samples-{moment:%Y%m%d-%H%M%S}.sqlite"))


def test_a_few_are_kept_and_one_of_each_of_the_last_days(store: Path) -> None:
    for number in range(12):
        keep(store, number)
        assert backups.make(store, minutes=0)
        # Two of each day.
        later(store, hours=23 if number % 2 else 1)
    dates = [backup.taken.date() for backup in backups.listing(store)]
    assert len(dates) <= backups.NEWEST + backups.DAYS
    assert len(set(dates)) >= backups.DAYS
    assert min(dates) >= (datetime.now(UTC) - timedelta(days=7)).date()


def test_keeping_goes_on_while_a_backup_is_made(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, *range(60))
    monkeypatch.setattr("classroom.datasets.store_copy.PAGES", 1)
    began, go_on = threading.Event(), threading.Event()

    def pause(_seconds: float) -> None:
        began.set()
        assert go_on.wait(30)

    monkeypatch.setattr("classroom.datasets.store_copy.time.sleep", pause)
    thread = threading.Thread(target=backups.make, args=(store,))
    thread.start()
    assert began.wait(30)
    keep(store, 100, 101)
    go_on.set()
    thread.join()
    [made] = backups.listing(store)
    assert set(content(made.file)) == set(range(60))
    assert set(content(store)) == {*range(60), 100, 101}


def test_damage_never_pushes_out_a_sound_backup(store: Path) -> None:
    keep(store, *range(40))
    made = backups.make(store)
    keep(store, 50)
    damage(store, 8192, 20000)
    with pytest.raises(DamagedStore):
        backups.make(store, minutes=0)
    assert backups.listing(store) == [made]
    assert backups.newest_sound(store) == made


@pytest.mark.parametrize("newer", [0, 5])
def test_a_damaged_store_is_set_aside_and_the_backup_takes_its_place(
    store: Path, newer: int
) -> None:
    keep(store, *range(30))
    made = backups.make(store)
    keep(store, *range(100, 100 + newer))
    size = store.stat().st_size
    damage(store, 0)
    with pytest.raises(DamagedStore, match="dataset recover"):
        Dataset(restoring.url_of(store))
    done = restoring.recover(store)
    assert (done.backup, done.samples) == (made, 30)
    assert done.aside.stat().st_size == size
    assert backups.set_aside(store) == [done.aside]
    assert set(content(store)) == set(range(30))
    with Dataset(restoring.url_of(store)) as dataset:
        assert dataset.undo() is not None
    restoring.check(store)


def test_what_can_still_be_read_of_a_damaged_store_is_saved(store: Path) -> None:
    keep(store, *range(30))
    backups.make(store)
    keep(store, *range(100, 160))
    before = content(store)
    # a piece in the middle: some of the samples are gone, most are not
    size = store.stat().st_size
    damage(store, size // 2, size // 2 + 8192)
    done = restoring.recover(store)
    after = content(store)
    assert done.recovered > 20
    assert set(range(30)) <= after.keys() < before.keys()
    assert all(before[number] == label for number, label in after.items())


def test_without_a_backup_the_store_begins_anew(store: Path) -> None:
    store.parent.mkdir()
    store.write_bytes(b"a photo of my cat" * 1000)
    done = restoring.recover(store)
    assert (done.backup, done.samples, done.recovered) == (None, 0, 0)
    assert done.aside.read_bytes() == b"a photo of my cat" * 1000


def test_a_damaged_backup_is_passed_over(store: Path) -> None:
    keep(store, 1)
    old = backups.make(store)
    later(store, minutes=5)
    keep(store, 2)
    new = backups.make(store, minutes=0)
    assert old is not None
    assert new is not None
    damage(new.file, 0)
    found = backups.newest_sound(store)
    assert found is not None
    assert set(content(found.file)) == {1}


def test_nothing_of_a_writer_is_left_in_the_backups(store: Path) -> None:
    keep(store, *range(10))
    keep(store, *range(10, 20), writer="Zacharias")
    made = backups.make(store)
    assert made is not None
    assert b"Zacharias" in made.file.read_bytes()
    # Copies of the whole store that killed programs, of today and of before, left unfinished.
    names = ".samples.sqlite.4711.part", ".samples.sqlite.4711.part-wal", "samples.part"
    unfinished = [store.with_name(name.replace("samples", store.stem)) for name in names]
    unfinished.append(made.file.with_name(f".{made.file.name}.4711.part"))
    for copy in unfinished:
        copy.write_bytes(b"Zacharias")
    assert restoring.purge_writer(store, "Zacharias") == 1
    assert b"Zacharias" not in made.file.read_bytes()
    assert set(content(made.file)) == set(range(10))
    assert not [copy for copy in unfinished if copy.exists()]
    damage(made.file, 0)
    assert restoring.purge_writer(store, "Zacharias") == 1
    assert backups.listing(store) == []


def refuse(*_arguments: object, **_more: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("act", [lambda store: backups.make(store, minutes=0), restoring.recover])
def test_a_full_disk_is_said_and_leaves_no_half_backup(
    store: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]
) -> None:
    keep(store, 1)
    backups.make(store)
    keep(store, 2)
    before = backups.listing(store)
    monkeypatch.setattr("classroom.datasets.store_copy.os.fsync", refuse)
    with pytest.raises(DatasetError, match="No space left"):
        act(store)
    assert backups.listing(store) == before
    assert set(content(store)) == {1, 2}
    with sqlite3.connect(before[0].file) as connection:
        assert connection.execute("SELECT count(*) FROM samples").fetchone() == (1,)
    connection.close()


def test_a_backup_of_a_day_to_come_stops_no_other_and_is_not_the_newest(store: Path) -> None:
    keep(store, 1)
    wrong = backups.make(store)
    assert wrong is not None
    wrong.file.rename(wrong.file.with_name("samples-20990101-000000.sqlite"))
    keep(store, 2)
    right = backups.make(store)
    assert right is not None
    assert backups.newest_sound(store) == right
    assert [one.in_future for one in backups.listing(store)] == [False, True]


def test_of_backups_that_nobody_counted_one_of_a_day_to_come_is_not_the_newest(
    store: Path,
) -> None:
    keep(store, 1)
    for number in (1, 2):
        keep(store, number)
        made = backups.make(store, minutes=0)
        assert made is not None
        with sqlite3.connect(made.file) as connection:
            connection.execute("PRAGMA user_version = 0")
        connection.close()
        if number == 1:
            made.file.rename(made.file.with_name("samples-20990101-000000.sqlite"))
    found = backups.newest_sound(store)
    assert found is not None
    assert set(content(found.file)) == {1, 2}


def test_a_clock_that_went_back_costs_no_backup_of_another_day(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        keep(store, number)
        assert backups.make(store, minutes=0)
        if number < 3:
            later(store, days=1, seconds=number)
    before = {one.file for one in backups.listing(store)}
    monkeypatch.setattr("classroom.datasets.backups.datetime", LongAgo)
    monkeypatch.setattr("classroom.datasets.backups.datetime", LongAgo)
    keep(store, 9)
    made = backups.make(store, minutes=0)
    assert made is not None
    assert backups.newest_sound(store) == made
    left = {one.file for one in backups.listing(store)}
    assert [file.name for file in before - left] == [sorted(one.name for one in before)[3]]


class LongAgo(datetime):
    """A clock whose battery is empty."""

    @classmethod
    def now(cls, tz=None) -> "LongAgo":  # type: ignore[no-untyped-def, override]
        return cls(2001, 1, 1, tzinfo=tz)
