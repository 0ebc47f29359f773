"""Look through the backups of the own samples, and go back to one of them.

Where the store is sound, going back is one more edit of it: the samples count
that counted then, with the labels of then, and one undo takes that back. The
store of before is backed up as well. Where it is gone or damaged, a copy of the
backup takes its place.
"""

import contextlib
import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from classroom import files
from classroom.datasets import backup_files, backups, recovery, store_copy
from classroom.datasets.backup_files import Backup
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError, MissingStore
from classroom.datasets.sample import Sample
from classroom.datasets.store_files import size
from classroom.i18n import _

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """A backup, and how many samples it holds.

    Attributes
    ----------
    backup : Backup
    samples : int or None
        None: it is damaged.
    """

    backup: Backup
    samples: int | None


@dataclass(frozen=True)
class Restored:
    """What became of the store.

    Attributes
    ----------
    backup : Backup
        What it was brought to.
    samples : int
        How many samples there are now.
    added, deleted, relabelled : int
        Against the store of before; all 0 where there was none.
    before : Backup or None
        Holds the store of before; None where there was none.
    aside : Path or None
        Where a damaged store of before is now.
    edit : int or None
        What `Dataset.undo` takes back; None where nothing was changed, or the file is another.
    """

    backup: Backup
    samples: int
    added: int = 0
    deleted: int = 0
    relabelled: int = 0
    before: Backup | None = None
    aside: Path | None = None
    edit: int | None = None


def overview(store: Path) -> list[Held]:
    """Return the backups of a store, the newest first, each with its number of samples."""
    return [Held(backup, _count(backup.file)) for backup in backup_files.listing(store)]


def named(store: Path, name: str) -> Backup:
    """Return the backup that a user calls `name`, with or without its ending.

    Raises
    ------
    DatasetError
        There is none of that name.
    """
    there = backup_files.listing(store)
    for backup in there:
        if Path(name).name.removesuffix(".sqlite") == backup.name:
            return backup
    raise DatasetError(
        _("There is no backup called {name}. There are: {known}.").format(
            name=name, known=", ".join(one.name for one in there) or _("none")
        )
    )


def restore(store: Path, backup: Backup) -> Restored:
    """Bring a store that nobody in this process has open to what it is in a backup.

    Raises
    ------
    DatasetError
        The backup is damaged, or the store cannot be read or written.
    """
    try:
        with Dataset(backups.url_of(store)) as dataset:
            return restore_into(dataset, store, backup)
    except MissingStore:
        return _put_back(store, backup)
    except DamagedStore:
        done = backups.recover(store, backup)
        return Restored(backup, done.samples, aside=done.aside)


def restore_into(dataset: Dataset, store: Path, backup: Backup) -> Restored:
    """Bring an open store, whose file is `store`, to what it is in a backup."""
    wanted = _samples_of(backup)
    before = backups.make(store, minutes=0, spared=backup)
    # Nothing was changed since the newest one: that is the store of before.
    before = before or next(iter(backup_files.listing(store)), None)
    added, deleted, relabelled, edit = dataset.bring_to(wanted)
    total = dataset.stats()["total"]
    return Restored(backup, total, added, deleted, relabelled, before, edit=edit)


def begin_anew(store: Path) -> None:
    """Begin an empty store where the file is gone; its backups stay.

    Raises
    ------
    DatasetError
        There is a store.
    """
    if size(store):
        # What was taken away while it was opened may have left a file without samples.
        with contextlib.suppress(MissingStore), Dataset(backups.url_of(store)):
            raise DatasetError(_("{name} is there; nothing was changed.").format(name=store))
    with Dataset(backups.url_of(store), anew=True):
        pass


def _put_back(store: Path, backup: Backup) -> Restored:
    """Put a copy of the backup where no store is."""
    _samples_of(backup)
    try:
        with (
            files.replacing(store) as part,
            contextlib.closing(sqlite3.connect(backup.file)) as source,
        ):
            store_copy.copy(source, part, "WAL")
    except (sqlite3.Error, OSError) as error:
        raise DatasetError(
            _("The backup could not be copied to {store}: {why}.").format(store=store, why=error)
        ) from error
    with Dataset(backups.url_of(store)) as dataset:
        return Restored(backup, dataset.stats()["total"])


def _samples_of(backup: Backup) -> list[Sample]:
    try:
        return recovery.whole(backup.file)
    except (sqlite3.Error, ValueError, OSError) as error:
        raise DatasetError(
            _(
                "The backup {name} is damaged: nothing was changed. Choose another one; "
                "“dataset backups” lists them."
            ).format(name=backup.name)
        ) from error


def _count(file: Path) -> int | None:
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            query = "SELECT count(*) FROM samples WHERE deleted IS NULL"
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.Error as error:
        log.warning("backup %s cannot be read: %s", file, error)
        return None
