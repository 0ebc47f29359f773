"""Undo and redo in the store: everything, across a restart, beside another window."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from classroom.datasets import edits
from classroom.datasets.dataset import Dataset, DatasetError, Part, Sample


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'samples.sqlite').as_posix()}"


@pytest.fixture
def dataset(url: str) -> Iterator[Dataset]:
    with Dataset(url) as opened:
        yield opened


def a_sample(number: int, label: int = 3, writer: str = "ann") -> Sample:
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, writer, "drawn")


def content(dataset: Dataset) -> dict[int | None, tuple[int, str | None]]:
    return {sample.id: (sample.label, sample.part) for sample in dataset.samples()}


def test_everything_is_undone_and_done_again_step_by_step_also_after_a_restart(url: str) -> None:
    states = [{}]
    with Dataset(url) as dataset:
        first = dataset.keep(a_sample(1)).id
        states.append(content(dataset))
        dataset.keep_many(a_sample(number) for number in range(2, 8))
        states.append(content(dataset))
        dataset.relabel([first, first + 1], 8)
        states.append(content(dataset))
        dataset.delete([first, first + 3])
        states.append(content(dataset))
        dataset.restore([first])
        states.append(content(dataset))
        assert dataset.steps() == (5, 0)
    kinds = []
    for back in range(5, 0, -1):
        with Dataset(url) as dataset:
            edit = dataset.undo()
            assert edit is not None
            kinds.append(edit.kind)
            assert content(dataset) == states[back - 1]
    assert kinds == ["restore", "delete", "relabel", "import", "keep"]
    with Dataset(url) as dataset:
        assert dataset.undo() is None
        assert dataset.steps() == (0, 5)
        for forward in range(1, 6):
            assert dataset.redo() is not None
            assert content(dataset) == states[forward]
        assert dataset.redo() is None


def test_what_was_taken_back_cannot_come_again_over_something_new(dataset: Dataset) -> None:
    kept = dataset.keep(a_sample(1))
    dataset.relabel([kept.id], 5)
    dataset.undo()
    dataset.delete([kept.id])
    assert dataset.redo() is None
    dataset.undo()
    assert content(dataset) == {kept.id: (3, Part.PRACTICE)}


def test_one_edit_in_the_middle_can_be_taken_back(dataset: Dataset) -> None:
    first, second = dataset.keep(a_sample(1)), dataset.keep(a_sample(2))
    dataset.undo(first.edit)
    assert set(content(dataset)) == {second.id}
    dataset.redo()
    assert set(content(dataset)) == {first.id, second.id}
    assert dataset.keep(a_sample(1)).edit is None


def test_nothing_changed_is_nothing_to_undo(dataset: Dataset) -> None:
    kept = dataset.keep(a_sample(1))
    assert dataset.relabel([kept.id], 3) is None
    assert dataset.restore([kept.id]) is None
    assert dataset.keep_many([a_sample(1)])[:2] == (0, 1)
    assert dataset.steps() == (1, 0)


def test_the_other_window_takes_back_its_own_work_only(url: str, dataset: Dataset) -> None:
    old = dataset.keep(a_sample(0)).id
    with Dataset(url) as other:
        mine = dataset.keep(a_sample(1)).id
        theirs = other.keep(a_sample(2)).id
        dataset.undo()
        assert set(content(dataset)) == {old, theirs}
        assert mine not in content(other)
        # What was there before both is anybody's.
        other.undo()
        other.undo()
        assert other.undo() is None
        assert content(other) == {}


def test_what_the_other_window_changed_since_stays(url: str, dataset: Dataset) -> None:
    kept = [dataset.keep(a_sample(number)).id for number in range(2)]
    dataset.relabel(kept, 7)
    with Dataset(url) as other:
        other.relabel(kept[:1], 9)
    dataset.undo()
    assert [label for label, _part in content(dataset).values()] == [3, 9]


def test_others_changes_are_noticed_and_own_ones_are_not(url: str, dataset: Dataset) -> None:
    dataset.keep(a_sample(1))
    assert not dataset.changed_elsewhere()
    with Dataset(url) as other:
        kept = other.keep(a_sample(2))
        assert dataset.changed_elsewhere()
        assert not dataset.changed_elsewhere()
        for change in (lambda: other.relabel([kept.id], 1), other.undo, other.redo):
            change()
            assert dataset.changed_elsewhere()
        other.keep_scores("1", [kept.id], np.zeros((1, 10), np.float16))
        assert not dataset.changed_elsewhere()
        other.purge_writer("ann")
        assert dataset.changed_elsewhere()


def test_the_history_does_not_grow_for_ever(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "REMEMBERED", 5)
    for number in range(9):
        dataset.keep(a_sample(number))
    assert dataset.steps() == (5, 0)


# --- a writer, for good -------------------------------------------------------
def test_nothing_of_a_writer_is_left_in_the_file(url: str, tmp_path: Path) -> None:
    with Dataset(url) as dataset:
        strokes = [[(float(x), 12345.678) for x in range(50)]]
        for number in range(40):
            writer = "Zacharias" if number % 2 else "ann"
            sample = a_sample(number, number % 10, writer)
            dataset.keep(Sample(sample.image, sample.label, writer, "drawn", strokes=strokes))
        gone = [one for one in dataset.samples() if one.writer == "Zacharias"]
        dataset.delete([one.id for one in gone[:5] if one.id])
        dataset.relabel([one.id for one in dataset.samples() if one.id], 4)
        dataset.keep_scores("1", [one.id for one in gone if one.id], np.zeros((20, 10)))
        before = content(dataset)
        assert dataset.purge_writer(" Zacharias ") == 20
        assert dataset.purge_writer("nobody") == 0
        for file in tmp_path.iterdir():
            stored = file.read_bytes()
            assert b"Zacharias" not in stored
            assert not any(one.image.tobytes()[:100] in stored for one in gone)
        left = content(dataset)
        assert left.keys() == before.keys() - {one.id for one in gone}
        assert dataset.writers() == ["ann"]
        # What others wrote can still be taken back.
        assert dataset.undo() is not None
        assert {label for label, _part in content(dataset).values()} == {0, 2, 4, 6, 8}
        assert len(dataset.known_scores("1")[0]) == 0


# --- stores of other versions -------------------------------------------------
FIRST_SCHEMA = """
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE samples (
    id INTEGER NOT NULL, digest VARCHAR(64) NOT NULL, label SMALLINT NOT NULL,
    writer VARCHAR(100) NOT NULL, part VARCHAR(8) NOT NULL, origin VARCHAR(8) NOT NULL,
    created DATETIME NOT NULL, deleted DATETIME, image BLOB NOT NULL, strokes TEXT,
    PRIMARY KEY (id), UNIQUE (digest),
    CHECK (label BETWEEN 0 AND 9), CHECK (part IN ('practice', 'exam'))
);
CREATE INDEX samples_by_writer ON samples (writer, label, part, deleted);
INSERT INTO schema_version VALUES (1);
"""


def as_first_version(url: str, tmp_path: Path) -> Path:
    """Put what `url` holds into a file as the first version of the program made it."""
    old = tmp_path / "old.sqlite"
    with sqlite3.connect(old) as connection:
        connection.executescript(FIRST_SCHEMA)
        connection.execute("ATTACH ? AS new", (str(tmp_path / "samples.sqlite"),))
        connection.execute("INSERT INTO samples SELECT * FROM new.samples")
    connection.close()
    return old


def test_a_store_of_the_first_version_is_taken_over_without_loss(url: str, tmp_path: Path) -> None:
    with Dataset(url) as dataset:
        for number in range(9):
            dataset.keep(a_sample(number))
        gone = dataset.samples()[0]
        dataset.delete([gone.id or 0])
        before, fingerprint = dataset.samples(), dataset.fingerprint()
    old = f"sqlite:///{as_first_version(url, tmp_path).as_posix()}"
    with Dataset(old) as dataset, Dataset(old) as again:
        assert dataset.fingerprint() == again.fingerprint() == fingerprint
        for one, other in zip(before, dataset.samples(), strict=True):
            assert (one.id, one.created, one.part) == (other.id, other.created, other.part)
            np.testing.assert_array_equal(one.image, other.image)
        assert dataset.listing(deleted=True).ids.tolist() == [gone.id]
        assert dataset.steps() == (0, 0)
        dataset.relabel([before[0].id or 0], 1)
        dataset.undo()
        assert dataset.fingerprint() == fingerprint


def test_a_full_disk_leaves_a_store_of_the_first_version_as_it_was(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Dataset(url).close()
    old = as_first_version(url, tmp_path)

    def fail(*_arguments: object, **_more: object) -> None:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("classroom.datasets.samples_table.by_writer.create", fail)
        with pytest.raises(DatasetError):
            Dataset(f"sqlite:///{old.as_posix()}")
    with sqlite3.connect(old) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        assert connection.execute("SELECT version FROM schema_version").fetchone() == (1,)
    connection.close()
    # two tables, the index, and the index that UNIQUE makes
    assert tables == 4
    Dataset(f"sqlite:///{old.as_posix()}").close()


# --- at a glance --------------------------------------------------------------
def test_the_listing_tells_the_kept_and_the_deleted_newest_first(dataset: Dataset) -> None:
    for number in range(6):
        dataset.keep(a_sample(number, number % 2, "Zoë" if number > 3 else "ann"))
    ids = [one.id for one in dataset.samples()]
    dataset.delete([ids[2] or 0])
    listed, gone = dataset.listing(), dataset.listing(deleted=True)
    assert gone.ids.tolist() == [ids[2]]
    assert listed.ids.tolist() == [number for number in ids if number != ids[2]]
    assert [listed.names[at] for at in listed.writers] == ["Zoë", "Zoë", "ann", "ann", "ann"]
    for number, label, exam in zip(listed.ids, listed.labels, listed.exam, strict=True):
        sample = dataset.sample(int(number))
        assert sample is not None
        assert (sample.label, sample.part == Part.EXAM) == (label, exam)
        np.testing.assert_array_equal(dataset.images([int(number)])[int(number)], sample.image)
    assert dataset.sample(999) is None


def test_what_the_network_said_is_remembered_by_its_version(dataset: Dataset) -> None:
    ids = [dataset.keep(a_sample(number)).id for number in range(3)]
    said = np.eye(10, dtype=np.float16)[:3]
    dataset.keep_scores("1", ids, said)
    dataset.keep_scores("2", ids[:1], said[2:])
    found, probabilities = dataset.known_scores("1")
    assert found.tolist() == ids[1:]
    np.testing.assert_array_equal(probabilities, said[1:])
    assert dataset.known_scores("2")[1].argmax() == 2
