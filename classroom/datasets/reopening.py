"""Open the store again after its file was deleted, moved or replaced while it was open.

`Dataset` does so before it reads or writes; no sample that was called kept is lost with the file.
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
from classroom.datasets import backups, edits, schema, store_copy
from classroom.datasets import samples_table as table
from classroom.datasets.backups import Backup
from classroom.datasets.database import DamagedStore, Database, DatasetError
from classroom.datasets.edits import Session
from classroom.datasets.recent_samples import RecentSamples
from classroom.datasets.store_files import FileState, identity, size
from classroom.i18n import _, ngettext

# How often a store that could not be written is tried again, unless somebody wants to write.
SECONDS_BETWEEN_TRIES = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reopened:
    """The store after its file was opened again.

    Attributes
    ----------
    database : Database
        The open one. Where it is another one than before, the one before is closed.
    session : Session or None
        A new session, where samples may have other ids than before; None where the file holds
        every sample and edit of the one before under the same ids.
    sentence : str
        What the user has to know; may be empty.
    """

    database: Database
    session: Session | None = None
    sentence: str = ""


class Reopener:
    """Opens the file that has the store's name now.

    Parameters
    ----------
    url : str
        The database URL of the store.
    recent : RecentSamples
        The samples that were stored since the store was opened.
    """

    def __init__(self, url: str, recent: RecentSamples) -> None:
        self._url, self._recent = url, recent
        self._tried = -SECONDS_BETWEEN_TRIES
        # The identity of the file that took the store's place, and the backup that was made then.
        self._backed_up: tuple[object, Backup] | None = None

    def reopen(self, old: Database, state: FileState) -> Reopened:
        """Open the file that has the store's name now, in place of `old`.

        Parameters
        ----------
        old : Database
        state : FileState
            What happened to the files of `old`.

        Raises
        ------
        DatasetError
            There is no file that can be used; `old` stays open. `DamagedStore` where there is
            a damaged one.
        """
        match state:
            case FileState.WRITTEN_BY_OTHERS:
                return self._after_others_wrote(old)
            case FileState.LOG_GONE:
                return self._after_lost_log(old)
            case FileState.GONE:
                return self._write_again(old)
            case FileState.READ_ONLY:
                return self._after_read_only(old)
        return self._go_over(old)

    def _after_others_wrote(self, old: Database) -> Reopened:
        """Stay with a file that another window wrote; go over to a copy that was put over it."""
        try:
            old.accept_content()
        except DamagedStore:
            # The log may be that of the store before, which makes no sense with another file.
            # Without the log the file may be sound: then a copy takes its place, whose identity
            # is another one.
            if old.file is None or not _replace_without_log(old.file):
                raise
            return self._go_over(old, readable=False)
        return Reopened(old) if _is_continued(old) else self._go_over(old, readable=False)

    def _after_lost_log(self, old: Database) -> Reopened:
        """Copy the content of a deleted log, which is still open, into the store."""
        old.empty_log()
        old.close()
        return Reopened(self._opened())

    def is_worth_trying(self, old: Database, *, now: bool) -> bool:
        """Whether to try now if a read-only store can be written.

        Parameters
        ----------
        old : Database
        now : bool
            Whether somebody wants to write.
        """
        if now or old.has_changed():
            return True
        # The access rights do not say whether a disk is full, so that is tried now and then.
        is_due = time.monotonic() - self._tried > SECONDS_BETWEEN_TRIES
        return is_due and old.may_be_writable()

    def _after_read_only(self, old: Database) -> Reopened:
        """Open a read-only store again: it may be writable now, or have changed."""
        self._tried = time.monotonic()
        was_changed = old.has_changed()
        database = self._opened()
        if database.read_only_reason and not was_changed:
            database.close()
            return Reopened(old)
        session = None
        if was_changed:
            with database.reading() as connection:
                session = Session(uuid.uuid4().hex, edits.last(connection))
        old.close()
        sentence = ""
        if not database.read_only_reason:
            sentence = _("Digits can be kept in {name} again.").format(name=database.name)
        return Reopened(database, session, sentence)

    def _write_again(self, old: Database) -> Reopened:
        """Write a deleted file, which is still open, again under its name.

        Unix lets a program read a file that was deleted while it is open.
        """
        assert old.file is not None
        try:
            old.file.parent.mkdir(parents=True, exist_ok=True)
            with files.unfinished(old.file) as part:
                with old.raw() as connection:
                    store_copy.copy(connection, part, "WAL")
                # A file that was moved away gets the content of its log, so that it is whole.
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
        return Reopened(database, None, sentence)

    def _go_over(self, old: Database, *, readable: bool = True) -> Reopened:
        """Go over to the file that took the store's place, and add the recent samples to it.

        Parameters
        ----------
        old : Database
        readable : bool
            Whether `old` can still be read; False for a file that was written over.
        """
        assert old.file is not None
        with contextlib.suppress(DatasetError):
            # An empty log does no harm, should SQLite take it for the log of the other file.
            old.empty_log()
        old.discard_log()
        before, last = self._digests_of(old, readable)
        try:
            database = self._opened()
        except DamagedStore:
            if before and readable:
                self._back_up(old)
            raise
        try:
            with database.writing() as connection:
                there = _live_digests(connection)
                session = Session(uuid.uuid4().hex, edits.last(connection))
                edits.number_above(connection, last)
                rows = [row for row in self._recent.rows() if row["digest"] not in there]
                written = edits.store(connection, session, edits.IMPORT, rows)[0]
                self._recent.refresh(connection)
        except BaseException:
            database.close()
            raise
        missing = before - there - written.keys()
        backup = self._back_up(old) if missing else None
        old.close()
        sentence = _sentence(database.name, len(written), len(missing), backup)
        log.warning("%s", sentence)
        return Reopened(database, session, sentence)

    def _opened(self) -> Database:
        """Open the file that has the store's name now."""
        database = Database(self._url)
        try:
            schema.prepare(database)
            database.opened()
        except BaseException:
            database.close()
            raise
        return database

    def _digests_of(self, old: Database, readable: bool) -> tuple[set[str], int]:
        """Return the digests in the old file, as far as they are known, and its last edit."""
        last = 0
        try:
            with old.reading() as connection:
                last = edits.last(connection)
                if readable:
                    self._recent.refresh(connection)
                    return _live_digests(connection), last
        except DatasetError as error:
            log.warning("the file that was replaced cannot be read: %s", error)
        return {row["digest"] for row in self._recent.rows()}, last

    def _back_up(self, old: Database) -> Backup | None:
        """Back the old file up, once for each file that takes its place."""
        assert old.file is not None
        now = identity(old.file)
        if self._backed_up is None or self._backed_up[0] != now:
            try:
                with old.raw() as connection:
                    self._backed_up = now, backups.write(connection, old.file)
            except (sqlite3.Error, OSError, DatasetError) as error:
                log.warning("the file that was replaced cannot be backed up: %s", error)
                return None
        return self._backed_up[1]


def _replace_without_log(file: Path) -> bool:
    """Replace a file by a copy of itself, if that is a sound store without the log beside it."""
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
    """Whether the file holds the last edit that the open connection has seen."""
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


def _live_digests(connection: sa.Connection) -> set[str]:
    """Return the digests of the samples that are not deleted."""
    return set(connection.scalars(sa.select(table.samples.c.digest).where(table.live)))


def _put(part: Path, file: Path) -> None:
    """Give a complete file its name, unless another process was first."""
    try:
        if size(file) == 0:
            file.unlink(missing_ok=True)
        os.link(part, file)
    except FileExistsError:
        return
    except OSError:
        # This disk has no hard links.
        part.rename(file)
    if os.name == "posix":
        # The new name is on the disk only when the folder is.
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sentence(name: str, written: int, missing: int, backup: Backup | None) -> str:
    """Return the sentences about the samples of a file that was replaced.

    Parameters
    ----------
    name : str
        The file.
    written : int
        How many recent samples were added to the new file.
    missing : int
        How many samples of the old file the new one lacks.
    backup : Backup or None
        The backup that holds them; None where it could not be made.
    """
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
