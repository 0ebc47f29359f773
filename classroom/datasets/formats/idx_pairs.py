"""Which of some IDX files belong together: the images and their labels.

The magic number says which of the two a file is; its name may be anything. Two
files make a pair when their names are the same but for words like "images" and
"labels", or when nothing else there has as many digits.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from classroom.datasets.user_paths import Place
from classroom.preprocessing.file_kinds import Kind, kind_of

# What tells the two files apart, or says what both are; and a browser's "(1)" for a second copy.
_NO_PART_OF_THE_STEM = re.compile(
    r"\(\d+\)|images?|imgs?|labels?|targets?|idx\d?|u?byte|int|gz|bin|[^a-z0-9]+"
)
# Looked through for the other file, when one alone is named.
_FILES_AT_MOST = 2000


@dataclass(frozen=True)
class IdxPair:
    """The images and their labels."""

    images: Place
    labels: Place


def stem(name: str) -> str:
    """Return what the names of images and labels have in common, such as ``train``."""
    return _NO_PART_OF_THE_STEM.sub(" ", name.lower()).strip()


def digits_in(path: Path) -> int | None:
    """Return how many digits an IDX file says that it holds; None where it is cut short."""
    try:
        with opened(path) as file:
            head = file.read(8)
    except (OSError, EOFError, zlib.error):
        return None
    return int.from_bytes(head[4:8], "big") if len(head) == 8 else None


def opened(path: Path) -> IO[bytes]:
    """Open a file that may be gzipped."""
    with path.open("rb") as start:
        gzipped = start.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path) if gzipped else path.open("rb"))


def paired(
    images: Sequence[Place], labels: Sequence[Place]
) -> tuple[list[IdxPair], list[Place], list[Place]]:
    """Return the pairs, and the images and the labels that are left alone.

    Nothing is guessed: where several fit as well, none is taken.
    """
    pairs: list[IdxPair] = []
    images, labels = list(images), list(labels)
    counts = {place: digits_in(place.path) for place in (*images, *labels)}

    def take(fits: Callable[[Place, Place], bool]) -> None:
        for one in list(images):
            mine = [other for other in labels if fits(one, other)]
            if len(mine) == 1 and [it for it in images if fits(it, mine[0])] == [one]:
                pairs.append(IdxPair(one, mine[0]))
                images.remove(one)
                labels.remove(mine[0])

    def same_name(one: Place, other: Place) -> bool:
        return stem(one.path.name) == stem(other.path.name)

    def same_folder(one: Place, other: Place) -> bool:
        return one.path.parent == other.path.parent

    def same_count(one: Place, other: Place) -> bool:
        return counts[one] == counts[other]

    take(lambda a, b: same_folder(a, b) and same_name(a, b) and same_count(a, b))
    take(lambda a, b: same_name(a, b) and same_count(a, b))
    take(lambda a, b: same_folder(a, b) and same_count(a, b) and not _of_two_sets(a, b))
    # Those of one name that do not fit are refused as a pair, which says why.
    take(lambda a, b: same_folder(a, b) and same_name(a, b))
    return pairs, images, labels


def _of_two_sets(one: Place, other: Place) -> bool:
    """Say whether two names speak of different parts of a data set."""
    mine, theirs = (part_of(place.path.name) for place in (one, other))
    return mine is not None and theirs is not None and mine != theirs


def part_of(name: str) -> str | None:
    """Return what a file's name says of the part of the data set: as others call it."""
    word = re.search(r"train|t10k|test|val", name.lower())
    return {"t10k": "test"}.get(word[0], word[0]) if word else None


def beside(place: Place, kind: Kind) -> list[Place]:
    """Return the IDX files of the other kind that lie near one that was named alone.

    They lie in the same folder, or each in a folder of its own, as Kaggle packs them.
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
