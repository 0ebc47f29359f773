"""The students' own samples: stored once, stored for good, in practice and exam.

A sample is on the disk before `Dataset.keep` returns. Deleting only marks it,
and every change can be taken back (see `classroom.history`), also after a
restart. Whether a sample is trained on (``practice``) or only tested on
(``exam``) is decided when it is first stored, and never again: what a network
may have seen must not turn up in its exam.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom import history, listing, schema
from classroom import sample as table
from classroom.database import DamagedStore, Database, DatasetError
from classroom.history import Change, Edit
from classroom.overview import Listing
from classroom.reading import Reader
from classroom.sample import EXAM, PARTS, PRACTICE, Sample

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

    Raises
    ------
    DatasetError
        By every method, with a sentence for the user: locked by another
        program, read-only, disk full, or of a newer version; `DamagedStore`
        where the file makes no sense.
    """

    def __init__(self, url: str) -> None:
        super().__init__(Database(url))
        try:
            schema.prepare(self._database)
            with self._database.reading() as connection:
                self._seat = history.Seat(uuid.uuid4().hex, history.last(connection))
                self._mark = history.mark(connection)
            self._seen = self._database.data_version()
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
        """Close the store; everything kept is on the disk already."""
        self._database.close()

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
        with self._database.writing() as connection:
            edit = self._store(connection, [row], history.KEEP)[1]
            stored = connection.execute(
                sa.select(table.samples.c.id, table.samples.c.part).where(
                    table.samples.c.digest == row["digest"]
                )
            ).one()
        return Kept(stored.id, stored.part, duplicate=edit is None, edit=edit)

    def keep_many(self, samples: Iterable[Sample]) -> tuple[int, int, int | None]:
        """Store samples in one transaction: all of them, or none; one `undo` takes all back.

        Returns
        -------
        added, duplicates : int
        edit : int or None
            What `undo` takes back; None where all were there already.
        """
        rows = [table.to_row(sample) for sample in samples]
        with self._database.writing() as connection:
            added, edit = self._store(connection, rows, history.IMPORT)
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
        with self._database.writing() as connection:
            return history.undo(connection, self._seat, edit)

    def redo(self) -> Edit | None:
        """Do again what was taken back last; None where there is nothing."""
        with self._database.writing() as connection:
            return history.redo(connection, self._seat)

    def steps(self) -> tuple[int, int]:
        """Return how many edits `undo` can take back, and how many `redo` can do again."""
        with self._database.reading() as connection:
            return history.steps(connection, self._seat)

    def purge_writer(self, writer: str) -> int:
        """Delete everything of a writer for good, and overwrite it; returns how many samples.

        Also the deleted samples, and what the history knows of them.
        """
        columns = table.samples.c
        which = columns.writer == table.clean_writer(writer)
        numbers = sa.select(columns.id).where(which)
        with self._database.writing() as connection:
            count = connection.scalar(sa.select(sa.func.count()).where(which)) or 0
            if count:
                history.forget_samples(connection, numbers)
                connection.execute(
                    listing.scores.delete().where(listing.scores.c.sample.in_(numbers))
                )
                connection.execute(table.samples.delete().where(which))
                history.record(connection, self._seat, history.PURGE, [])
        self._database.empty_log()
        return count

    def changed_elsewhere(self) -> bool:
        """Whether others have changed samples since this was last asked; cheap to ask."""
        seen = self._database.data_version()
        if seen is not None and seen == self._seen:
            return False
        self._seen = seen
        with self._database.reading() as connection:
            before, self._mark = self._mark, history.mark(connection)
        return before != self._mark

    def keep_scores(
        self, version: str, ids: Iterable[int], probabilities: NDArray[np.float16]
    ) -> None:
        """Remember what a network said of samples; it counts as no change of theirs."""
        with self._database.writing() as connection:
            listing.keep_scores(connection, version, list(ids), probabilities)

    def _store(
        self, connection: sa.Connection, rows: list[dict[str, Any]], kind: str
    ) -> tuple[int, int | None]:
        """Store rows and write that down; returns how many were added, and the edit."""
        added = table.store(connection, rows)
        columns = table.samples.c
        query = sa.select(columns.id, columns.label, columns.digest)
        changed = [
            Change(row.id, added[row.digest], row.label, False, True)
            for batch in table.batches(added)
            for row in connection.execute(query.where(columns.digest.in_(batch)))
        ]
        return len(added), history.record(connection, self._seat, kind, changed)

    def _change(
        self, ids: Iterable[int], kind: str, *, label: int | None = None, live: bool | None = None
    ) -> int | None:
        columns = table.samples.c
        query = sa.select(columns.id, columns.label, columns.deleted)
        changed: list[Change] = []
        with self._database.writing() as connection:
            for batch in table.batches(int(number) for number in ids):
                for row in connection.execute(query.where(columns.id.in_(batch))):
                    before = row.label, row.deleted is None
                    after = (
                        row.label if label is None else label,
                        before[1] if live is None else live,
                    )
                    if before != after:
                        changed.append(Change(row.id, before[0], after[0], before[1], after[1]))
            values: dict[str, Any] = {} if label is None else {"label": label}
            if live is not None:
                values["deleted"] = None if live else table.utc(None)
            history.update(connection, [one.sample for one in changed], **values)
            return history.record(connection, self._seat, kind, changed)
