"""Every digit of files and folders, for ``predict``: read as the import reads them.

No digit needs a label here. What is not read is named with the reason, as after an import.
"""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from classroom.datasets.file_walk import Walk
from classroom.datasets.formats.base import DigitFile
from classroom.datasets.sample import Sample
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.strokes import Rejected

DIGITS_AT_MOST = 200_000


@dataclass(frozen=True, eq=False)
class DigitPage:
    """One page of a file, and its digits.

    Attributes
    ----------
    file : str
        What the user calls the file; in a folder or a zip with the path there.
    number : int
        The number of the page, from 1.
    found : list of FoundDigit
        In reading order.
    """

    file: str
    number: int
    found: list[FoundDigit]


def read_digits(paths: Sequence[Path]) -> tuple[list[DigitPage], list[Rejected]]:
    """Read every digit of files and folders.

    Parameters
    ----------
    paths : sequence of Path
        Anything that can be imported, with labels or without.

    Returns
    -------
    pages : list of DigitPage
    rejected : list of Rejected
        The files, parts and digits that were not read, each with its reason.
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
    """A digit, its file, and the number of its page."""

    file: str
    page: int
    digit: FoundDigit


class _DigitWalk(Walk[_Read]):
    """Reads digits, which need no label."""

    whole_names = True

    def __init__(self, scratch: Callable[[], Path]) -> None:
        super().__init__(scratch)
        self._digits = 0

    def read(
        self, format_: DigitFile, place: Place, inventory: Inventory
    ) -> Iterator[_Read | Rejected]:
        """Read the digits of a file."""
        for found in format_.digits(place, inventory):
            if isinstance(found, Rejected):
                yield found
            else:
                yield _Read(place.name, found.page, found.digit)

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
