import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from classroom.database import Database
from classroom.dataset import EXAM, PRACTICE, Dataset, DatasetError, Sample

ROOT = Path(__file__).resolve().parent.parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and signals")


def url_of(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


def a_sample(number: int, label: int = 3, writer: str = "ann", **more) -> Sample:
    """Return a digit that no other number has."""
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, writer, more.pop("origin", "drawn"), **more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "samples.sqlite"


@pytest.fixture
def dataset(file: Path) -> Iterator[Dataset]:
    with Dataset(url_of(file)) as opened:
        yield opened


def ids(dataset: Dataset, **which) -> list[int]:
    return [sample.id for sample in dataset.samples(**which)]


# --- keeping ----------------------------------------------------------------
def test_a_kept_sample_is_there_after_reopening_with_all_that_was_known_of_it(file):
    strokes = [[(0.1, 2.0), (-3.25, 1e-9)], [(5.0, 5.0)]]
    created = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    sample = a_sample(1, 7, "Zoë", origin="photo", strokes=strokes, created=created, part=EXAM)
    with Dataset(url_of(file)) as dataset:
        kept = dataset.keep(sample)
    with Dataset(url_of(file)) as dataset:
        [found] = dataset.samples()
    assert (found.id, found.part) == (kept.id, EXAM)
    assert (found.label, found.writer, found.origin) == (7, "Zoë", "photo")
    assert found.strokes == strokes
    assert found.created == created
    np.testing.assert_array_equal(found.image, sample.image)


def test_every_third_digit_of_a_writer_goes_to_the_exam(dataset):
    parts = [dataset.keep(a_sample(number)).part for number in range(6)]
    assert parts == [PRACTICE, PRACTICE, EXAM] * 2
    # another digit and another writer have thirds of their own
    assert dataset.keep(a_sample(10, label=4)).part == PRACTICE
    assert dataset.keep(a_sample(11, writer="bob")).part == PRACTICE


def test_many_at_once_get_the_same_parts_as_one_by_one(dataset):
    samples = [a_sample(n, n % 2, writer) for n in range(20) for writer in ("ann", "bob")]
    assert dataset.keep_many(samples[:14]) == (14, 0)
    assert dataset.keep_many(samples) == (26, 14)
    with Dataset("sqlite://") as one_by_one:
        parts = [one_by_one.keep(sample).part for sample in samples]
    assert [sample.part for sample in dataset.samples(newest_first=False)] == parts


def test_a_part_that_is_named_is_kept_and_counts_for_the_thirds(dataset):
    assert dataset.keep(a_sample(1, part=EXAM)).part == EXAM
    assert [dataset.keep(a_sample(n)).part for n in (2, 3, 4)] == [PRACTICE] * 3
    assert dataset.keep(a_sample(5)).part == PRACTICE
    assert dataset.keep(a_sample(6)).part == EXAM


def test_the_same_image_by_the_same_writer_is_stored_once(dataset):
    first = dataset.keep(a_sample(1))
    again = dataset.keep(a_sample(1, part=EXAM))
    assert (again.id, again.part, again.duplicate) == (first.id, PRACTICE, True)
    assert not dataset.keep(a_sample(1, writer="bob")).duplicate
    assert dataset.keep_many([a_sample(1), a_sample(2), a_sample(2)]) == (1, 2)
    assert dataset.stats()["total"] == 3


def test_a_name_is_one_name_however_it_is_typed(dataset):
    dataset.keep(a_sample(1, writer="  Zoë  B "))
    assert dataset.keep(a_sample(1, writer="Zoe\u0308 B")).duplicate
    dataset.keep(a_sample(2, writer=" "))
    dataset.keep(a_sample(3, writer="bad \udc80 bytes"))
    assert dataset.writers() == ["bad ? bytes", "unknown", "Zoë B"]
    assert len(dataset.samples(writer=" Zoë B")) == 1
    with pytest.raises(DatasetError, match="Shorten"):
        dataset.keep(a_sample(4, writer="x" * 101))


@pytest.mark.parametrize(
    "wrong",
    [
        Sample(np.zeros((27, 28), np.uint8), 3, "ann", "drawn"),
        Sample(np.zeros((28, 28), np.float32), 3, "ann", "drawn"),
        a_sample(1, label=10),
        a_sample(1, origin="dream"),
        a_sample(1, part="test"),
    ],
)
def test_what_is_no_sample_stops_all_that_come_with_it(dataset, wrong):
    with pytest.raises(ValueError, match=r"not|unknown"):
        dataset.keep_many([a_sample(7), wrong])
    assert dataset.stats()["total"] == 0


# --- deleting and relabelling, and back -------------------------------------
def test_deleting_is_undone_with_everything_as_it_was(dataset):
    for number in range(4):
        dataset.keep(a_sample(number, strokes=[[(float(number), 0.0)]]))
    before = dataset.samples()
    fingerprint = dataset.fingerprint()
    gone = ids(dataset)[:2]
    dataset.delete(gone)
    assert ids(dataset) == [before[2].id, before[3].id]
    assert dataset.counts().sum() == 2
    assert len(dataset.arrays(EXAM)[0]) == 0
    assert dataset.fingerprint() != fingerprint

    dataset.restore(gone)
    after = dataset.samples()
    assert [(s.id, s.part, s.created, s.strokes) for s in after] == [
        (s.id, s.part, s.created, s.strokes) for s in before
    ]
    assert dataset.fingerprint() == fingerprint


def test_a_deleted_sample_that_is_kept_again_has_its_old_part(dataset):
    kept = [dataset.keep(a_sample(number)) for number in range(3)]
    dataset.delete([kept[0].id, kept[1].id])
    again = dataset.keep(a_sample(0, label=8, part=EXAM))
    assert (again.id, again.part, again.duplicate) == (kept[0].id, PRACTICE, False)
    assert dataset.samples(label=8)[0].id == kept[0].id
    assert dataset.keep_many([a_sample(1), a_sample(2)]) == (1, 1)


def test_relabelling_leaves_the_part_and_is_undone_by_relabelling(dataset):
    exam = [dataset.keep(a_sample(number)) for number in range(3)][2]
    fingerprint = dataset.fingerprint()
    dataset.relabel([exam.id], 5)
    [relabelled] = dataset.samples(label=5)
    assert (relabelled.id, relabelled.part) == (exam.id, EXAM)
    assert dataset.fingerprint() != fingerprint
    dataset.relabel([exam.id], 3)
    assert dataset.fingerprint() == fingerprint
    with pytest.raises(ValueError, match="0 to 9"):
        dataset.relabel([exam.id], 10)


def test_thousands_are_deleted_at_once(dataset):
    dataset.keep_many(a_sample(number) for number in range(1200))
    dataset.delete(ids(dataset))
    assert dataset.samples() == []


# --- asking -----------------------------------------------------------------
def test_samples_by_digit_writer_and_part_newest_first_and_in_pages(dataset):
    dataset.keep_many(a_sample(n, n % 2, "ann" if n < 6 else "bob") for n in range(12))
    assert len(dataset.samples(label=1, writer="bob", part=EXAM)) == 1
    assert {s.writer for s in dataset.samples(writer="bob")} == {"bob"}
    everything = ids(dataset)
    assert everything == sorted(everything, reverse=True)
    assert ids(dataset, newest_first=False) == everything[::-1]
    assert ids(dataset, limit=5, offset=3) == everything[3:8]
    assert ids(dataset, offset=10) == everything[10:]


def test_arrays_hold_a_part_in_the_order_of_keeping(dataset):
    samples = [a_sample(number, number % 10) for number in range(40)]
    dataset.keep_many(samples)
    images, labels = dataset.arrays(EXAM)
    expected = [s for s in samples if int(s.image.sum()) in images.sum(axis=(1, 2))]
    assert (images.shape, images.dtype, labels.dtype) == ((10, 28, 28), np.uint8, np.uint8)
    np.testing.assert_array_equal(images, [sample.image for sample in expected])
    np.testing.assert_array_equal(labels, [sample.label for sample in expected])
    assert dataset.arrays(PRACTICE)[0].shape == (30, 28, 28)


def test_each_exam_digit_can_be_told_from_the_others_and_seen_even_when_deleted(dataset):
    dataset.keep_many([a_sample(number, 3, "ann" if number < 3 else "bob") for number in range(6)])
    images, _labels, numbers, writers = dataset.identified(EXAM)
    assert writers == ("ann", "bob")
    assert numbers.tolist() == ids(dataset, part=EXAM, newest_first=False)
    dataset.delete(numbers[:1])
    found = dataset.images([*numbers, 999])
    assert list(found) == numbers.tolist()
    np.testing.assert_array_equal(np.stack(list(found.values())), images)


def test_counts_and_stats(dataset):
    assert dataset.arrays(PRACTICE)[0].shape == (0, 28, 28)
    assert dataset.counts().tolist() == [[0, 0]] * 10
    dataset.keep_many([a_sample(n, 2) for n in range(3)] + [a_sample(9, 5, "bob")])
    assert dataset.counts()[[2, 5]].tolist() == [[2, 1], [1, 0]]
    assert dataset.counts("bob").sum() == dataset.counts("bob")[5, 0] == 1
    labels = {str(digit): 0 for digit in range(10)} | {"2": 3, "5": 1}
    assert dataset.stats() == {
        "total": 4, "practice": 3, "exam": 1, "writers": 2, "labels": labels
    }  # fmt: skip


# --- others at the same time ------------------------------------------------
def test_threads_take_turns(dataset):
    samples = [a_sample(number) for number in range(40)]
    threads = [
        threading.Thread(target=lambda start=start: [dataset.keep(s) for s in samples[start::4]])
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dataset.counts().tolist()[3] == [27, 13]


def test_several_may_make_the_same_store_at_once(file):
    failures: list[Exception] = []
    start = threading.Barrier(6)

    def work(number: int) -> None:
        start.wait()
        try:
            with Dataset(url_of(file)) as mine:
                mine.keep(a_sample(number))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Dataset(url_of(file)) as dataset:
        assert dataset.stats()["total"] == 6


def run(code: str, *arguments: object, **options) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, text=True, capture_output=True, check=True, timeout=60, **options
    )


def test_another_process_reads_while_this_one_writes(dataset, file):
    dataset.keep(a_sample(1))
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE samples SET label = 9")
    code = (
        "import sys; from classroom.dataset import Dataset\n"
        "with Dataset(sys.argv[1]) as d: print(d.stats()['labels']['3'])"
    )
    assert run(code, url_of(file)).stdout.strip() == "1"
    writer.close()


def test_keeping_goes_on_while_another_program_reads(dataset, file):
    dataset.keep(a_sample(1))
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM samples").fetchone() == (1,)
    dataset.keep(a_sample(2))
    assert dataset.stats()["total"] == 2
    reader.close()


def test_a_store_locked_by_another_program_says_so_and_works_once_it_is_free(dataset, file):
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatasetError, match=r"locked by another program\. Close it"):
        dataset.keep(a_sample(1))
    other.close()
    assert dataset.keep(a_sample(1)).part == PRACTICE


