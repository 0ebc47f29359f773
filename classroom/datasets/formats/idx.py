"""Digits as MNIST's own IDX files, in pairs of images and labels.

The format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes, Burges).
"""

import hashlib
import json
import math
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.formats.common import to_sample
from classroom.datasets.formats.foreign_arrays import (
    check_images,
    check_labels,
    to_labels,
    to_pictures,
    unexpected,
    unreadable,
)
from classroom.datasets.formats.idx_pairs import IdxPair, opened, part_of
from classroom.datasets.formats.npz import BYTES_AT_MOST
from classroom.datasets.sample import Part, Sample
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import IDX_TYPES, Kind
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import Rejected

# IDX has no room for a word of who wrote it; this file beside says it.
_OWN_NOTE = ".digit-classroom.json"
_LONGEST_NOTE = 64 * 1024
_IDX_NAMES = {Part.PRACTICE: "train", Part.EXAM: "t10k"}
# QMNIST's labels say in eight columns what each digit is, and who wrote it where.
_QMNIST_COLUMNS = 8


def unpaired(name: str, kind: Kind) -> str:
    """Say that a file has no other one that it belongs to."""
    if kind is Kind.IDX_IMAGES:
        return _(
            "{name} is an IDX file of images, and no file of as many labels was found beside it. "
            "Put the two into one folder, with names that differ in images and labels only."
        ).format(name=name)
    return _(
        "{name} is an IDX file of labels, and no file of as many images was found beside it. "
        "Put the two into one folder, with names that differ in images and labels only."
    ).format(name=name)


def read_idx(pair: IdxPair, inventory: Inventory) -> Iterator[Sample | Rejected]:
    """Read a pair of IDX files, such as ``train-images-idx3-ubyte`` and its labels.

    Parameters
    ----------
    pair : IdxPair
        Plain or gzipped. ``train`` in the name of the images means practice,
        ``t10k`` or ``test`` exam.
    inventory : Inventory

    Raises
    ------
    ClassroomError
        While iterating: one of the two is damaged, or of another kind.
    """
    name = pair.images.name
    try:
        images, labels = _idx_array(pair.images.path), _idx_array(pair.labels.path)
        if labels.ndim == 2 and labels.shape[1] == _QMNIST_COLUMNS:
            labels = labels[:, 0]
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
    inventory.expect(len(images))
    part = part_of(pair.images.path.name)
    own = _is_own(images, pair.images.path.parent)
    pictures = zip(to_pictures(images), to_labels(labels).tolist(), strict=True)
    for i, (picture, label) in enumerate(pictures):
        if picture is None:
            yield Rejected(f"{name}[{i}]", _("It holds values that are no numbers."))
        else:
            item = f"{name}[{i}]"
            yield to_sample(item, label, grey=picture, part=part, own=own, group=name)


def _idx_array(path: Path) -> NDArray[Any]:
    """Return the array of an IDX file, of bytes or longer numbers; `ValueError` if it is none."""
    with opened(path) as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in IDX_TYPES:
            raise ValueError("the header is not that of such a file")
        dtype, dimensions = np.dtype(IDX_TYPES[magic[2]]), min(magic[3], 5)
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
