"""Nothing is read under a wrong label, or in part without a sentence."""

import gzip
import io
import json
import os
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_samples import drawn as own_digit
from own_samples import open_store
from PIL import Image

from classroom.datasets.dataset import Dataset, Part
from classroom.datasets.exporting import export
from classroom.datasets.importing import import_paths
from classroom.datasets.prediction_input import read_digits
from classroom.errors import ClassroomError
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.image_files import read_image
from classroom.preprocessing.strokes import StrokesLine

Arrays = np.ndarray[Any, Any]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX links and permissions")


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with open_store(tmp_path / "mine.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def digits(drawn: list[StrokesLine]) -> tuple[Arrays, Arrays]:
    """Ten real digits, (10, 28, 28) uint8, and their labels."""
    return np.stack([from_strokes(line.strokes) for line in drawn[:10]]), np.array(
        [line.label for line in drawn[:10]], np.uint8
    )


def page(image: Arrays) -> Image.Image:
    """Return a digit as a scan of 120 x 120 pixels, dark on white."""
    return Image.fromarray(255 - np.kron(np.pad(image, 1), np.ones((4, 4), np.uint8)))


def png(image: Arrays) -> bytes:
    file = io.BytesIO()
    page(image).save(file, "PNG")
    return file.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def labels_of(dataset: Dataset) -> list[int]:
    return sorted(one.label for one in dataset.samples())


def found(*paths: Path) -> int:
    """Return how many digits ``predict`` sees in files."""
    pages, _rejected = read_digits(paths)
    return sum(len(one.found) for one in pages)


# --- labels -------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Class 3-samples.zip", "3.zip", "1"])
def test_loose_pictures_of_a_zip_are_never_labelled(dataset, tmp_path, digits, name):
    (tmp_path / "7").mkdir()
    file = tmp_path / "7" / name
    file.write_bytes(packed({"0.png": png(digits[0][0]), "1.png": png(digits[0][1])}))
    with pytest.raises(ClassroomError, match="Nothing says which digit this is") as refused:
        import_paths(dataset, [file])
    assert f"{name}/0.png, {name}/1.png" in str(refused.value)
    assert dataset.stats()["total"] == 0
    assert found(file) == 2


@pytest.mark.parametrize("prefix", ["", "class/", "class/test/"])
def test_folders_inside_a_zip_are_labels(dataset, tmp_path, digits, prefix):
    inner = packed({f"{prefix}{label}/a.png": png(digits[0][label]) for label in (1, 2, 9)})
    (tmp_path / "a.zip").write_bytes(inner)
    (tmp_path / "nested.zip").write_bytes(packed({"hand in/a.zip": inner}))
    assert import_paths(dataset, [tmp_path / "a.zip"]).rejected == []
    assert labels_of(dataset) == [1, 2, 9]
    if "test" in prefix:
        assert len(dataset.samples(part=Part.EXAM)) == 3
    # In a zip in a zip they are the same.
    assert import_paths(dataset, [tmp_path / "nested.zip"]).duplicates == 3


def test_a_folder_of_the_user_is_a_label_however_it_is_named(
    dataset, tmp_path, digits, monkeypatch
):
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "a.png").write_bytes(png(digits[0][0]))
    monkeypatch.chdir(tmp_path / "3")
    for number, path in enumerate(("a.png", ".", "../3", tmp_path / "3" / "a.png")):
        report = import_paths(dataset, [Path(path)])
        assert (report.added, report.duplicates) == ((1, 0) if number == 0 else (0, 1))
    assert labels_of(dataset) == [3]


# --- arrays ---------------------------------------------------------------------
def test_the_validation_part_of_an_npz_is_practice(dataset, tmp_path, digits):
    x, y = digits
    np.savez(tmp_path / "d.npz", x_train=x[:4], y_train=y[:4], x_val=x[4:7], y_val=y[4:7],
             x_test=x[7:], y_test=y[7:])  # fmt: skip
    report = import_paths(dataset, [tmp_path / "d.npz"])
    assert (report.added, report.rejected) == (10, [])
    assert [len(dataset.arrays(part)[0]) for part in (Part.PRACTICE, Part.EXAM)] == [7, 3]


def test_each_array_that_is_not_read_is_named(dataset, tmp_path, digits):
    x, y = digits
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_val=x, images=x, labels=y,
             weights=np.zeros(3), points_train=np.zeros((3, 2)))  # fmt: skip
    report = import_paths(dataset, [tmp_path / "d.npz"])
    assert report.added == 10
    whys = {one.item.removeprefix("d.npz: "): one.why for one in report.rejected}
    assert set(whys) == {"x_val", "images, labels", "weights", "points_train"}
    assert "no y_val beside it" in whys["x_val"]
    assert "from x_train" in whys["images, labels"]
    _pages, rejected = read_digits([tmp_path / "d.npz"])
    assert [one.why for one in rejected] == [one.why for one in report.rejected]


