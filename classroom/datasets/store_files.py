"""The files of an open store, and whether they are still the ones that the next opening finds.

`Database` compares them before and after every write.
"""

import contextlib
import os
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

Identity = tuple[int, int]


class FileState(Enum):
    """What happened to the files of an open store."""

    UNCHANGED = auto()
    # The store is there, its log is not: what is committed would not reach the store.
    LOG_GONE = auto()
    GONE = auto()
    REPLACED = auto()
    # Another process wrote into the file: another window its log, or somebody a copy over it.
    WRITTEN_BY_OTHERS = auto()
    # The store could not be written when it was opened.
    READ_ONLY = auto()


@dataclass
class StoreFiles:
    """The files that a connection has open.

    A file can be deleted, moved or replaced by another of its name while it is open: by a
    program that synchronises folders, or by somebody who puts a backup in its place. The open
    connection does not notice, and goes on writing into a file that nobody will open again.
    So the files are identified by device and inode (on Windows by volume and file index).

    Parameters
    ----------
    path : Path
        The store as the user names it; it may be a symbolic link.
    """

    path: Path

    def __post_init__(self) -> None:
        # Taken before the file is opened, so that no change after this is missed.
        self._store = identity(self.path)
        self._beside: dict[Path, Identity] = {}
        self._content = (0, 0)

    def opened(self) -> None:
        """Note which files lie beside the store; called once a connection has read from it."""
        # SQLite puts its log beside the file that a symbolic link points to.
        real = os.path.realpath(self.path)
        self._store = self._store or identity(self.path)
        found = {path: identity(path) for path in (Path(f"{real}-wal"), Path(f"{real}-shm"))}
        self._beside = {path: known for path, known in found.items() if known is not None}
        self.accept()

    def state(self, *, own: bool = False) -> FileState:
        """Compare the files with those on the disk, which takes a few microseconds.

        Parameters
        ----------
        own : bool
            Whether this connection has just written: SQLite may then have copied its log into
            the file.
        """
        try:
            found = os.stat(self.path)
        except OSError:
            return FileState.GONE
        if (found.st_dev, found.st_ino) != self._store:
            return FileState.REPLACED if found.st_size else FileState.GONE
        content = found.st_size, found.st_mtime_ns
        # With a log the file itself is written now and then; without one, for every sample.
        is_known = content == self._content or (own or not self._beside)
        if found.st_size < self._content[0] or not is_known:
            return FileState.WRITTEN_BY_OTHERS
        self._content = content
        if any(identity(path) != known for path, known in self._beside.items()):
            return FileState.LOG_GONE
        return FileState.UNCHANGED

    def accept(self) -> None:
        """Accept the content that the file has now, whoever wrote it."""
        with contextlib.suppress(OSError):
            found = os.stat(self.path)
            self._content = found.st_size, found.st_mtime_ns

    def discard_log(self) -> None:
        """Delete the log of this store beside the file that took its place.

        SQLite would take it for the log of the new file, and mix the two.
        """
        if identity(self.path) == self._store:
            return
        real = os.path.realpath(self.path)
        for ending in ("-wal", "-shm"):
            path = Path(real + ending)
            if self._beside.get(path) == identity(path) is not None:
                with contextlib.suppress(OSError):
                    path.unlink()


def identity(path: Path) -> Identity | None:
    """Return device and inode of a file, which identify it; None where there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def size(path: Path) -> int:
    """Return the size of a file in bytes; 0 where there is no file."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
