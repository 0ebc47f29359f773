"""Read the samples that are still whole in a damaged store.

`restoring` brings them into the store that takes its place; `Dataset` reads its saved files so.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from classroom.datasets import store_copy
from classroom.datasets.sample import Sample
from classroom.datasets.samples_table import from_row, to_row

_COLUMNS = "id, digest, label, writer, part, origin, created, image, strokes"


def readable_samples(file: Path) -> Iterator[Sample]:
    """Yield the samples whose checksum is right and that are not deleted; skip all others.

    Parameters
    ----------
    file : Path
        A file that is, or was, a store.
    """
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        for number in range(1, _last(connection) + 1):
            try:
                row = connection.execute(
                    f"SELECT {_COLUMNS} FROM samples WHERE id = ? AND deleted IS NULL", (number,)
                ).fetchone()
                sample = None if row is None else _sample(row)
            except (sqlite3.Error, ValueError, TypeError):
                continue
            if sample is not None:
                yield sample


def all_samples(file: Path) -> list[Sample]:
    """Return all samples of a sound store that are not deleted.

    Raises
    ------
    sqlite3.Error, ValueError
        The file is damaged.
    """
    with contextlib.closing(sqlite3.connect(file)) as connection:
        store_copy.check(connection)
        count = connection.execute("SELECT count(*) FROM samples WHERE deleted IS NULL")
        [expected] = count.fetchone()
    found = list(readable_samples(file))
    if len(found) != expected:
        raise ValueError(f"{len(found)} of {expected} samples make sense")
    return found


def _last(connection: sqlite3.Connection) -> int:
    """Return the highest id that a sample may have; 0 where no table can be read."""
    # In a damaged file one of these may still be readable.
    for query in (
        "SELECT max(id) FROM samples",
        "SELECT max(sample) FROM changes",
        "SELECT max(rowid) FROM samples INDEXED BY samples_by_writer",
    ):
        with contextlib.suppress(sqlite3.Error):
            found = connection.execute(query).fetchone()[0]
            if isinstance(found, int):
                return found
    return 0


def _sample(row: sqlite3.Row) -> Sample | None:
    """Return a row as a sample; None where its checksum does not fit its values."""
    values: dict[str, Any] = dict(row)
    created = datetime.fromisoformat(values.pop("created"))
    sample = from_row(SimpleNamespace(**values, created=created))
    return sample if to_row(sample)["digest"] == row["digest"] else None
