"""A store that cannot be written is read into memory, and its samples can still be seen.

`Database` opens it so on a disk that is full or read-only. See
https://www.sqlite.org/wal.html#read_only_databases.
"""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from classroom.i18n import _

# SQLite needs about this much to open a store with a log, and to store one sample.
_NEEDED_BYTES = 100_000
# How often a store that another process changes meanwhile is read again.
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
    """Return why the access rights forbid writing a store; an empty text where they allow it."""
    try:
        os.stat(file)
    except FileNotFoundError:
        pass
    except OSError:
        # A store in a folder that cannot be entered cannot be read, either. `Database` says so.
        return ""
    folder = file.parent
    while not os.path.exists(folder) and folder != folder.parent:
        folder = folder.parent
    for path in (file, folder):
        if os.path.exists(path) and not os.access(path, os.W_OK):
            return _("{path} cannot be written by you").format(path=path)
    return ""


def why_refused(file: Path, error: sqlite3.Error) -> str:
    """Return why the disk did not let SQLite write; an empty text for any other error."""
    if error.sqlite_errorcode & 0xFF not in _CANNOT_WRITE:
        return ""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(file.parent).free < _NEEDED_BYTES:
            return _("the disk that holds {file} is full").format(file=file)
    return _("the disk that holds {file} refuses to be written").format(file=file)


def sentence(why: str) -> str:
    """Return the sentence that says why the store is read-only, and what the user can do."""
    return _(
        "No digit can be kept here: {why}. Those that are kept can be looked at, exported and "
        "recognised. Allow writing there, or make room; it is tried again by itself."
    ).format(why=why)


def signature(file: Path) -> Signature:
    """Return a value that differs after any change of a store or its log, or in another file."""
    real = os.path.realpath(file)
    return tuple(_file_signature(path) for path in (real, f"{real}-wal"))


def snapshot(file: Path) -> sqlite3.Connection:
    """Read a store into memory; where there is no file, return an empty database.

    Raises
    ------
    sqlite3.Error, OSError
        It cannot be read, is damaged, or never stays unchanged for long enough.
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
    """Read a store into memory without writing beside it, which SQLite does to read a log."""
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        log = Path(f"{file}-wal")
        if not file.exists() or (file.stat().st_size == 0 and not log.exists()):
            return memory
        if log.exists() and log.stat().st_size:
            _read_copy(file, log, memory)
        else:
            _load(f"{file.absolute().as_uri()}?mode=ro&immutable=1", memory)
    except BaseException:
        memory.close()
        raise
    return memory


def _read_copy(file: Path, log: Path, memory: sqlite3.Connection) -> None:
    """Read a store that has a log from a copy, on a disk where SQLite can write."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "store.sqlite")
        shutil.copyfile(log, f"{copy}-wal")
        shutil.copyfile(file, copy)
        _load(copy.as_uri(), memory)


def _load(uri: str, memory: sqlite3.Connection) -> None:
    """Copy the database at `uri` into memory."""
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as source:
        source.backup(memory)


def _file_signature(path: str) -> tuple[int, int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
