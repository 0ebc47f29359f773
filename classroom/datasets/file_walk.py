"""The way through files, folders and zips: every file in them is read, or refused with a reason.

The import (`import_sources`) and ``predict`` (`prediction_input`) each derive from `Walk`.
"""

import os
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from classroom import archives
from classroom.datasets.formats.base import DigitFile, HandedIn
from classroom.datasets.formats.idx import Idx, IdxPair, beside, paired, unpaired
from classroom.datasets.known_formats import format_of, handed_in
from classroom.datasets.sample import Sample
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import Kind, kind_of
from classroom.preprocessing.file_refusals import of_kinds, of_reasons, refusal, together
from classroom.preprocessing.inventory import Inventory, listed
from classroom.preprocessing.strokes import Rejected

# A teacher may pack the zips of a class into one. A zip nested deeper is meant to do harm.
_DEEPEST_ZIP = 2
# Files that operating systems add to folders and zips.
_LITTER = {"thumbs.db", "desktop.ini", "__macosx"}
_BESIDE_STORES = ("-wal", "-shm", "-journal")

Item = TypeVar("Item")


@dataclass
class Batch(Generic[Item]):
    """The digits of one file, folder or zip that the user named.

    Attributes
    ----------
    name : str
        What the user calls it.
    items : list
        A sample or a digit each.
    handed_in : bool
        Whether somebody has handed it in, as a zip or another store.
    """

    name: str
    items: list[Item] = field(default_factory=list)
    handed_in: bool = False


