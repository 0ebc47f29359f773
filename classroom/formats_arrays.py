"""Digits as arrays: npz files with MNIST's names, and MNIST's own IDX files.

Practice is what MNIST calls the training set, exam what it calls the test set.
The IDX format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes, Burges).
"""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from classroom.dataset import EXAM, PRACTICE, Sample
from classroom.errors import ClassroomError
from classroom.formats import time_text, to_sample
from classroom.i18n import _
from classroom.strokes import Rejected, Stroke, Strokes

SETS = {"train": PRACTICE, "test": EXAM}
# As much as MNIST twice over; more is a mistake or an attack.
_BYTES_AT_MOST = 128 * 1024 * 1024
_TEXTS = {"writer": "writers", "created": "created", "origin": "origins"}
_IDX_NAMES = {PRACTICE: "train", EXAM: "t10k"}
_IDX_IMAGES = re.compile(r"(.*)images([-.])idx3([-.])ubyte(\.gz)?", re.IGNORECASE)
_IDX_LABELS = re.compile(r"(.*)labels([-.])idx1([-.])ubyte(\.gz)?", re.IGNORECASE)

Array = NDArray[Any]


def read_npz(path: Path, name: str) -> Iterator[Sample | Rejected]:
    """Read ``x_train``, ``y_train``, ``x_test`` and ``y_test``, and what `write_npz` adds.

    Raises
    ------
    ClassroomError
        While iterating: the file is damaged, holds none of the four, or holds
        arrays of another shape or type.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            present = [set_ for set_ in SETS if f"x_{set_}.npy" in archive.namelist()]
            if not present:
                raise ClassroomError(
                    _(
                        "{name} holds no x_train and y_train, x_test and y_test, as MNIST's has."
                    ).format(name=name)
                )
            for set_ in present:
                yield from _read_set(archive, set_, name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise _unreadable(name) from error


def _read_set(archive: zipfile.ZipFile, set_: str, name: str) -> Iterator[Sample | Rejected]:
    """Read the digits of ``train`` or ``test``."""
    images = _member(archive, f"x_{set_}", name, "u", 3)
    labels = _member(archive, f"y_{set_}", name, "iu", 1)
    if images is None or labels is None or len(images) != len(labels) or images.itemsize != 1:
        raise _unexpected(name, f"x_{set_}, y_{set_}")
    texts: dict[str, Array] = {}
    for key, array in _TEXTS.items():
        values = _member(archive, f"{array}_{set_}", name, "U", 1)
        if values is not None:
            if len(values) != len(labels):
                raise _unexpected(name, f"{array}_{set_}")
            texts[key] = values
    strokes = _read_ragged(archive, set_, name, len(labels))
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        yield to_sample(
            f"{name}:x_{set_}[{i}]",
            int(label),
            grey=image,
            strokes=strokes[i] or None if strokes else None,
            part=SETS[set_],
            **{key: str(values[i]) for key, values in texts.items()},
        )


def _member(
    archive: zipfile.ZipFile, key: str, name: str, kinds: str, dimensions: int
) -> Array | None:
    """Return an array of the archive, or None; shape and type are checked before it is read."""
    if f"{key}.npy" not in archive.namelist():
        return None
    with archive.open(f"{key}.npy") as file:
        version = np.lib.format.read_magic(file)
        read_header = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _fortran, dtype = read_header(file)
    size = dtype.itemsize
    for length in shape:
        size *= length
    if dtype.kind not in kinds or len(shape) != dimensions or size > _BYTES_AT_MOST:
        raise _unexpected(name, key)
    if size > archive.getinfo(f"{key}.npy").file_size:
        raise _unreadable(name)
    with archive.open(f"{key}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _read_ragged(
    archive: zipfile.ZipFile, set_: str, name: str, count: int
) -> list[Strokes] | None:
    """Return the strokes of each digit, or None where the file holds none."""
    points = _member(archive, f"points_{set_}", name, "f", 2)
    lengths = _member(archive, f"points_per_stroke_{set_}", name, "iu", 1)
    strokes = _member(archive, f"strokes_per_digit_{set_}", name, "iu", 1)
    if points is None or lengths is None or strokes is None:
        return None
    sane = (
        points.shape[1] == 2
        and bool(np.isfinite(points).all())
        and len(strokes) == count
        and (lengths.min(initial=0), strokes.min(initial=0)) == (0, 0)
        and (lengths.sum(), strokes.sum()) == (len(points), len(lengths))
    )
    if not sane:
        raise _unexpected(name, f"points_{set_}")
    pairs = iter([(x, y) for x, y in points.tolist()])
    listed: Iterator[Stroke] = iter(
        [[next(pairs) for _point in range(length)] for length in lengths.tolist()]
    )
    return [[next(listed) for _stroke in range(number)] for number in strokes.tolist()]


def write_npz(samples: Sequence[Sample], path: Path) -> None:
    """Write the four arrays of MNIST's npz, and beside them what else is known.

    For each set: ``writers_``, ``created_`` and ``origins_`` of texts, shape
    (n,); and the strokes as ``strokes_per_digit_``, ``points_per_stroke_`` and
    ``points_`` of shape (p, 2), one after the other.
    """
    arrays: dict[str, Array] = {}
    for set_, part in SETS.items():
        own = [sample for sample in samples if sample.part == part]
        digits = [sample.strokes or [] for sample in own]
        strokes = [stroke for digit in digits for stroke in digit]
        points = [point for stroke in strokes for point in stroke]
        arrays |= {
            f"x_{set_}": np.array([s.image for s in own], np.uint8).reshape(-1, 28, 28),
            f"y_{set_}": np.array([s.label for s in own], np.uint8),
            f"writers_{set_}": np.array([s.writer for s in own], np.str_),
            f"created_{set_}": np.array([time_text(s) for s in own], np.str_),
            f"origins_{set_}": np.array([s.origin for s in own], np.str_),
            f"strokes_per_digit_{set_}": np.array([len(d) for d in digits], np.int64),
            f"points_per_stroke_{set_}": np.array([len(s) for s in strokes], np.int64),
            f"points_{set_}": np.array(points, np.float64).reshape(-1, 2),
        }
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def is_idx(path: Path) -> bool:
    """Say whether a file is named like one of MNIST's IDX files."""
    return bool(_IDX_IMAGES.fullmatch(path.name) or _IDX_LABELS.fullmatch(path.name))


