"""The store when a program is killed, a disk is full or read-only, or the file is damaged."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from calls import run_code
from places import ROOT
from store_support import POSIX, a_sample, url_of

from classroom.datasets import backups, restoring
from classroom.datasets.database import Database
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError, Part

WRITER = """
import sys, numpy as np
from classroom.datasets.dataset import Dataset, Sample
first = int(sys.argv[2])
with Dataset(sys.argv[1]) as dataset:
    for number in range(first, first + 100_000):
        image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
        dataset.keep(Sample(image, 3, "ann", "drawn", [[(float(number), 0.0)]]))
        print(number, flush=True)
"""


@POSIX
def test_a_killed_program_loses_nothing_that_it_called_kept(file):
    acknowledged: list[int] = []
    for kill in range(5):
        command = [sys.executable, "-c", WRITER, url_of(file), str(kill * 100_000)]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _line in range(5 + 17 * kill):
            acknowledged.append(int(child.stdout.readline()))
        child.kill()
        # what was said between the last line read and the kill
        acknowledged += [int(line) for line in child.stdout if line.endswith("\n")]
        child.stdout.close()
        child.wait()
        with Dataset(url_of(file)) as dataset:
            found = {int(sample.strokes[0][0][0]): sample for sample in dataset.samples()}
        assert set(acknowledged) <= found.keys()
    for number in acknowledged[::20]:
        np.testing.assert_array_equal(found[number].image, a_sample(number).image)


@pytest.mark.parametrize("vfs", ["", "unix-dotfile"])
def test_a_commit_waits_for_the_disk(tmp_path, vfs):
    # A power cut cannot be staged here; this is the setting by which SQLite promises it.
    if vfs and sys.platform == "win32":
        pytest.skip("a file system of Unix")
    query = f"?vfs={vfs}&uri=true" if vfs else "?uri=true"
    url = f"sqlite:///file:{(tmp_path / 's.sqlite').as_posix()}{query}"
    with Dataset(url) as dataset:
        dataset.keep(a_sample(1))
    database = Database(url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        # unix-dotfile knows no shared memory, like some network drives
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    database.close()
    assert mode == ("delete" if vfs else "wal")


@POSIX
def test_a_drive_without_shared_memory_gets_another_journal(file):
    file.parent.mkdir(parents=True)
    # SQLite finds out only when it opens this file, with the mode changed already
    Path(f"{file}-shm").symlink_to("elsewhere")
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    with Dataset(url_of(file)) as dataset, Dataset(url_of(file)) as other:
        assert dataset.keep(a_sample(1)).duplicate
        assert other.keep(a_sample(2)).part == Part.PRACTICE
        assert dataset.stats()["total"] == 2


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk without room."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@POSIX
def test_a_full_disk_says_so_and_changes_nothing(dataset):
    dataset.keep(a_sample(0))
    with files_at_most(100_000):
        with pytest.raises(DatasetError, match="full"):
            dataset.keep_many(a_sample(number) for number in range(500))
        assert dataset.stats()["total"] == 1
    assert dataset.keep_many(a_sample(number) for number in range(500))[:2] == (499, 1)


@POSIX
def test_a_new_store_on_a_full_disk_says_so(file):
    with files_at_most(3000), pytest.raises(DatasetError, match="full"):
        Dataset(url_of(file))


READ_ONLY = """
import os, sys
import numpy as np
from classroom.datasets.dataset import Dataset, DatasetError, Sample
Dataset("sqlite://").close()  # loads what is loaded late
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    dataset = Dataset(sys.argv[1])
    print(dataset.stats()["total"])
    dataset.keep(Sample(np.ones((28, 28), np.uint8), 3, "ann", "drawn"))
except DatasetError as error:
    print(error)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Yield a folder that every user may enter, unlike tmp_path."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for path in [Path(name), *Path(name).iterdir()]:
            path.chmod(0o755)


@POSIX
def test_a_read_only_folder_says_so(public_folder):
    file = public_folder / "samples.sqlite"
    public_folder.chmod(0o555)
    for store in (file, public_folder / "data" / "samples.sqlite"):
        total, sentence = run_code(READ_ONLY, url_of(store)).stdout.splitlines()
        assert total == "0"
        assert f"No digit can be kept here: {public_folder} cannot be written by you" in sentence


