"""The files of the automatic backups: which there are, which is the newest, where the next goes.

The number of a backup says which is newer, not its date: the clock of an old
computer may have been wrong for a day.
"""

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classroom import files
from classroom.datasets import store_copy

TIME = "%Y%m%d-%H%M%S"
# Where SQLite keeps `PRAGMA user_version` in its file: https://www.sqlite.org/fileformat.html
_NUMBER_AT, _NUMBER_LENGTH = 60, 4


@dataclass(frozen=True)
class Backup:
    """One backup.

    Attributes
    ----------
    file : Path
    taken : datetime
        In UTC, as the clock of the computer had it.
    number : int
        Higher than those of all that were there when it was made; 0: nobody counted yet.
    """

    file: Path
    taken: datetime
    number: int = 0

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.file.stem

    @property
    def in_future(self) -> bool:
        """Whether the clock says that it has not been made yet."""
        return self.taken > datetime.now(UTC) + timedelta(minutes=1)


def folder(store: Path) -> Path:
    """Return the folder with the backups of a store, whether it is there or not."""
    return store.parent / "backups"


def listing(store: Path) -> list[Backup]:
    """Return the backups of a store, the newest first; none where nobody may look for them."""
    found = []
    for file in _matching(folder(store), f"{store.stem}-*.sqlite"):
        with contextlib.suppress(ValueError, OSError):
            moment = datetime.strptime(file.stem.removeprefix(f"{store.stem}-"), TIME)
            found.append(Backup(file, moment.replace(tzinfo=UTC), _number(file)))
    # Of those that nobody counted, one of a day to come is hardly the newest.
    return sorted(found, key=lambda one: (one.number, not one.in_future, one.taken), reverse=True)


def saved(store: Path) -> list[Path]:
    """Return the files with digits that were kept and that no store was there to take."""
    return sorted(_matching(store.parent, f"{store.stem}-saved-*.sqlite"))


def name_of_saved(store: Path) -> Path:
    """Return where the next such file goes."""
    moment = datetime.now(UTC).strftime(TIME)
    return store.with_name(f"{store.stem}-saved-{moment}-{os.getpid()}.sqlite")


def write(source: sqlite3.Connection, store: Path) -> Backup:
    """Make another backup of a store, which becomes the newest.

    Parameters
    ----------
    source : sqlite3.Connection
        The store, opened, in no transaction.
    store : Path
        Where it is, or was.

    Raises
    ------
    sqlite3.Error, OSError
        It cannot be read or written; nothing is left of the backup.
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


def _matching(place: Path, pattern: str) -> list[Path]:
    try:
        return list(place.glob(pattern))
    except OSError:
        return []


def _number(file: Path) -> int:
    with file.open("rb") as opened:
        opened.seek(_NUMBER_AT)
        return int.from_bytes(opened.read(_NUMBER_LENGTH), "big", signed=True)