def idx_pair(path: Path, name: str) -> tuple[Path, Path]:
    """Return the files of images and of labels that belong together, given one of them.

    Raises
    ------
    ClassroomError
        Where the other is not there.
    """
    match = _IDX_IMAGES.fullmatch(path.name)
    other, number = ("labels", 1) if match else ("images", 3)
    match = match or _IDX_LABELS.fullmatch(path.name)
    if match:
        stem, before, after, _gz = match.groups()
        for ending in ("", ".gz"):
            found = path.with_name(f"{stem}{other}{before}idx{number}{after}ubyte{ending}")
            if found.is_file():
                return (path, found) if number == 1 else (found, path)
    raise ClassroomError(
        _("{name} has no {other} beside it; IDX files come in pairs.").format(
            name=name, other=_("labels") if other == "labels" else _("images")
        )
    )


def read_idx(path: Path, name: str) -> Iterator[Sample | Rejected]:
    """Read a pair of IDX files, such as ``train-images-idx3-ubyte`` and its labels.

    Parameters
    ----------
    path : Path
        The images or the labels, plain or ``.gz``; the other is looked for
        beside it. ``train`` in the name means practice, ``t10k`` or ``test`` exam.

    Raises
    ------
    ClassroomError
        While iterating: one of the two is missing, damaged, or of another kind.
    """
    images_path, labels_path = idx_pair(path, name)
    try:
        images, labels = _idx_array(images_path, 3), _idx_array(labels_path, 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise _unreadable(name) from error
    if len(images) != len(labels):
        raise ClassroomError(
            _("{name} holds {images} images, but its labels are {labels}.").format(
                name=name, images=len(images), labels=len(labels)
            )
        )
    lower = images_path.name.lower()
    part = "train" if "train" in lower else "test" if re.search("t10k|test", lower) else None
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        yield to_sample(f"{name}[{i}]", int(label), grey=image, part=part)


def _idx_array(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Return the array of an IDX file of bytes; `ValueError` where it is none."""
    with path.open("rb") as start:
        gzipped = start.read(2) == b"\x1f\x8b"
    with cast(IO[bytes], gzip.open(path) if gzipped else path.open("rb")) as file:
        header = file.read(4 + 4 * dimensions)
        if len(header) < 4 + 4 * dimensions or header[:4] != bytes([0, 0, 8, dimensions]):
            raise ValueError("the header is not that of such a file")
        shape = tuple(np.frombuffer(header, ">u4", offset=4).tolist())
        size = int(np.prod(shape, dtype=object))
        if size > _BYTES_AT_MOST:
            raise ValueError("far larger than MNIST")
        # one byte more shows a file that goes on
        return np.frombuffer(file.read(size + 1), np.uint8).reshape(shape)


def write_idx(samples: Sequence[Sample], folder: Path) -> None:
    """Write MNIST's four files into a folder."""
    for part, stem in _IDX_NAMES.items():
        own = [sample for sample in samples if sample.part == part]
        images = np.array([sample.image for sample in own], np.uint8).reshape(-1, 28, 28)
        labels = np.array([sample.label for sample in own], np.uint8)
        for kind, array in (("images", images), ("labels", labels)):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            file = folder / f"{stem}-{kind}-idx{array.ndim}-ubyte"
            file.write_bytes(header + array.tobytes())


def _unreadable(name: str) -> ClassroomError:
    return ClassroomError(
        _("{name} is damaged or not what its name says. Get it again.").format(name=name)
    )


def _unexpected(name: str, what: str) -> ClassroomError:
    return ClassroomError(
        _(
            "{name} holds {what} of a kind that was not expected: "
            "x of shape (n, 28, 28) and uint8, y of as many whole numbers."
        ).format(name=name, what=what)
    )