@POSIX
def test_a_folder_that_cannot_be_entered_says_so(public_folder):
    folder = public_folder / "data"
    with Dataset(url_of(folder / "samples.sqlite")) as dataset:
        dataset.keep(a_sample(1))
    # Not even by its owner, where that is who runs the tests.
    folder.chmod(0o000)
    said = run_code(READ_ONLY, url_of(folder / "samples.sqlite")).stdout
    assert said.startswith(("The own samples in", "The folder"))
    assert "Permission denied" in said


@POSIX
def test_a_read_only_store_can_be_looked_at_and_says_why_nothing_is_kept(public_folder):
    file = public_folder / "samples.sqlite"
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    file.chmod(0o444)
    for mode in (0o777, 0o555):
        public_folder.chmod(mode)
        total, sentence = run_code(READ_ONLY, url_of(file)).stdout.splitlines()
        assert total == "1"
        assert f"No digit can be kept here: {file} cannot be written by you" in sentence
    assert os.listdir(public_folder) == ["samples.sqlite"]


def test_a_folder_in_place_of_the_file_says_so(file):
    file.mkdir(parents=True)
    with pytest.raises(DatasetError, match="it is a folder"):
        Dataset(url_of(file))


def test_a_file_in_place_of_the_folder_says_so(file):
    file.parent.parent.mkdir()
    file.parent.write_text("not a folder")
    with pytest.raises(DatasetError, match="cannot be made"):
        Dataset(url_of(file))


def test_a_file_that_is_no_database_says_so_and_is_left_alone(file):
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a photo of my cat" * 1000)
    with pytest.raises(DatasetError, match="damaged, or not a file of own samples"):
        Dataset(url_of(file))
    assert file.read_bytes() == b"a photo of my cat" * 1000


def test_a_file_damaged_in_the_middle_says_so(file):
    with Dataset(url_of(file)) as dataset:
        dataset.keep_many(a_sample(number) for number in range(300))
    content = bytearray(file.read_bytes())
    content[8192:-8192] = b"\xa5" * (len(content) - 16384)
    file.write_bytes(content)
    with pytest.raises(DatasetError, match="damaged"), Dataset(url_of(file)) as dataset:
        dataset.samples()


@pytest.mark.parametrize("change", ["image = x'00'", "strokes = '[[1'", "strokes = '[1]'"])
def test_a_value_that_makes_no_sense_is_called_damage(dataset, file, change):
    dataset.keep(a_sample(1))
    with sqlite3.connect(file) as other:
        other.execute(f"UPDATE samples SET {change}")
    other.close()
    with pytest.raises(DatasetError, match="damaged"):
        dataset.samples()


def test_a_store_of_a_newer_program_is_refused(file):
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    with sqlite3.connect(file) as other:
        other.execute("UPDATE schema_version SET version = version + 1")
    other.close()
    with pytest.raises(DatasetError, match=r"newer Digit Classroom\. Update"):
        Dataset(url_of(file))


@pytest.mark.parametrize("url", ["samples.sqlite", "nosuch://x/y", "oracle+oracledb://host/x"])
def test_a_url_that_cannot_be_used_says_so(url):
    with pytest.raises(DatasetError, match="CLASSROOM_DATABASE"):
        Dataset(url)


def test_closing_leaves_one_file_to_copy(file):
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    assert os.listdir(file.parent) == ["samples.sqlite"]


def test_a_history_that_makes_no_sense_is_damage(dataset: Dataset, file: Path) -> None:
    dataset.keep(a_sample(1))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM changes")
        connection.commit()
    with pytest.raises(DamagedStore):
        dataset.undo()


def test_an_index_that_does_not_fit_its_table_is_damage(dataset: Dataset, file: Path) -> None:
    dataset.keep_many([a_sample(number) for number in range(3)])
    dataset.close()
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT * FROM sqlite_master WHERE name = 'samples_by_writer'"
        index = connection.execute(query).fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'samples_by_writer'")
        connection.commit()
    # A row goes that the index, which nobody knows of at this moment, counts ever after.
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM samples WHERE id = 1")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
        connection.commit()
    with pytest.raises(DamagedStore):
        restoring.check(file)
    with pytest.raises(DamagedStore):
        backups.make(file)
