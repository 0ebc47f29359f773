"""What goes out comes back as it was; and what cannot go out."""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from own_samples import content, drawn, noise, open_store

from classroom.datasets.dataset import Dataset, Part
from classroom.datasets.exporting import export
from classroom.datasets.importing import import_paths
from classroom.errors import ClassroomError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with open_store(tmp_path / "mine.sqlite") as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Dataset]:
    with open_store(tmp_path / "other.sqlite") as opened:
        yield opened


# --- there and back ---------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("png", "png"),
        ("d.npz", "npz"),
        ("d.zip", "zip"),
        ("d.jsonl", "strokes"),
        ("d.jsonl.gz", "strokes"),
    ],
)
def test_what_is_exported_comes_back_as_it_was(dataset, other, tmp_path, name, format_):
    samples = [drawn(n, n % 2, f"w{n % 3} – ю") for n in range(40)]
    if format_ != "strokes":
        samples += [noise(n, n % 2) for n in range(15)]
    dataset.keep_many(samples)
    dataset.relabel([dataset.samples(part=Part.EXAM)[0].id], 9)
    target = tmp_path / "out" / name
    report = export(dataset, target, [format_])
    assert (report.written, report.files, report.notes) == (len(samples), [str(target)], [])

    back = import_paths(other, [target])
    assert (back.added, back.duplicates, back.rejected) == (len(samples), 0, [])
    assert content(other) == content(dataset)
    again = import_paths(dataset, [target])
    assert (again.added, again.duplicates) == (0, len(samples))


def test_idx_keeps_image_label_and_part_and_says_what_is_missing(dataset, other, tmp_path):
    dataset.keep_many([drawn(n, n % 10) for n in range(20)] + [noise(n) for n in range(9)])
    report = export(dataset, tmp_path / "idx", ["idx"])
    assert "writers" in report.notes[0]
    assert import_paths(other, [tmp_path / "idx"]).added == 29
    lost = ("writer", "created", "origin", "strokes")
    assert content(other, but=lost) == content(dataset, but=lost)
    assert other.writers() == ["unknown"]


def test_idx_files_are_those_that_mnist_has(dataset, tmp_path):
    dataset.keep_many(noise(n, n % 10) for n in range(30))
    dataset.keep(noise(100, 7))
    export(dataset, tmp_path / "idx", ["idx"])
    for stem, part in (("train", Part.PRACTICE), ("t10k", Part.EXAM)):
        images, labels = dataset.arrays(part)
        content = (tmp_path / "idx" / f"{stem}-images-idx3-ubyte").read_bytes()
        assert struct.unpack(">IIII", content[:16]) == (0x803, len(images), 28, 28)
        assert content[16:] == images.tobytes()
        content = (tmp_path / "idx" / f"{stem}-labels-idx1-ubyte").read_bytes()
        assert struct.unpack(">II", content[:8]) == (0x801, len(images))
        assert content[8:] == labels.tobytes()


def test_npz_has_the_names_that_mnist_has(dataset, tmp_path):
    dataset.keep_many(noise(n, n % 10) for n in range(30))
    export(dataset, tmp_path / "digits.npz", ["npz"])
    with np.load(tmp_path / "digits.npz", allow_pickle=False) as arrays:
        for set_, part in (("train", Part.PRACTICE), ("test", Part.EXAM)):
            images, labels = dataset.arrays(part)
            np.testing.assert_array_equal(arrays[f"x_{set_}"], images)
            np.testing.assert_array_equal(arrays[f"y_{set_}"], labels)


def test_all_formats_go_side_by_side_and_come_back_once(dataset, other, tmp_path):
    dataset.keep_many([drawn(n, n % 10) for n in range(12)] + [noise(n) for n in range(3)])
    dataset.keep(drawn(1, writer="someone else"))
    report = export(dataset, tmp_path / "all", ["png", "npz", "idx", "strokes", "png"])
    assert report.written == 16
    assert any("3 samples have no strokes" in note for note in report.notes)
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == [
        "digits.jsonl", "digits.npz", "idx", "png"
    ]  # fmt: skip
    assert import_paths(other, [tmp_path / "all"]).added == 16
    assert content(other) == content(dataset)
    # IDX alone names no writer, and is known all the same
    assert import_paths(other, [tmp_path / "all" / "idx"]).added == 0


def test_deleted_samples_are_not_exported(dataset, tmp_path):
    kept = [dataset.keep(noise(n)) for n in range(3)]
    dataset.delete([kept[1].id])
    assert export(dataset, tmp_path / "d.npz", ["npz"]).written == 2


# --- exports that are refused or fail ---------------------------------------
@pytest.mark.parametrize("formats", [["png"], ["idx"], ["png", "npz"]])
def test_a_folder_that_holds_something_is_left_alone(dataset, tmp_path, formats):
    dataset.keep(noise(1))
    folder = tmp_path / "thesis"
    inner = folder if len(formats) == 1 else folder / "png"
    inner.mkdir(parents=True)
    (inner / "chapter.txt").write_text("years of work")
    with pytest.raises(ClassroomError, match="nothing in it is overwritten"):
        export(dataset, folder, formats)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["chapter.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert export(dataset, empty, formats).written == 1


@pytest.mark.parametrize(
    ("name", "formats", "said"),
    [
        ("x", ["bmp"], "png, npz, idx, strokes"),
        ("x", [], "Choose from"),
        ("x.npz", ["png"], "needs a folder"),
        ("x.jsonl", ["npz"], "needs a folder"),
        ("x.npz", ["npz", "idx"], "needs a folder"),
        ("x", ["strokes"], "None of the own samples has strokes"),
        ("mine.sqlite/x.npz", ["npz"], "cannot be written"),
        ("mine.sqlite/x", ["png"], "cannot be"),
    ],
)
def test_what_cannot_be_exported_says_why_and_leaves_nothing(
    dataset, tmp_path, name, formats, said
):
    dataset.keep(noise(1))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ClassroomError, match=said):
        export(dataset, tmp_path / name, formats)
    assert sorted(tmp_path.rglob("*")) == before


def test_with_no_samples_there_is_nothing_to_export(dataset, tmp_path):
    with pytest.raises(ClassroomError, match="no own samples yet"):
        export(dataset, tmp_path / "x.npz", ["npz"])
    assert not (tmp_path / "x.npz").exists()


@POSIX
@pytest.mark.parametrize(("name", "format_"), [("d.npz", "npz"), ("folder", "idx")])
def test_a_disk_that_fills_up_leaves_the_last_export_whole(dataset, tmp_path, name, format_):
    import resource

    dataset.keep(noise(0))
    if format_ == "npz":
        export(dataset, tmp_path / name, [format_])
    before = {path: path.read_bytes() for path in tmp_path.glob("d.*")}
    dataset.keep_many(noise(n) for n in range(100))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(ClassroomError, match=r"cannot be written: .*Choose another place"):
            export(dataset, tmp_path / name, [format_])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path: path.read_bytes() for path in tmp_path.glob("d.*")} == before
    assert not [path for path in tmp_path.rglob("*") if ".part" in path.name]
    assert export(dataset, tmp_path / name, [format_]).written == 100
