"""Which files an open store consists of, and whether they are still those that count.

A file can be deleted, moved, or replaced by another of its name while it is
open: by a program that synchronises folders, or by somebody who puts a backup in
its place. The open connection notices nothing, and what it writes from then on
is in a file that nobody will open again. So the files are known by device and
number, which the system gives to each (on Windows its file index), and compared.
"""

import contextlib
import os
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

Identity = tuple[int, int]


class Fate(Enum):
    """What became of the files of an open store."""

    HERE = auto()
    # The store is there, its log is not: what is committed would not reach the store.
    LOG_GONE = auto()
    GONE = auto()
    REPLACED = auto()
    # Somebody has written into the file: another window its log, or a copy was put over it.
    WRITTEN = auto()
    # It could only be looked at when it was opened, and cannot be written even now, maybe.
    LOOKED_AT = auto()


@dataclass
class StoreFiles:
    """The files that a connection has open.

    Parameters
    ----------
    path : Path
        The store, as the user names it; may lead over symbolic links.
    """

    path: Path

    def __post_init__(self) -> None:
        # Before anything is opened: what changes from now on is noticed.
        self._store = identity(self.path)
        self._beside: dict[Path, Identity] = {}
        self._state = (0, 0)

    def opened(self) -> None:
        """Take note of what lies beside the store; called once a connection has read of it."""
        # SQLite puts its log beside the file that a symbolic link leads to.
        real = os.path.realpath(self.path)
        self._store = self._store or identity(self.path)
        found = {path: identity(path) for path in (Path(f"{real}-wal"), Path(f"{real}-shm"))}
        self._beside = {path: known for path, known in found.items() if known is not None}
        self.accept()

    def fate(self, *, own: bool = False) -> Fate:
        """Compare with what is on the disk now; a few microseconds.

        Parameters
        ----------
        own : bool
            Whether this connection has just written: SQLite may have emptied its log into the file.
        """
        try:
            found = os.stat(self.path)
        except OSError:
            return Fate.GONE
        if (found.st_dev, found.st_ino) != self._store:
            return Fate.REPLACED if found.st_size else Fate.GONE
        state = found.st_size, found.st_mtime_ns
        # With a log the file itself is written now and then; without, for every digit.
        is_known = state == self._state or (own or not self._beside)
        if found.st_size < self._state[0] or not is_known:
            return Fate.WRITTEN
        self._state = state
        if any(identity(path) != known for path, known in self._beside.items()):
            return Fate.LOG_GONE
        return Fate.HERE

    def accept(self) -> None:
        """Take the content of now for right."""
        with contextlib.suppress(OSError):
            found = os.stat(self.path)
            self._state = found.st_size, found.st_mtime_ns

    def discard_log(self) -> None:
        """Delete what this store has left beside the one that took its place.

        SQLite would take the log for that of the new store, and mix the two.
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
    """Return what the system knows a file by; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def size(path: Path) -> int:
    """Return the size of a file in bytes, 0 where there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
