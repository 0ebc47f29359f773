"""Go over to the file that counts, when the open one was deleted, moved or replaced.

Nothing that was called kept is lost with the old file, as long as it can still
be read: Unix lets a program read a file that is deleted while it is open.
"""

import contextlib
import logging
import os
import shutil
import sqlite3
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from classroom import files, privacy
from classroom.datasets import backup_files, history, schema, store_copy
from classroom.datasets import sample as table
from classroom.datasets.backup_files import Backup
from classroom.datasets.database import DamagedStore, Database, DatasetError
from classroom.datasets.history import Seat
from classroom.datasets.session import Session
from classroom.datasets.store_files import Fate, identity, size
from classroom.i18n import _, ngettext

SECONDS_BETWEEN_TRIES = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Followed:
    """What became of a store whose file is another one now.

    Attributes
    ----------
    database : Database
        The one that counts; the old one is closed.
    seat : Seat or None
        The seat at it, where other samples have the numbers that were known;
        None: it holds all that the old one held, with its numbers and history.
    sentence : str
        What the user is to know; may be empty.
    """

    database: Database
    seat: Seat | None = None
    sentence: str = ""


class Follower:
    """Opens the file that counts.

    Parameters
    ----------
    url : str
    session : Session
        What was kept since the store was opened.
    """

    def __init__(self, url: str, session: Session) -> None:
        self._url, self._session = url, session
        self._tried = -SECONDS_BETWEEN_TRIES
        # The file before which the old one has been backed up already.
        self._backed_up: tuple[object, Backup] | None = None

    def follow(self, old: Database, fate: Fate) -> Followed:
        """Leave `old`, whose files are not what they were.

        Raises
        ------
        DatasetError
            There is none that can be used; `old` stays open. `DamagedStore` where
            the file that counts makes no sense.
        """
        match fate:
            case Fate.WRITTEN:
                return self._written_by_others(old)
            case Fate.LOG_GONE:
                return self._reopened(old)
            case Fate.GONE:
                return self._written_again(old)
            case Fate.LOOKED_AT:
                return self._looked_at_again(old)
        return self._over(old)

    def _written_by_others(self, old: Database) -> Followed:
        """Go on where another window has written; go over where a copy was put over the file."""
        try:
            old.accept_content()
        except DamagedStore:
            # The log is of the store before, and makes no sense with another file. Without
            # it the file may: it is given an identity of its own.
            if old.file is None or not _whole_without_log(old.file):
                raise
            return self._over(old, readable=False)
        return Followed(old) if _is_continued(old) else self._over(old, readable=False)

    def _reopened(self, old: Database) -> Followed:
        """Bring what is in a log that was deleted into the store, which is still there."""
        old.empty_log()
        old.close()
        return Followed(self._opened())

    def may_be_left(self, old: Database, *, now: bool) -> bool:
        """Whether it is time to try whether a store that was only looked at can be written.

        Parameters
        ----------
        old : Database
        now : bool
            Whether somebody wants to write.
        """
        if now or old.has_changed():
            return True
        # A full disk has the same rights as one with room: that is tried now and then.
        is_due = time.monotonic() - self._tried > SECONDS_BETWEEN_TRIES
        return is_due and old.may_be_writable()

    def _looked_at_again(self, old: Database) -> Followed:
        """Open a store that could only be looked at anew: it may be writable, or another."""
        self._tried = time.monotonic()
        was_changed = old.has_changed()
        database = self._opened()
        if database.why_looked_at and not was_changed:
            database.close()
            return Followed(old)
        seat = None
        if was_changed:
            with database.reading() as connection:
                seat = Seat(uuid.uuid4().hex, history.last(connection))
        old.close()
        sentence = ""
        if not database.why_looked_at:
            sentence = _("Digits can be kept in {name} again.").format(name=database.name)
        return Followed(database, seat, sentence)

    def _written_again(self, old: Database) -> Followed:
        """Write all of a file that is gone to where it was."""
        assert old.file is not None
        try:
            old.file.parent.mkdir(parents=True, exist_ok=True)
            with files.unfinished(old.file) as part:
                with old.raw() as connection:
                    store_copy.copy(connection, part, "WAL")
                # Whoever has the file that was moved away has all of it.
                with contextlib.suppress(DatasetError):
                    old.empty_log()
                old.discard_log()
                _put(part, old.file)
        except (sqlite3.Error, OSError, DatasetError) as error:
            raise DatasetError(
                _(
                    "The file {name} of the own samples was deleted or moved away while it was "
                    "open, and could not be written again ({why}): nothing more is kept. Put "
                    "it back, or make room on its disk, and try again."
                ).format(name=old.file, why=str(error).rstrip("."))
            ) from error
        old.close()
        database = self._opened()
        with database.reading() as connection:
            count = connection.scalar(sa.select(sa.func.count()).where(table.live)) or 0
        sentence = ngettext(
            "The file {name} was deleted or moved away while it was open. It is there again, "
            "with all of its {n:,} digits.",
            "The file {name} was deleted or moved away while it was open. It is there again, "
            "with all of its {n:,} digits.",
            count,
        ).format(name=old.file, n=count)
        log.warning("%s", sentence)
        return Followed(database, None, sentence)

    def _over(self, old: Database, *, readable: bool = True) -> Followed:
        """Go over to the file that took the place of the old one; bring along what was kept.

        Parameters
        ----------
        old : Database
        readable : bool
            Whether `old` still gives what it held; not, where it was written over.
        """
        assert old.file is not None
        with contextlib.suppress(DatasetError):
            # Its log is empty then, should SQLite take it for that of the other file.
            old.empty_log()
        old.discard_log()
        before, last = self._live(old, readable)
        try:
            database = self._opened()
        except DamagedStore:
            if before and readable:
                self._back_up(old)
            raise
        try:
            with database.writing() as connection:
                there = _live(connection)
                seat = Seat(uuid.uuid4().hex, history.last(connection))
                history.number_above(connection, last)
                rows = [row for row in self._session.rows() if row["digest"] not in there]
                written = history.store(connection, seat, history.IMPORT, rows)[0]
                self._session.refresh(connection)
        except BaseException:
            database.close()
            raise
        missing = before - there - written.keys()
        backup = self._back_up(old) if missing else None
        old.close()
        sentence = _replaced(database.name, len(written), len(missing), backup)
        log.warning("%s", sentence)
        return Followed(database, seat, sentence)

    def _opened(self) -> Database:
        database = Database(self._url)
        try:
            schema.prepare(database)
            database.opened()
        except BaseException:
            database.close()
            raise
        return database

    def _live(self, old: Database, readable: bool) -> tuple[set[str], int]:
        """Return what the old file holds, as far as it can still be read, and its last edit."""
        last = 0
        try:
            with old.reading() as connection:
                last = history.last(connection)
                if readable:
                    self._session.refresh(connection)
                    return _live(connection), last
        except DatasetError as error:
            log.warning("the file that was replaced cannot be read: %s", error)
        return {row["digest"] for row in self._session.rows()}, last

    def _back_up(self, old: Database) -> Backup | None:
        """Keep all of the old file as a backup; once, however often it is tried."""
        assert old.file is not None
        now = identity(old.file)
        if self._backed_up is None or self._backed_up[0] != now:
            try:
                with old.raw() as connection:
                    self._backed_up = now, backup_files.write(connection, old.file)
            except (sqlite3.Error, OSError, DatasetError) as error:
                log.warning("the file that was replaced cannot be backed up: %s", error)
                return None
        return self._backed_up[1]


