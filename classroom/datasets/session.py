"""The samples that were kept since the store was opened, remembered beside the file.

They were called kept, so they must not be lost with a file that is deleted,
replaced or damaged meanwhile.
"""

from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from classroom.datasets import sample as table
from classroom.datasets.sample import Sample, from_row

Row = dict[str, Any]
# About 15 MB with their strokes, and more than anybody draws in a day.
REMEMBERED = 5000


class Session:
    """The last samples that were kept, each as it is now."""

    def __init__(self) -> None:
        # By digest: as long as the store is this one, its number says the same.
        self._rows: dict[str, Row] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, connection: sa.Connection, digests: Iterable[str]) -> dict[str, Row]:
        """Return the rows of samples as they are in this transaction, for `take`."""
        last = list(digests)[-REMEMBERED:]
        return {
            row["digest"]: dict(row)
            for batch in table.batches(last)
            for row in connection.execute(
                sa.select(table.samples).where(table.samples.c.digest.in_(batch))
            ).mappings()
        }

    def take(self, rows: dict[str, Row]) -> None:
        """Remember rows, now that they are on the disk."""
        for digest, row in rows.items():
            self._rows.pop(digest, None)
            self._rows[digest] = row
        for digest in list(self._rows)[: max(0, len(self._rows) - REMEMBERED)]:
            del self._rows[digest]

    def among(self, numbers: Collection[int]) -> list[str]:
        """Return the digests of those of these samples that are remembered."""
        wanted = set(numbers)
        return [digest for digest, row in self._rows.items() if row["id"] in wanted]

    def refresh(self, connection: sa.Connection) -> None:
        """Take over what others have changed; forget what has been deleted for good."""
        self._rows = self.read(connection, list(self._rows)) if self._rows else {}

    def rows(self) -> list[Row]:
        """Return what is to be stored of those that count."""
        return [
            {name: value for name, value in row.items() if name not in ("id", "deleted")}
            for row in self._rows.values()
            if row["deleted"] is None
        ]

    def samples(self) -> list[Sample]:
        """Return those that count."""
        return [
            from_row(SimpleNamespace(**row))
            for row in self._rows.values()
            if row["deleted"] is None
        ]
