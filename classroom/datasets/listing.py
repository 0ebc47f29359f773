"""Read all samples at a glance, the pictures of some, and what the network said of them.

What it said is remembered by the network's version, so that it has to be asked
once.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom.datasets import sample as table
from classroom.datasets.overview import ORIGINS, Listing, empty, in_order
from classroom.datasets.sample import EXAM

scores = sa.Table(
    "scores",
    table.metadata,
    sa.Column("sample", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.String(100), nullable=False, comment="of the network"),
    sa.Column("probabilities", sa.LargeBinary(20), nullable=False, comment="ten float16"),
)


def read(connection: sa.Connection, *, deleted: bool = False) -> Listing:
    """Read all samples that count, or all that are deleted; an index alone is read."""
    columns = table.samples.c
    query = sa.select(columns.id, columns.label, columns.writer, columns.origin, columns.part)
    query = query.where(columns.deleted.isnot(None) if deleted else table.live)
    # Bare tuples: to wrap each of them would take as long as to read them.
    rows = connection.execute(query).cursor.fetchall()
    if not rows:
        return empty()
    # Few have a label, writer, origin and part that nobody before them had.
    kinds: dict[tuple[int, str, str, str], int] = {}
    places = (kinds.setdefault(row[1:], len(kinds)) for row in rows)
    kind = np.fromiter(places, np.int64, len(rows))
    labels, writers, origins, parts = zip(*kinds, strict=True)
    names = tuple(sorted(set(writers), key=str.casefold))
    number = {name: position for position, name in enumerate(names)}
    origin = {name: position for position, name in enumerate(ORIGINS)}
    listed = Listing(
        np.fromiter((row[0] for row in rows), np.int64, len(rows)),
        np.array(labels, np.uint8)[kind],
        np.array([number[name] for name in writers], np.int32)[kind],
        np.array([origin.get(name, len(ORIGINS) - 1) for name in origins], np.uint8)[kind],
        np.array([part == EXAM for part in parts])[kind],
        names,
    )
    return in_order(listed, np.argsort(-listed.ids))


def images(connection: sa.Connection, ids: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
    """Return the picture of each sample, (28, 28) uint8; those that are gone are left out."""
    query = sa.select(table.samples.c.id, table.samples.c.image)
    return {
        row.id: table.to_image(row.image)
        for batch in table.batches(int(number) for number in ids)
        for row in connection.execute(query.where(table.samples.c.id.in_(batch)))
    }


def known_scores(
    connection: sa.Connection, version: str
) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Return what the network `version` was asked before.

    Returns
    -------
    ids : array of shape (n,), int64
    probabilities : array of shape (n, 10), float16
    """
    query = sa.select(scores.c.sample, scores.c.probabilities).where(scores.c.version == version)
    rows = connection.execute(query).all()
    found = np.frombuffer(b"".join(row.probabilities for row in rows), np.float16)
    return np.array([row.sample for row in rows], np.int64), found.reshape(-1, 10)


def keep_scores(
    connection: sa.Connection, version: str, ids: Sequence[int], probabilities: NDArray[np.float16]
) -> None:
    """Remember what the network said, in place of what an older one did."""
    for batch in table.batches(int(number) for number in ids):
        connection.execute(scores.delete().where(scores.c.sample.in_(batch)))
    rows = [
        {"sample": int(number), "version": version, "probabilities": row.tobytes()}
        for number, row in zip(ids, probabilities.astype(np.float16), strict=True)
    ]
    connection.execute(scores.insert(), rows)
