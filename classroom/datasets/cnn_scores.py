"""The probabilities that a version of the CNN gave to samples, stored so that it answers once.

`Dataset` reads and writes them for the tab My digits, which lists samples by them.
"""

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from classroom.datasets import samples_table as table

scores = sa.Table(
    "scores",
    table.metadata,
    sa.Column("sample", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.String(100), nullable=False, comment="of the network"),
    sa.Column("probabilities", sa.LargeBinary(20), nullable=False, comment="ten float16"),
)


def read(connection: sa.Connection, version: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Return the stored probabilities of one version of the network.

    Returns
    -------
    ids : array of shape (n,), int64
    probabilities : array of shape (n, 10), float16
    """
    query = sa.select(scores.c.sample, scores.c.probabilities).where(scores.c.version == version)
    rows = connection.execute(query).all()
    found = np.frombuffer(b"".join(row.probabilities for row in rows), np.float16)
    return np.array([row.sample for row in rows], np.int64), found.reshape(-1, 10)


def write(
    connection: sa.Connection, version: str, ids: Sequence[int], probabilities: NDArray[np.float16]
) -> None:
    """Store probabilities in place of those that another version gave to these samples.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    version : str
        Which version of the network gave them.
    ids : sequence of n int
    probabilities : array of shape (n, 10), float16
    """
    for batch in table.batches(int(number) for number in ids):
        connection.execute(scores.delete().where(scores.c.sample.in_(batch)))
    rows = [
        {"sample": int(number), "version": version, "probabilities": row.tobytes()}
        for number, row in zip(ids, probabilities.astype(np.float16), strict=True)
    ]
    connection.execute(scores.insert(), rows)


def forget(connection: sa.Connection, which: "sa.Select[tuple[int]]") -> None:
    """Delete the probabilities of the samples that a query selects."""
    connection.execute(scores.delete().where(scores.c.sample.in_(which)))
