"""Bring the store back to one of its backups, and set a damaged store aside.

The window's dialogs and the commands ``dataset backups``, ``restore`` and ``recover`` use it.
"""

import contextlib
import logging
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from classroom import files
from classroom.datasets import backups, recovery, store_copy
from classroom.datasets.backups import Backup
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError, MissingStore
from classroom.datasets.sample import Sample
from classroom.datasets.samples_table import trace
from classroom.datasets.store_files import size
from classroom.i18n import _

# The size of a page in an SQLite file, unless somebody chose another one.
_PAGE = 4096

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BackupContent:
    """A backup, and the number of its samples.

    Attributes
    ----------
    backup : Backup
    samples : int or None
        None for a damaged backup.
    """

    backup: Backup
    samples: int | None


@dataclass(frozen=True)
class Restored:
    """The store after it was brought to a backup.

    Attributes
    ----------
    backup : Backup
    samples : int
        How many samples the store has now.
    added, deleted, relabelled : int
        How many samples changed; all 0 where there was no store to compare with.
    before : Backup or None
        The backup of the store as it was before; None where there was none.
    aside : Path or None
        The file of a damaged store that was set aside.
    edit : int or None
        The edit for `Dataset.undo`; None where nothing changed, or another file took the
        store's place.
    """

    backup: Backup
    samples: int
    added: int = 0
    deleted: int = 0
    relabelled: int = 0
    before: Backup | None = None
    aside: Path | None = None
    edit: int | None = None


@dataclass(frozen=True)
class Recovery:
    """The store after a damaged one was set aside.

    Attributes
    ----------
    aside : Path
        The file of the damaged store.
    backup : Backup or None
        The backup that took its place; None for an empty store.
    samples : int
        How many samples the store has now.
    recovered : int
        How many of them came from the damaged file alone.
    """

    aside: Path
    backup: Backup | None
    samples: int
    recovered: int


def url_of(store: Path) -> str:
    """Return the database URL of a store's file."""
    return f"sqlite:///{store.as_posix()}"


def contents(store: Path) -> list[BackupContent]:
    """Return the backups of a store with the number of their samples, the newest first."""
    return [BackupContent(backup, _count(backup.file)) for backup in backups.listing(store)]


def check(store: Path) -> None:
    """Read all of the store; raise `DamagedStore` where it is damaged."""
    with Dataset(url_of(store)):
        pass
    try:
        with contextlib.closing(sqlite3.connect(store, timeout=2.0)) as connection:
            store_copy.check(connection)
    except sqlite3.Error as error:
        raise DamagedStore(str(error)) from error


def restore(store: Path, backup: Backup) -> Restored:
    """Bring a store that is not open in this process to its state in a backup.

    Where the store is gone or damaged, a copy of the backup takes its place.

    Raises
    ------
    DatasetError
        The backup is damaged, or the store cannot be read or written.
    """
    try:
        with Dataset(url_of(store)) as dataset:
            return restore_into(dataset, store, backup)
    except MissingStore:
        return _put_back(store, backup)
    except DamagedStore:
        done = recover(store, backup)
        return Restored(backup, done.samples, aside=done.aside)


def restore_into(dataset: Dataset, store: Path, backup: Backup) -> Restored:
    """Bring an open store to its state in a backup, in one edit that can be undone.

    Parameters
    ----------
    dataset : Dataset
    store : Path
        The file of `dataset`; it is backed up before it changes.
    backup : Backup
    """
    wanted = _samples_of(backup)
    before = backups.make(store, minutes=0, spared=backup)
    # Without a new backup the newest one holds the store as it is.
    before = before or next(iter(backups.listing(store)), None)
    added, deleted, relabelled, edit = dataset.bring_to(wanted)
    total = dataset.stats()["total"]
    return Restored(backup, total, added, deleted, relabelled, before, edit=edit)


