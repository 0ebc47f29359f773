"""The store of the user's own samples: keep, change, undo, read.

The window, the engine and the command line open it; everything that is kept passes through it.
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

from classroom.datasets import backups, cnn_scores, edits, read_only, schema
from classroom.datasets import samples_table as table
from classroom.datasets.database import (
    DamagedStore,
    Database,
    DatasetError,
    MissingStore,
    log_without_store,
    store_file,
)
from classroom.datasets.edits import Change, Edit
from classroom.datasets.listing import Listing
from classroom.datasets.queries import Reader
from classroom.datasets.recent_samples import RecentSamples, StoredRow
from classroom.datasets.recovery import readable_samples
from classroom.datasets.reopening import Reopener
from classroom.datasets.sample import PARTS, Part, Sample
from classroom.datasets.store_files import FileState, size
from classroom.i18n import _
from classroom.writers import clean_writer

# How many times one change goes over to another file before it gives up.
REPLACED_AT_MOST = 4

Result = TypeVar("Result")

log = logging.getLogger(__name__)

__all__ = [
    "PARTS",
    "DamagedStore",
    "Dataset",
    "DatasetError",
    "Edit",
    "Kept",
    "Listing",
    "MissingStore",
    "Part",
    "Sample",
]


@dataclass(frozen=True)
class Kept:
    """A sample as it was stored.

    Attributes
    ----------
    id : int
    part : Part
    duplicate : bool
        Whether the store had it already.
    edit : int or None
        The edit for `Dataset.undo`; None for a duplicate.
    """

    id: int
    part: Part
    duplicate: bool
    edit: int | None = None


class Dataset(Reader):
    """The store of the user's own samples.

    A sample is on the disk before `keep` returns. Deleting only marks it, and every change can
    be undone (see `classroom.datasets.edits`), also after a restart. Whether a sample is trained
    on (practice) or only tested on (exam) is decided when it is first stored, and never changes:
    a sample that a network may have been trained on must not turn up in its exam.

    Several threads can use it, one at a time, and several processes at once.

    Parameters
    ----------
    url : str
        The database, as SQLAlchemy writes it, such as
        ``sqlite:///data/samples.sqlite``. Missing folders and tables are created.
    anew : bool
        Whether to begin an empty store even where the file is gone and there are backups of it.

    Raises
    ------
    DatasetError
        By every method, with a sentence for the user: the store is locked by another program,
        read-only, on a full disk, or of a newer version. `DamagedStore` where the file is
        damaged; `MissingStore` where it is gone and there are backups of it.
    """

    def __init__(self, url: str, *, anew: bool = False) -> None:
        self._recent = RecentSamples()
        self._reopener = Reopener(url, self._recent)
        # One thread at a time opens another file.
        self._reopening = threading.RLock()
        self._news: list[str] = []
        # Whether another file took the store's place: since the last listing, and ever. The
        # caller may then have ids, or numbers of edits, of the file before.
        self._unlisted = self._replaced = False
        store = None if anew else store_file(url)
        if store is not None and not size(store) and not log_without_store(store):
            _check_not_missing(store)
        self._database = Database(url)
        try:
            # Checked again under the lock: the file may have been taken away since.
            schema.prepare(self._database, lambda: _check_not_missing(store))
            with self._database.reading() as connection:
                self._session = edits.Session(uuid.uuid4().hex, edits.last(connection))
                self._mark = edits.mark(connection)
            self._seen = self._database.data_version()
            self._database.opened()
            if self._database.read_only_reason:
                self._news.append(self.read_only_sentence)
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
        """The folder of the store's file; None where the store is not an SQLite file."""
        return self._database.file.parent if self._database.file else None

    def close(self) -> None:
        """Close the store; every kept sample is on the disk already.

        Raises
        ------
        DatasetError
            The file is gone or damaged, and the recent samples could not be saved beside it.
        """
        try:
            if len(self._recent):
                self._use_current_file()
        except DatasetError:
            self._save_beside()
        finally:
            self._database.close()

    def _save_beside(self) -> None:
        """Write the recent samples to a file of their own, which the next opening takes in."""
        store = self._database.file
        assert store is not None
        file = backups.name_for_saved(store)
        with Dataset(f"sqlite:///{file.as_posix()}") as beside:
            beside.keep_many(self._recent.samples())
        log.warning("what was kept is saved in %s", file)

    def _take_in_saved(self) -> None:
        """Store the samples that an earlier session could only save beside the store."""
        store = self._database.file
        for file in backups.saved(store) if store else []:
            try:
                self.keep_many(readable_samples(file))
                file.unlink(missing_ok=True)
            except DamagedStore:
                # The store itself is damaged, and not that file.
                raise
            except (DatasetError, sqlite3.Error, OSError) as error:
                log.warning("%s is left for another time: %s", file, error)

    @property
    def read_only_sentence(self) -> str:
        """The sentence that says why nothing can be kept; empty where the store is writable."""
        why = self._database.read_only_reason
        return read_only.sentence(why) if why else ""

    def news(self) -> list[str]:
        """Return the sentences about a deleted or replaced file, each of them once."""
        news, self._news = self._news, []
        return news

    # --- changes ------------------------------------------------------------
    def keep(self, sample: Sample) -> Kept:
        """Store a sample; when this returns, it survives a power cut.

        The same image by the same writer is stored once. A deleted sample that is kept again
        comes back with the new label, in its old part.

        Raises
        ------
        ValueError
            The image, label, origin or part is not as `Sample` describes it.
        """
        row = table.to_row(sample)
        _added, found, edit = self._store([row], edits.KEEP)
        kept = found[row["digest"]]
        return Kept(kept["id"], Part(kept["part"]), duplicate=edit is None, edit=edit)

    def keep_many(self, samples: Iterable[Sample]) -> tuple[int, int, int | None]:
        """Store samples in one transaction, all of them or none; one `undo` removes all again.

        Returns
        -------
        added, duplicates : int
        edit : int or None
            The edit for `undo`; None where all samples were stored already.
        """
        rows = [table.to_row(sample) for sample in samples]
        added, _found, edit = self._store(rows, edits.IMPORT)
        return added, len(rows) - added, edit

    def delete(self, ids: Iterable[int]) -> int | None:
        """Mark samples as deleted: no count, list or training includes them any more.

        Returns
        -------
        int or None
            The edit for `undo`; None where nothing was changed.
        """
        return self._change(ids, edits.DELETE, live=False)

    def restore(self, ids: Iterable[int]) -> int | None:
        """Bring deleted samples back, in their old part."""
        return self._change(ids, edits.RESTORE, live=True)

    def relabel(self, ids: Iterable[int], label: int) -> int | None:
        """Give samples another label, 0 to 9; they stay in their part."""
        if label not in range(10):
            raise ValueError(f"label {label!r} is not 0 to 9")
        return self._change(ids, edits.RELABEL, label=label)

    def undo(self, edit: int | None = None) -> Edit | None:
        """Undo an edit, or the latest one; return None where there is none.

        Edits that another process made since this store was opened cannot be undone here, and
        what it has changed since stays as it is.
        """

        def work(connection: sa.Connection) -> Edit | None:
            session = self._session
            if edit is not None and self._replaced:
                # In another file an older number may be that of another edit.
                session = edits.Session(session.name, opened=0)
            return edits.undo(connection, session, edit)

        return self._stepped(work)

    def redo(self) -> Edit | None:
        """Do the edit again that was undone last; return None where there is none."""
        return self._stepped(lambda connection: edits.redo(connection, self._session))

    def steps(self) -> tuple[int, int]:
        """Return how many edits can be undone, and how many can be done again."""
        with self._reading() as connection:
            return edits.steps(connection, self._session)

    def bring_to(self, samples: Iterable[Sample]) -> tuple[int, int, int, int | None]:
        """Make exactly these samples count, with these labels, in one edit.

        Returns
        -------
        added, deleted, relabelled : int
            How many samples came back or are new, were deleted, and got another label.
        edit : int or None
            The edit for `undo`; None where nothing was changed.
        """
        rows = [table.to_row(sample) for sample in samples]

        changed, edit = self._changing(
            lambda connection: edits.bring_to(connection, self._session, rows)
        )
        with self._reading() as connection:
            self._recent.refresh(connection)
        added = sum(one.live_after and not one.live_before for one in changed)
        deleted = sum(one.live_before and not one.live_after for one in changed)
        return added, deleted, len(changed) - added - deleted, edit

    def purge_writer(self, writer: str) -> int:
        """Delete all samples of a writer for good, and overwrite them in the file.

        Deleted samples, edits and scores of the writer's go, too.

        Returns
        -------
        int
            How many samples there were.
        """
        columns = table.samples.c
        which = columns.writer == clean_writer(writer)
        numbers = sa.select(columns.id).where(which)

        def work(connection: sa.Connection) -> int:
            count = connection.scalar(sa.select(sa.func.count()).where(which)) or 0
            if count:
                edits.forget_samples(connection, numbers)
                cnn_scores.forget(connection, numbers)
                connection.execute(table.samples.delete().where(which))
                edits.record(connection, self._session, edits.PURGE, [])
            return count

        count = self._changing(work)
        with self._reading() as connection:
            self._recent.refresh(connection)
        self._database.empty_log()
        return count

    def listing(self, *, deleted: bool = False) -> Listing:
        """Return all samples that are not deleted, without images; with `deleted` the others."""
        listed = super().listing(deleted=deleted)
        # The caller has the ids of the file that is open now.
        self._unlisted = False
        return listed

    def was_ever_used(self) -> bool:
        """Whether any sample was ever kept, also one that was deleted for good since."""
        store = self._database.file
        if store is not None and (backups.listing(store) or backups.set_aside(store)):
            return True
        first = sa.select(table.samples.c.id).limit(1)
        with self._reading() as connection:
            return any(edits.mark(connection)) or connection.scalar(first) is not None

    def changed_elsewhere(self) -> bool:
        """Whether another process has changed samples since the last call; takes microseconds."""
        self._use_current_file()
        seen = self._database.data_version()
        if seen is not None and seen == self._seen:
            return False
        self._seen = seen
        with self._reading() as connection:
            before, self._mark = self._mark, edits.mark(connection)
            if before != self._mark:
                self._recent.refresh(connection)
        return before != self._mark

    def keep_scores(
        self, version: str, ids: Iterable[int], probabilities: NDArray[np.float16]
    ) -> None:
        """Store the probabilities, shape (n, 10), of a version of the CNN; this is no edit."""
        numbers = list(ids)
        self._changing(
            lambda connection: cnn_scores.write(connection, version, numbers, probabilities),
            numbered=True,
        )

    # --- the file that has the store's name -----------------------------------
    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        self._use_current_file()
        with self._database.reading() as connection:
            yield connection

    def _changing(
        self, work: Callable[[sa.Connection], Result], *, numbered: bool = False
    ) -> Result:
        """Do `work` in one transaction, on the file that has the store's name before and after.

        Parameters
        ----------
        work : callable
            Takes the connection. It is called again where the file was replaced meanwhile.
        numbered : bool
            Whether `work` refers to samples by their ids, which differ in another file.
        """
        for _attempt in range(REPLACED_AT_MOST):
            self._use_current_file(to_write=True)
            if numbered and self._unlisted:
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
                if self._database.file_state() in (FileState.UNCHANGED, FileState.READ_ONLY):
                    raise
                continue
            if not self._use_current_file(own=True):
                return result
        raise DatasetError(
            _(
                "The file {name} is replaced again and again, and nothing can be kept in it. "
                "End the program that does so, such as one that synchronises folders."
            ).format(name=self._database.name)
        )

    def _use_current_file(self, *, to_write: bool = False, own: bool = False) -> bool:
        """Open the file that has the store's name now, if it is another one than before.

        Parameters
        ----------
        to_write : bool
            Whether something is written next.
        own : bool
            Whether this store has just written.

        Returns
        -------
        bool
            Whether samples may have other ids now.
        """
        if self._database.file_state(own=own) is FileState.UNCHANGED:
            return False
        with self._reopening:
            state = self._database.file_state()
            if state is FileState.UNCHANGED:
                return False
            if state is FileState.READ_ONLY and not self._reopener.is_worth_trying(
                self._database, now=to_write
            ):
                return False
            reopened = self._reopener.reopen(self._database, state)
            if reopened.database is self._database:
                return False
            self._database, self._seen = reopened.database, None
            # The next caller of `changed_elsewhere` reads everything again.
            self._mark = ()
            if reopened.sentence:
                self._news.append(reopened.sentence)
            if reopened.session is None:
                return False
            self._session = reopened.session
            self._unlisted = self._replaced = True
            return True

    def _store(
        self, rows: list[dict[str, Any]], kind: str
    ) -> tuple[int, dict[str, StoredRow], int | None]:
        """Store rows; return how many were added, the last rows as stored, and the edit."""

        def work(connection: sa.Connection) -> tuple[int, dict[str, StoredRow], int | None]:
            added, edit = edits.store(connection, self._session, kind, rows)
            found = self._recent.read(connection, [row["digest"] for row in rows])
            return len(added), found, edit

        added, found, edit = self._changing(work)
        self._recent.remember(found)
        return added, found, edit

    def _stepped(self, work: Callable[[sa.Connection], Edit | None]) -> Edit | None:
        """Undo or redo, and remember the samples as they are then."""

        def whole(connection: sa.Connection) -> tuple[Edit | None, dict[str, StoredRow]]:
            edit = work(connection)
            touched = self._recent.among(edit.samples if edit else ())
            return edit, self._recent.read(connection, touched)

        edit, touched = self._changing(whole)
        self._recent.remember(touched)
        return edit

    def _change(
        self, ids: Iterable[int], kind: str, *, label: int | None = None, live: bool | None = None
    ) -> int | None:
        """Give samples another label, or mark them as deleted or not; return the edit."""
        numbers = [int(number) for number in ids]

        def work(connection: sa.Connection) -> tuple[int | None, dict[str, StoredRow]]:
            changed = _changes(connection, numbers, label, live)
            values: dict[str, Any] = {} if label is None else {"label": label}
            if live is not None:
                values["deleted"] = None if live else table.utc(None)
            edits.update(connection, [one.sample for one in changed], **values)
            edit = edits.record(connection, self._session, kind, changed)
            return edit, self._recent.read(connection, self._recent.among(numbers))

        edit, touched = self._changing(work, numbered=True)
        self._recent.remember(touched)
        return edit


def _check_not_missing(file: Path | None) -> None:
    """Raise `MissingStore` where an empty store would begin although there are backups."""
    there = backups.listing(file) if file is not None else []
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
    """Return the changes of samples; those that are so already are left out."""
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
