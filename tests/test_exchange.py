import gzip
import io
import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classroom.dataset import EXAM, PRACTICE, Dataset, Sample
from classroom.digits import from_strokes
from classroom.errors import ClassroomError
from classroom.exchange import export, import_paths

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
START = datetime(2024, 5, 17, 8, 0, 0, 250_000, tzinfo=UTC)


def open_store(file: Path) -> Dataset:
    return Dataset(f"sqlite:///{file.as_posix()}")


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with open_store(tmp_path / "mine.sqlite") as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Dataset]:
    with open_store(tmp_path / "other.sqlite") as opened:
        yield opened


def a_stroke_digit(number: int) -> list:
    rng = np.random.default_rng(number)
    return [[(float(x), float(y)) for x, y in rng.normal(0, 50, (7, 2))] for _ in range(2)]


def drawn(number: int, label: int = 3, writer: str = "Zoë B") -> Sample:
    strokes = a_stroke_digit(number)
    created = START + timedelta(seconds=number)
    return Sample(from_strokes(strokes), label, writer, "drawn", strokes, created)


def noise(number: int, label: int = 3, writer: str = "ann") -> Sample:
    """Return an image that no renderer would give, to see that none touches it."""
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, writer, "photo", created=START + timedelta(hours=number))


def content(dataset: Dataset, *, but: tuple[str, ...] = ()) -> list:
    known = ("label", "writer", "part", "created", "origin", "strokes")
    return sorted(
        (s.image.tobytes(), *(repr(getattr(s, name)) for name in known if name not in but))
        for s in dataset.samples()
    )


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
    dataset.relabel([dataset.samples(part=EXAM)[0].id], 9)
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
    for stem, part in (("train", PRACTICE), ("t10k", EXAM)):
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
        for set_, part in (("train", PRACTICE), ("test", EXAM)):
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


# --- what others made -------------------------------------------------------
def strokes_file(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    data = "\n".join(texts).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["digits.jsonl", "digits.jsonl.gz"])
def test_a_strokes_file_comes_in_line_by_line(dataset, tmp_path, name):
    good = [
        {"label": n % 10, "writer": f"w/{n % 2}", "strokes": a_stroke_digit(n)} for n in range(20)
    ]
    file = strokes_file(
        tmp_path / name,
        *good,
        {"label": 3, "strokes": [[[0, 0], [1, 1]]]},
        "not json",
        {"writer": "ann", "strokes": [[[0, 0], [5, 1]]]},
        {"label": 12, "strokes": [[[0, 0]]]},
        {"label": 1, "strokes": []},
        {"label": 1, "writer": "x" * 200, "strokes": [[[0, 0]]]},
        good[0],
    )
    report = import_paths(dataset, [file])
    assert (report.added, report.duplicates, len(report.rejected)) == (21, 1, 5)
    assert all(name in refused.item and refused.why for refused in report.rejected)
    assert dataset.writers() == ["unknown", "w/0", "w/1"]
    first = dataset.samples(newest_first=False)[0]
    np.testing.assert_array_equal(first.image, from_strokes(a_stroke_digit(0)))
    assert (first.origin, first.strokes) == ("import", a_stroke_digit(0))


def test_the_writer_that_is_given_stands_above_the_files(dataset, tmp_path):
    line = {"label": 3, "writer": "ann", "strokes": a_stroke_digit(1)}
    import_paths(dataset, [strokes_file(tmp_path / "d.jsonl", line)], writer=" bob ")
    assert dataset.writers() == ["bob"]
    import_paths(dataset, [tmp_path / "d.jsonl"], writer="  ")
    assert dataset.writers() == ["ann", "bob"]


def test_what_a_line_says_beyond_reason_counts_as_not_said(dataset, tmp_path):
    line = {"label": 3, "writer": "ann", "strokes": a_stroke_digit(1)}
    more = {"part": "final", "created": "9999-12-31T23:59:59-12:00", "origin": "heaven"}
    report = import_paths(dataset, [strokes_file(tmp_path / "d.jsonl", line | more)])
    assert (report.added, report.rejected) == (1, [])
    [sample] = dataset.samples()
    assert (sample.part, sample.origin) == (PRACTICE, "import")
    assert sample.created.year < 9999


