"""MNIST's own IDX files: images in one file, their labels in another.

The format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes, Burges).
"""

import gzip
import hashlib
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.foreign_arrays import (
    BYTES_AT_MOST,
    check_images,
    check_labels,
    to_labels,
    to_pictures,
    unexpected,
    unreadable,
)
from classroom.datasets.foreign_samples import to_sample
from classroom.datasets.formats.base import Format
from classroom.datasets.sample import Part, Sample
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import IDX_TYPES, Kind, kind_of
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import Rejected

# IDX files cannot say which program wrote them; this file beside them does.
_OWN_NOTE = ".digit-classroom.json"
_LONGEST_NOTE = 64 * 1024
_IDX_NAMES = {Part.PRACTICE: "train", Part.EXAM: "t10k"}
# The labels of QMNIST have eight columns; the first is the digit.
_QMNIST_COLUMNS = 8
# The parts of a file name that differ between images and labels or say nothing, and the "(1)"
# that a browser adds to a second copy.
_NO_PART_OF_THE_STEM = re.compile(
    r"\(\d+\)|images?|imgs?|labels?|targets?|idx\d?|u?byte|int|gz|bin|[^a-z0-9]+"
)
# How many files are searched for the other one, when only one is named.
_FILES_AT_MOST = 2000


@dataclass(frozen=True)
class IdxPair:
    """A file of images and the file with their labels."""

    images: Place
    labels: Place


