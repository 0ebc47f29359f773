"""Automatic backups of the own samples: a few, beside the store; and going back to one.

A backup is a copy of the whole store (see `classroom.datasets.store_copy`). It counts only
once it has been found sound, so that damage never pushes out what is whole.
"""

import contextlib
import logging
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classroom import files
from classroom.datasets import backup_files, store_copy
from classroom.datasets.backup_files import TIME, Backup, listing
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError
from classroom.datasets.recovery import rescued
from classroom.datasets.sample import trace
from classroom.datasets.store_files import size
from classroom.i18n import _

# The newest ones, and of each day before today the last.
NEWEST, DAYS = 3, 4
MINUTES = 10
# SQLite's own size of a page.
_PAGE = 4096

log = logging.getLogger(__name__)


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


def make(store: Path, minutes: float = MINUTES, spared: Backup | None = None) -> Backup | None:
    """Back the store up, if it has changed and the last backup is old enough.

    Parameters
    ----------
    store : Path
    minutes : float
        How old the last backup has to be; one of a day to come is as old as any.
    spared : Backup, optional
        One that stays, however many there are.

    Raises
    ------
    DamagedStore
        The store turned out to be damaged; the backups stay as they are.
    DatasetError
        The backup cannot be written.
    """
    now, there = datetime.now(UTC), listing(store)
    age = (now - there[0].taken).total_seconds() if there else None
    if not store.is_file() or (age is not None and 0 <= age < 60 * minutes):
        return None
    try:
        with contextlib.closing(sqlite3.connect(store, timeout=2.0)) as source:
            if there and _mark(source) == _mark_of(there[0].file):
                return None
            made = backup_files.write(source, store)
    except (sqlite3.Error, OSError) as error:
        if _is_damage(error):
            raise DamagedStore(
                _("The file {name} of the own samples is damaged.").format(name=store)
            ) from error
        raise DatasetError(
            _("The own samples could not be backed up to {folder}: {why}.").format(
                folder=backup_files.folder(store), why=error
            )
        ) from error
    _rotate(store, now, spared)
    return made


def recover(store: Path, backup: Backup | None = None) -> Recovery:
    """Set a damaged store aside, and put a backup in its place.

    Samples that only the damaged file holds, and that can still be read, are
    added to it.

    Parameters
    ----------
    store : Path
    backup : Backup, optional
        The newest sound one, where there is none.

    Raises
    ------
    DatasetError
        The files cannot be renamed or written.
    """
    backup = backup or newest(store)
    aside = store.with_name(f"{store.stem}-damaged-{datetime.now(UTC).strftime(TIME)}.sqlite")
    try:
        with contextlib.ExitStack() as stack:
            if backup is not None:
                part = stack.enter_context(files.replacing(store))
                with contextlib.closing(sqlite3.connect(backup.file)) as source:
                    store_copy.copy(source, part, "WAL")
            # The damaged store moves only now that the disk has taken what replaces it.
            _give_the_log_a_store(store)
            for ending in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{store}{ending}").replace(f"{aside}{ending}")
    except (sqlite3.Error, OSError) as error:
        raise DatasetError(
            _(
                "The damaged file could not be replaced: {why}. The backups are in {folder}, "
                "and none of them was changed."
            ).format(why=error, folder=backup_files.folder(store))
        ) from error
    with Dataset(url_of(store), anew=True) as dataset:
        added, _known, _edit = dataset.keep_many(rescued(aside))
        added += _rescued_without_log(aside, dataset)
        return Recovery(aside, backup, dataset.stats()["total"], added)


def _rescued_without_log(aside: Path, dataset: Dataset) -> int:
    """Add what a damaged file holds when its log, which may be another's, is not read."""
    if not size(Path(f"{aside}-wal")):
        return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        alone = Path(folder, "store.sqlite")
        shutil.copyfile(aside, alone)
        # What is known has been changed since, maybe deleted.
        known = {one.digest for one in dataset.traces()}
        found = [one for one in rescued(alone) if trace(one).digest not in known]
    return dataset.keep_many(found)[0]


def _give_the_log_a_store(store: Path) -> None:
    """Have SQLite read the log beside a file that is empty or gone: it would delete it unread."""
    if size(Path(f"{store}-wal")) and size(store) == 0:
        with store.open("ab") as file:
            file.truncate(_PAGE)


def newest(store: Path) -> Backup | None:
    """Return the newest backup that is sound."""
    for backup in listing(store):
        try:
            with contextlib.closing(sqlite3.connect(backup.file)) as connection:
                store_copy.check(connection)
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
            store_copy.check(connection)
    except sqlite3.Error as error:
        raise DamagedStore(str(error)) from error


def purge_writer(store: Path, writer: str) -> int:
    """Delete a writer from every backup; one that cannot be read is deleted as a whole.

    Returns
    -------
    int
        How many backups held anything of theirs, or are gone.
    """
    # Copies that a killed program left unfinished hold the writer's digits, too. One that is
    # being made fails, and is made again.
    unfinished = f"*{files.UNFINISHED}*"
    backup_folder = backup_files.folder(store)
    for left in (*store.parent.glob(f"*{store.stem}{unfinished}"), *backup_folder.glob(unfinished)):
        left.unlink(missing_ok=True)
    count = 0
    for file in [backup.file for backup in listing(store)] + backup_files.saved(store):
        try:
            with Dataset(url_of(file)) as dataset:
                count += dataset.purge_writer(writer) > 0
        except DatasetError as error:
            log.warning("backup %s is deleted: %s", file, error)
            file.unlink(missing_ok=True)
            count += 1
    return count


def set_aside(store: Path) -> list[Path]:
    """Return the damaged stores that were set aside."""
    return sorted(store.parent.glob(f"{store.stem}-damaged-*.sqlite"))


def _mark(connection: sqlite3.Connection) -> tuple[int | str, ...]:
    # The last time tells apart two stores in which as much was done.
    query = "SELECT max(id), sum(undone), count(*), max(created) FROM edits"
    return tuple(connection.execute(query).fetchone())


def _mark_of(file: Path) -> tuple[int | str, ...] | None:
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return _mark(connection)
    except sqlite3.Error:
        return None


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _rotate(store: Path, now: datetime, spared: Backup | None) -> None:
    """Delete the backups that are too many."""
    there = listing(store)
    kept = set(there[:NEWEST])
    # By day and not by what is before today: the clock may have gone back by years.
    last_of_day = {one.taken.date(): one for one in reversed(there)}
    last_of_day.pop(now.date(), None)
    kept |= set(sorted(last_of_day.values(), key=there.index)[:DAYS])
    for backup in set(there) - kept - {spared}:
        backup.file.unlink(missing_ok=True)