def test_many_digits_with_one_fault_are_one_sentence(dataset, tmp_path, digits):
    x, y = np.concatenate([digits[0]] * 4), np.array([3] * 10 + [27] * 30)
    np.savez(tmp_path / "letters.npz", images=x, labels=y)
    report = import_paths(dataset, [tmp_path / "letters.npz"])
    [refused] = report.rejected
    assert "30 of its digits" in refused.why
    assert "and 25 more" in refused.item


# --- pages ------------------------------------------------------------------------
def test_all_pages_of_a_tiff_are_read(dataset, tmp_path, digits):
    first, *others = (page(image) for image in digits[0][:3])
    (tmp_path / "4").mkdir()
    first.save(tmp_path / "4" / "scan.tif", save_all=True, append_images=others)
    report = import_paths(dataset, [tmp_path / "4"])
    assert (report.added, report.rejected) == (3, [])
    pages, _rejected = read_digits([tmp_path / "4" / "scan.tif"])
    assert [(one.number, len(one.found)) for one in pages] == [(1, 1), (2, 1), (3, 1)]


def test_a_page_without_a_digit_is_named_and_the_others_come_in(dataset, tmp_path, digits):
    blank = Image.new("L", (120, 120), 255)
    (tmp_path / "4").mkdir()
    file = tmp_path / "4" / "scan.tif"
    page(digits[0][0]).save(file, save_all=True, append_images=[blank, page(digits[0][1])])
    report = import_paths(dataset, [file])
    assert (report.added, [one.item for one in report.rejected]) == (2, ["scan.tif, page 2"])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_read_and_the_others_named(
    dataset, tmp_path, digits, kind
):
    first, *others = (page(image) for image in digits[0][:3])
    (tmp_path / "4").mkdir()
    file = tmp_path / "4" / "moving"
    first.save(file, kind, save_all=True, append_images=others, **({"lossless": True}))
    report = import_paths(dataset, [file])
    assert report.added == 1
    [refused] = report.rejected
    assert "pictures 2 to 3" in refused.item
    assert "animation" in refused.why


# --- boxes --------------------------------------------------------------------------
def a_grid(columns: int, rows: int) -> Arrays:
    grid = np.full((rows * 30, columns * 24), 255, np.uint8)
    for top in range(0, rows * 30, 30):
        for left in range(0, columns * 24, 24):
            grid[top + 6 : top + 24, left + 10 : left + 13] = 0
    return grid


def test_a_page_of_520_digits_is_read_whole_and_of_more_the_rest_is_named(tmp_path):
    Image.fromarray(a_grid(26, 20)).save(tmp_path / "520.png")
    Image.fromarray(a_grid(40, 30)).save(tmp_path / "1200.png")
    assert found(tmp_path / "520.png") == 520
    pages, [left_out] = read_digits([tmp_path / "1200.png"])
    assert len(pages[0].found) == 1000
    assert "1,000 largest" in left_out.why
    assert "200 more" in left_out.why


# --- zips and folders ----------------------------------------------------------------
def test_what_was_added_to_a_hand_in_is_named(dataset, tmp_path, digits):
    with open_store(tmp_path / "ann.sqlite") as store:
        store.keep(own_digit(1))
        export(store, tmp_path / "ann.zip", ["zip"])
    with zipfile.ZipFile(tmp_path / "ann.zip", "a") as archive:
        archive.writestr("practice/3/another.png", png(digits[0][0]))
    report = import_paths(dataset, [tmp_path / "ann.zip"])
    assert report.added == 1
    assert [one.item for one in report.rejected] == ["ann.zip: practice/3/another.png"]


def test_pictures_beside_a_store_are_named(dataset, tmp_path, digits):
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    with open_store(home / "data" / "samples.sqlite") as store:
        store.keep(own_digit(1))
    assert import_paths(dataset, [home]).rejected == []
    (home / "3").mkdir()
    (home / "3" / "a.png").write_bytes(png(digits[0][0]))
    [refused] = import_paths(dataset, [home]).rejected
    assert refused.item == "home: 3"


@POSIX
def test_a_link_and_a_locked_folder_are_named(dataset, tmp_path, digits):
    (tmp_path / "in" / "3").mkdir(parents=True)
    (tmp_path / "in" / "3" / "a.png").write_bytes(png(digits[0][0]))
    (tmp_path / "in" / "link").symlink_to(tmp_path / "in" / "3")
    (tmp_path / "in" / "locked").mkdir(mode=0)
    report = import_paths(dataset, [tmp_path / "in"])
    assert report.added == 1
    named = {"in/link"} if os.access(tmp_path / "in" / "locked", os.R_OK) else {"in/link", "locked"}
    assert {one.item for one in report.rejected} == named


def test_files_of_one_kind_are_refused_in_one_sentence(dataset, tmp_path):
    for number in range(30):
        (tmp_path / f"{number:02}.png").write_bytes(b"%PDF-1.7 ...")
    [refused] = import_paths(dataset, [tmp_path]).rejected[:1]
    assert refused.item.endswith("and 25 more")
    assert "29 more files are of this kind" in refused.why


