"""A store that cannot be written can still be looked at: it is read into memory as it is.

SQLite has to write beside a store even to read it, when its journal is a
write-ahead log: on a read-only or full disk it cannot. So the store is read as
if nobody could change it, or from a copy where a log lies beside it.
See https://www.sqlite.org/wal.html#read_only_databases.
"""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from classroom.i18n import _

# As much as SQLite needs to read a store with a log, and to keep a digit.
_NEEDED_BYTES = 100_000
# How often a store that others are changing is read again before it is given up.
_ATTEMPTS = 5
_CANNOT_WRITE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
}

Signature = tuple[tuple[int, int, int, int] | None, ...]


def why_not_writable(file: Path) -> str:
    """Return why this process cannot write a store, as the rights have it; empty where it can."""
    try:
        os.stat(file)
    except FileNotFoundError:
        pass
    except OSError:
        # Not even whether there is a file can be told: then it cannot be looked at, either.
        return ""
    folder = file.parent
    while not os.path.exists(folder) and folder != folder.parent:
        folder = folder.parent
    for path in (file, folder):
        if os.path.exists(path) and not os.access(path, os.W_OK):
            return _("{path} cannot be written by you").format(path=path)
    return ""


def why_refused(file: Path, error: sqlite3.Error) -> str:
    """Return why SQLite could not open a store for writing; empty: that is not the reason."""
    if error.sqlite_errorcode & 0xFF not in _CANNOT_WRITE:
        return ""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(file.parent).free < _NEEDED_BYTES:
            return _("the disk that holds {file} is full").format(file=file)
    return _("the disk that holds {file} refuses to be written").format(file=file)


def sentence(why: str) -> str:
    """Say that the store can only be looked at."""
    return _(
        "No digit can be kept here: {why}. Those that are kept can be looked at, exported and "
        "recognised. Allow writing there, or make room; it is tried again by itself."
    ).format(why=why)


def signature(file: Path) -> Signature:
    """Return what is another as soon as a store has been changed, or is another."""
    real = os.path.realpath(file)
    return tuple(_state(path) for path in (real, f"{real}-wal"))


def snapshot(file: Path) -> sqlite3.Connection:
    """Read a store into memory; an empty one where there is no file.

    Raises
    ------
    sqlite3.Error, OSError
        It cannot be read, or makes no sense.
    """
    for _attempt in range(_ATTEMPTS):
        before = signature(file)
        try:
            connection = _read(Path(os.path.realpath(file)))
        except (sqlite3.Error, OSError):
            if signature(file) == before:
                raise
            continue
        if signature(file) == before:
            return connection
        connection.close()
    raise OSError(_("others are changing it all the time"))


def _read(file: Path) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        log = Path(f"{file}-wal")
        if not file.exists() or (file.stat().st_size == 0 and not log.exists()):
            return memory
        if log.exists() and log.stat().st_size:
            _read_copy(file, log, memory)
        else:
            _backed_up(f"{file.absolute().as_uri()}?mode=ro&immutable=1", memory)
    except BaseException:
        memory.close()
        raise
    return memory


def _read_copy(file: Path, log: Path, memory: sqlite3.Connection) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "store.sqlite")
        shutil.copyfile(log, f"{copy}-wal")
        shutil.copyfile(file, copy)
        _backed_up(copy.as_uri(), memory)


def _backed_up(uri: str, memory: sqlite3.Connection) -> None:
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as source:
        source.backup(memory)


def _state(path: str) -> tuple[int, int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
