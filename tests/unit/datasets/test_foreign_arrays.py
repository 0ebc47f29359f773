"""Digits that another program wrote come in as what they show, whatever their form."""

import gzip
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support import keep_some

from classroom.datasets.dataset import Dataset, Part
from classroom.datasets.exporting import export
from classroom.datasets.foreign_arrays import to_labels
from classroom.datasets.importing import import_paths
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine

Arrays = np.ndarray[Any, Any]


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset(f"sqlite:///{(tmp_path / 'mine.sqlite').as_posix()}") as opened:
        yield opened


@pytest.fixture(scope="module")
def digits(drawn: list[StrokesLine]) -> tuple[Arrays, Arrays]:
    """Thirty real digits, (30, 28, 28) uint8, and their labels."""
    images = np.stack([from_strokes(line.strokes) for line in drawn[:30]])
    return images, np.array([line.label for line in drawn[:30]])


def resized(images: Arrays, side: int) -> Arrays:
    return np.stack([np.asarray(Image.fromarray(one).resize((side, side))) for one in images])


FORMS: dict[str, Callable[[Arrays], Arrays]] = {
    "light ground": lambda x: 255 - x,
    "0 to 1": lambda x: x / 255,
    "-1 to 1": lambda x: (x / 127.5 - 1).astype(np.float32),
    "16 bits": lambda x: x.astype(np.uint16) * 257,
    "12 bits": lambda x: x.astype(np.int32) * 16,
    "1 bit": lambda x: x > 127,
    "0 to 16": lambda x: np.round(resized(x, 14) / 16),
    "flat": lambda x: x.reshape(-1, 784),
    "colours last": lambda x: np.stack([x, x, x], axis=3),
    "colours first": lambda x: np.stack([x, x, x, x], axis=1),
    "8x8": lambda x: resized(x, 8),
    "16x16, light": lambda x: 255 - resized(x, 16),
    "100x100": lambda x: resized(x, 100),
}


@pytest.mark.parametrize("form", FORMS)
def test_digits_of_any_form_are_seen_as_what_they_are(
    dataset: Dataset, digits: tuple[Arrays, Arrays], tmp_path: Path, form: str
) -> None:
    images, labels = digits
    np.savez(tmp_path / "d.npz", images=FORMS[form](images), labels=labels)
    report = import_paths(dataset, [tmp_path / "d.npz"], writer="ann")
    assert (report.added, report.rejected) == (30, [])
    seen = np.stack([one.image for one in dataset.samples(newest_first=False)])
    flat = seen.reshape(30, -1).astype(float), images.reshape(30, -1).astype(float)
    alike = [np.corrcoef(one, other)[0, 1] for one, other in zip(*flat, strict=True)]
    assert np.median(alike) > (0.75 if form == "8x8" else 0.85)
    assert seen[:, 0].max() < 128


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x_train": np.zeros((4, 28, 28), complex), "y_train": np.zeros(4)}, "no numbers"),
        ({"x_train": np.zeros((4, 28)), "y_train": np.zeros(4)}, r"\(4, 28\), not \(n, height"),
        ({"x_train": np.zeros((1, 1, 9000)), "y_train": np.zeros(1)}, "1 x 9000 pixels"),
        ({"x_train": np.zeros((4, 28, 28)), "y_train": np.zeros(3)}, "not as many labels"),
        ({"x_train": np.zeros((4, 28, 28)), "y_train": np.array(list("abcd"))}, "no list of num"),
        ({"x_train": np.zeros((4, 28, 28))}, "no images with labels: x_train and y_train"),
    ],
)
def test_each_refusal_has_its_reason(
    dataset: Dataset, tmp_path: Path, arrays: dict[str, Arrays], said: str
) -> None:
    np.savez(tmp_path / "d.npz", **arrays)  # type: ignore[arg-type]
    [refused] = import_paths(dataset, [tmp_path / "d.npz"]).rejected
    assert refused.why.startswith("d.npz holds ")
    assert re.search(said, refused.why)


def test_digits_that_are_no_numbers_are_refused_one_by_one(
    dataset: Dataset, digits: tuple[Arrays, Arrays], tmp_path: Path
) -> None:
    images, labels = digits[0] / 255, digits[1].astype(float)
    images[1, 3, 3], images[2, 4, 4], images[3, 5, 5] = np.nan, np.inf, 1e300
    images[4], labels[5], labels[6] = 0, 10, 1.5
    np.savez(tmp_path / "d.npz", x_test=images, y_test=labels)
    report = import_paths(dataset, [tmp_path / "d.npz"])
    assert (report.added, len(dataset.arrays(Part.EXAM)[0])) == (24, 24)
    assert [one.item for one in report.rejected] == [f"d.npz:x_test[{i}]" for i in range(1, 7)]


def test_labels_of_any_form() -> None:
    assert to_labels(np.array([[3.0], [2.0]])).tolist() == [3, 2]
    assert to_labels(np.eye(10)[[4, 9]]).tolist() == [4, 9]
    assert to_labels(np.array([2**64 - 1, 7], np.uint64)).tolist() == [255, 7]
    assert to_labels(np.array([np.nan, 1e300, 0.5, 8])).tolist() == [-1, -1, -1, 8]


def test_idx_of_longer_numbers_and_other_sizes_comes_in(
    dataset: Dataset, digits: tuple[Arrays, Arrays], tmp_path: Path
) -> None:
    images, labels = resized(digits[0], 20).astype(">i2"), digits[1].astype(np.uint8)
    head = struct.pack(">BBBBIII", 0, 0, 0x0B, 3, 30, 20, 20)
    packed = gzip.compress(head + images.tobytes())
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(packed)
    head = struct.pack(">BBBBI", 0, 0, 0x08, 1, 30)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    report = import_paths(dataset, [tmp_path / "train-labels-idx1-ubyte"])
    assert (report.added, report.rejected) == (30, [])


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_pictures_of_any_depth_come_in(
    dataset: Dataset, digits: tuple[Arrays, Arrays], tmp_path: Path, mode: str
) -> None:
    (tmp_path / "in" / "7").mkdir(parents=True)
    for number, side in enumerate((16, 28, 90)):
        grey = Image.fromarray(255 - resized(digits[0][number : number + 1], side)[0])
        if mode == "I;16":
            picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 256)
        else:
            picture = grey.convert(mode)
        ending = "jpg" if mode == "CMYK" else "png"
        picture.save(tmp_path / "in" / "7" / f"{side}.{ending}")
    report = import_paths(dataset, [tmp_path / "in"])
    assert (report.added, report.rejected) == (3, [])
    assert all(one.image[0].max() < 128 < one.image.max() for one in dataset.samples())


def test_exported_pictures_are_read_by_keras_own_function(
    tmp_path: Path, drawn: list[StrokesLine]
) -> None:
    keras = pytest.importorskip("keras")
    keep_some(tmp_path, drawn, 30)
    with Dataset(f"sqlite:///{(tmp_path / 'data' / 'samples.sqlite').as_posix()}") as store:
        export(store, tmp_path / "png", ["png"])
        counts = store.counts()
    read = keras.utils.image_dataset_from_directory(
        tmp_path / "png" / "practice", image_size=(28, 28), color_mode="grayscale", verbose=False
    )
    assert read.class_names == [str(label) for label in range(10)]
    found = np.concatenate([labels for _images, labels in read.as_numpy_iterator()])
    assert np.bincount(found, minlength=10).tolist() == counts[:, 0].tolist()