# --- content, not endings ---------------------------------------------------------------
@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_ink_on_a_transparent_ground_is_seen(dataset, tmp_path, digits, ink, mode):
    alpha = np.kron(np.pad(digits[0][0], 1), np.ones((4, 4), np.uint8))
    picture = np.full((*alpha.shape, 4), ink, np.uint8)
    picture[..., 3] = alpha
    (tmp_path / "5").mkdir()
    file = tmp_path / "5" / "a.png"
    made = Image.fromarray(picture)
    (made.quantize(64) if mode == "P" else made.convert(mode)).save(file)
    grey = read_image(file)
    # The ground is what the ink is not.
    assert abs(int(grey[0, 0]) - ink) > 200
    assert import_paths(dataset, [file]).added == 1
    [sample] = dataset.samples()
    alike = np.corrcoef(sample.image.ravel().astype(float), digits[0][0].ravel().astype(float))
    assert alike[0, 1] > 0.7
    assert found(file) == 1


def test_a_sheet_of_white_paper_with_clear_corners_stays_white(tmp_path, digits):
    scan = page(digits[0][0]).convert("RGBA")
    clear = np.asarray(scan).copy()
    clear[:30, :30, 3] = 0
    Image.fromarray(clear).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png")[0, 0] > 200


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "scan.jpg", "scan", "digits.npz", "a.zip"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_read_under_any_name(dataset, tmp_path, digits, name, kind):
    (tmp_path / "5").mkdir()
    page(digits[0][0]).save(tmp_path / "5" / name, kind)
    assert import_paths(dataset, [tmp_path / "5" / name]).added == 1
    assert found(tmp_path / "5" / name) == 1


@pytest.mark.parametrize("name", ["digits", "digits.png", "digits.jsonl"])
def test_npz_zip_strokes_and_a_store_are_read_under_any_name(dataset, tmp_path, digits, name):
    x, y = digits
    (tmp_path / "1").mkdir()
    with (tmp_path / "1" / name).open("wb") as file:
        np.savez(file, x=x, y=y)
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / name).write_bytes(packed({"3/a.png": png(x[0])}))
    (tmp_path / "4").mkdir()
    line = {"label": 4, "strokes": [[[0, 0], [9, 30]]]}
    (tmp_path / "4" / name).write_bytes(gzip.compress(json.dumps(line).encode()))
    (tmp_path / "5").mkdir()
    with open_store(tmp_path / "6.sqlite") as store:
        store.keep(own_digit(1))
    (tmp_path / "5" / name).write_bytes((tmp_path / "6.sqlite").read_bytes())
    for folder, count in (("1", 10), ("2", 1), ("4", 1), ("5", 1)):
        assert import_paths(dataset, [tmp_path / folder / name]).added == count
        assert found(tmp_path / folder / name) == count


# --- IDX ------------------------------------------------------------------------------------
def idx(array: Arrays) -> bytes:
    kind = {"u1": 8, "i4": 12}[array.dtype.str[1:]]
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return (
        bytes([0, 0, kind, array.ndim])
        + shape
        + array.astype(array.dtype.newbyteorder(">")).tobytes()
    )


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images.idx", "train-labels.idx"),
        ("train-images-idx3-ubyte (1).gz", "train-labels-idx1-ubyte (2).gz"),
        ("train-images/train-images", "train-labels/train-labels"),
        ("digits.bin", "answers.bin"),
        ("x.png", "y.jpg"),
    ],
)
def test_idx_files_are_paired_under_any_name(dataset, tmp_path, digits, images, labels):
    for name, array in ((images, digits[0]), (labels, digits[1])):
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(idx(array)) if name.endswith(".gz") else idx(array))
    report = import_paths(dataset, [tmp_path / "in"])
    assert (report.added, report.rejected) == (10, [])
    assert labels_of(dataset) == sorted(digits[1].tolist())
    for alone in (images, labels):
        again = import_paths(dataset, [tmp_path / "in" / alone])
        assert (again.added, again.duplicates) == (0, 10)
        assert found(tmp_path / "in" / alone) == 10


def test_qmnist_labels_are_the_first_of_eight_columns(dataset, tmp_path, digits):
    columns = np.full((10, 8), 5, np.int32)
    columns[:, 0] = digits[1]
    (tmp_path / "qmnist-test-images-idx3-ubyte").write_bytes(idx(digits[0]))
    (tmp_path / "qmnist-test-labels-idx2-int").write_bytes(idx(columns))
    import_paths(dataset, [tmp_path / "qmnist-test-images-idx3-ubyte"])
    assert dataset.arrays(Part.EXAM)[1].tolist() == digits[1].tolist()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("train-images.idx", "t10k-labels.idx"), "no file of as many labels"),
        (("a.idx", "b.idx", "c.idx"), "no file of as many labels"),
    ],
)
def test_idx_files_that_may_not_belong_together_are_not_paired(
    dataset, tmp_path, digits, names, said
):
    (tmp_path / names[0]).write_bytes(idx(digits[0]))
    for name in names[1:]:
        (tmp_path / name).write_bytes(idx(digits[1]))
    report = import_paths(dataset, [tmp_path])
    assert report.added == 0
    assert said in report.rejected[0].why