@dataclass
class _Scope(Generic[Item]):
    """What was found so far in one file, folder or zip."""

    batch: Batch[Item]
    depth: int = 0
    idx: dict[Kind, list[Place]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[Kind, list[str]] = field(default_factory=lambda: defaultdict(list))
    alike: dict[str, list[str]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


class Walk(ABC, Generic[Item]):
    """Reads files and folders. What somebody handed in is read as a whole or not at all.

    Any other file is read as far as it goes.

    Parameters
    ----------
    scratch : callable
        Returns an empty folder for temporary files; called only when it is needed.

    Attributes
    ----------
    batches : list of Batch
    rejected : list of Rejected
        Files, parts of files and digits that are not read, while the rest is.
    bad : list of Rejected
        Zips and stores of which nothing is read.
    """

    # Whether messages name a file by its whole path, as the user typed it.
    whole_names = False

    def __init__(self, scratch: Callable[[], Path]) -> None:
        self.batches: list[Batch[Item]] = []
        self.rejected: list[Rejected] = []
        self.bad: list[Rejected] = []
        self._scratch = scratch
        self._unpacker: archives.Unpacker | None = None
        self._idx_read: set[Path] = set()

    # --- for the classes derived from this one -----------------------------------------------
    @abstractmethod
    def read(
        self, format_: DigitFile, place: Place, inventory: Inventory
    ) -> Iterable[Item | Rejected]:
        """Read the digits of a file."""

    @abstractmethod
    def of_sample(self, sample: Sample, name: str) -> Item:
        """Return a sample as a digit of the file that the user calls `name`."""

    @abstractmethod
    def count(self, item: Item) -> None:
        """Count a digit; raise `ClassroomError` where it is one too many."""

    # --- what the user has named ---------------------------------------------------------
    def take(self, paths: Sequence[Path]) -> None:
        """Read files and folders."""
        pairs = _pairs_named({path: self._name_of(path) for path in paths})
        for path in paths:
            if path in pairs:
                scope = _Scope[Item](Batch(path.name))
                self._idx_pair(pairs[path], scope)
                self._close(scope)
            else:
                self._take_one(path)

    def _take_one(self, path: Path) -> None:
        before = self._findings
        if path.is_dir():
            place = Place.of_folder(path, self._name_of(path))
            scope = _Scope[Item](Batch(place.name))
            self._folder(place, scope)
        else:
            place = Place.of_file(path, self._name_of(path))
            scope = _Scope[Item](Batch(place.name))
            self._file(place, scope)
        self._close(scope)
        if self._findings == before:
            self.rejected.append(Rejected(place.name, _no_digit(place.name)))

    def _name_of(self, path: Path) -> str:
        return str(path) if self.whole_names else ""

    @property
    def _findings(self) -> tuple[int, int, int]:
        """The numbers of batches, of bad files and of refusals so far."""
        return len(self.batches), len(self.bad), len(self.rejected)

    def _close(self, scope: _Scope[Item]) -> None:
        """Read the IDX files, which come in pairs, and add up what was found."""
        self._idx_pairs(scope)
        self.rejected += [*of_kinds(scope.refused), *of_reasons(scope.alike), *scope.rejected]
        if scope.batch.items:
            self.batches.append(scope.batch)

    # --- folders --------------------------------------------------------------------------
    def _folder(self, place: Place, scope: _Scope[Item]) -> None:
        """Read all files below a folder; a folder that somebody handed in is read as one."""

        def unreadable(error: OSError) -> None:
            name = Path(error.filename or place.path).name
            why = _("This folder cannot be opened: {reason}.").format(reason=error.strerror)
            scope.rejected.append(Rejected(name, why))

        for at, folders, files in os.walk(place.path, onerror=unreadable):
            here = Path(at)
            parts = here.relative_to(place.path).parts
            inner = "/".join([place.name, *parts])
            if self._handed_in_folder(here, inner, [*folders, *files], scope):
                folders.clear()
            else:
                # The system's own folders are not entered, nor those that begin with a dot.
                folders[:] = sorted(each for each in folders if not is_litter(each, files))
                for each in folders:
                    if (here / each).is_symlink():
                        why = _("This is a link to a folder. Name the folder itself.")
                        scope.rejected.append(Rejected(f"{inner}/{each}", why))
                for each in sorted(files):
                    if not is_litter(each, files):
                        self._file(place.inside(*parts, each), scope)

    def _handed_in_folder(
        self, folder: Path, name: str, inside: list[str], scope: _Scope[Item]
    ) -> bool:
        """Read a folder that somebody handed in, or a home; return False for any other folder."""
        for format_ in handed_in():
            path = format_.in_folder(folder)
            if path is not None:
                self._whole(format_, Place(path, name, ()))
                self._name_beside(name, inside, format_.belongs, scope)
                return True
        return False

    def _name_beside(
        self, name: str, beside: list[str], own: Callable[[str], bool], scope: _Scope[Item]
    ) -> None:
        """Name the files beside a store that are not read, because they are no part of a home."""
        others = sorted(each for each in beside if not own(each) and not is_litter(each, beside))
        if others:
            why = _("Of a home only its own samples are read. Name the others to import them.")
            scope.rejected.append(Rejected(f"{name}: {listed(others)}", why))

    # --- files ----------------------------------------------------------------------------
    def _file(self, place: Place, scope: _Scope[Item]) -> None:
        """Read one file; a zip and a store become batches of their own."""
        kind = kind_of(place.path)
        match format_of(place.path, kind):
            case HandedIn() as format_:
                self._whole(format_, place)
            case Idx():
                scope.idx[kind].append(place)
            case DigitFile() as format_:
                self._plain(place.name, lambda found: self.read(format_, place, found), scope)
            case _ if kind is Kind.ZIP:
                self._zip(place, scope.depth)
            case _ if _should_be_handed_in(place.path) and kind is not Kind.MISSING:
                self.bad.append(Rejected(place.name, refusal(kind, place.name)))
            case _:
                scope.refused[kind].append(place.name)

    def _plain(
        self,
        name: str,
        read: Callable[[Inventory], Iterable[Item | Rejected]],
        scope: _Scope[Item],
    ) -> None:
        """Read a file as far as it goes, and name the parts that were not read."""
        inventory = Inventory(name)
        rejected: list[Rejected] = []
        before = len(scope.batch.items)
        broken = None
        try:
            for found in read(inventory):
                inventory.seen()
                if isinstance(found, Rejected):
                    rejected.append(found)
                else:
                    self.count(found)
                    scope.batch.items.append(found)
        except ClassroomError as error:
            broken = Rejected(name, str(error))
            rejected.append(broken)
        taken = len(scope.batch.items) > before
        # The parts of a file that is refused as a whole need no names.
        if taken or not broken:
            rejected += inventory.left_out(broken=broken is not None)
        if not taken and not rejected and inventory.is_empty:
            rejected.append(Rejected(name, _no_digit(name)))
        if rejected and len({one.why for one in rejected}) == 1 and not taken:
            # All files of a folder may be refused for the same reason, which is said once.
            for one in rejected:
                scope.alike.setdefault(one.why, []).append(one.item)
        else:
            scope.rejected += together(rejected, name)

    def _idx_pairs(self, scope: _Scope[Item]) -> None:
        """Read the IDX files of a folder or a zip: each file of images with its labels."""
        pairs, images, labels = paired(scope.idx[Kind.IDX_IMAGES], scope.idx[Kind.IDX_LABELS])
        for pair in pairs:
            self._idx_pair(pair, scope)
        for kind, places in ((Kind.IDX_IMAGES, images), (Kind.IDX_LABELS, labels)):
            for place in places:
                scope.rejected.append(Rejected(place.name, unpaired(place.name, kind)))

    def _idx_pair(self, pair: IdxPair, scope: _Scope[Item]) -> None:
        images = pair.images.path.resolve()
        if images not in self._idx_read:
            self._idx_read.add(images)

            def read(inventory: Inventory) -> Iterator[Item | Rejected]:
                for found in Idx().read_pair(pair, inventory):
                    yield (
                        found
                        if isinstance(found, Rejected)
                        else self.of_sample(found, pair.images.name)
                    )

            self._plain(pair.images.name, read, scope)

    def _whole(self, format_: HandedIn, place: Place) -> None:
        """Read all of something that somebody handed in, or nothing."""
        inventory = Inventory(place.name)
        try:
            samples = format_.read(place, inventory, self._scratch)
            items = [self.of_sample(sample, place.name) for sample in samples]
            for item in items:
                self.count(item)
        except ClassroomError as error:
            self.bad.append(Rejected(place.name, str(error)))
        else:
            self.batches.append(Batch(place.name, items, handed_in=True))
            self.rejected += inventory.left_out()

    # --- zips -----------------------------------------------------------------------------
    def _zip(self, place: Place, depth: int) -> None:
        """Read what a zip holds that somebody has packed by hand."""
        name = place.name
        try:
            with archives.opened(place.path, name) as archive:
                if depth == _DEEPEST_ZIP:
                    raise ClassroomError(
                        _("{name} is a zip in a zip in a zip. Unpack the outer ones.").format(
                            name=name
                        )
                    )
                # One unpacker for all zips, because its limits hold for all of them together.
                self._unpacker = self._unpacker or archives.Unpacker(self._scratch())
                folder = self._unpacker.unpack(archive, name)
        except ClassroomError as error:
            self.bad.append(Rejected(name, str(error)))
        else:
            self._unpacked(Place.unpacked(folder, name), depth + 1)

    def _unpacked(self, folder: Place, depth: int) -> None:
        """Read the content of a zip; one without any digit counts as bad."""
        before = self._findings
        scope = _Scope[Item](Batch(folder.name, handed_in=True), depth)
        self._folder(folder, scope)
        self._close(scope)
        if self._findings[:2] == before[:2]:
            whys = [f"{one.item}: {one.why}" for one in self.rejected[before[2] :]]
            del self.rejected[before[2] :]
            why = " ".join([_no_digit(folder.name), *whys[:1]])
            self.bad.append(Rejected(folder.name, why))


def is_litter(name: str, beside: Sequence[str]) -> bool:
    """Whether a file was added by an operating system or a database, and not by a person."""
    lower = name.lower()
    base = next((name[: -len(end)] for end in _BESIDE_STORES if lower.endswith(end)), None)
    return lower.startswith(".") or lower in _LITTER or (base is not None and base in beside)


def _pairs_named(names: Mapping[Path, str]) -> dict[Path, IdxPair]:
    """Return the pair of each IDX file that the user named, alone or with its other half."""
    by_kind: dict[Kind, list[Place]] = {Kind.IDX_IMAGES: [], Kind.IDX_LABELS: []}
    for path, name in names.items():
        kind = kind_of(path)
        if kind in by_kind:
            by_kind[kind].append(Place.of_file(path, name))
    pairs, images, labels = paired(*by_kind.values())
    for place in images:
        pairs += paired([place], beside(place, Kind.IDX_IMAGES))[0]
    for place in labels:
        pairs += paired(beside(place, Kind.IDX_LABELS), [place])[0]
    return {place.path: pair for pair in pairs for place in (pair.images, pair.labels)}


def _should_be_handed_in(path: Path) -> bool:
    """Whether a file has the ending of something that is read as a whole or not at all."""
    endings = tuple(ending for format_ in handed_in() for ending in format_.endings)
    return path.name.lower().endswith(endings)


def _no_digit(name: str) -> str:
    return _("{name} holds no digit that can be read.").format(name=name)
