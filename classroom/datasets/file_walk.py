"""The way through files, folders and zips: each is told by its content, and each is answered for.

What somebody has handed in, a zip or a store, comes as a whole or not at all;
any other file is read as far as it can be, and of the rest is said why not.
"""

import os
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from classroom import archives, hand_in
from classroom.datasets.formats import hand_in_zip, sqlite
from classroom.datasets.formats.idx import read_idx, unpaired
from classroom.datasets.formats.idx_pairs import IdxPair, beside, paired
from classroom.datasets.sample import Sample
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import READ, Kind, kind_of
from classroom.preprocessing.file_refusals import of_kinds, of_reasons, refusal, together
from classroom.preprocessing.inventory import Inventory, listed
from classroom.preprocessing.strokes import Rejected

# All that a class has handed in may be one zip of zips; deeper nests are no accident.
_DEEPEST_ZIP = 2
_LITTER = {"thumbs.db", "desktop.ini", "__macosx"}
_BESIDE_STORES = ("-wal", "-shm", "-journal")
_HANDED_IN_ENDINGS = (".zip", *sqlite.ENDINGS)

Item = TypeVar("Item")
Reader = Callable[[Place, Inventory], Iterable[Item | Rejected]]


@dataclass
class Batch(Generic[Item]):
    """Digits that came together.

    Attributes
    ----------
    name : str
        What the user calls the file or folder.
    items : list
    handed_in : bool
        Whether it is what somebody has handed in: a zip or another store.
    """

    name: str
    items: list[Item] = field(default_factory=list)
    handed_in: bool = False


