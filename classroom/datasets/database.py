"""The connection to the database of the samples; everything that only SQLite knows is here.

`Dataset` works on it. Every error is a `DatasetError` with a sentence for the user.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from classroom import privacy
from classroom.datasets import read_only, store_copy
from classroom.datasets.store_files import FileState, StoreFiles, size
from classroom.errors import ClassroomError
from classroom.i18n import _

# How long a statement waits for a lock that another process holds.
BUSY_SECONDS = 2.0
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class DatasetError(ClassroomError):
    """The store cannot be read or written; the text says why, and what the user can do."""


class DamagedStore(DatasetError):
    """The file of the store is damaged; `restoring.recover` sets it aside."""


class MissingStore(DatasetError):
    """The file of the store is gone, and there are backups of it; see `restoring`."""


class Database:
    """One connection to the database at `url`.

    SQLite is the default. A commit is on the disk before it returns: ``synchronous=FULL``, in
    every journal mode. The journal is a write-ahead log (WAL): it needs one fsync a commit, and
    another process can read while this one writes. WAL needs memory shared between processes,
    which some network drives do not have; there the rollback journal (``DELETE``) takes its
    place, which is slower and as safe. See https://www.sqlite.org/wal.html and
    https://www.sqlite.org/pragma.html.

    The connection stays open: with WAL, closing the last one copies the log into the database,
    which would cost every sample two more fsyncs. Any thread can use it, one at a time; a
    second one waits.

    Parameters
    ----------
    url : str
        As SQLAlchemy writes it, such as ``sqlite:///data/samples.sqlite``.

    Raises
    ------
    DatasetError
        The URL names no database, or the database cannot be opened.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            self.file = file = _sqlite_file(parsed)
            self.name = str(file) if file else parsed.render_as_string(hide_password=True)
            self._sqlite = sqlite = parsed.get_backend_name() == "sqlite"
            self._files = StoreFiles(file) if file else None
            self.engine = create_engine(
                parsed,
                poolclass=QueuePool,
                pool_size=1,
                max_overflow=0,
                connect_args=(
                    {"timeout": BUSY_SECONDS, "check_same_thread": False} if sqlite else {}
                ),
                # The text of an error may go to the log; the samples must not.
                hide_parameters=True,
            )
        # ImportError: the driver of another database is not installed.
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise DatasetError(
                _(
                    "The database of the own samples cannot be used: {reason}. "
                    "Check CLASSROOM_DATABASE, or unset it to use the usual file."
                ).format(reason=str(error).splitlines()[0].rstrip("."))
            ) from error
        # Why the store cannot be written, in a part of a sentence; empty where it can.
        self.read_only_reason = ""
        self._seen: read_only.Signature = ()
        self._sealed = False
        if file is not None:
            self.read_only_reason = read_only.why_not_writable(file)
            if not self.read_only_reason:
                _make_folder(file)
            if log_without_store(file):
                # SQLite would delete the log unread, which may hold every sample.
                raise DamagedStore(damaged_text().format(name=file))
            if not self.read_only_reason:
                privacy.create(file)
        if sqlite:
            if not self.read_only_reason:
                refused = _choose_journal(self.engine)
                if refused is not None and file is not None:
                    self.read_only_reason = read_only.why_refused(file, refused)
            if self.read_only_reason and file is not None:
                self.engine = self._open_read_only(file)
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def _open_read_only(self, file: Path) -> Engine:
        """Return an engine on a copy of the store in memory."""
        try:
            self._seen = read_only.signature(file)
            connection = read_only.snapshot(file)
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.Error) and _code(error) in _DAMAGE:
                raise DamagedStore(damaged_text().format(name=file)) from error
            raise DatasetError(
                _(
                    "The own samples in {name} can neither be written nor read: {why}. "
                    "Allow reading and writing there, or choose another home with --home."
                ).format(name=file, why=error)
            ) from error
        return create_engine(
            "sqlite://",
            creator=lambda: connection,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
        )

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction, which sees one state of the database throughout."""
        with self._explained(), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed when the block ends.

        It is rolled back where the block raises.
        """
        if self.read_only_reason and self._sealed:
            raise DatasetError(read_only.sentence(self.read_only_reason))
        engine = self.engine.execution_options(writes=True)
        with self._explained(), engine.begin() as connection:
            yield connection

    def opened(self) -> None:
        """Note which files are open; called once the store has been read."""
        self._sealed = True
        if self._files is not None:
            self._files.opened()

    def file_state(self, *, own: bool = False) -> FileState:
        """Return what happened to the files that are open, as `StoreFiles.state` does."""
        if self.read_only_reason:
            return FileState.READ_ONLY
        return self._files.state(own=own) if self._files else FileState.UNCHANGED

    def has_changed(self) -> bool:
        """Whether a store that cannot be written has changed since it was read into memory."""
        return self.file is not None and read_only.signature(self.file) != self._seen

    def may_be_writable(self) -> bool:
        """Whether the access rights, as far as they are known, allow writing the store now."""
        return self.file is not None and not read_only.why_not_writable(self.file)

    def accept_content(self) -> None:
        """Accept a file that others have written; raise `DamagedStore` where it is damaged."""
        if self.file is None or self._files is None:
            return
        try:
            # A fresh connection reads the file itself: this one has parts of it in its cache.
            # SQLite would delete the log of an empty file unread, which may hold every sample.
            if size(self.file) == 0:
                raise DamagedStore(damaged_text().format(name=self.name))
            with contextlib.closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as fresh:
                # All of it is checked: where two stores were mixed, each page may be sound.
                store_copy.check(fresh)
        except sqlite3.Error as error:
            kind = DamagedStore if _code(error) in _DAMAGE else DatasetError
            raise kind(_explain(error, self.name)) from error
        self._files.accept()

    def discard_log(self) -> None:
        """Delete the log beside the file that took the place of this one."""
        if self._files is not None:
            self._files.discard_log()

    @contextlib.contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """Give the connection as one of the module `sqlite3`, in no transaction."""
        with self._explained(), contextlib.closing(self.engine.raw_connection()) as connection:
            driver = connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            yield driver

    def data_version(self) -> int | None:
        """Return a number that changes when another connection writes; None where there is none.

        Only SQLite has one. It reads the log's header, and nothing of the database.
        """
        if not self._sqlite:
            return None
        with self.reading() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def empty_log(self) -> None:
        """Copy SQLite's log into the database and empty it, so that it holds nothing deleted."""
        if self._sqlite:
            with self.raw() as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if self._files is not None:
                self._files.accept()

    def close(self) -> None:
        """Close the connection; a later use opens another."""
        with self._explained():
            self.engine.dispose()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn every error of the database into a `DatasetError` with a sentence."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            kind = DamagedStore if _code(error) in _DAMAGE else DatasetError
            raise kind(_explain(error, self.name)) from error


