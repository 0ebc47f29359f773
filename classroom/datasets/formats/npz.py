"""NumPy's npz files, with the names of MNIST's arrays: ``x_train`` is practice, ``x_test`` exam."""

import io
import tokenize
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom import archives
from classroom.datasets.foreign_arrays import (
    BYTES_AT_MOST,
    ArrayPair,
    check_images,
    check_labels,
    pairs,
    to_labels,
    to_pictures,
    unexpected,
    unreadable,
    why_unused,
)
from classroom.datasets.foreign_samples import to_sample
from classroom.datasets.formats.base import DigitFile
from classroom.datasets.sample import Part, Sample
from classroom.datasets.sample_json import time_text
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.inventory import Inventory, listed
from classroom.preprocessing.strokes import Rejected, Stroke, Strokes

SETS = {"train": Part.PRACTICE, "test": Part.EXAM}
# The arrays with a text for every digit that `Npz.write` adds.
_TEXTS = {"writer": "writers", "created": "created", "origin": "origins"}
# The strokes of one file may have this many points, which take about a gigabyte of memory.
_POINTS_AT_MOST = 8_000_000
# The header of an array of numbers or texts is shorter.
_LONGEST_HEADER = 16 * 1024

Array = NDArray[Any]
Check = Callable[[tuple[int, ...], "np.dtype[Any]"], None]