def test_mnist_like_npz_comes_in_with_its_two_sets(dataset, tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
    y = np.arange(30, dtype=np.int64) % 11
    np.savez(tmp_path / "m.npz", x_train=x[:20], y_train=y[:20], x_test=x[20:], y_test=y[20:])
    report = import_paths(dataset, [tmp_path / "m.npz"], writer="nist")
    assert (report.added, len(report.rejected)) == (28, 2)
    assert report.rejected[0].item == "m.npz:x_train[10]"
    assert dataset.counts().sum(axis=0).tolist() == [19, 9]
    np.testing.assert_array_equal(dataset.arrays(EXAM)[0][0], x[20])


def test_gzipped_idx_comes_in_by_either_file(dataset, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    x = tmp_path / "t10k-images-idx3-ubyte.gz"
    y = tmp_path / "t10k-labels-idx1-ubyte.gz"
    x.write_bytes(gzip.compress(struct.pack(">IIII", 0x803, 5, 28, 28) + images.tobytes()))
    y.write_bytes(gzip.compress(struct.pack(">II", 0x801, 5) + bytes([1, 2, 3, 4, 5])))
    report = import_paths(dataset, [y, x])
    assert (report.added, report.duplicates, report.rejected) == (5, 0, [])
    np.testing.assert_array_equal(dataset.arrays(EXAM)[0], images)
    assert dataset.arrays(EXAM)[1].tolist() == [1, 2, 3, 4, 5]


def test_pictures_in_folders_of_any_size_and_ground(dataset, tmp_path):
    digit = from_strokes([[(0.0, 0.0), (0.0, 9.0)]])
    paper = np.kron(255 - digit, np.ones((5, 5), np.uint8))
    for folder, name, picture in (
        ("0", "as-it-is.png", digit),
        ("1", "paper.jpg", paper),
        ("2", "small-paper.png", 255 - digit),
        ("test/3", "exam.png", digit),
    ):
        (tmp_path / "in" / folder).mkdir(parents=True)
        Image.fromarray(picture).save(tmp_path / "in" / folder / name)
    (tmp_path / "in" / ".DS_Store").write_bytes(b"x")
    report = import_paths(dataset, [tmp_path / "in"], writer="ann")
    assert (report.added, report.rejected) == (3, [])  # 0 and 3 are the same image
    by_label = {sample.label: sample for sample in dataset.samples()}
    np.testing.assert_array_equal(by_label[0].image, digit)
    for label in (1, 2):
        # light ink on a dark ground, upright and in the middle, whatever came in
        assert by_label[label].image[0].max() == 0
        assert by_label[label].image[8:20, 12:16].max() > 200
    (tmp_path / "in" / "0" / "as-it-is.png").unlink()
    import_paths(dataset, [tmp_path / "in"], writer="bob")
    assert dataset.samples(writer="bob", part=EXAM)[0].label == 3


# --- what is refused, while the rest goes on --------------------------------
def bad_files(folder: Path) -> dict[str, str]:
    """Write files of which none can be imported, and return a word of each refusal."""
    x, y = np.zeros((4, 28, 28), np.uint8), np.zeros(4, np.uint8)
    np.savez(folder / "objects.npz", x_train=np.array([{}] * 4), y_train=y)
    np.savez(folder / "texts.npz", x_train=x.astype(str), y_train=y)
    np.savez(folder / "lengths.npz", x_train=x, y_train=y[:3])
    np.savez(folder / "foreign.npz", weights=x)
    (folder / "cut.npz").write_bytes((folder / "lengths.npz").read_bytes()[:-40])
    with zipfile.ZipFile(folder / "bomb.npz", "w") as archive:
        header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (150000, 28, 28)}"
        start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) + 1)
        archive.writestr("x_train.npy", start + header + b"\n" + bytes(100))
        labels = io.BytesIO()
        np.save(labels, y)
        archive.writestr("y_train.npy", labels.getvalue())
    head = struct.pack(">IIII", 0x803, 4, 28, 28)
    (folder / "alone-images-idx3-ubyte").write_bytes(head + x.tobytes())
    for name, data in (
        ("short", head + x.tobytes()[:-1]),
        ("long", head + x.tobytes() + b"x"),
        ("huge", struct.pack(">IIII", 0x803, 2**31, 2**31, 28)),
        ("text", b"<html>404</html>" * 10),
    ):
        (folder / f"{name}-images-idx3-ubyte").write_bytes(data)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, 4) + bytes(4))
    (folder / "5").mkdir()
    (folder / "5" / "text.png").write_bytes(b"not a picture")
    Image.new("L", (90, 90), 255).save(folder / "5" / "blank.png")
    Image.new("L", (28, 28), 0).save(folder / "5" / "black.png")
    Image.new("L", (28, 28), 0).save(folder / "where.png")
    (folder / "notes.txt").write_text("hello")
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"label": 1}' * 5000)[:-12])
    return {
        "objects.npz": "not expected", "texts.npz": "not expected",
        "lengths.npz": "not expected", "foreign.npz": "holds no x_train",
        "cut.npz": "damaged", "bomb.npz": "damaged",
        "alone-images-idx3-ubyte": "come in pairs", "short-images-idx3-ubyte": "damaged",
        "long-images-idx3-ubyte": "damaged", "huge-images-idx3-ubyte": "damaged",
        "text-images-idx3-ubyte": "damaged", "5/text.png": "text.png",
        "5/blank.png": "digit", "5/black.png": "digit", "where.png": "which digit",
        "notes.txt": "no kind that can be imported", "cut.jsonl.gz": "cut.jsonl.gz",
    }  # fmt: skip


def test_each_bad_file_is_refused_with_a_reason_and_the_rest_comes_in(dataset, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    expected = bad_files(folder)
    line = {"label": 3, "writer": "ann", "strokes": a_stroke_digit(1)}
    strokes_file(folder / "zzz.jsonl", line)
    report = import_paths(dataset, [folder, tmp_path / "missing.npz"])
    assert report.added == dataset.stats()["total"] == 1
    found = {refused.item.removeprefix("in/"): refused.why for refused in report.rejected}
    assert "was not found" in found.pop("missing.npz")
    assert found.keys() == expected.keys()
    for item, word in expected.items():
        assert word in found[item], item


def test_a_picture_of_several_digits_is_refused(dataset, tmp_path):
    page = np.full((100, 220), 255, np.uint8)
    page[20:80, 40:48] = page[20:80, 150:158] = 0
    (tmp_path / "1").mkdir()
    Image.fromarray(page).save(tmp_path / "1" / "page.png")
    [refused] = import_paths(dataset, [tmp_path / "1" / "page.png"]).rejected
    assert "holds 2 digits" in refused.why


def test_when_no_path_exists_that_is_an_error(dataset, tmp_path):
    with pytest.raises(ClassroomError, match=r"none\.npz, .*gone was not found"):
        import_paths(dataset, [tmp_path / "none.npz", str(tmp_path / "gone")])


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
