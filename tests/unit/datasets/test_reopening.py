"""The file of the own samples deleted, moved, replaced or cut short while it is open."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import run_code
from store_support import POSIX, a_sample, url_of

from classroom.datasets import backups, restoring
from classroom.datasets.database import Database
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError

# Windows lets nobody delete or replace a file that is open.
pytestmark = POSIX


def kept(file: Path) -> dict[bytes, int]:
    """Return what the next program that opens the store will find."""
    with Dataset(url_of(file)) as dataset:
        return {one.image.tobytes(): one.label for one in dataset.samples()}


def of(*numbers: int, label: int = 3) -> dict[bytes, int]:
    return {a_sample(number).image.tobytes(): label for number in numbers}


def copy_of(file: Path, name: str) -> Path:
    """Return a copy of the store as it is now, in one file."""
    target = file.parent.parent / name
    with sqlite3.connect(file) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target


def delete(file: Path) -> None:
    file.unlink()


def delete_with_log(file: Path) -> None:
    for one in file.parent.glob("samples.sqlite*"):
        one.unlink()


def move(file: Path) -> None:
    file.rename(file.with_name("old.sqlite"))


def delete_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


def move_folder(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


def empty(file: Path) -> None:
    file.with_name("new").touch()
    file.with_name("new").replace(file)


def delete_log(file: Path) -> None:
    Path(f"{file}-wal").unlink()


def delete_beside(file: Path) -> None:
    Path(f"{file}-wal").unlink()
    Path(f"{file}-shm").unlink()


LOSSES = [
    delete, delete_with_log, move, delete_folder, move_folder, empty, delete_log, delete_beside
]  # fmt: skip


@pytest.mark.parametrize("lose", LOSSES)
def test_a_file_that_is_gone_is_written_again_with_all_it_held(
    dataset: Dataset, file: Path, lose: Callable[[Path], None]
) -> None:
    for number in (1, 2):
        dataset.keep(a_sample(number))
    lose(file)
    three = dataset.keep(a_sample(3))
    assert not three.duplicate
    assert kept(file) == of(1, 2, 3)
    dataset.undo(three.edit)
    assert kept(file) == of(1, 2)
    dataset.close()
    assert kept(file) == of(1, 2)


@pytest.mark.parametrize("lose", LOSSES)
def test_what_was_kept_is_brought_back_when_the_store_is_closed(
    dataset: Dataset, file: Path, lose: Callable[[Path], None]
) -> None:
    dataset.keep(a_sample(1))
    lose(file)
    dataset.close()
    assert kept(file) == of(1)


def test_what_became_of_the_file_is_said_once(dataset: Dataset, file: Path) -> None:
    dataset.keep(a_sample(1))
    delete(file)
    assert dataset.stats()["total"] == 1
    [sentence] = dataset.news()
    assert "deleted or moved away while it was open" in sentence
    assert "1 digit" in sentence
    assert dataset.news() == []


def test_a_file_that_was_moved_away_is_whole_without_its_log(dataset: Dataset, file: Path) -> None:
    dataset.keep(a_sample(1))
    move(file)
    dataset.keep(a_sample(2))
    assert kept(file.with_name("old.sqlite")) == of(1)


def test_an_older_copy_in_its_place_gets_what_was_kept_since_the_start(file: Path) -> None:
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    older = copy_of(file, "older")
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(2))
    with Dataset(url_of(file)) as dataset:
        two = dataset.keep(a_sample(3))
        dataset.relabel([two.id], 5)
        gone = dataset.keep(a_sample(4))
        dataset.undo(gone.edit)
        older.replace(file)
        assert dataset.changed_elsewhere()
        [sentence] = dataset.news()
        assert "replaced by another one" in sentence
        assert "1 digit that was kept since the start" in sentence
        assert "1 digit of the file before" in sentence
        [backup] = backups.listing(file)
        assert backup.name in sentence
        dataset.keep(a_sample(5))
    assert kept(file) == of(1, 5) | of(3, label=5)
    assert kept(backup.file) == of(1, 2) | of(3, label=5)


def test_one_undo_takes_back_what_was_brought_along(file: Path) -> None:
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
        older = copy_of(file, "older")
        for number in (2, 3):
            dataset.keep(a_sample(number))
        older.replace(file)
        assert dataset.undo() is not None
    assert kept(file) == of(1)


@pytest.mark.parametrize(
    "change",
    [
        lambda dataset, number: dataset.delete([number]),
        lambda dataset, number: dataset.relabel([number], 7),
        lambda dataset, number: dataset.restore([number]),
    ],
)
def test_a_number_of_the_file_before_changes_no_other_digit(
    file: Path, change: Callable[[Dataset, int], object]
) -> None:
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
        number = dataset.keep(a_sample(2)).id
        other = file.with_name("other.sqlite")
        with Dataset(url_of(other)) as others:
            for wrong in (11, 12):
                others.keep(a_sample(wrong))
        other.replace(file)
        for _again in range(2):
            with pytest.raises(DatasetError, match="Look at the digits as they are now"):
                change(dataset, number)
        assert kept(file) == of(1, 2, 11, 12)
        shown = dataset.listing().ids.tolist()
        dataset.delete(shown[:1])
        assert len(kept(file)) == 3


def test_an_undo_of_the_file_before_takes_nothing_back_in_the_other(file: Path) -> None:
    with Dataset(url_of(file)) as dataset:
        first = dataset.keep(a_sample(1))
        other = file.with_name("other.sqlite")
        with Dataset(url_of(other)) as others:
            assert others.keep(a_sample(11)).edit == first.edit
        other.replace(file)
        dataset.keep(a_sample(2))
        assert dataset.undo(first.edit) is None
        assert kept(file) == of(1, 2, 11)


def test_an_import_is_in_the_file_that_counts(file: Path) -> None:
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
        older = copy_of(file, "older")
        older.replace(file)
        assert dataset.keep_many(a_sample(number) for number in range(5))[:2] == (4, 1)
    assert kept(file) == of(*range(5))


class Swapping(Database):
    """A database whose file is replaced just before a commit, or just after."""

    @staticmethod
    def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None], when: str) -> None:
        writing, done = Database.writing, []

        @contextlib.contextmanager
        def swapped(self):
            with writing(self) as connection:
                yield connection
                if when == "before" and not done:
                    done.append(act())
            if when == "after" and not done:
                done.append(act())

        monkeypatch.setattr(Database, "writing", swapped)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("lose", [*LOSSES, None])
def test_a_digit_is_called_kept_only_when_the_file_that_counts_has_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Path], None] | None, when: str
) -> None:
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
        older = copy_of(file, "older")
        dataset.keep(a_sample(2))
        act = (lambda: lose(file)) if lose else (lambda: older.replace(file))
        Swapping.between(monkeypatch, act, when)
        three = dataset.keep(a_sample(3))
        assert not three.duplicate
        assert kept(file) == of(1, 2, 3)
        dataset.undo(three.edit)
    assert kept(file) == of(1, 2)


def test_a_damaged_file_in_its_place_costs_nothing(dataset: Dataset, file: Path) -> None:
    for number in (1, 2):
        dataset.keep(a_sample(number))
    file.with_name("bad").write_bytes(b"\xa5" * 40_000)
    file.with_name("bad").replace(file)
    for _again in range(2):
        with pytest.raises(DamagedStore):
            dataset.keep(a_sample(3))
    assert len(backups.listing(file)) == 1
    dataset.close()
    assert restoring.recover(file).samples == 2
    assert kept(file) == of(1, 2)


@pytest.mark.parametrize("is_log_empty", [False, True])
@pytest.mark.parametrize(("before", "since"), [(3, 3), (3, 400), (400, 3), (400, 400)])
def test_an_older_copy_put_over_the_open_file_costs_nothing_that_was_kept(
    file: Path, before: int, since: int, is_log_empty: bool
) -> None:
    with Dataset(url_of(file)) as dataset:
        dataset.keep_many(a_sample(number) for number in range(before))
    older = file.with_name("older")
    shutil.copyfile(file, older)
    with Dataset(url_of(file)) as dataset:
        for number in range(1000, 1000 + since):
            dataset.keep(a_sample(number))
        if is_log_empty:
            with contextlib.closing(sqlite3.connect(file)) as other:
                other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            dataset.keep(a_sample(5000))
        # As `cp` does, and some programs that restore: the file stays, its content does not.
        shutil.copyfile(older, file)
        dataset.keep(a_sample(6000))
    expected = of(*range(before), *range(1000, 1000 + since), 6000)
    assert kept(file) == expected | (of(5000) if is_log_empty else {})


def test_a_larger_store_put_over_the_open_file_gets_what_was_kept(file: Path) -> None:
    larger = file.with_name("larger.sqlite")
    with Dataset(url_of(larger)) as others:
        others.keep_many(a_sample(number) for number in range(300))
    with Dataset(url_of(file)) as dataset:
        for number in (1000, 1001):
            dataset.keep(a_sample(number))
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(larger, file)
        dataset.keep(a_sample(6000))
        assert "replaced by another one" in dataset.news()[0]
    assert kept(file) == of(*range(300), 1000, 1001, 6000)


def test_another_window_that_empties_its_log_is_no_other_store(file: Path) -> None:
    with Dataset(url_of(file)) as mine, Dataset(url_of(file)) as others:
        number = mine.keep(a_sample(1)).id
        others.keep_many(a_sample(number) for number in range(10, 20))
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        others.delete([number])
        assert mine.restore([number]) is not None
        assert mine.news() == others.news() == []
        assert mine.stats()["total"] == 11


@pytest.mark.parametrize("size", [0, 100, 4096, 20_000])
def test_a_file_cut_short_is_noticed_before_anything_is_called_kept(
    dataset: Dataset, file: Path, size: int
) -> None:
    dataset.keep_many(a_sample(number) for number in range(400))
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    dataset.keep(a_sample(1000))
    os.truncate(file, size)
    with pytest.raises(DamagedStore):
        dataset.keep(a_sample(1001))
    dataset.close()
    # All of it was kept by this program: not even a backup is needed.
    done = restoring.recover(file)
    assert done.samples == 401
    assert kept(file) == of(*range(400), 1000)
    assert not backups.saved(file)


def test_a_link_that_leads_elsewhere_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "data" / "samples.sqlite"
    link.parent.mkdir()
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    with Dataset(url_of(second)) as dataset:
        dataset.keep(a_sample(9))
    link.symlink_to(first)
    with Dataset(url_of(link)) as dataset:
        dataset.keep(a_sample(1))
        link.unlink()
        link.symlink_to(second)
        dataset.keep(a_sample(2))
    assert kept(second) == of(9, 1, 2)
    assert kept(first) == of(1)


def test_two_windows_lose_nothing_with_a_deleted_file(file: Path) -> None:
    with Dataset(url_of(file)) as mine, Dataset(url_of(file)) as others:
        mine.keep(a_sample(1))
        others.keep(a_sample(2))
        delete(file)
        mine.keep(a_sample(3))
        others.keep(a_sample(4))
        assert mine.stats()["total"] == others.stats()["total"] == 4
    assert kept(file) == of(1, 2, 3, 4)


def test_two_windows_lose_nothing_with_a_replaced_file(file: Path) -> None:
    with Dataset(url_of(file)) as mine, Dataset(url_of(file)) as others:
        mine.keep(a_sample(0))
        older = copy_of(file, "older")
        mine.keep(a_sample(1))
        others.keep(a_sample(2))
        older.replace(file)
        mine.keep(a_sample(3))
        others.keep(a_sample(4))
        assert mine.stats()["total"] == others.stats()["total"] == 5
    assert kept(file) == of(0, 1, 2, 3, 4)


def test_a_store_that_cannot_be_written_again_says_that_nothing_is_kept(
    dataset: Dataset, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.keep(a_sample(1))
    delete_with_log(file)

    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("classroom.datasets.reopening.store_copy.copy", full)
        with pytest.raises(DatasetError, match=r"deleted or moved away.*nothing more is kept"):
            dataset.keep(a_sample(2))
    assert not dataset.keep(a_sample(2)).duplicate
    assert kept(file) == of(1, 2)


@pytest.mark.parametrize("lose", [delete, empty, lambda file: os.truncate(file, 0)])
def test_what_only_the_log_holds_is_rescued_from_it(
    file: Path, lose: Callable[[Path], None]
) -> None:
    code = (
        "import os, sys; import numpy as np\n"
        "from classroom.datasets.dataset import Dataset, Sample\n"
        "store = Dataset(sys.argv[1])\n"
        "for number in (1, 2):\n"
        "    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)\n"
        "    store.keep(Sample(image, 3, 'ann', 'drawn'))\n"
        "os._exit(0)"
    )
    run_code(code, url_of(file))
    lose(file)
    with pytest.raises(DamagedStore):
        Dataset(url_of(file))
    assert restoring.recover(file).recovered == 2
    assert kept(file) == of(1, 2)
