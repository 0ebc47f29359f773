"""Open the database of the own samples, and say in one sentence what is wrong with it.

SQLite is the default; everything that only SQLite knows stands in this file.
A commit is on the disk before it returns: ``synchronous=FULL``, in every
journal mode. The journal is a write-ahead log (WAL): one fsync a commit, and
another process can read while this one writes. WAL needs memory shared between
processes, which some network drives do not have; there the rollback journal
(``DELETE``) takes its place: slower, and just as safe.
See https://www.sqlite.org/wal.html and https://www.sqlite.org/pragma.html.
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
from classroom.datasets.store_files import Fate, StoreFiles, size
from classroom.errors import ClassroomError
from classroom.i18n import _

BUSY_SECONDS = 2.0
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class DatasetError(ClassroomError):
    """The own samples cannot be read or written; the text says why and what to do."""


class DamagedStore(DatasetError):
    """The file of the own samples makes no sense; it can be set aside, see `backups`."""


class MissingStore(DatasetError):
    """The file of the own samples is gone, and there are backups of it; see `backups`."""


class Database:
    """One connection to the database at `url`.

    The one connection is kept: with WAL, closing the last one copies the log
    into the database, which would cost every sample two more fsyncs. It may be
    used from any thread, by one at a time; a second thread waits for its turn.

    Parameters
    ----------
    url : str
        As SQLAlchemy writes it, such as ``sqlite:///data/samples.sqlite``.

    Raises
    ------
    DatasetError
        Where the URL names no database, or it cannot be opened.
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
                # An error's text may go to the log; what was being stored must not.
                hide_parameters=True,
            )
        # ImportError: the driver of another database is not installed
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise DatasetError(
                _(
                    "The database of the own samples cannot be used: {reason}. "
                    "Check CLASSROOM_DATABASE, or unset it to use the usual file."
                ).format(reason=str(error).splitlines()[0].rstrip("."))
            ) from error
        # Why it can only be looked at; empty where it can be written.
        self.why_looked_at = ""
        self._seen: read_only.Signature = ()
        self._sealed = False
        if file is not None:
            self.why_looked_at = read_only.why_not_writable(file)
            if not self.why_looked_at:
                _make_folder(file)
            if log_without_store(file):
                # SQLite would delete the log, which may hold everything.
                raise DamagedStore(damaged_text().format(name=file))
            if not self.why_looked_at:
                privacy.create(file)
        if sqlite:
            if not self.why_looked_at:
                refused = _choose_journal(self.engine)
                if refused is not None and file is not None:
                    self.why_looked_at = read_only.why_refused(file, refused)
            if self.why_looked_at and file is not None:
                self.engine = self._looked_at(file)
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def _looked_at(self, file: Path) -> Engine:
        """Return an engine on what the file holds, in memory."""
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
        """Give a connection that sees one state of the database throughout."""
        with self._explained(), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction: committed at the end, or undone as a whole."""
        if self.why_looked_at and self._sealed:
            raise DatasetError(read_only.sentence(self.why_looked_at))
        engine = self.engine.execution_options(writes=True)
        with self._explained(), engine.begin() as connection:
            yield connection

    def opened(self) -> None:
        """Take note of the files that are open, now that they have been read."""
        self._sealed = True
        if self._files is not None:
            self._files.opened()

    def fate(self, *, own: bool = False) -> Fate:
        """Return what became of the files that are open, as `StoreFiles.fate` does."""
        if self.why_looked_at:
            return Fate.LOOKED_AT
        return self._files.fate(own=own) if self._files else Fate.HERE

    def has_changed(self) -> bool:
        """Whether a file that is only looked at holds something else by now."""
        return self.file is not None and read_only.signature(self.file) != self._seen

    def may_be_writable(self) -> bool:
        """Whether the rights, as far as they can be asked for, let a file be written again."""
        return self.file is not None and not read_only.why_not_writable(self.file)

    def accept_content(self) -> None:
        """Raise `DamagedStore` where a file that others have written is not whole."""
        if self.file is None or self._files is None:
            return
        try:
            # What this connection remembers of the file may be better than the file. Of an
            # empty one SQLite would delete the log, which may hold everything.
            if size(self.file) == 0:
                raise DamagedStore(damaged_text().format(name=self.name))
            with contextlib.closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as fresh:
                # Pages of two stores, mixed, may each be sound.
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
        """Give the one connection as SQLite's own, in no transaction."""
        with self._explained(), contextlib.closing(self.engine.raw_connection()) as connection:
            driver = connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            yield driver

    def data_version(self) -> int | None:
        """Return a number that changes when another connection has written; None: not known.

        Only SQLite has one. It costs a look at the log, and nothing of the database is read.
        """
        if not self._sqlite:
            return None
        with self.reading() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def empty_log(self) -> None:
        """Copy SQLite's log into the database and empty it: nothing stays in it that is deleted."""
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
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            kind = DamagedStore if _code(error) in _DAMAGE else DatasetError
            raise kind(_explain(error, self.name)) from error


def store_file(url: str) -> Path | None:
    """Return the file that a database URL names; None where it names no file of SQLite."""
    try:
        return _sqlite_file(make_url(url))
    except SQLAlchemyError:
        return None


def _sqlite_file(url: URL) -> Path | None:
    """Return the file that an SQLite URL names; None for memory, `file:` and other databases."""
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def _make_folder(file: Path) -> None:
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
    """Whether the store is gone or empty, and what was kept last is in the log beside it."""
    real = os.path.realpath(file)
    return size(Path(real)) == 0 and size(Path(f"{real}-wal")) > 0


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Make commits durable, and leave it to `_begin_sqlite` to start transactions."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")
    # what is deleted for good is overwritten
    connection.execute("PRAGMA secure_delete = ON")
    # macOS only: a plain fsync there stops at the drive's own cache
    connection.execute("PRAGMA fullfsync = ON")


def _choose_journal(engine: Engine) -> sqlite3.Error | None:
    """Use WAL in a new file, and leave it where it turns out not to work.

    The file remembers its journal mode. Whatever else is wrong comes up again
    at the first statement, and is explained there.

    Returns
    -------
    sqlite3.Error or None
        What is wrong.
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
                # with an exclusive lock WAL needs no shared memory, and can be left
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("SELECT count(*) FROM sqlite_master")
                return None
        return error
    return None


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock before reading what the write depends on."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _code(error: Exception) -> int:
    """Return SQLite's code for an error, 0 for those of other databases."""
    cause = getattr(error, "orig", None) or error
    # the low byte is the kind of error, the rest its detail
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


def _explain(error: Exception, name: str) -> str:
    """Turn an error of the database into a sentence that says what to do."""
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
            # Where the last call of a commit fails, nobody knows what is on the disk.
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
    """Return the sentence for a file whose content makes no sense; it holds ``{name}``."""
    return _(
        "The file {name} is damaged, or not a file of own samples. Open the window, or type "
        "“dataset recover”: it is set aside, and the newest automatic backup takes its place."
    )