class Npz(DigitFile):
    """Images and labels as arrays of one file."""

    name = "npz"
    kinds = frozenset({Kind.NPZ})
    endings = (".npz",)
    written_as = "digits.npz"

    def read(self, place: Place, inventory: Inventory) -> Iterator[Sample | Rejected]:
        """Read ``x_train``, ``y_train``, ``x_test`` and ``y_test``, and what `write` adds to them.

        Other names, sizes and levels are read as well, see `classroom.datasets.foreign_arrays`.
        """
        name = place.name
        try:
            with archives.opened(place.path, name) as archive:
                file = _Arrays(archive, name, inventory)
                found = pairs(file.names)
                if not found:
                    raise ClassroomError(
                        _(
                            "{name} holds {arrays}, and no images with labels: x_train and "
                            "y_train, x_test and y_test, as MNIST's has, or images and labels. "
                            "Rename the arrays, or add those that are missing."
                        ).format(name=name, arrays=listed(file.names) or _("no array"))
                    )
                used = {each for pair in found for each in (pair.images, pair.labels)}
                for other in file.names:
                    if other not in used and (why := why_unused(other, file.names, found)):
                        inventory.leave_out(other, why)
                for pair in found:
                    yield from _read_pair(file, pair)
        except (*archives.UNREADABLE, TypeError, SyntaxError, tokenize.TokenError) as error:
            raise unreadable(name) from error

    def write(self, samples: Sequence[Sample], path: Path, name: str) -> list[str]:
        """Write the four arrays of MNIST's npz, and beside them what else is known.

        For each set there are ``writers_``, ``created_`` and ``origins_``, texts of shape (n,).
        The strokes are ``strokes_per_digit_``, ``points_per_stroke_`` and ``points_`` of shape
        (p, 2), one after the other.
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
        return []


class _Arrays:
    """The arrays of an npz file: each is read when it is asked for, and the inventory notes it."""

    def __init__(self, archive: zipfile.ZipFile, name: str, inventory: Inventory) -> None:
        self.name = name
        self.inventory = inventory
        self._archive = archive
        members = archive.namelist()
        self.names = [each.removesuffix(".npy") for each in members if each.endswith(".npy")]
        inventory.found(*self.names, *(each for each in members if not each.endswith(".npy")))

    def get(self, key: str, check: Check) -> Array | None:
        """Return an array, or None; shape and type are checked before it is read."""
        if key not in self.names:
            return None
        array = _member(self._archive, key, self.name, check)
        self.inventory.read(key)
        return array


def _read_pair(file: _Arrays, pair: ArrayPair) -> Iterator[Sample | Rejected]:
    """Read the digits of ``x_train`` and ``y_train``, or of two other arrays."""
    name = file.name
    images = file.get(pair.images, check_images)
    labels = file.get(pair.labels, check_labels)
    if images is None or labels is None or len(images) != len(labels):
        raise unexpected(name, pair.images, _("there are not as many labels"))
    file.inventory.expect(len(images))
    set_ = pair.images.removeprefix("x_") if pair.images.startswith("x_") else None
    texts: dict[str, Array] = {}
    for key, array in _TEXTS.items():
        values = file.get(f"{array}_{set_}", _check_texts)
        if values is not None:
            if len(values) != len(labels):
                raise unexpected(name, f"{array}_{set_}", _("there are not as many"))
            texts[key] = values
    strokes = _read_ragged(file, set_, len(labels)) if set_ else None
    pictures = zip(to_pictures(images), to_labels(labels).tolist(), strict=True)
    for i, (picture, label) in enumerate(pictures):
        item = f"{name}:{pair.images}[{i}]"
        if picture is None:
            yield Rejected(item, _("It holds values that are no numbers, or far too large."))
            continue
        said = {key: str(values[i]) for key, values in texts.items()}
        yield to_sample(
            item,
            label,
            grey=picture,
            strokes=strokes[i] or None if strokes else None,
            part=pair.part,
            own=texts.keys() == _TEXTS.keys(),
            group=name,
            writer=said.get("writer"),
            created=said.get("created"),
            origin=said.get("origin"),
        )


def _check_texts(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    if dtype.kind != "U" or len(shape) != 1:
        raise ClassroomError(_("a list of texts was expected"))


def _checked(kinds: str, dimensions: int) -> Check:
    def check(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        if dtype.kind not in kinds or len(shape) != dimensions:
            raise ClassroomError(_("other numbers were expected"))

    return check


def _member(archive: zipfile.ZipFile, key: str, name: str, check: Check) -> Array:
    """Return an array of the archive; shape and type are checked before it is read."""
    with archive.open(f"{key}.npy") as file:
        # Only its start is read, because a file may claim a header of gigabytes.
        start = io.BytesIO(file.read(_LONGEST_HEADER))
    version = np.lib.format.read_magic(start)
    read_header = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    shape, _fortran, dtype = read_header(start)
    size = dtype.itemsize
    for length in shape:
        size *= length
    try:
        check(shape, dtype)
    except ClassroomError as error:
        raise unexpected(name, key, str(error)) from error
    if size > BYTES_AT_MOST:
        raise unexpected(name, key, _("they are far larger than MNIST"))
    if size > archive.getinfo(f"{key}.npy").file_size:
        raise unreadable(name)
    with archive.open(f"{key}.npy") as file:
        array: Array = np.lib.format.read_array(file, allow_pickle=False)
        return array


def _read_ragged(file: _Arrays, set_: str, count: int) -> list[Strokes] | None:
    """Return the strokes of each digit, or None where the file holds none."""
    kinds = {
        f"points_{set_}": ("f", 2),
        f"points_per_stroke_{set_}": ("iu", 1),
        f"strokes_per_digit_{set_}": ("iu", 1),
    }
    found = [file.get(key, _checked(*kind)) for key, kind in kinds.items()]
    points, lengths, strokes = found
    if points is None or lengths is None or strokes is None:
        for key, array in zip(kinds, found, strict=True):
            if array is not None:
                why = _("The strokes need {arrays}.").format(arrays=", ".join(kinds))
                file.inventory.leave_out(key, why)
        return None
    sane = (
        points.shape[1] == 2
        and max(len(points), len(lengths)) <= _POINTS_AT_MOST
        and bool(np.isfinite(points).all())
        and len(strokes) == count
        and (lengths.min(initial=0), strokes.min(initial=0)) == (0, 0)
        and lengths.max(initial=0) <= len(points)
        and strokes.max(initial=0) <= len(lengths)
        and (lengths.sum(), strokes.sum()) == (len(points), len(lengths))
    )
    if not sane:
        raise unexpected(file.name, f"points_{set_}", _("they fit no strokes"))
    pairs = iter([(x, y) for x, y in points.tolist()])
    listed: Iterator[Stroke] = iter(
        [[next(pairs) for _point in range(length)] for length in lengths.tolist()]
    )
    digits = [[next(listed) for _stroke in range(number)] for number in strokes.tolist()]
    return [[stroke for stroke in digit if stroke] for digit in digits]
