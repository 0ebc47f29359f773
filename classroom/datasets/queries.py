"""The queries on the store: samples one by one, as arrays for training, and as counts.

`Dataset` inherits them; nothing here changes the store.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom.datasets import cnn_scores, edits
from classroom.datasets import samples_table as table
from classroom.datasets.database import DamagedStore, Database, damaged_text
from classroom.datasets.listing import Listing, empty, in_order
from classroom.datasets.sample import ORIGINS, PARTS, Part, Sample, Trace, mark, to_image
from classroom.preprocessing.images import SIDE
from classroom.writers import clean_writer


class Reader:
    """The queries on a store."""

    _database: Database

    def _reading(self) -> contextlib.AbstractContextManager[sa.Connection]:
        """Give a connection to the store's file, or to the one that took its place."""
        raise NotImplementedError

    def listing(self, *, deleted: bool = False) -> Listing:
        """Return all samples that are not deleted, without images; with `deleted` the others."""
        columns = table.samples.c
        query = sa.select(columns.id, columns.label, columns.writer, columns.origin, columns.part)
        query = query.where(columns.deleted.isnot(None) if deleted else table.live)
        with self._reading() as connection:
            # Plain tuples: to wrap each row in an object takes as long as to read it.
            rows = connection.execute(query).cursor.fetchall()
        return _to_listing(rows) if rows else empty()

    def images(self, ids: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
        """Return images of shape (28, 28), uint8, by id; deleted samples have theirs, too.

        An id that is not in the store is left out.
        """
        query = sa.select(table.samples.c.id, table.samples.c.image)
        with self._reading() as connection, self._sane():
            return {
                row.id: to_image(row.image)
                for batch in table.batches(int(number) for number in ids)
                for row in connection.execute(query.where(table.samples.c.id.in_(batch)))
            }

    def labels(self, ids: Iterable[int]) -> dict[int, int | None]:
        """Return labels by id, None for a deleted sample; an id not in the store is left out."""
        columns = table.samples.c
        query = sa.select(columns.id, columns.label, columns.deleted)
        with self._reading() as connection:
            return {
                row.id: row.label if row.deleted is None else None
                for batch in table.batches(int(number) for number in ids)
                for row in connection.execute(query.where(columns.id.in_(batch)))
            }

    def sample(self, number: int) -> Sample | None:
        """Return the sample with this id, deleted or not; None where there is none."""
        query = sa.select(table.samples).where(table.samples.c.id == number)
        with self._reading() as connection:
            row = connection.execute(query).first()
        with self._sane():
            return None if row is None else table.from_row(row)

    def known_scores(self, version: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return the ids (n,) and probabilities (n, 10) that a version of the CNN has scored."""
        with self._reading() as connection, self._sane():
            return cnn_scores.read(connection, version)

    def samples(
        self,
        *,
        label: int | None = None,
        writer: str | None = None,
        part: str | None = None,
        newest_first: bool = True,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Sample]:
        """Return the samples that are not deleted, as far as they fit what is given.

        Parameters
        ----------
        label : int, optional
        writer : str, optional
        part : str, optional
            ``practice`` or ``exam``.
        newest_first : bool
            Whether the sample stored last comes first.
        limit : int, optional
            Return at most this number of samples.
        offset : int
            Leave out this number of samples at the start.
        """
        number = table.samples.c.id
        if writer is not None:
            writer = clean_writer(writer)
        query = sa.select(table.samples).where(table.live)
        for column, value in (("label", label), ("writer", writer), ("part", part)):
            if value is not None:
                query = query.where(table.samples.c[column] == value)
        query = query.order_by(number.desc() if newest_first else number)
        if limit is not None or offset:
            query = query.limit(limit).offset(offset)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        with self._sane():
            return [table.from_row(row) for row in rows]

    def arrays(self, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the images and labels of a part, the sample stored first at the start.

        Returns
        -------
        images : array of shape (n, 28, 28), uint8
        labels : array of shape (n,), uint8
        """
        images, labels, _ids, _writers = self.identified(part)
        return images, labels

    def identified(
        self, part: str
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
        """Return the images and labels of a part, with the ids and writers of the samples.

        Returns
        -------
        images, labels : array
            As `arrays` returns them.
        ids : array of shape (n,), int64
        writers : tuple of n str
        """
        columns = (table.samples.c[name] for name in ("image", "label", "id", "writer"))
        query = sa.select(*columns).where(table.live, table.samples.c.part == part)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(table.samples.c.id)).all()
        images = np.empty((len(rows), SIDE, SIDE), np.uint8)
        with self._sane():
            for image, row in zip(images, rows, strict=True):
                image[:] = to_image(row.image)
        labels = np.array([row.label for row in rows], np.uint8)
        ids = np.array([row.id for row in rows], np.int64)
        return images, labels, ids, tuple(row.writer for row in rows)

    def counts(self, writer: str | None = None) -> NDArray[np.int64]:
        """Count the samples of one writer, or of all.

        Returns
        -------
        array of shape (10, 2), int64
            Row: the digit. Column 0: practice. Column 1: exam.
        """
        query = sa.select(table.samples.c.label, table.samples.c.part, sa.func.count()).where(
            table.live
        )
        if writer is not None:
            query = query.where(table.samples.c.writer == clean_writer(writer))
        counts = np.zeros((10, len(PARTS)), np.int64)
        with self._reading() as connection:
            for label, part, count in connection.execute(
                query.group_by(table.samples.c.label, table.samples.c.part)
            ):
                counts[label, PARTS.index(part)] = count
        return counts

    def writers(self, *, deleted: bool = False) -> list[str]:
        """Return the writers in alphabetical order; with `deleted` also of deleted samples."""
        query = sa.select(table.samples.c.writer).distinct()
        query = query if deleted else query.where(table.live)
        with self._reading() as connection:
            return sorted(connection.execute(query).scalars(), key=str.casefold)

    def stats(self) -> dict[str, Any]:
        """Return ``total``, ``practice``, ``exam``, ``writers`` (counts) and ``labels``."""
        counts = self.counts()
        practice, exam = (int(count) for count in counts.sum(axis=0))
        return {
            "total": practice + exam,
            "practice": practice,
            "exam": exam,
            "writers": len(self.writers()),
            "labels": {str(label): int(count) for label, count in enumerate(counts.sum(axis=1))},
        }

    def samples_of(self, edit: int) -> tuple[int, ...]:
        """Return the ids of the samples that an edit changed, such as those of an import."""
        with self._database.reading() as connection:
            return edits.samples_of(connection, edit)

    def traces(self) -> list[Trace]:
        """Return the trace of each sample, deleted ones included."""
        columns = table.samples.c
        query = sa.select(
            columns.digest, columns.writer, columns.created, columns.image, columns.deleted
        )
        with self._reading() as connection:
            # In batches: the images of all samples at once may not fit into the memory.
            rows = connection.execute(query.execution_options(yield_per=table.BATCH_SIZE))
            return [
                Trace(row.digest, mark(row.created, row.image), row.writer, row.deleted is None)
                for row in rows
            ]

    def fingerprint(self) -> str:
        """Return a short hexadecimal text that depends on all samples and labels, and no more.

        Undoing a change brings the earlier fingerprint back.
        """
        query = sa.select(table.samples.c.digest, table.samples.c.label).where(table.live)
        with self._reading() as connection:
            rows = sorted(tuple(row) for row in connection.execute(query))
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]

    @contextlib.contextmanager
    def _sane(self) -> Iterator[None]:
        """Raise `DamagedStore` for a value that a sound store cannot hold."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise DamagedStore(damaged_text().format(name=self._database.name)) from error


def _to_listing(rows: Sequence[Any]) -> Listing:
    """Return rows of id, label, writer, origin and part as columns."""
    # Many samples share label, writer, origin and part: each combination is converted once.
    combinations: dict[tuple[int, str, str, str], int] = {}
    indexes = (combinations.setdefault(row[1:], len(combinations)) for row in rows)
    index = np.fromiter(indexes, np.int64, len(rows))
    labels, writers, origins, parts = zip(*combinations, strict=True)
    names = tuple(sorted(set(writers), key=str.casefold))
    number = {name: position for position, name in enumerate(names)}
    origin = {name: position for position, name in enumerate(ORIGINS)}
    listed = Listing(
        np.fromiter((row[0] for row in rows), np.int64, len(rows)),
        np.array(labels, np.uint8)[index],
        np.array([number[name] for name in writers], np.int32)[index],
        np.array([origin.get(name, len(ORIGINS) - 1) for name in origins], np.uint8)[index],
        np.array([part == Part.EXAM for part in parts])[index],
        names,
    )
    return in_order(listed, np.argsort(-listed.ids))
