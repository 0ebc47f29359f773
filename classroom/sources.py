"""What is to be imported, source by source: files, folders, handed-in zips, other stores.

A file of samples is read as far as it can be, and of the rest is said why not.
What somebody has handed in, a zip or a store, comes as a whole or not at all.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from classroom import archives, formats_store, formats_zip
from classroom.dataset import Sample
from classroom.errors import ClassroomError
from classroom.exporting import STROKES_ENDINGS
from classroom.formats import read_strokes
from classroom.formats_arrays import read_npz
from classroom.formats_idx import idx_pair, is_idx, read_idx
from classroom.formats_pictures import ENDINGS, read_picture
from classroom.i18n import _
from classroom.strokes import Rejected

SAMPLES_AT_MOST = 200_000
# In the strokes of all of them together: about a gigabyte of memory.
POINTS_AT_MOST = 8_000_000
# All that a class has handed in may be one zip of zips; deeper nests are no accident.
_DEEPEST_ZIP = 2
_LITTER = {"thumbs.db", "desktop.ini", "__macosx"}
_BESIDE_STORES = ("-wal", "-shm", "-journal")

Reader = Callable[[Path, str], Iterator[Sample | Rejected]]


@dataclass
class Source:
    """Samples that came together.

    Attributes
    ----------
    name : str
        What the user calls the file or folder.
    samples : list of Sample
    handed_in : bool
        Whether it is what somebody has handed in: a zip or another store. Its
        writers need not be those of the same name elsewhere.
    """

    name: str
    samples: list[Sample] = field(default_factory=list)
    handed_in: bool = False


@dataclass
class Reading:
    """All that was read.

    Attributes
    ----------
    sources : list of Source
    rejected : list of Rejected
        Files and digits that cannot be imported; the rest can.
    bad : list of Rejected
        Zips and stores that cannot be read as a whole.
    """

    sources: list[Source] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    bad: list[Rejected] = field(default_factory=list)


def read_sources(paths: Sequence[Path], scratch: Path) -> Reading:
    """Read everything that is to be imported; nothing is stored.

    Parameters
    ----------
    paths : sequence of Path
    scratch : Path
        An empty folder to unpack zips into.
    """
    walk = _Walk(scratch)
    for path in paths:
        walk.take(path)
    return walk.reading


class _Walk:
    """One import's way through files, folders and zips, within its limits."""

    def __init__(self, scratch: Path) -> None:
        self.reading = Reading()
        self._scratch = scratch
        self._unpacker = archives.Unpacker(scratch)
        self._samples = 0
        self._points = 0
        self._images_read: set[Path] = set()

    def take(self, path: Path) -> None:
        """Read a file or a folder that the user has named."""
        source = Source(path.name)
        if path.is_dir():
            before, name = self._findings, path.resolve().name
            self._folder(path, name, source, 0)
            if not source.samples and self._findings == before:
                self.reading.rejected.append(Rejected(name, _no_digit(name)))
        else:
            self._file(path, path.name, source, 0)
        if source.samples:
            self.reading.sources.append(source)

    @property
    def _findings(self) -> tuple[int, int, int]:
        """How many sources, bad ones and refusals there are so far."""
        return len(self.reading.sources), len(self.reading.bad), len(self.reading.rejected)

    def _folder(self, path: Path, name: str, source: Source, depth: int) -> None:
        """Read all files below a folder; a home, and what was handed in, as one."""
        for at, folders, files in os.walk(path):
            here = Path(at)
            inner = "/".join([name, *here.relative_to(path).parts])
            store = formats_store.in_folder(here)
            if store is not None:
                self._whole(inner, formats_store.read_store, store, inner, self._scratch)
            elif formats_zip.is_hand_in(here):
                self._whole(inner, formats_zip.read_folder, here, inner)
            else:
                # what starts with a dot is the system's own
                folders[:] = sorted(each for each in folders if not _is_litter(each))
                for each in sorted(files):
                    if not _is_litter(each):
                        self._file(here / each, f"{inner}/{each}", source, depth)
                continue
            folders.clear()

    def _file(self, path: Path, name: str, source: Source, depth: int) -> None:
        """Read one file: a zip and a store become sources of their own."""
        lower = path.name.lower()
        if lower.endswith(".zip"):
            self._zip(path, name, depth)
        elif lower.endswith(formats_store.ENDINGS):
            self._whole(name, formats_store.read_store, path, name, self._scratch)
        else:
            self._plain(path, name, source)

    def _plain(self, path: Path, name: str, source: Source) -> None:
        """Read a file of samples as far as it goes."""
        try:
            if is_idx(path):
                # the images and their labels are two files, and both may be given
                images, _labels = idx_pair(path, name)
                if images in self._images_read:
                    return
                self._images_read.add(images)
            for found in _reader(path, name)(path, name):
                if isinstance(found, Rejected):
                    self.reading.rejected.append(found)
                else:
                    self._count(found)
                    source.samples.append(found)
        except ClassroomError as error:
            self.reading.rejected.append(Rejected(name, str(error)))

    def _whole(self, name: str, read: Callable[..., list[Sample]], *arguments: object) -> None:
        """Read something that comes as a whole or not at all."""
        try:
            samples = read(*arguments)
            for sample in samples:
                self._count(sample)
        except ClassroomError as error:
            self.reading.bad.append(Rejected(name, str(error)))
        else:
            self.reading.sources.append(Source(name, samples, handed_in=True))

    def _zip(self, path: Path, name: str, depth: int) -> None:
        """Read a zip that was handed in, or one that somebody has packed by hand."""
        try:
            with archives.opened(path, name) as archive:
                prefix = formats_zip.prefix_in(archive.namelist())
                if prefix is not None:
                    self._whole(name, formats_zip.read_archive, archive, prefix, name)
                    return
                if depth == _DEEPEST_ZIP:
                    raise ClassroomError(
                        _("{name} is a zip in a zip in a zip. Unpack the outer ones.").format(
                            name=name
                        )
                    )
                folder = self._unpacker.unpack(archive, name)
        except ClassroomError as error:
            self.reading.bad.append(Rejected(name, str(error)))
        else:
            self._unpacked(folder, name, depth)

    def _unpacked(self, folder: Path, name: str, depth: int) -> None:
        """Read what a zip held; one that holds no digit at all is bad as a whole."""
        reading = self.reading
        before = self._findings
        source = Source(name, handed_in=True)
        self._folder(folder, name, source, depth + 1)
        if source.samples:
            reading.sources.append(source)
        elif self._findings[:2] == before[:2]:
            whys = [one.why for one in reading.rejected[before[2] :]]
            del reading.rejected[before[2] :]
            reading.bad.append(Rejected(name, " ".join([_no_digit(name), *whys[:1]])))

    def _count(self, sample: Sample) -> None:
        self._samples += 1
        self._points += sum(len(stroke) for stroke in sample.strokes or [])
        if self._samples > SAMPLES_AT_MOST or self._points > POINTS_AT_MOST:
            raise ClassroomError(
                _(
                    "More than {most:,} samples cannot be imported at once, or {points:,} points "
                    "of strokes; the rest was left out. Import a part at a time."
                ).format(most=SAMPLES_AT_MOST, points=POINTS_AT_MOST)
            )


def _no_digit(name: str) -> str:
    return _("{name} holds no digit that can be imported.").format(name=name)


def _is_litter(name: str) -> bool:
    lower = name.lower()
    stores = tuple(each + more for each in formats_store.ENDINGS for more in _BESIDE_STORES)
    return lower.startswith(".") or lower in _LITTER or lower.endswith(stores)


def _reader(path: Path, name: str) -> Reader:
    """Return the function that reads a file of this kind, by its name."""
    lower = path.name.lower()
    if not path.exists():
        raise ClassroomError(
            _("{name} was not found. Check the name and the folder.").format(name=name)
        )
    if not path.is_file():
        raise ClassroomError(_("{name} is no file and no folder.").format(name=name))
    if is_idx(path):
        return read_idx
    if lower.endswith(STROKES_ENDINGS):
        return read_strokes
    if lower.endswith(".npz"):
        return read_npz
    if lower.endswith(ENDINGS):
        return read_picture
    raise ClassroomError(
        _(
            "{name} is of no kind that can be imported: a handed-in .zip, strokes (.jsonl, "
            ".jsonl.gz), .npz, IDX (…-idx3-ubyte), pictures, or another store (.sqlite)."
        ).format(name=name)
    )
