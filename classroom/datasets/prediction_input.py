"""Every digit of a file or a folder, for ``predict``: told and read as the import does it.

Nothing needs a label here. What is not read is named, as after an import.
"""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from classroom.datasets.file_walk import Reader, Walk
from classroom.datasets.formats.npz import read_npz
from classroom.datasets.sample import Sample
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.image_files import read_pages
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.photos import FoundDigit
from classroom.preprocessing.picture_digits import digits_on, sheet_on
from classroom.preprocessing.strokes import Rejected, read_strokes_file

DIGITS_AT_MOST = 200_000


@dataclass(frozen=True, eq=False)
class DigitPage:
    """A file, or one page of it, and its digits.

    Attributes
    ----------
    file : str
        As the user has named it; of a folder or a zip, the file in it.
    number : int
        Which page it is, from 1.
    found : list of FoundDigit
        In reading order.
    """

    file: str
    number: int
    found: list[FoundDigit]


def read_digits(paths: Sequence[Path]) -> tuple[list[DigitPage], list[Rejected]]:
    """Read every digit of files and folders; return also what was not read, and why.

    Parameters
    ----------
    paths : sequence of Path
        Anything that can be imported, with labels or without.
    """
    with contextlib.ExitStack() as stack:

        def scratch() -> Path:
            try:
                folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            except OSError as error:
                raise ClassroomError(
                    _("Nothing can be unpacked: {reason}. Make room, then try again.").format(
                        reason=error.strerror or error
                    )
                ) from error
            return Path(stack.enter_context(folder))

        walk = _DigitWalk(scratch)
        walk.take(paths)
    read = [one for batch in walk.batches for one in batch.items]
    pages = [
        DigitPage(file, number, [one.digit for one in group])
        for (file, number), group in itertools.groupby(read, lambda one: (one.file, one.page))
    ]
    return pages, walk.bad + walk.rejected


@dataclass(frozen=True, eq=False)
class _Read:
    """A digit, and on which page of which file it is."""

    file: str
    page: int
    digit: FoundDigit


class _DigitWalk(Walk[_Read]):
    """Takes digits of which nobody need know what they are."""

    whole_names = True

    def __init__(self, scratch: Callable[[], Path]) -> None:
        super().__init__(scratch)
        self._digits = 0

    def reader(self, kind: Kind) -> Reader[_Read]:
        """Return what reads a picture, strokes or an npz."""
        return {
            Kind.PICTURE: _of_picture, Kind.STROKES: _of_strokes, Kind.NPZ: self._of_npz
        }[kind]  # fmt: skip

    def of_sample(self, sample: Sample, name: str) -> _Read:
        """Return the digit of a sample."""
        return _Read(name, 1, FoundDigit(sample.image, None, sample.label))

    def count(self, item: _Read) -> None:
        """Count a digit."""
        self._digits += 1
        if self._digits > DIGITS_AT_MOST:
            raise ClassroomError(
                _(
                    "More than {most:,} digits cannot be read at once; the rest was left out. "
                    "Give a part at a time."
                ).format(most=DIGITS_AT_MOST)
            )

    def _of_npz(self, place: Place, inventory: Inventory) -> Iterator[_Read | Rejected]:
        for found in read_npz(place, inventory):
            yield found if isinstance(found, Rejected) else self.of_sample(found, place.name)


def _of_picture(place: Place, inventory: Inventory) -> Iterator[_Read | Rejected]:
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
            yield _Read(place.name, page.number, digit)


def _of_strokes(place: Place, inventory: Inventory) -> Iterator[_Read | Rejected]:
    for line in read_strokes_file(place.path, place.name):
        inventory.expect(1)
        if isinstance(line, Rejected):
            yield line
        else:
            digit = FoundDigit(from_strokes(line.strokes), None, line.label)
            yield _Read(place.name, 1, digit)
