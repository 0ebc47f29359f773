"""Every digit of a file or a folder, for ``predict``: told and read as the import does it.

Nothing needs a label here. What is not read is named, as after an import.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from classroom.dataset import Sample
from classroom.digits import from_strokes
from classroom.errors import ClassroomError
from classroom.file_kinds import Kind
from classroom.formats_arrays import read_npz
from classroom.i18n import _
from classroom.inventory import Inventory
from classroom.photos import FoundDigit
from classroom.picture_digits import digits_on, sheet_on
from classroom.picture_files import read_pages
from classroom.places import Place
from classroom.strokes import Rejected, read_strokes_file
from classroom.walking import Reader, Walk

DIGITS_AT_MOST = 200_000


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """A digit, and where it stands.

    Attributes
    ----------
    file : str
        What the user calls the file, from the folder or zip on that was named.
    page : int
        On which page, from 1.
    digit : FoundDigit
    """

    file: str
    page: int
    digit: FoundDigit


@dataclass(frozen=True)
class DigitsRead:
    """What was read of a file or a folder.

    Attributes
    ----------
    digits : list of ReadDigit
        In reading order.
    left_out : list of Rejected
        What was not read, and why.
    """

    digits: list[ReadDigit]
    left_out: list[Rejected]


def read_digits(path: Path, scratch: Path) -> DigitsRead:
    """Read every digit of a file or a folder.

    Parameters
    ----------
    path : Path
        Anything that can be imported, with labels or without.
    scratch : Path
        An empty folder to unpack zips into.

    Raises
    ------
    ClassroomError
        There is no digit in it: the sentences say why.
    """
    walk = _DigitWalk(scratch)
    walk.take([path])
    found = [
        one if one.file else replace(one, file=batch.name)
        for batch in walk.batches
        for one in batch.items
    ]
    left_out = walk.bad + walk.rejected
    if not found:
        whys = [one.why if path.name in one.why else f"{one.item}: {one.why}" for one in left_out]
        raise ClassroomError(" ".join(whys))
    return DigitsRead(found, left_out)


class _DigitWalk(Walk[ReadDigit]):
    """Takes digits of which nobody need know what they are."""

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        self._digits = 0

    def reader(self, kind: Kind) -> Reader[ReadDigit]:
        """Return what reads a picture, strokes or an npz."""
        return {
            Kind.PICTURE: _of_picture, Kind.STROKES: _of_strokes, Kind.NPZ: self._of_npz
        }[kind]  # fmt: skip

    def of_sample(self, sample: Sample) -> ReadDigit:
        """Return the digit of a sample, of which the walk knows where it comes from."""
        return ReadDigit("", 1, FoundDigit(sample.image, None, sample.label))

    def count(self, item: ReadDigit) -> None:
        """Count a digit."""
        self._digits += 1
        if self._digits > DIGITS_AT_MOST:
            raise ClassroomError(
                _(
                    "More than {most:,} digits cannot be read at once; the rest was left out. "
                    "Give a part at a time."
                ).format(most=DIGITS_AT_MOST)
            )

    def _of_npz(self, place: Place, inventory: Inventory) -> Iterator[ReadDigit | Rejected]:
        for found in read_npz(place, inventory):
            if isinstance(found, Rejected):
                yield found
            else:
                yield replace(self.of_sample(found), file=place.name)


def _of_picture(place: Place, inventory: Inventory) -> Iterator[ReadDigit | Rejected]:
    for page in read_pages(place.path, inventory):
        item = page.item(place.name)
        try:
            seen = sheet_on(page) or digits_on(page)
        except ClassroomError as error:
            inventory.expect(1)
            yield Rejected(item, str(error))
            continue
        inventory.expect(len(seen.found))
        for why in seen.left_out:
            inventory.leave_out(item, why)
        for digit in seen.found:
            yield ReadDigit(place.name, page.number, digit)


def _of_strokes(place: Place, inventory: Inventory) -> Iterator[ReadDigit | Rejected]:
    for line in read_strokes_file(place.path, place.name):
        inventory.expect(1)
        if isinstance(line, Rejected):
            yield line
        else:
            digit = FoundDigit(from_strokes(line.strokes), None, line.label)
            yield ReadDigit(place.name, 1, digit)
