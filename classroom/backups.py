"""Automatic backups of the own samples: a few, beside the store; and going back to one.

A backup is a copy of the whole store by SQLite's online backup
(https://www.sqlite.org/backup.html): it is one moment of it, and nobody who
keeps a digit meanwhile has to wait. It counts only once it has been found
sound, so that damage never pushes out what is whole.
"""

import contextlib
import logging
import os
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classroom import privacy
from classroom.dataset import DamagedStore, Dataset, DatasetError
from classroom.i18n import _
from classroom.rescue import rescued

# The newest ones, and of each day before today the last.
NEWEST, DAYS = 3, 4
MINUTES = 10
# Pages of 4 KB copied at a time, and the pause after them: the disk is there for the pen.
PAGES, PAUSE = 500, 0.002
_TIME = "%Y%m%d-%H%M%S"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backup:
    """One backup.

    Attributes
    ----------
    file : Path
    taken : datetime
        In UTC.
    """

    file: Path
    taken: datetime


@dataclass(frozen=True)
class Recovery:
    """What became of a damaged store.

    Attributes
    ----------
    aside : Path
        Where the damaged file is now.
    backup : Backup or None
        What took its place; None: an empty store.
    samples : int
        How many samples there are now.
    rescued : int
        How many of them only the damaged file held.
    """

    aside: Path
    backup: Backup | None
    samples: int
    rescued: int


def url_of(store: Path) -> str:
    """Return the database URL of a store's file."""
    return f"sqlite:///{store.as_posix()}"


def listing(store: Path) -> list[Backup]:
    """Return the backups of a store, the newest first."""
    found = []
    for file in _folder(store).glob(f"{store.stem}-*.sqlite"):
        with contextlib.suppress(ValueError):
            moment = datetime.strptime(file.stem.removeprefix(f"{store.stem}-"), _TIME)
            found.append(Backup(file, moment.replace(tzinfo=UTC)))
    return sorted(found, key=lambda backup: backup.taken, reverse=True)


def make(store: Path, minutes: float = MINUTES) -> Backup | None:
    """Back the store up, if it has changed and the last backup is old enough.

    Parameters
    ----------
    store : Path
    minutes : float
        How old the last backup has to be.

    Raises
    ------
    DamagedStore
        The store turned out to be damaged; the backups stay as they are.
    DatasetError
        The backup cannot be written.
    """
    now, there = datetime.now(UTC), listing(store)
    if not store.is_file() or (there and (now - there[0].taken).total_seconds() < 60 * minutes):
        return None
    target = _folder(store) / f"{store.stem}-{now.strftime(_TIME)}.sqlite"
    part = target.with_suffix(".part")
    try:
        with contextlib.closing(sqlite3.connect(store, timeout=2.0)) as source:
            if there and _mark(source) == _mark_of(there[0].file):
                return None
            target.parent.mkdir(exist_ok=True)
            _copy(source, part)
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        if _is_damage(error):
            raise DamagedStore(
                _("The file {name} of the own samples is damaged.").format(name=store)
            ) from error
        raise DatasetError(
            _("The own samples could not be backed up to {folder}: {why}.").format(
                folder=target.parent, why=error
            )
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    _rotate(store, now)
    return Backup(target, now.replace(microsecond=0))


def recover(store: Path) -> Recovery:
    """Set a damaged store aside, and put the newest sound backup in its place.

    Samples that only the damaged file holds, and that can still be read, are
    added to it.

    Raises
    ------
    DatasetError
        The files cannot be renamed or written.
    """
    backup = newest(store)
    aside = store.with_name(f"{store.stem}-damaged-{datetime.now(UTC).strftime(_TIME)}.sqlite")
    try:
        part = store.with_suffix(".part")
        if backup is not None:
            with contextlib.closing(sqlite3.connect(backup.file)) as source:
                _copy(source, part, "WAL")
        # Only now that the disk has taken what comes in its place.
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{store}{ending}").replace(f"{aside}{ending}")
        if backup is not None:
            part.replace(store)
    except (sqlite3.Error, OSError) as error:
        raise DatasetError(
            _(
                "The damaged file could not be replaced: {why}. The backups are in {folder}, "
                "and none of them was changed."
            ).format(why=error, folder=_folder(store))
        ) from error
    with Dataset(url_of(store)) as dataset:
        added, _known, _edit = dataset.keep_many(rescued(aside))
        return Recovery(aside, backup, dataset.stats()["total"], added)


def newest(store: Path) -> Backup | None:
    """Return the newest backup that is sound."""
    for backup in listing(store):
        try:
            with contextlib.closing(sqlite3.connect(backup.file)) as connection:
                _check(connection)
        except sqlite3.Error as error:
            log.warning("backup %s cannot be used: %s", backup.file, error)
        else:
            return backup
    return None


def check(store: Path) -> None:
    """Read all of the store; raises `DamagedStore` where it is not sound."""
    with Dataset(url_of(store)):
        pass
    try:
        with contextlib.closing(sqlite3.connect(store, timeout=2.0)) as connection:
            _check(connection)
    except sqlite3.Error as error:
        raise DamagedStore(str(error)) from error


def purge_writer(store: Path, writer: str) -> int:
    """Delete a writer from every backup; one that cannot be read is deleted as a whole.

    Returns
    -------
    int
        How many backups held anything of theirs, or are gone.
    """
    # Unfinished copies, and one that is being made: it fails, and is made again.
    for part in (store.with_suffix(".part"), *_folder(store).glob("*.part*")):
        part.unlink(missing_ok=True)
    count = 0
    for backup in listing(store):
        try:
            with Dataset(url_of(backup.file)) as dataset:
                count += dataset.purge_writer(writer) > 0
        except DatasetError as error:
            log.warning("backup %s is deleted: %s", backup.file, error)
            backup.file.unlink(missing_ok=True)
            count += 1
    return count


def set_aside(store: Path) -> list[Path]:
    """Return the damaged stores that were set aside."""
    return sorted(store.parent.glob(f"{store.stem}-damaged-*.sqlite"))


def _folder(store: Path) -> Path:
    return store.parent / "backups"


def _copy(source: sqlite3.Connection, part: Path, journal: str = "DELETE") -> None:
    part.unlink(missing_ok=True)
    privacy.create(part)
    # In this transaction the copy sees one moment, whoever writes meanwhile.
    source.execute("BEGIN")
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    with contextlib.closing(sqlite3.connect(part)) as target:
        source.backup(target, pages=PAGES, progress=lambda *_left: time.sleep(PAUSE))
        _check(target)
        # One file, without a log beside it.
        target.execute(f"PRAGMA journal_mode = {journal}")
    source.rollback()
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _check(connection: sqlite3.Connection) -> None:
    [(answer,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
    if answer != "ok":
        error = sqlite3.DatabaseError(answer)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _mark(connection: sqlite3.Connection) -> tuple[int, ...]:
    query = "SELECT max(id), sum(undone), count(*) FROM edits"
    return tuple(connection.execute(query).fetchone())


def _mark_of(file: Path) -> tuple[int, ...] | None:
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return _mark(connection)
    except sqlite3.Error:
        return None


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _rotate(store: Path, now: datetime) -> None:
    """Delete the backups that are too many."""
    there = listing(store)
    kept = set(there[:NEWEST])
    days = sorted({one.taken.date() for one in there if one.taken.date() < now.date()})[-DAYS:]
    kept |= {next(one for one in there if one.taken.date() == day) for day in days}
    for backup in set(there) - kept:
        backup.file.unlink(missing_ok=True)
