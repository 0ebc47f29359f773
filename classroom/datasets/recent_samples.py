"""The samples that were stored since the store was opened, held in memory as well.

The user was told that they are kept, so `Dataset` stores them again where the file is deleted,
replaced or damaged while it is open.
"""

from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from classroom.datasets import samples_table as table
from classroom.datasets.sample import Sample

StoredRow = dict[str, Any]
# They take about 15 MB with their strokes, and are more than anybody draws in a day.
REMEMBERED = 5000


class RecentSamples:
    """The samples that were stored last, as the store holds them now."""

    def __init__(self) -> None:
        # By digest, which identifies a sample also in a file that took the store's place.
        self._rows: dict[str, StoredRow] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, connection: sa.Connection, digests: Iterable[str]) -> dict[str, StoredRow]:
        """Return the rows of samples as a transaction sees them, for `remember`."""
        last = list(digests)[-REMEMBERED:]
        return {
            row["digest"]: dict(row)
            for batch in table.batches(last)
            for row in connection.execute(
                sa.select(table.samples).where(table.samples.c.digest.in_(batch))
            ).mappings()
        }

    def remember(self, rows: dict[str, StoredRow]) -> None:
        """Remember rows; called once they are on the disk."""
        for digest, row in rows.items():
            self._rows.pop(digest, None)
            self._rows[digest] = row
        for digest in list(self._rows)[: max(0, len(self._rows) - REMEMBERED)]:
            del self._rows[digest]

    def among(self, numbers: Collection[int]) -> list[str]:
        """Return the digests of the remembered samples that have one of these ids."""
        wanted = set(numbers)
        return [digest for digest, row in self._rows.items() if row["id"] in wanted]

    def refresh(self, connection: sa.Connection) -> None:
        """Read all of them again: others may have changed them, or deleted them for good."""
        self._rows = self.read(connection, list(self._rows)) if self._rows else {}

    def rows(self) -> list[StoredRow]:
        """Return the rows that are not deleted, as another store can take them."""
        return [
            {name: value for name, value in row.items() if name not in ("id", "deleted")}
            for row in self._rows.values()
            if row["deleted"] is None
        ]

    def samples(self) -> list[Sample]:
        """Return the samples that are not deleted."""
        return [
            table.from_row(SimpleNamespace(**row))
            for row in self._rows.values()
            if row["deleted"] is None
        ]
