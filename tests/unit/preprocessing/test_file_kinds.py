"""What a file is, is told from what it holds; and what is not read is named with the next step."""

import gzip
import io
import os
import pickle
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from own_samples import drawn, open_store
from PIL import Image

from classroom.datasets.exporting import export
from classroom.preprocessing.file_kinds import READ, Kind, kind_of
from classroom.preprocessing.file_refusals import refusal

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "white").save(file, kind)
    return file.getvalue()


def npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, x=np.zeros(3))
    return file.getvalue()


def a_zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return file.getvalue()


def idx(*shape: int) -> bytes:
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + bytes(99)


def container(brand: bytes, *more: bytes) -> bytes:
    names = b"".join(more)
    return struct.pack(">I", 16 + len(names)) + b"ftyp" + brand + bytes(4) + names + bytes(50)


LINE = b'{"label": 3, "strokes": [[[0, 0], [1, 1]]]}\n'
CONTENTS: dict[str, tuple[bytes, Kind]] = {
    **{kind: (picture(kind), Kind.PICTURE)
       for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")},
    "strokes": (LINE, Kind.STROKES),
    "strokes, packed": (gzip.compress(LINE), Kind.STROKES),
    "one very long line": (LINE[:-5] + b", [2, 2]" * 9000, Kind.STROKES),
    "npz": (npz(), Kind.NPZ),
    "npz, cut": (npz()[:-30], Kind.NPZ),
    "idx images": (idx(1, 28, 28), Kind.IDX_IMAGES),
    "idx images, packed": (gzip.compress(idx(1, 28, 28)), Kind.IDX_IMAGES),
    "idx, flat": (idx(1, 784), Kind.IDX_IMAGES),
    "idx labels": (idx(9), Kind.IDX_LABELS),
    "QMNIST's labels": (idx(9, 8), Kind.IDX_LABELS),
    "zip": (a_zip("3/a.png"), Kind.ZIP),
    "zip after other bytes": (b"\1\2" * 50 + a_zip("3/a.png"), Kind.ZIP),
    "sqlite": (b"SQLite format 3\0" + bytes(99), Kind.SQLITE),
    "heic": (container(b"heic", b"mif1"), Kind.HEIC),
    "heic, by its second name": (container(b"mif1", b"heic"), Kind.HEIC),
    "avif": (container(b"mif1", b"avif"), Kind.OTHER_PICTURE),
    "video": (container(b"qt  "), Kind.VIDEO),
    "pdf": (b"%PDF-1.7\n...", Kind.PDF),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="x"/>', Kind.SVG),
    "inkml": (b'\xef\xbb\xbf<?xml version="1.0"?><ink></ink>', Kind.INKML),
    "web page": (b"<!DOCTYPE html>\n<title>404</title>", Kind.HTML),
    "csv": (b"label,p0,p1\n3,0,255\n4,0,0\n", Kind.CSV),
    "csv without a head": (b"3;0;255\r\n4;0;0\r\n", Kind.CSV),
    "csv of very long lines": (b",".join([b"0"] * 9000), Kind.CSV),
    "arff": (b"% comment\n@RELATION digits\n@attribute a numeric\n", Kind.ARFF),
    "npy": (b"\x93NUMPY\1\0v\0", Kind.NPY),
    "mat": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(99), Kind.MAT),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(99), Kind.HDF5),
    "parquet": (b"PAR1\x15\x04" + bytes(99) + b"PAR1", Kind.PARQUET),
    "pickle": (pickle.dumps([1, 2, 3]), Kind.PICKLE),
    "keras": (a_zip("config.json", "metadata.json", "model.weights.h5"), Kind.KERAS),
    "docx": (a_zip("[Content_Types].xml", "word/document.xml"), Kind.OFFICE),
    "json": (b'[{"label": 7}]', Kind.JSON),
    "text": ("Zahlen für die Klasse: drei, vier".encode(), Kind.TEXT),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), Kind.ARCHIVE),
    "text, packed": (gzip.compress(b"hello " * 99), Kind.ARCHIVE),
    "empty": (b"", Kind.EMPTY),
    "nothing known": (bytes(range(256)) * 4, Kind.UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("name", ["a", "photo.HEIC", "digits.png", "train.zip", "numbers.csv"])
@pytest.mark.parametrize("content", CONTENTS)
def test_the_content_decides_and_not_the_name(tmp_path: Path, content: str, name: str) -> None:
    data, kind = CONTENTS[content]
    (tmp_path / name).write_bytes(data)
    assert kind_of(tmp_path / name) is kind


def test_what_was_handed_in_is_known_without_its_ending(tmp_path: Path) -> None:
    with open_store(tmp_path / "mine.sqlite") as store:
        store.keep(drawn(1))
        export(store, tmp_path / "ann.zip", ["zip"])
    assert kind_of((tmp_path / "ann.zip").rename(tmp_path / "ann")) is Kind.HAND_IN


@POSIX
def test_a_pipe_and_a_device_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    # Opening the pipe would wait for a writer for ever.
    assert kind_of(tmp_path / "pipe") is Kind.SPECIAL
    assert kind_of(Path("/dev/zero")) is Kind.SPECIAL


def test_what_cannot_be_looked_at_raises_nothing(tmp_path: Path) -> None:
    assert kind_of(tmp_path) is Kind.FOLDER
    assert kind_of(tmp_path / "none") is Kind.MISSING
    assert kind_of(tmp_path / ("x" * 5000)) is Kind.UNREADABLE
    assert kind_of(tmp_path / "a\0b") is Kind.UNREADABLE


@pytest.mark.parametrize("kind", sorted(set(Kind) - READ, key=lambda kind: kind.name))
def test_each_refusal_names_the_file_and_ends_as_a_sentence(kind: Kind) -> None:
    sentence = refusal(kind, "{odd} name")
    assert sentence.startswith("{odd} name is ") or kind in (Kind.UNREADABLE, Kind.MISSING)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (Kind.HEIC, "Preview"),
        (Kind.PDF, "as PNG"),
        (Kind.SVG, "Inkscape"),
        (Kind.CSV, "np.savez"),
        (Kind.ARFF, "np.savez"),
        (Kind.NPY, "np.savez"),
        (Kind.MAT, "loadmat"),
        (Kind.HDF5, "h5py"),
        (Kind.PARQUET, "read_parquet"),
        (Kind.INKML, '{"label": 3'),
        (Kind.JSON, '{"label": 3'),
        (Kind.TEXT, "folders named 0 to 9"),
    ],
)
def test_a_refusal_names_the_way(kind: Kind, way: str) -> None:
    assert way in refusal(kind, "x")