@dataclass
class _Scope(Generic[Item]):
    """What belongs together on the way: a file, a folder or a zip that was named."""

    batch: Batch[Item]
    depth: int = 0
    idx: dict[Kind, list[Place]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[Kind, list[str]] = field(default_factory=lambda: defaultdict(list))
    alike: dict[str, list[str]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


class Walk(ABC, Generic[Item]):
    """One way through all that is to be read, within its limits.

    Parameters
    ----------
    scratch : callable
        Returns an empty folder to unpack zips into; asked only when there is one.

    Attributes
    ----------
    batches : list of Batch
    rejected : list of Rejected
        Files, parts of files and digits that are not read; the rest is.
    bad : list of Rejected
        Zips and stores that cannot be read as a whole.
    """

    # Whether what the user has named is called by its whole path.
    whole_names = False

    def __init__(self, scratch: Callable[[], Path]) -> None:
        self.batches: list[Batch[Item]] = []
        self.rejected: list[Rejected] = []
        self.bad: list[Rejected] = []
        self._scratch = scratch
        self._unpacker: archives.Unpacker | None = None
        self._idx_read: set[Path] = set()

    # --- what is wanted of the files ----------------------------------------------------
    @abstractmethod
    def reader(self, kind: Kind) -> "Reader[Item]":
        """Return what reads a picture, strokes or an npz."""

    @abstractmethod
    def of_sample(self, sample: Sample, name: str) -> Item:
        """Return what is wanted of a sample of a file of this name."""

    @abstractmethod
    def count(self, item: Item) -> None:
        """Count a digit; raise a `ClassroomError` where it is one too many."""

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
        """How many batches, bad ones and refusals there are so far."""
        return len(self.batches), len(self.bad), len(self.rejected)

    def _close(self, scope: _Scope[Item]) -> None:
        """Read what needed a look at the whole, and put down what was found."""
        self._idx_pairs(scope)
        self.rejected += [*of_kinds(scope.refused), *of_reasons(scope.alike), *scope.rejected]
        if scope.batch.items:
            self.batches.append(scope.batch)

    # --- folders --------------------------------------------------------------------------
    def _folder(self, place: Place, scope: _Scope[Item]) -> None:
        """Read all files below a folder; a home, and what was handed in, as one."""

        def unreadable(error: OSError) -> None:
            name = Path(error.filename or place.path).name
            why = _("This folder cannot be opened: {reason}.").format(reason=error.strerror)
            scope.rejected.append(Rejected(name, why))

        for at, folders, files in os.walk(place.path, onerror=unreadable):
            here = Path(at)
            parts = here.relative_to(place.path).parts
            inner = "/".join([place.name, *parts])
            store = sqlite.in_folder(here)
            if store is not None:
                self._store(store, inner)
                self._name_beside(inner, [*folders, *files], sqlite.of_a_home, scope)
                folders.clear()
            elif hand_in.is_hand_in(here):
                inventory = Inventory(inner)
                self._whole(inventory, partial(hand_in_zip.read_folder, here, inventory))
                folders.clear()
            else:
                # what starts with a dot is the system's own
                folders[:] = sorted(each for each in folders if not is_litter(each, files))
                for each in folders:
                    if (here / each).is_symlink():
                        why = _("This is a link to a folder. Name the folder itself.")
                        scope.rejected.append(Rejected(f"{inner}/{each}", why))
                for each in sorted(files):
                    if not is_litter(each, files):
                        self._file(place.inside(*parts, each), scope)

    def _name_beside(
        self, name: str, beside: list[str], own: Callable[[str], bool], scope: _Scope[Item]
    ) -> None:
        """Name what lies beside a store and is not read: it is no part of a home."""
        others = sorted(each for each in beside if not own(each) and not is_litter(each, beside))
        if others:
            why = _("Of a home only its own samples are read. Name the others to import them.")
            scope.rejected.append(Rejected(f"{name}: {listed(others)}", why))

    # --- files ----------------------------------------------------------------------------
    def _file(self, place: Place, scope: _Scope[Item]) -> None:
        """Read one file: a zip and a store become batches of their own."""
        kind = kind_of(place.path)
        if kind in (Kind.ZIP, Kind.HAND_IN):
            self._zip(place, scope.depth)
        elif kind is Kind.SQLITE:
            self._store(place.path, place.name)
        elif kind in (Kind.IDX_IMAGES, Kind.IDX_LABELS):
            scope.idx[kind].append(place)
        elif kind in READ:
            reader = self.reader(kind)
            self._plain(place.name, lambda inventory: reader(place, inventory), scope)
        elif place.path.name.lower().endswith(_HANDED_IN_ENDINGS) and kind is not Kind.MISSING:
            self.bad.append(Rejected(place.name, refusal(kind, place.name)))
        else:
            scope.refused[kind].append(place.name)

    def _plain(
        self,
        name: str,
        read: Callable[[Inventory], Iterable[Item | Rejected]],
        scope: _Scope[Item],
    ) -> None:
        """Read a file as far as it goes, and name what was not read of it."""
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
        # Of a file that is refused as a whole, its parts need not be named.
        if taken or not broken:
            rejected += inventory.left_out(broken=broken is not None)
        if not taken and not rejected and inventory.is_empty:
            rejected.append(Rejected(name, _no_digit(name)))
        if rejected and len({one.why for one in rejected}) == 1 and not taken:
            # The same may be true of all files of a folder.
            for one in rejected:
                scope.alike.setdefault(one.why, []).append(one.item)
        else:
            scope.rejected += together(rejected, name)

    def _idx_pairs(self, scope: _Scope[Item]) -> None:
        """Read the IDX files of a folder or a zip, each images with its labels."""
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
                for found in read_idx(pair, inventory):
                    yield (
                        found
                        if isinstance(found, Rejected)
                        else self.of_sample(found, pair.images.name)
                    )

            self._plain(pair.images.name, read, scope)

    def _store(self, file: Path, name: str) -> None:
        """Read another home's store."""

        def read() -> list[Sample]:
            return sqlite.read_store(file, name, self._scratch())

        self._whole(Inventory(name), read)

    def _whole(self, inventory: Inventory, read: Callable[[], list[Sample]]) -> None:
        """Read something that comes as a whole or not at all."""
        try:
            items = [self.of_sample(sample, inventory.name) for sample in read()]
            for item in items:
                self.count(item)
        except ClassroomError as error:
            self.bad.append(Rejected(inventory.name, str(error)))
        else:
            self.batches.append(Batch(inventory.name, items, handed_in=True))
            self.rejected += inventory.left_out()

    # --- zips -----------------------------------------------------------------------------
    def _zip(self, place: Place, depth: int) -> None:
        """Read a zip that was handed in, or one that somebody has packed by hand."""
        name = place.name
        try:
            with archives.opened(place.path, name) as archive:
                prefix = hand_in.prefix_in(archive.namelist())
                if prefix is not None:
                    inventory = Inventory(name)
                    read = partial(hand_in_zip.read_archive, archive, prefix, inventory)
                    self._whole(inventory, read)
                    return
                if depth == _DEEPEST_ZIP:
                    raise ClassroomError(
                        _("{name} is a zip in a zip in a zip. Unpack the outer ones.").format(
                            name=name
                        )
                    )
                # One for all zips, which has their limits in common.
                self._unpacker = self._unpacker or archives.Unpacker(self._scratch())
                folder = self._unpacker.unpack(archive, name)
        except ClassroomError as error:
            self.bad.append(Rejected(name, str(error)))
        else:
            self._unpacked(Place.unpacked(folder, name), depth + 1)

    def _unpacked(self, folder: Place, depth: int) -> None:
        """Read what a zip held; one that holds no digit at all is bad as a whole."""
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
    """Say whether a file was put there by a system or a database, not by a person."""
    lower = name.lower()
    base = next((name[: -len(end)] for end in _BESIDE_STORES if lower.endswith(end)), None)
    return lower.startswith(".") or lower in _LITTER or (base is not None and base in beside)


def _pairs_named(names: Mapping[Path, str]) -> dict[Path, IdxPair]:
    """Return the pair of each IDX file that was named, alone or with its other."""
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


def _no_digit(name: str) -> str:
    return _("{name} holds no digit that can be read.").format(name=name)
