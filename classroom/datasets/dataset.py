"""The students' own samples: stored once, stored for good, in practice and exam.

A sample is on the disk before `Dataset.keep` returns. Deleting only marks it,
and every change can be taken back (see `classroom.datasets.history`), also after a
restart. Whether a sample is trained on (``practice``) or only tested on
(``exam``) is decided when it is first stored, and never again: what a network
may have seen must not turn up in its exam.
"""

import contextlib
import logging
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom.datasets import backup_files, history, listing, read_only, schema
from classroom.datasets import sample as table
from classroom.datasets.database import (
    DamagedStore,
    Database,
    DatasetError,
    MissingStore,
    log_without_store,
    store_file,
)
from classroom.datasets.following import Follower
from classroom.datasets.history import Change, Edit
from classroom.datasets.overview import Listing
from classroom.datasets.queries import Reader
from classroom.datasets.recovery import rescued
from classroom.datasets.sample import EXAM, PARTS, PRACTICE, Sample
from classroom.datasets.session import Row, Session
from classroom.datasets.store_files import Fate, size
from classroom.i18n import _
from classroom.writers import clean_writer

# How often one change goes over to another file before it gives up.
REPLACED_AT_MOST = 4

Result = TypeVar("Result")

log = logging.getLogger(__name__)

__all__ = [
    "EXAM",
    "PARTS",
    "PRACTICE",
    "DamagedStore",
    "Dataset",
    "DatasetError",
    "Edit",
    "Kept",
    "Listing",
    "MissingStore",
    "Sample",
]


@dataclass(frozen=True)
class Kept:
    """What became of a sample.

    Attributes
    ----------
    id : int
        Its number.
    part : str
    duplicate : bool
        Whether it was there already.
    edit : int or None
        What `Dataset.undo` takes back; None for a duplicate.
    """

    id: int
    part: str
    duplicate: bool
    edit: int | None = None


