"""What others made comes in, or is refused with a reason while the rest goes on."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from own_samples import a_stroke_digit, open_store
from PIL import Image

from classroom.datasets.dataset import Dataset, Part
from classroom.datasets.importing import import_paths
from classroom.errors import ClassroomError
from classroom.preprocessing.digits import from_strokes


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with open_store(tmp_path / "mine.sqlite") as opened:
        yield opened


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
    assert (sample.part, sample.origin) == (Part.PRACTICE, "import")
    assert sample.created.year < 9999


def test_mnist_like_npz_comes_in_with_its_two_sets(dataset, tmp_path, small_mnist):
    x = small_mnist.test_images[:30]
    y = np.arange(30, dtype=np.int64) % 11
    np.savez(tmp_path / "m.npz", x_train=x[:20], y_train=y[:20], x_test=x[20:], y_test=y[20:])
    report = import_paths(dataset, [tmp_path / "m.npz"], writer="nist")
    assert (report.added, len(report.rejected)) == (28, 2)
    assert report.rejected[0].item == "m.npz:x_train[10]"
    assert dataset.counts().sum(axis=0).tolist() == [19, 9]
    np.testing.assert_array_equal(dataset.arrays(Part.EXAM)[0][0], x[20])


def test_gzipped_idx_comes_in_by_either_file(dataset, tmp_path, small_mnist):
    images = small_mnist.test_images[:5]
    x = tmp_path / "t10k-images-idx3-ubyte.gz"
    y = tmp_path / "t10k-labels-idx1-ubyte.gz"
    x.write_bytes(gzip.compress(struct.pack(">IIII", 0x803, 5, 28, 28) + images.tobytes()))
    y.write_bytes(gzip.compress(struct.pack(">II", 0x801, 5) + bytes([1, 2, 3, 4, 5])))
    report = import_paths(dataset, [y, x])
    assert (report.added, report.duplicates, report.rejected) == (5, 0, [])
    np.testing.assert_array_equal(dataset.arrays(Part.EXAM)[0], images)
    assert dataset.arrays(Part.EXAM)[1].tolist() == [1, 2, 3, 4, 5]


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
    assert dataset.samples(writer="bob", part=Part.EXAM)[0].label == 3


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
        "lengths.npz": "not expected", "foreign.npz": "no images with labels",
        "cut.npz": "damaged", "bomb.npz": "damaged",
        "alone-images-idx3-ubyte": "no file of as many labels",
        "short-images-idx3-ubyte": "damaged",
        "long-images-idx3-ubyte": "damaged", "huge-images-idx3-ubyte": "damaged",
        "text-images-idx3-ubyte": "web page",
        "text-labels-idx1-ubyte": "no file of as many images",
        "5/black.png, in/5/blank.png": "digit", "where.png": "which digit",
        "notes.txt, in/5/text.png": "1 more file", "cut.jsonl.gz": "cut.jsonl.gz",
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


def test_a_folder_without_a_digit_is_refused_by_its_name(dataset, tmp_path):
    (tmp_path / "class 5b" / "inner").mkdir(parents=True)
    report = import_paths(dataset, [tmp_path / "class 5b"])
    assert [one.why for one in report.rejected] == ["class 5b holds no digit that can be read."]


def test_when_no_path_exists_that_is_an_error(dataset, tmp_path):
    with pytest.raises(ClassroomError, match=r"none\.npz, .*gone was not found"):
        import_paths(dataset, [tmp_path / "none.npz", str(tmp_path / "gone")])