class Idx(Format):
    """Pairs of IDX files: MNIST's four when it is written, any others when it is read.

    The way through files and folders finds the pairs with `paired`, and reads them with
    `read_pair`.
    """

    name = "idx"
    kinds = frozenset({Kind.IDX_IMAGES, Kind.IDX_LABELS})
    written_as = "idx"

    def read_pair(self, pair: IdxPair, inventory: Inventory) -> Iterator[Sample | Rejected]:
        """Read a pair of files, such as ``train-images-idx3-ubyte`` and its labels.

        Parameters
        ----------
        pair : IdxPair
            Plain or gzipped. The word ``train`` in the name of the images means practice,
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

    def write(self, samples: Sequence[Sample], path: Path, name: str) -> list[str]:
        """Write MNIST's four files, and a note that they are this program's."""
        path.mkdir()
        checksums = []
        for part, prefix in _IDX_NAMES.items():
            own = [sample for sample in samples if sample.part == part]
            images = np.array([sample.image for sample in own], np.uint8).reshape(-1, 28, 28)
            labels = np.array([sample.label for sample in own], np.uint8)
            checksums.append(hashlib.sha256(images.tobytes()).hexdigest())
            for kind, array in (("images", images), ("labels", labels)):
                header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
                file = path / f"{prefix}-{kind}-idx{array.ndim}-ubyte"
                file.write_bytes(header + array.tobytes())
        note = {"program": "Digit Classroom", "sha256_of_images": checksums}
        (path / _OWN_NOTE).write_text(json.dumps(note, indent=1), encoding="utf-8")
        return [
            _("idx: holds images, labels and parts only; writers, times and strokes are not in.")
        ]


def unpaired(name: str, kind: Kind) -> str:
    """Return the sentence for a file of images without labels, or of labels without images."""
    if kind is Kind.IDX_IMAGES:
        return _(
            "{name} is an IDX file of images, and no file of as many labels was found beside it. "
            "Put the two into one folder, with names that differ in images and labels only."
        ).format(name=name)
    return _(
        "{name} is an IDX file of labels, and no file of as many images was found beside it. "
        "Put the two into one folder, with names that differ in images and labels only."
    ).format(name=name)


def _idx_array(path: Path) -> NDArray[Any]:
    """Return the array of an IDX file, of bytes or longer numbers; `ValueError` if it is none."""
    with _opened(path) as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in IDX_TYPES:
            raise ValueError("the header is not that of such a file")
        dtype, dimensions = np.dtype(IDX_TYPES[magic[2]]), min(magic[3], 5)
        shape = tuple(np.frombuffer(file.read(4 * dimensions), ">u4", dimensions).tolist())
        size = math.prod(shape) * dtype.itemsize
        if size > BYTES_AT_MOST:
            raise ValueError("far larger than MNIST")
        # One byte more than expected shows a file that is too long.
        return np.frombuffer(file.read(size + 1), dtype).reshape(shape)


def _is_own(images: NDArray[Any], folder: Path) -> bool:
    """Whether the note in the folder has the checksum of these images, so that `Idx` wrote them."""
    try:
        with (folder / _OWN_NOTE).open("rb") as file:
            note = json.loads(file.read(_LONGEST_NOTE))
        return hashlib.sha256(images.tobytes()).hexdigest() in note["sha256_of_images"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _stem(name: str) -> str:
    """Return the common part of the names of images and labels, such as ``train``."""
    return _NO_PART_OF_THE_STEM.sub(" ", name.lower()).strip()


def _count_in(path: Path) -> int | None:
    """Return the number of digits in the header of an IDX file; None where it is cut short."""
    try:
        with _opened(path) as file:
            head = file.read(8)
    except (OSError, EOFError, zlib.error):
        return None
    return int.from_bytes(head[4:8], "big") if len(head) == 8 else None


def _opened(path: Path) -> IO[bytes]:
    """Open a file, which may be gzipped."""
    with path.open("rb") as start:
        gzipped = start.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path) if gzipped else path.open("rb"))


def paired(
    images: Sequence[Place], labels: Sequence[Place]
) -> tuple[list[IdxPair], list[Place], list[Place]]:
    """Find which files of images and labels belong together.

    Two files make a pair where their names differ in words such as "images" and "labels" only,
    or where no other file there has as many digits. Where several files fit equally well, none
    is taken.

    Returns
    -------
    pairs : list of IdxPair
    images, labels : list of Place
        The files that belong to no pair.
    """
    pairs: list[IdxPair] = []
    images, labels = list(images), list(labels)
    counts = {place: _count_in(place.path) for place in (*images, *labels)}

    def take(fits: Callable[[Place, Place], bool]) -> None:
        for one in list(images):
            mine = [other for other in labels if fits(one, other)]
            if len(mine) == 1 and [it for it in images if fits(it, mine[0])] == [one]:
                pairs.append(IdxPair(one, mine[0]))
                images.remove(one)
                labels.remove(mine[0])

    def same_name(one: Place, other: Place) -> bool:
        return _stem(one.path.name) == _stem(other.path.name)

    def same_folder(one: Place, other: Place) -> bool:
        return one.path.parent == other.path.parent

    def same_count(one: Place, other: Place) -> bool:
        return counts[one] == counts[other]

    take(lambda a, b: same_folder(a, b) and same_name(a, b) and same_count(a, b))
    take(lambda a, b: same_name(a, b) and same_count(a, b))
    take(lambda a, b: same_folder(a, b) and same_count(a, b) and not _of_two_sets(a, b))
    # Files of one name with different numbers of digits are a pair, too: reading it says why
    # it is refused.
    take(lambda a, b: same_folder(a, b) and same_name(a, b))
    return pairs, images, labels


def _of_two_sets(one: Place, other: Place) -> bool:
    """Whether two names contain the words for different parts of a data set."""
    mine, theirs = (part_of(place.path.name) for place in (one, other))
    return mine is not None and theirs is not None and mine != theirs


def part_of(name: str) -> str | None:
    """Return the word for a part of a data set in a file's name; None where there is none."""
    word = re.search(r"train|t10k|test|val", name.lower())
    return {"t10k": "test"}.get(word[0], word[0]) if word else None


def beside(place: Place, kind: Kind) -> list[Place]:
    """Return the IDX files of the other kind near one that the user named alone.

    They are in the same folder, or each in a folder of its own, as Kaggle packs them.
    """
    other = Kind.IDX_LABELS if kind is Kind.IDX_IMAGES else Kind.IDX_IMAGES
    folder = place.path.absolute().parent
    for pattern in (folder.glob("*"), folder.parent.glob("*/*")):
        found = []
        for number, path in enumerate(pattern):
            if number == _FILES_AT_MOST:
                break
            if path != place.path.absolute() and kind_of(path) is other:
                found.append(Place.of_file(path))
        if found:
            return sorted(found, key=lambda one: one.name)
    return []
