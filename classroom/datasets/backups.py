"""The automatic backups of the store: which there are, when the next is due, which are deleted.

The window makes them while it is open; `restoring` brings the store back to one.
"""

import contextlib
import logging
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classroom import files
from classroom.datasets import store_copy
from classroom.datasets.database import DamagedStore, DatasetError
from classroom.i18n import _

TIME = "%Y%m%d-%H%M%S"
# How many stay: the newest ones, and for each day before today the last one.
NEWEST, DAYS = 3, 4
# How old the newest backup is when the next one is due.
MINUTES = 10
# Where SQLite keeps `PRAGMA user_version` in its file: https://www.sqlite.org/fileformat.html
_NUMBER_AT, _NUMBER_LENGTH = 60, 4

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backup:
    """A copy of the whole store, which was sound when it was made.

    Attributes
    ----------
    file : Path
    taken : datetime
        In UTC, by the clock of the computer. An old computer may be wrong about the day, so
        the number says which backup is newer.
    number : int
        Higher than those of all backups that existed when it was made; 0 for a backup from
        before backups were numbered.
    """

    file: Path
    taken: datetime
    number: int = 0

    @property
    def name(self) -> str:
        """The name that the user sees and types."""
        return self.file.stem

    @property
    def in_future(self) -> bool:
        """Whether it was made later than now, by the clock of the computer."""
        return self.taken > datetime.now(UTC) + timedelta(minutes=1)


def folder(store: Path) -> Path:
    """Return the folder for the backups of a store, which need not exist."""
    return store.parent / "backups"


def listing(store: Path) -> list[Backup]:
    """Return the backups of a store, the newest first; none where the folder cannot be read."""
    found = []
    for file in _matching(folder(store), f"{store.stem}-*.sqlite"):
        with contextlib.suppress(ValueError, OSError):
            moment = datetime.strptime(file.stem.removeprefix(f"{store.stem}-"), TIME)
            found.append(Backup(file, moment.replace(tzinfo=UTC), _number(file)))
    # Without a number the time decides, and a time in the future is a wrong clock's.
    return sorted(found, key=lambda one: (one.number, not one.in_future, one.taken), reverse=True)


def named(store: Path, name: str) -> Backup:
    """Return the backup that the user calls `name`, with or without its ending.

    Raises
    ------
    DatasetError
        There is none of that name.
    """
    there = listing(store)
    for backup in there:
        if Path(name).name.removesuffix(".sqlite") == backup.name:
            return backup
    raise DatasetError(
        _("There is no backup called {name}. There are: {known}.").format(
            name=name, known=", ".join(one.name for one in there) or _("none")
        )
    )


def newest_sound(store: Path) -> Backup | None:
    """Return the newest backup that is not damaged."""
    for backup in listing(store):
        try:
            with contextlib.closing(sqlite3.connect(backup.file)) as connection:
                store_copy.check(connection)
        except sqlite3.Error as error:
            log.warning("backup %s cannot be used: %s", backup.file, error)
        else:
            return backup
    return None


def make(store: Path, minutes: float = MINUTES, spared: Backup | None = None) -> Backup | None:
    """Back the store up, if it has changed and the newest backup is old enough.

    Parameters
    ----------
    store : Path
    minutes : float
        How old the newest backup has to be. One from the future is always old enough.
    spared : Backup, optional
        A backup that is not deleted, however many there are.

    Raises
    ------
    DamagedStore
        The store is damaged. The backups stay as they are, so that damage never pushes out
        what is whole.
    DatasetError
        The backup cannot be written.
    """
    now, there = datetime.now(UTC), listing(store)
    age = (now - there[0].taken).total_seconds() if there else None
    if not store.is_file() or (age is not None and 0 <= age < 60 * minutes):
        return None
    try:
        with contextlib.closing(sqlite3.connect(store, timeout=2.0)) as source:
            if there and _last_edits(source) == _last_edits_of(there[0].file):
                return None
            made = write(source, store)
    except (sqlite3.Error, OSError) as error:
        if _is_damage(error):
            raise DamagedStore(
                _("The file {name} of the own samples is damaged.").format(name=store)
            ) from error
        raise DatasetError(
            _("The own samples could not be backed up to {folder}: {why}.").format(
                folder=folder(store), why=error
            )
        ) from error
    _delete_surplus(store, now, spared)
    return made


def write(source: sqlite3.Connection, store: Path) -> Backup:
    """Make another backup of a store, which becomes the newest.

    Parameters
    ----------
    source : sqlite3.Connection
        The opened store, in no transaction.
    store : Path
        The store's file; it need not exist any more.

    Raises
    ------
    sqlite3.Error, OSError
        The store cannot be read or the backup not be written; nothing is left of the backup.
    """
    there = listing(store)
    moment = datetime.now(UTC).replace(microsecond=0)
    taken = {one.taken for one in there}
    while moment in taken:
        moment += timedelta(seconds=1)
    number = max((one.number for one in there), default=0) + 1
    target = folder(store) / f"{store.stem}-{moment.strftime(TIME)}.sqlite"
    target.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(target) as part:
        store_copy.copy(source, part, number=number)
    return Backup(target, moment, number)


def saved(store: Path) -> list[Path]:
    """Return the files with samples that a closing window could not write to the store."""
    return sorted(_matching(store.parent, f"{store.stem}-saved-*.sqlite"))


def name_for_saved(store: Path) -> Path:
    """Return a new name for such a file."""
    moment = datetime.now(UTC).strftime(TIME)
    return store.with_name(f"{store.stem}-saved-{moment}-{os.getpid()}.sqlite")


def set_aside(store: Path) -> list[Path]:
    """Return the damaged stores that a recovery has set aside."""
    return sorted(store.parent.glob(f"{store.stem}-damaged-*.sqlite"))


def name_for_damaged(store: Path) -> Path:
    """Return a new name for a damaged store that is set aside."""
    return store.with_name(f"{store.stem}-damaged-{datetime.now(UTC).strftime(TIME)}.sqlite")


def _matching(place: Path, pattern: str) -> list[Path]:
    """Return the paths in a folder that match; none where the folder cannot be read."""
    try:
        return list(place.glob(pattern))
    except OSError:
        return []


def _number(file: Path) -> int:
    """Read the number of a backup without opening it as a database."""
    with file.open("rb") as opened:
        opened.seek(_NUMBER_AT)
        return int.from_bytes(opened.read(_NUMBER_LENGTH), "big", signed=True)


def _last_edits(connection: sqlite3.Connection) -> tuple[int | str, ...]:
    """Return values that differ in two stores whose samples differ."""
    # The last time is one of them: two stores may have seen the same number of edits.
    query = "SELECT max(id), sum(undone), count(*), max(created) FROM edits"
    return tuple(connection.execute(query).fetchone())


def _last_edits_of(file: Path) -> tuple[int | str, ...] | None:
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return _last_edits(connection)
    except sqlite3.Error:
        return None


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _delete_surplus(store: Path, now: datetime, spared: Backup | None) -> None:
    """Delete the backups that are neither among the newest nor the last of their day."""
    there = listing(store)
    kept = set(there[:NEWEST])
    # Grouped by day, whether before or after today: the clock may have gone back by years.
    last_of_day = {one.taken.date(): one for one in reversed(there)}
    last_of_day.pop(now.date(), None)
    kept |= set(sorted(last_of_day.values(), key=there.index)[:DAYS])
    for backup in set(there) - kept - {spared}:
        backup.file.unlink(missing_ok=True)
