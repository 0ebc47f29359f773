"""What can be asked of the own samples: one by one, as arrays for training, in numbers."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom.datasets import history, listing
from classroom.datasets import sample as table
from classroom.datasets.database import DamagedStore, Database, damaged_text
from classroom.datasets.overview import Listing
from classroom.datasets.sample import PARTS, SIDE, Sample
from classroom.writers import clean_writer


class Reader:
    """The questions to a store; none of them changes anything."""

    _database: Database

    def _reading(self) -> contextlib.AbstractContextManager[sa.Connection]:
        """Give a connection to the store that counts."""
        raise NotImplementedError

    def listing(self, *, deleted: bool = False) -> Listing:
        """Return what is known of each sample, without pictures, or of each deleted one."""
        with self._reading() as connection:
            return listing.read(connection, deleted=deleted)

    def images(self, ids: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
        """Return the picture of each of these samples, deleted ones too, by its number."""
        with self._reading() as connection, self._sane():
            return listing.images(connection, ids)

    def sample(self, number: int) -> Sample | None:
        """Return one sample, deleted or not; None where it is gone."""
        query = sa.select(table.samples).where(table.samples.c.id == number)
        with self._reading() as connection:
            row = connection.execute(query).first()
        with self._sane():
            return None if row is None else table.from_row(row)

    def known_scores(self, version: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return the samples that a network was asked about, and what it said, shape (n, 10)."""
        with self._reading() as connection, self._sane():
            return listing.known_scores(connection, version)

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
        """Return the samples of a digit, a writer and a part, last stored first."""
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
        """Return the images and labels of a part, first stored first.

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
        """Return the images and labels of a part, and which samples they are.

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
                image[:] = table.to_image(row.image)
        labels = np.array([row.label for row in rows], np.uint8)
        ids = np.array([row.id for row in rows], np.int64)
        return images, labels, ids, tuple(row.writer for row in rows)

    def counts(self, writer: str | None = None) -> NDArray[np.int64]:
        """Count the samples, of one writer or of all.

        Returns
        -------
        array of shape (10, 2), int64
            A row for each digit; the columns are practice and exam.
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
        """Return who has samples, in alphabetical order; `deleted`: also deleted ones."""
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
        """Return the samples that an edit concerns, such as those that an import brought."""
        with self._database.reading() as connection:
            return history.samples_of(connection, edit)

    def traces(self) -> list[table.Trace]:
        """Return what each sample is known by again, deleted ones too."""
        columns = table.samples.c
        query = sa.select(
            columns.digest, columns.writer, columns.created, columns.image, columns.deleted
        )
        with self._reading() as connection:
            # in helpings, so that not all images are in memory at once
            rows = connection.execute(query.execution_options(yield_per=table.BATCH))
            return [
                table.Trace(
                    row.digest, table.mark(row.created, row.image), row.writer, row.deleted is None
                )
                for row in rows
            ]

    def fingerprint(self) -> str:
        """Return a short text that changes when a sample or a label does, and back on undo."""
        query = sa.select(table.samples.c.digest, table.samples.c.label).where(table.live)
        with self._reading() as connection:
            rows = sorted(tuple(row) for row in connection.execute(query))
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]

    @contextlib.contextmanager
    def _sane(self) -> Iterator[None]:
        """Take a value that cannot be in a sound store for a damaged file."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise DamagedStore(damaged_text().format(name=self._database.name)) from error
