"""Digits as MNIST's own IDX files, in pairs of images and labels.

The format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes, Burges).
"""

import gzip
import hashlib
import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from classroom.dataset import EXAM, PRACTICE, Sample
from classroom.errors import ClassroomError
from classroom.foreign import (
    check_images,
    check_labels,
    to_labels,
    to_pictures,
    unexpected,
    unreadable,
)
from classroom.formats import to_sample
from classroom.formats_arrays import BYTES_AT_MOST
from classroom.i18n import _
from classroom.strokes import Rejected

# The third byte of an IDX file says of what it is.
_IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
# IDX has no room for a word of who wrote it; this file beside says it.
_OWN_NOTE = ".digit-classroom.json"
_LONGEST_NOTE = 64 * 1024
_IDX_NAMES = {PRACTICE: "train", EXAM: "t10k"}
_IDX_IMAGES = re.compile(r"(.*)images([-.])idx3([-.])ubyte(\.gz)?", re.IGNORECASE)
_IDX_LABELS = re.compile(r"(.*)labels([-.])idx1([-.])ubyte(\.gz)?", re.IGNORECASE)


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
        images, labels = _idx_array(images_path), _idx_array(labels_path)
        check_images(images.shape, images.dtype)
        check_labels(labels.shape, labels.dtype)
    except (OSError, EOFError, zlib.error, ValueError, MemoryError) as error:
        raise unreadable(name) from error
    except ClassroomError as error:
        raise unexpected(name, _("images or labels"), str(error)) from error
    if len(images) != len(labels):
        raise ClassroomError(
            _("{name} holds {images} images, but its labels are {labels}.").format(
                name=name, images=len(images), labels=len(labels)
            )
        )
    lower = images_path.name.lower()
    part = "train" if "train" in lower else "test" if re.search("t10k|test", lower) else None
    own = _is_own(images, images_path.parent)
    pictures = zip(to_pictures(images), to_labels(labels).tolist(), strict=True)
    for i, (picture, label) in enumerate(pictures):
        if picture is None:
            yield Rejected(f"{name}[{i}]", _("It holds values that are no numbers."))
        else:
            yield to_sample(f"{name}[{i}]", label, grey=picture, part=part, own=own)


def _idx_array(path: Path) -> NDArray[Any]:
    """Return the array of an IDX file, of bytes or longer numbers; `ValueError` if it is none."""
    with path.open("rb") as start:
        gzipped = start.read(2) == b"\x1f\x8b"
    with cast(IO[bytes], gzip.open(path) if gzipped else path.open("rb")) as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _IDX_TYPES:
            raise ValueError("the header is not that of such a file")
        dtype, dimensions = np.dtype(_IDX_TYPES[magic[2]]), min(magic[3], 5)
        shape = tuple(np.frombuffer(file.read(4 * dimensions), ">u4", dimensions).tolist())
        size = math.prod(shape) * dtype.itemsize
        if size > BYTES_AT_MOST:
            raise ValueError("far larger than MNIST")
        # one byte more shows a file that goes on
        return np.frombuffer(file.read(size + 1), dtype).reshape(shape)


def _is_own(images: NDArray[Any], folder: Path) -> bool:
    """Say whether a note in the folder names just these images as written by `write_idx`."""
    try:
        with (folder / _OWN_NOTE).open("rb") as file:
            note = json.loads(file.read(_LONGEST_NOTE))
        return hashlib.sha256(images.tobytes()).hexdigest() in note["sha256_of_images"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def write_idx(samples: Sequence[Sample], folder: Path) -> None:
    """Write MNIST's four files into a folder, and a note that they are this program's."""
    checksums = []
    for part, stem in _IDX_NAMES.items():
        own = [sample for sample in samples if sample.part == part]
        images = np.array([sample.image for sample in own], np.uint8).reshape(-1, 28, 28)
        labels = np.array([sample.label for sample in own], np.uint8)
        checksums.append(hashlib.sha256(images.tobytes()).hexdigest())
        for kind, array in (("images", images), ("labels", labels)):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            file = folder / f"{stem}-{kind}-idx{array.ndim}-ubyte"
            file.write_bytes(header + array.tobytes())
    note = {"program": "Digit Classroom", "sha256_of_images": checksums}
    (folder / _OWN_NOTE).write_text(json.dumps(note, indent=1), encoding="utf-8")