def _whole_without_log(file: Path) -> bool:
    """Replace a file by a copy of its own, without a log, if that is a sound store."""
    real = Path(os.path.realpath(file))
    try:
        with files.replacing(real) as part:
            privacy.create(part)
            shutil.copyfile(real, part)
            try:
                with contextlib.closing(sqlite3.connect(part)) as connection:
                    store_copy.check(connection)
                    connection.execute("SELECT count(*) FROM samples")
            finally:
                for ending in ("-wal", "-shm"):
                    with contextlib.suppress(OSError):
                        Path(f"{part}{ending}").unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        log.warning("%s is not sound without its log, either: %s", file, error)
        return False
    return True


def _is_continued(old: Database) -> bool:
    """Whether the file holds the last edit that the open connection knows of."""
    query = "SELECT id, seat, created FROM edits ORDER BY id DESC LIMIT 1"
    again = "SELECT id, seat, created FROM edits WHERE id = ?"
    assert old.file is not None
    try:
        with old.raw() as connection:
            last = connection.execute(query).fetchone()
        with contextlib.closing(sqlite3.connect(old.file, timeout=2.0)) as fresh:
            return last is None or fresh.execute(again, last[:1]).fetchone() == last
    except (sqlite3.Error, DatasetError):
        return False


def _live(connection: sa.Connection) -> set[str]:
    return set(connection.scalars(sa.select(table.samples.c.digest).where(table.live)))


def _put(part: Path, file: Path) -> None:
    """Give a whole file its name, unless there is one of that name by now."""
    try:
        if size(file) == 0:
            file.unlink(missing_ok=True)
        os.link(part, file)
    except FileExistsError:
        return
    except OSError:
        # No hard links on this disk.
        part.rename(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _replaced(name: str, written: int, missing: int, backup: Backup | None) -> str:
    """Say what became of the digits of a file that was replaced."""
    parts = [_("The file {name} was replaced by another one while it was open.").format(name=name)]
    if written:
        text = ngettext(
            "{n:,} digit that was kept since the start was not in it, and is now.",
            "{n:,} digits that were kept since the start were not in it, and are now.",
            written,
        )
        parts.append(text.format(n=written))
    if missing and backup:
        text = ngettext(
            "{n:,} digit of the file before is not in it; the backup {backup} has all of them.",
            "{n:,} digits of the file before are not in it; the backup {backup} has all of them.",
            missing,
        )
        parts.append(text.format(n=missing, backup=backup.name))
    elif missing:
        text = ngettext(
            "{n:,} digit of the file before is not in it, and could not be saved.",
            "{n:,} digits of the file before are not in it, and could not be saved.",
            missing,
        )
        parts.append(text.format(n=missing))
    return " ".join(parts)
