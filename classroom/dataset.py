"""The students' own samples: stored once, stored for good, in practice and exam.

A sample is on the disk before `Dataset.keep` returns. Deleting only marks it,
so that it can be undone. Whether a sample is trained on (``practice``) or only
tested on (``exam``) is decided when it is first stored, and never again: what a
network may have seen must not turn up in its exam.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom import sample as table
from classroom.database import Database, DatasetError, damaged_text
from classroom.i18n import _
from classroom.sample import EXAM, PARTS, PRACTICE, SIDE, Sample

__all__ = ["EXAM", "PARTS", "PRACTICE", "Dataset", "DatasetError", "Kept", "Sample"]

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Kept:
    """What became of a sample: its number, its part, and whether it was there already."""

    id: int
    part: str
    duplicate: bool


class Dataset:
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
        program, read-only, disk full, damaged, or of a newer version.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; everything kept is on the disk already."""
        self._database.close()

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
            added = table.store(connection, [row])
            stored = connection.execute(
                sa.select(table.samples.c.id, table.samples.c.part).where(
                    table.samples.c.digest == row["digest"]
                )
            ).one()
        return Kept(stored.id, stored.part, duplicate=not added)

    def keep_many(self, samples: Iterable[Sample]) -> tuple[int, int]:
        """Store samples in one transaction: all of them, or none.

        Returns
        -------
        added, duplicates : int
        """
        rows = [table.to_row(sample) for sample in samples]
        with self._database.writing() as connection:
            added = table.store(connection, rows)
        return added, len(rows) - added

    def delete(self, ids: Iterable[int]) -> None:
        """Take samples out of every count, list and training; `restore` undoes it."""
        self._update(ids, deleted=table.utc(None))

    def restore(self, ids: Iterable[int]) -> None:
        """Bring deleted samples back, in the part that they had."""
        self._update(ids, deleted=None)

    def relabel(self, ids: Iterable[int], label: int) -> None:
        """Say that samples are another digit, 0 to 9; they stay in their part."""
        if label not in range(10):
            raise ValueError(f"label {label!r} is not 0 to 9")
        self._update(ids, label=label)

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
            writer = table.clean_writer(writer)
        query = sa.select(table.samples).where(table.live)
        for column, value in (("label", label), ("writer", writer), ("part", part)):
            if value is not None:
                query = query.where(table.samples.c[column] == value)
        query = query.order_by(number.desc() if newest_first else number)
        if limit is not None or offset:
            query = query.limit(limit).offset(offset)
        with self._database.reading() as connection:
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
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(table.samples.c.id)).all()
        labels = np.array([row.label for row in rows], np.uint8)
        ids = np.array([row.id for row in rows], np.int64)
        return self._images(rows), labels, ids, tuple(row.writer for row in rows)

    def images(self, ids: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
        """Return the image of each of these samples, deleted ones too, by its number."""
        columns = table.samples.c.id, table.samples.c.image
        with self._database.reading() as connection:
            rows = [
                row
                for batch in table.batches([int(number) for number in ids])
                for row in connection.execute(
                    sa.select(*columns).where(table.samples.c.id.in_(batch))
                )
            ]
        return {row.id: image for row, image in zip(rows, self._images(rows), strict=True)}

    def _images(self, rows: Sequence[Any]) -> NDArray[np.uint8]:
        """Return the images, (n, 28, 28) uint8, of rows of the table."""
        images = np.empty((len(rows), SIDE, SIDE), np.uint8)
        with self._sane():
            for image, row in zip(images, rows, strict=True):
                image[:] = table.to_image(row.image)
        return images

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
            query = query.where(table.samples.c.writer == table.clean_writer(writer))
        counts = np.zeros((10, len(PARTS)), np.int64)
        with self._database.reading() as connection:
            for label, part, count in connection.execute(
                query.group_by(table.samples.c.label, table.samples.c.part)
            ):
                counts[label, PARTS.index(part)] = count
        return counts

    def writers(self) -> list[str]:
        """Return who has samples, in alphabetical order."""
        query = sa.select(table.samples.c.writer).where(table.live).distinct()
        with self._database.reading() as connection:
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

    def fingerprint(self) -> str:
        """Return a short text that changes when a sample or a label does, and back on undo."""
        query = sa.select(table.samples.c.digest, table.samples.c.label).where(table.live)
        with self._database.reading() as connection:
            rows = sorted(tuple(row) for row in connection.execute(query))
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]

    def _prepare(self) -> None:
        """Make the tables in an empty database; refuse those of a newer program."""
        with self._database.reading() as connection:
            exists = sa.inspect(connection).has_table(table.schema_version.name)
            found = connection.scalar(sa.select(table.schema_version.c.version)) if exists else None
        if found is None:
            with self._database.writing() as connection:
                table.metadata.create_all(connection)
                # another process may have been first
                found = connection.scalar(sa.select(table.schema_version.c.version))
                if found is None:
                    connection.execute(table.schema_version.insert().values(version=SCHEMA_VERSION))
        if found is not None and found > SCHEMA_VERSION:
            raise DatasetError(
                _(
                    "The own samples in {name} were written by a newer Digit Classroom. "
                    "Update this one to use them."
                ).format(name=self._database.name)
            )

    def _update(self, ids: Iterable[int], **values: Any) -> None:
        with self._database.writing() as connection:
            for batch in table.batches([int(number) for number in ids]):
                connection.execute(
                    table.samples.update().where(table.samples.c.id.in_(batch)).values(**values)
                )

    @contextlib.contextmanager
    def _sane(self) -> Iterator[None]:
        """Take a value that cannot be in a sound store for a damaged file."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise DatasetError(damaged_text().format(name=self._database.name)) from error