def store_file(url: str) -> Path | None:
    """Return the SQLite file that a database URL names; None where it names none."""
    try:
        return _sqlite_file(make_url(url))
    except SQLAlchemyError:
        return None


def _sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite URL; None for ``:memory:``, ``file:`` and other databases."""
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def _make_folder(file: Path) -> None:
    """Make the folder for the store's file, and see that a file can be there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        is_folder = file.is_dir()
    except OSError as error:
        raise DatasetError(
            _(
                "The folder {folder} for the own samples cannot be made or entered: {reason}. "
                "Choose another home folder with --home."
            ).format(folder=file.parent, reason=error.strerror)
        ) from error
    if is_folder:
        raise DatasetError(
            _(
                "{file} should be the file of the own samples, but it is a folder. "
                "Move the folder away, then start again."
            ).format(file=file)
        )


def log_without_store(file: Path) -> bool:
    """Whether the store is gone or empty, while the log beside it holds the last samples."""
    real = os.path.realpath(file)
    return size(Path(real)) == 0 and size(Path(f"{real}-wal")) > 0


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Make commits durable, and let `_begin_sqlite` start the transactions."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted for good is overwritten in the file, too.
    connection.execute("PRAGMA secure_delete = ON")
    # This matters on macOS only, where a plain fsync stops at the cache of the drive.
    connection.execute("PRAGMA fullfsync = ON")


def _choose_journal(engine: Engine) -> sqlite3.Error | None:
    """Switch a new file to WAL, and a file where WAL does not work back to ``DELETE``.

    The file stores its journal mode. Every other error comes again with the first statement,
    and is explained there.

    Returns
    -------
    sqlite3.Error or None
        Why the file cannot be used as it is.
    """
    [name], options = engine.dialect.create_connect_args(engine.url)
    uri = bool(options.get("uri"))

    def connect() -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(
            sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, uri=uri)
        )

    try:
        with connect() as connection:
            if connection.execute("PRAGMA page_count").fetchone() == (0,):
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}:
            with contextlib.suppress(sqlite3.Error), connect() as connection:
                # Under an exclusive lock WAL needs no shared memory, so it can be switched off.
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("SELECT count(*) FROM sqlite_master")
                return None
        return error
    return None


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that writes takes the lock before it reads what it depends on."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _code(error: Exception) -> int:
    """Return SQLite's primary code for an error; 0 for an error of another database."""
    cause = getattr(error, "orig", None) or error
    # The low byte is the primary code, the rest the extended one.
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


def _explain(error: Exception, name: str) -> str:
    """Return the sentence for an error of the database, with what the user can do."""
    cause = getattr(error, "orig", None) or error
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            text = _(
                "The own samples in {name} are locked by another program, such as a second "
                "window that imports, or one that copies files. Wait a moment and try again; "
                "if that does not help, close it."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            text = _(
                "The own samples in {name} are read-only: nothing was changed. "
                "Allow writing to that file and its folder, or choose another home with --home."
            )
        case sqlite3.SQLITE_CANTOPEN:
            text = _(
                "The own samples in {name} cannot be opened. "
                "Allow reading and writing there, or choose another home folder with --home."
            )
        case sqlite3.SQLITE_FULL:
            text = _(
                "The disk that holds {name} is full: nothing was changed. "
                "Make room on it, then try again."
            )
        case sqlite3.SQLITE_IOERR:
            # Where the last system call of a commit fails, it is unknown what is on the disk.
            text = _(
                "The disk that holds {name} could not be read or written: it is full, failing "
                "or disconnected. Check it, then look whether the last change is there."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            text = damaged_text()
        case _other:
            text = _(
                "The database {name} of the own samples failed: {reason}. "
                "Check that it runs and is yours to use, then try again."
            )
    return text.format(name=name, reason=str(cause).strip().rstrip("."))


def damaged_text() -> str:
    """Return the sentence for a damaged file, with the field ``{name}``."""
    return _(
        "The file {name} is damaged, or not a file of own samples. Open the window, or type "
        "“dataset recover”: it is set aside, and the newest automatic backup takes its place."
    )
