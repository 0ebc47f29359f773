"""What a format of labelled digits has to offer; the import, ``predict`` and the export use it.

Each format is one module beside this one: `classroom.datasets.known_formats` finds it there.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from classroom.datasets.sample import Sample
from classroom.datasets.user_paths import Place
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.strokes import Rejected


class Format(ABC):
    """One way in which files hold labelled digits.

    Derive from `DigitFile`, or from `HandedIn`.

    Attributes
    ----------
    name : str
        What the user calls it, as in ``dataset export --format npz``.
    kinds : frozenset of Kind
        The kinds of files that it reads, as `classroom.preprocessing.file_kinds` finds them
        out from their content.
    endings : tuple of str
        How the names of its files end, in lower case; empty for a format that is a folder.
    written_as : str
        The name of its file, or of its folder, in an export of several formats; empty for a
        format that is only read.
    """

    name: ClassVar[str]
    kinds: ClassVar[frozenset[Kind]] = frozenset()
    endings: ClassVar[tuple[str, ...]] = ()
    written_as: ClassVar[str] = ""

    def recognises(self, path: Path, kind: Kind) -> bool:
        """Whether a file is of this format; override it to look further into the content.

        Parameters
        ----------
        path : Path
        kind : Kind
            What `kind_of` says about the file.
        """
        return kind in self.kinds

    def holds(self, sample: Sample) -> bool:
        """Whether the format can hold a sample; override it with the two methods below."""
        return True

    def left_out(self, count: int) -> str:
        """Return the sentence about `count` samples that the format cannot hold."""
        raise NotImplementedError

    def none_held(self) -> str:
        """Return the sentence for an export in which the format can hold no sample at all."""
        raise NotImplementedError

    def write(self, samples: Sequence[Sample], path: Path, name: str) -> list[str]:
        """Write samples to a new file or folder.

        Parameters
        ----------
        samples : sequence of Sample
            As the store returns them; at least one.
        path : Path
            A temporary name, where nothing is yet. `write` makes the file or the folder.
        name : str
            The name that it gets when it is complete.

        Returns
        -------
        list of str
            A sentence for everything that the format cannot express.

        Raises
        ------
        OSError
            The disk does not take it; the caller removes what is there.
        """
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class DigitOnPage:
    """A digit of a file, without the need of a label, and the number of its page, from 1."""

    page: int
    digit: FoundDigit


class DigitFile(Format):
    """A format whose files are read as far as they go: a bad digit is refused, the rest taken."""

    @abstractmethod
    def read(self, place: Place, inventory: Inventory) -> Iterable[Sample | Rejected]:
        """Read the samples of a file, for the import.

        Parameters
        ----------
        place : Place
        inventory : Inventory
            The reader announces here what the file holds, so that nothing is left out silently.

        Yields
        ------
        Sample or Rejected
            A digit without a label is rejected.

        Raises
        ------
        ClassroomError
            While iterating: the file cannot be read, or not any further.
        """

    def digits(self, place: Place, inventory: Inventory) -> Iterator[DigitOnPage | Rejected]:
        """Read the digits of a file, for ``predict``; override it where no label is needed."""
        for found in self.read(place, inventory):
            if isinstance(found, Rejected):
                yield found
            else:
                yield DigitOnPage(1, FoundDigit(found.image, None, found.label))


class HandedIn(Format):
    """A format in which somebody hands in all digits: it is read as a whole or not at all.

    The writers need not be those of the same name elsewhere.
    """

    @abstractmethod
    def read(self, place: Place, inventory: Inventory, scratch: Callable[[], Path]) -> list[Sample]:
        """Read all samples.

        Parameters
        ----------
        place : Place
            A file that `recognises` accepts, or what `in_folder` returns.
        inventory : Inventory
        scratch : callable
            Returns an empty folder for temporary files.

        Raises
        ------
        ClassroomError
            It is damaged, was changed, or was written by a newer program.
        """

    def in_folder(self, folder: Path) -> Path | None:
        """Return what has to be read where a whole folder is of this format; None for others."""
        return None

    def belongs(self, name: str) -> bool:
        """Whether a name in such a folder is part of it; anything else is named as left out."""
        return True