class Dataset(Reader):
    """The store of the own samples.

    May be used from several threads, by one at a time, and from several
    processes at once.

    Parameters
    ----------
    url : str
        The database, as SQLAlchemy writes it, such as
        ``sqlite:///data/samples.sqlite``. Folders and tables are made.
    anew : bool
        Begin an empty store also where its file is gone and there are backups of it.

    Raises
    ------
    DatasetError
        By every method, with a sentence for the user: locked by another
        program, read-only, disk full, or of a newer version; `DamagedStore`
        where the file makes no sense, `MissingStore` where it is gone and
        there are backups of it.
    """

    def __init__(self, url: str, *, anew: bool = False) -> None:
        self._session = Session()
        self._follower = Follower(url, self._session)
        # A file is left for another by one thread.
        self._leaving = threading.RLock()
        self._news: list[str] = []
        # Whether the numbers of samples that others know may be those of a file before.
        self._unseen = self._replaced = False
        store = None if anew else store_file(url)
        if store is not None and not size(store) and not log_without_store(store):
            _see_that_none_is_missing(store)
        self._database = Database(url)
        try:
            # Asked again: the file may have been taken away since.
            schema.prepare(self._database, lambda: _see_that_none_is_missing(store))
            with self._database.reading() as connection:
                self._seat = history.Seat(uuid.uuid4().hex, history.last(connection))
                self._mark = history.mark(connection)
            self._seen = self._database.data_version()
            self._database.opened()
            if self._database.why_looked_at:
                self._news.append(self.looked_at)
            else:
                self._take_in_saved()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def folder(self) -> Path | None:
        """The folder of the file, which is there; None where the store is another database."""
        return self._database.file.parent if self._database.file else None

    def close(self) -> None:
        """Close the store; everything kept is on the disk already.

        Raises
        ------
        DatasetError
            Its file is gone or damaged by now, and what was kept could not be saved beside it.
        """
        try:
            if len(self._session):
                self._keep_up()
        except DatasetError:
            self._save_beside()
        finally:
            self._database.close()

    def _save_beside(self) -> None:
        """Write what was kept to a file of its own; who opens the store next takes it in."""
        store = self._database.file
        assert store is not None
        file = backup_files.name_of_saved(store)
        with Dataset(f"sqlite:///{file.as_posix()}") as beside:
            beside.keep_many(self._session.samples())
        log.warning("what was kept is saved in %s", file)

    def _take_in_saved(self) -> None:
        """Bring in what an earlier session could not bring to the store."""
        store = self._database.file
        for file in backup_files.saved(store) if store else []:
            try:
                self.keep_many(rescued(file))
                file.unlink(missing_ok=True)
            except DamagedStore:
                # Not that file, but the store.
                raise
            except (DatasetError, sqlite3.Error, OSError) as error:
                log.warning("%s is left for another time: %s", file, error)

    @property
    def looked_at(self) -> str:
        """Why nothing can be kept here, in a sentence; empty where it can."""
        why = self._database.why_looked_at
        return read_only.sentence(why) if why else ""

    def news(self) -> list[str]:
        """Return, once, what the user is to know of a file that was deleted or replaced."""
        news, self._news = self._news, []
        return news

    # --- changing, and back -------------------------------------------------
    def keep(self, sample: Sample) -> Kept:
        """Store a sample; when this returns, it survives a power cut.

        The same image by the same writer is stored once. A deleted sample that
        is kept again comes back: in the part it had, with the label it has now.

        Raises
        ------
        ValueError
            Where the image, label, origin or part is not what `Sample` says.
        """
        row = table.to_row(sample)
        _added, found, edit = self._store([row], history.KEEP)
        kept = found[row["digest"]]
        return Kept(kept["id"], kept["part"], duplicate=edit is None, edit=edit)

    def keep_many(self, samples: Iterable[Sample]) -> tuple[int, int, int | None]:
        """Store samples in one transaction: all of them, or none; one `undo` takes all back.

        Returns
        -------
        added, duplicates : int
        edit : int or None
            What `undo` takes back; None where all were there already.
        """
        rows = [table.to_row(sample) for sample in samples]
        added, _found, edit = self._store(rows, history.IMPORT)
        return added, len(rows) - added, edit

    def delete(self, ids: Iterable[int]) -> int | None:
        """Take samples out of every count, list and training.

        Returns
        -------
        int or None
            The number of the edit, for `undo`; None where nothing was changed.
        """
        return self._change(ids, history.DELETE, live=False)

    def restore(self, ids: Iterable[int]) -> int | None:
        """Bring deleted samples back, in the part that they had."""
        return self._change(ids, history.RESTORE, live=True)

    def relabel(self, ids: Iterable[int], label: int) -> int | None:
        """Say that samples are another digit, 0 to 9; they stay in their part."""
        if label not in range(10):
            raise ValueError(f"label {label!r} is not 0 to 9")
        return self._change(ids, history.RELABEL, label=label)

    def undo(self, edit: int | None = None) -> Edit | None:
        """Take back an edit, or the latest; None where there is none.

        Edits that others made since this store was opened are theirs to take
        back, and what they have changed since stays as it is.
        """

        def work(connection: sa.Connection) -> Edit | None:
            seat = self._seat
            if edit is not None and self._replaced:
                # An older number may be that of an edit in the file before.
                seat = history.Seat(seat.name, opened=0)
            return history.undo(connection, seat, edit)

        return self._stepped(work)

    def redo(self) -> Edit | None:
        """Do again what was taken back last; None where there is nothing."""
        return self._stepped(lambda connection: history.redo(connection, self._seat))

    def steps(self) -> tuple[int, int]:
        """Return how many edits `undo` can take back, and how many `redo` can do again."""
        with self._reading() as connection:
            return history.steps(connection, self._seat)

    def bring_to(self, samples: Iterable[Sample]) -> tuple[int, int, int, int | None]:
        """Have exactly these samples count, with these labels; one `undo` takes it back.

        Returns
        -------
        added, deleted, relabelled : int
            Samples that count now, that count no more, and that were called another digit.
        edit : int or None
            What `undo` takes back; None where it was so already.
        """
        rows = [table.to_row(sample) for sample in samples]

        changed, edit = self._changing(
            lambda connection: history.bring_to(connection, self._seat, rows)
        )
        with self._reading() as connection:
            self._session.refresh(connection)
        added = sum(one.live_after and not one.live_before for one in changed)
        deleted = sum(one.live_before and not one.live_after for one in changed)
        return added, deleted, len(changed) - added - deleted, edit

    def purge_writer(self, writer: str) -> int:
        """Delete everything of a writer for good, and overwrite it; returns how many samples.

        Also the deleted samples, and what the history knows of them.
        """
        columns = table.samples.c
        which = columns.writer == clean_writer(writer)
        numbers = sa.select(columns.id).where(which)

        def work(connection: sa.Connection) -> int:
            count = connection.scalar(sa.select(sa.func.count()).where(which)) or 0
            if count:
                history.forget_samples(connection, numbers)
                connection.execute(
                    listing.scores.delete().where(listing.scores.c.sample.in_(numbers))
                )
                connection.execute(table.samples.delete().where(which))
                history.record(connection, self._seat, history.PURGE, [])
            return count

        count = self._changing(work)
        with self._reading() as connection:
            self._session.refresh(connection)
        self._database.empty_log()
        return count

    def listing(self, *, deleted: bool = False) -> Listing:
        """Return what is known of each sample, without pictures, or of each deleted one."""
        listed = super().listing(deleted=deleted)
        # Whoever asks knows the numbers of the file that counts.
        self._unseen = False
        return listed

    def changed_elsewhere(self) -> bool:
        """Whether others have changed samples since this was last asked; cheap to ask."""
        self._keep_up()
        seen = self._database.data_version()
        if seen is not None and seen == self._seen:
            return False
        self._seen = seen
        with self._reading() as connection:
            before, self._mark = self._mark, history.mark(connection)
            if before != self._mark:
                self._session.refresh(connection)
        return before != self._mark

    def keep_scores(
        self, version: str, ids: Iterable[int], probabilities: NDArray[np.float16]
    ) -> None:
        """Remember what a network said of samples; it counts as no change of theirs."""
        numbers = list(ids)
        self._changing(
            lambda connection: listing.keep_scores(connection, version, numbers, probabilities),
            numbered=True,
        )

    # --- the file that counts -------------------------------------------------
    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        self._keep_up()
        with self._database.reading() as connection:
            yield connection

    def _changing(
        self, work: Callable[[sa.Connection], Result], *, numbered: bool = False
    ) -> Result:
        """Do `work` in a transaction on the file that counts, before and after it.

        Parameters
        ----------
        work : callable
            Takes the connection; done again where the file was replaced meanwhile.
        numbered : bool
            Whether it is about samples by their numbers, which another file does not have.
        """
        for _attempt in range(REPLACED_AT_MOST):
            self._keep_up(to_write=True)
            if numbered and self._unseen:
                raise DatasetError(
                    _(
                        "The file of the own samples was replaced by another one: nothing was "
                        "changed. Look at the digits as they are now, and do it again."
                    )
                )
            try:
                with self._database.writing() as connection, self._sane():
                    result = work(connection)
            except DatasetError:
                if self._database.fate() in (Fate.HERE, Fate.LOOKED_AT):
                    raise
                continue
            if not self._keep_up(own=True):
                return result
        raise DatasetError(
            _(
                "The file {name} is replaced again and again, and nothing can be kept in it. "
                "End the program that does so, such as one that synchronises folders."
            ).format(name=self._database.name)
        )

    def _keep_up(self, *, to_write: bool = False, own: bool = False) -> bool:
        """Go over to the file that counts; return whether it holds other samples.

        Parameters
        ----------
        to_write : bool
            Whether something is to be written next.
        own : bool
            Whether this store has just written.
        """
        if self._database.fate(own=own) is Fate.HERE:
            return False
        with self._leaving:
            fate = self._database.fate()
            if fate is Fate.HERE:
                return False
            if fate is Fate.LOOKED_AT and not self._follower.may_be_left(
                self._database, now=to_write
            ):
                return False
            followed = self._follower.follow(self._database, fate)
            if followed.database is self._database:
                return False
            self._database, self._seen = followed.database, None
            # Whoever asks next reads it all anew.
            self._mark = ()
            if followed.sentence:
                self._news.append(followed.sentence)
            if followed.seat is None:
                return False
            self._seat = followed.seat
            self._unseen = self._replaced = True
            return True

    def _store(
        self, rows: list[dict[str, Any]], kind: str
    ) -> tuple[int, dict[str, Row], int | None]:
        """Store rows; return how many were added, the last as they are now, and the edit."""

        def work(connection: sa.Connection) -> tuple[int, dict[str, Row], int | None]:
            added, edit = history.store(connection, self._seat, kind, rows)
            found = self._session.read(connection, [row["digest"] for row in rows])
            return len(added), found, edit

        added, found, edit = self._changing(work)
        self._session.take(found)
        return added, found, edit

    def _stepped(self, work: Callable[[sa.Connection], Edit | None]) -> Edit | None:
        """Undo or redo, and remember what became of the samples."""

        def whole(connection: sa.Connection) -> tuple[Edit | None, dict[str, Row]]:
            edit = work(connection)
            touched = self._session.among(edit.samples if edit else ())
            return edit, self._session.read(connection, touched)

        edit, touched = self._changing(whole)
        self._session.take(touched)
        return edit

    def _change(
        self, ids: Iterable[int], kind: str, *, label: int | None = None, live: bool | None = None
    ) -> int | None:
        numbers = [int(number) for number in ids]

        def work(connection: sa.Connection) -> tuple[int | None, dict[str, Row]]:
            changed = _changes(connection, numbers, label, live)
            values: dict[str, Any] = {} if label is None else {"label": label}
            if live is not None:
                values["deleted"] = None if live else table.utc(None)
            history.update(connection, [one.sample for one in changed], **values)
            edit = history.record(connection, self._seat, kind, changed)
            return edit, self._session.read(connection, self._session.among(numbers))

        edit, touched = self._changing(work, numbered=True)
        self._session.take(touched)
        return edit


def _see_that_none_is_missing(file: Path | None) -> None:
    """Raise `MissingStore` where a store would begin although there are backups of one."""
    there = backup_files.listing(file) if file is not None else []
    if there:
        raise MissingStore(
            _(
                "The file {file} of the own samples is gone, but there are backups of it. Type "
                "“dataset restore {name}” to go on with the newest, of {time:%Y-%m-%d %H:%M}; or "
                "put the file back, if it was moved; or type “dataset restore --begin-anew” to "
                "begin with no digits."
            ).format(file=file, name=there[0].name, time=there[0].taken.astimezone())
        )


def _changes(
    connection: sa.Connection, numbers: list[int], label: int | None, live: bool | None
) -> list[Change]:
    """Return what becomes of samples; those that stay as they are are left out."""
    columns = table.samples.c
    query = sa.select(columns.id, columns.label, columns.deleted)
    changed = []
    for batch in table.batches(numbers):
        for row in connection.execute(query.where(columns.id.in_(batch))):
            before = row.label, row.deleted is None
            after = (row.label if label is None else label, before[1] if live is None else live)
            if before != after:
                changed.append(Change(row.id, before[0], after[0], before[1], after[1]))
    return changed