def recover(store: Path, backup: Backup | None = None) -> Recovery:
    """Set a damaged store aside, and put a backup in its place.

    Samples that only the damaged file holds, and that can still be read, are added.

    Parameters
    ----------
    store : Path
    backup : Backup, optional
        Where none is given, the newest sound one; where there is none, the store begins empty.

    Raises
    ------
    DatasetError
        The files cannot be renamed or written.
    """
    backup = backup or backups.newest_sound(store)
    aside = backups.name_for_damaged(store)
    try:
        with contextlib.ExitStack() as stack:
            if backup is not None:
                part = stack.enter_context(files.replacing(store))
                with contextlib.closing(sqlite3.connect(backup.file)) as source:
                    store_copy.copy(source, part, "WAL")
            # The damaged store is moved only now, when the copy that replaces it is on the disk.
            _give_the_log_a_store(store)
            for ending in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{store}{ending}").replace(f"{aside}{ending}")
    except (sqlite3.Error, OSError) as error:
        raise DatasetError(
            _(
                "The damaged file could not be replaced: {why}. The backups are in {folder}, "
                "and none of them was changed."
            ).format(why=error, folder=backups.folder(store))
        ) from error
    with Dataset(url_of(store), anew=True) as dataset:
        added, _known, _edit = dataset.keep_many(recovery.readable_samples(aside))
        added += _recover_without_log(aside, dataset)
        return Recovery(aside, backup, dataset.stats()["total"], added)


def begin_anew(store: Path) -> None:
    """Begin an empty store where the file is gone; its backups stay.

    Raises
    ------
    DatasetError
        There is a store.
    """
    if size(store):
        # A store that was taken away while it was opened may have left a file without samples.
        with contextlib.suppress(MissingStore), Dataset(url_of(store)):
            raise DatasetError(_("{name} is there; nothing was changed.").format(name=store))
    with Dataset(url_of(store), anew=True):
        pass


def purge_writer(store: Path, writer: str) -> int:
    """Delete a writer from every backup; delete a backup that cannot be read altogether.

    Returns
    -------
    int
        How many backups held something of the writer's, or were deleted.
    """
    # Copies that a killed program left unfinished hold the writer's digits, too. A copy that
    # is being made fails, and is made again.
    unfinished = f"*{files.UNFINISHED}*"
    beside = store.parent.glob(f"*{store.stem}{unfinished}")
    for left in (*beside, *backups.folder(store).glob(unfinished)):
        left.unlink(missing_ok=True)
    count = 0
    for file in [backup.file for backup in backups.listing(store)] + backups.saved(store):
        try:
            with Dataset(url_of(file)) as dataset:
                count += dataset.purge_writer(writer) > 0
        except DatasetError as error:
            log.warning("backup %s is deleted: %s", file, error)
            file.unlink(missing_ok=True)
            count += 1
    return count


def _recover_without_log(aside: Path, dataset: Dataset) -> int:
    """Add the samples that a damaged file holds without the log beside it; return how many.

    The log may belong to another file, and then hides what is in this one.
    """
    if not size(Path(f"{aside}-wal")):
        return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        alone = Path(folder, "store.sqlite")
        shutil.copyfile(aside, alone)
        # The log may have changed or deleted samples that are known already: they stay so.
        known = {one.digest for one in dataset.traces()}
        found = [one for one in recovery.readable_samples(alone) if trace(one).digest not in known]
    return dataset.keep_many(found)[0]


def _give_the_log_a_store(store: Path) -> None:
    """Lengthen a store that is empty or gone, so that SQLite reads the log beside it.

    It would otherwise delete the log unread.
    """
    if size(Path(f"{store}-wal")) and size(store) == 0:
        with store.open("ab") as file:
            file.truncate(_PAGE)


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
    with Dataset(url_of(store)) as dataset:
        return Restored(backup, dataset.stats()["total"])


def _samples_of(backup: Backup) -> list[Sample]:
    """Return all samples of a backup; raise `DatasetError` where it is damaged."""
    try:
        return recovery.all_samples(backup.file)
    except (sqlite3.Error, ValueError, OSError) as error:
        raise DatasetError(
            _(
                "The backup {name} is damaged: nothing was changed. Choose another one; "
                "“dataset backups” lists them."
            ).format(name=backup.name)
        ) from error


def _count(file: Path) -> int | None:
    """Return the number of samples in a backup; None where it is damaged."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            query = "SELECT count(*) FROM samples WHERE deleted IS NULL"
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.Error as error:
        log.warning("backup %s cannot be read: %s", file, error)
        return None