def test_a_store_that_is_locked_while_it_is_opened_says_so(file):
    Dataset(url_of(file)).close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")  # with WAL, opening needs no lock
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatasetError, match="locked by another program"):
        Dataset(url_of(file))
    other.close()


def test_a_lock_of_a_moment_is_waited_for(dataset, file):
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.3, other.rollback)
    release.start()
    assert dataset.keep(a_sample(1)).part == PRACTICE
    release.join()
    other.close()


# --- when things go wrong ---------------------------------------------------
WRITER = """
import sys, numpy as np
from classroom.dataset import Dataset, Sample
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
        assert other.keep(a_sample(2)).part == PRACTICE
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
    assert dataset.keep_many(a_sample(number) for number in range(500)) == (499, 1)


@POSIX
def test_a_new_store_on_a_full_disk_says_so(file):
    with files_at_most(3000), pytest.raises(DatasetError, match="full"):
        Dataset(url_of(file))


READ_ONLY = """
import os, sys
import numpy as np
from classroom.dataset import Dataset, DatasetError, Sample
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
    said = run(READ_ONLY, url_of(file)).stdout
    assert "cannot be opened. Allow reading and writing there" in said
    said = run(READ_ONLY, url_of(public_folder / "data" / "samples.sqlite")).stdout
    assert "cannot be made or entered: Permission denied" in said


@POSIX
def test_a_read_only_store_can_be_looked_at_and_says_why_nothing_is_kept(public_folder):
    file = public_folder / "samples.sqlite"
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    file.chmod(0o444)
    # the folder is open: SQLite can look at a store only where its log may lie beside it
    public_folder.chmod(0o777)
    total, sentence = run(READ_ONLY, url_of(file)).stdout.splitlines()
    assert total == "1"
    assert "read-only: nothing was changed. Allow writing" in sentence


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
