"""The database table of the samples: its columns, a sample as a row, and storing rows.

`Dataset` changes the table through this module and `edits`; `queries` reads it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from classroom.datasets.sample import ORIGINS, PARTS, Part, Sample, Trace, digest, mark, to_image
from classroom.datasets.sample_json import strokes_text
from classroom.preprocessing.images import SIDE
from classroom.writers import LONGEST_WRITER, clean_writer

# Far fewer than the parameters that one SQL statement may have in any database.
BATCH_SIZE = 500

metadata = sa.MetaData()
schema_version = sa.Table(
    "schema_version", metadata, sa.Column("version", sa.Integer, nullable=False)
)
samples = sa.Table(
    "samples",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("label", sa.SmallInteger, nullable=False),
    sa.Column("writer", sa.String(LONGEST_WRITER), nullable=False),
    sa.Column("part", sa.String(8), nullable=False),
    sa.Column("origin", sa.String(8), nullable=False),
    sa.Column("created", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("deleted", sa.DateTime, comment="UTC; null while the sample counts"),
    sa.Column("image", sa.LargeBinary(SIDE * SIDE), nullable=False, comment="28x28 bytes"),
    # The plain TEXT of MySQL ends at 64 KB; the strokes of one digit may be longer.
    sa.Column("strokes", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")),
    sa.CheckConstraint("label BETWEEN 0 AND 9"),
    sa.CheckConstraint("part IN ('practice', 'exam')"),
)
# Counting and listing are the most frequent queries. The index holds every column that they
# read, so that SQLite does not touch the table with its images.
by_writer = sa.Index(
    "samples_by_writer",
    *(samples.c[name] for name in ("writer", "label", "part", "deleted", "origin")),
)
# The samples that count; a deleted one keeps its row, so that the deletion can be undone.
live = samples.c.deleted.is_(None)


def trace(sample: Sample) -> Trace:
    """Return the values by which the sample is recognised once it is stored."""
    row = to_row(sample)
    return Trace(row["digest"], mark(row["created"], row["image"]), row["writer"], live=True)


def to_row(sample: Sample) -> dict[str, Any]:
    """Return a sample as the values of the table's columns; ``part`` may still be None.

    Raises
    ------
    ValueError
        The image, label, origin or part is not as `Sample` describes it.
    """
    image = np.ascontiguousarray(sample.image)
    if image.shape != (SIDE, SIDE) or image.dtype != np.uint8:
        raise ValueError(f"image is {image.shape} {image.dtype}, not (28, 28) uint8")
    if sample.label not in range(10):
        raise ValueError(f"label {sample.label!r} is not 0 to 9")
    if sample.origin not in ORIGINS or sample.part not in (None, *PARTS):
        raise ValueError(f"origin {sample.origin!r} or part {sample.part!r} is unknown")
    writer = clean_writer(sample.writer)
    pixels = image.tobytes()
    return {
        "digest": digest(pixels, writer),
        "label": int(sample.label),
        "writer": writer,
        # Plain text: some database drivers store an Enum by its name.
        "part": None if sample.part is None else str(sample.part),
        "origin": sample.origin,
        "created": utc(sample.created),
        "image": pixels,
        "strokes": strokes_text(sample.strokes) if sample.strokes else None,
    }


def from_row(row: Any) -> Sample:
    """Return a row of the table as a sample; `ValueError` or `TypeError` for a damaged row.

    The strokes were checked when they were stored. To check every point again would make
    the reading of a large store several times as slow.
    """
    strokes = None if row.strokes is None else json.loads(row.strokes)
    return Sample(
        image=to_image(row.image),
        label=row.label,
        writer=row.writer,
        origin=row.origin,
        strokes=strokes and [[(x, y) for x, y in stroke] for stroke in strokes],
        created=row.created.replace(tzinfo=UTC),
        part=Part(row.part),
        id=row.id,
    )


def utc(moment: datetime | None) -> datetime:
    """Return a time in UTC without its zone, as databases keep it; None stands for now."""
    if moment is None:
        moment = datetime.now(UTC)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None)


def store(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert the rows that are new, and bring back those that were deleted.

    Every third sample of a digit by one writer goes to the exam, unless its row names a
    part. A deleted sample that comes back keeps its old part, because a network may have
    been trained on it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction that holds the write lock.
    rows : sequence of dict
        As `to_row` returns them.

    Returns
    -------
    dict of str to int
        For the digest of each sample that now counts and did not before: its old label, or
        its only one where it is new.
    """
    known = _known(connection, [row["digest"] for row in rows])
    total, exams = _count(connection, {(row["writer"], row["label"]) for row in rows})
    fresh: list[dict[str, Any]] = []
    added: dict[str, int] = {}
    for row in rows:
        part, label, is_live = known.get(row["digest"], (None, row["label"], False))
        if is_live:
            continue
        digit = row["writer"], row["label"]
        if part is not None:
            _revive(connection, row)
        else:
            due = exams[digit] < (total[digit] + 1) // 3
            part = row["part"] or str(Part.EXAM if due else Part.PRACTICE)
            fresh.append({**row, "part": part})
        known[row["digest"]] = part, row["label"], True
        total[digit] += 1
        exams[digit] += part == Part.EXAM
        added[row["digest"]] = label
    if fresh:
        connection.execute(samples.insert(), fresh)
    return added


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists that are short enough for one SQL statement."""
    listed = list(values)
    for start in range(0, len(listed), BATCH_SIZE):
        yield listed[start : start + BATCH_SIZE]


def _known(
    connection: sa.Connection, digests: Iterable[str]
) -> dict[str, tuple[str | None, int, bool]]:
    """Return part and label of the stored samples with these digests, and whether each counts."""
    query = sa.select(samples.c.digest, samples.c.part, samples.c.label, samples.c.deleted)
    return {
        row.digest: (row.part, row.label, row.deleted is None)
        for batch in batches(digests)
        for row in connection.execute(query.where(samples.c.digest.in_(batch)))
    }


def _count(
    connection: sa.Connection, digits: set[tuple[str, int]]
) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """Count the samples that are not deleted, in all and in the exam, by writer and label."""
    columns = samples.c.writer, samples.c.label, samples.c.part
    query = sa.select(*columns, sa.func.count()).where(live).group_by(*columns)
    query = query.where(samples.c.label.in_({label for _writer, label in digits}))
    total: Counter[tuple[str, int]] = Counter()
    exams: Counter[tuple[str, int]] = Counter()
    for batch in batches({writer for writer, _label in digits}):
        for writer, label, part, count in connection.execute(
            query.where(samples.c.writer.in_(batch))
        ):
            total[writer, label] += count
            exams[writer, label] += count if part == Part.EXAM else 0
    return total, exams


def _revive(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Bring a deleted sample back with the values of `row`, but in the part that it had."""
    values = {name: row[name] for name in ("label", "origin", "created", "strokes")}
    connection.execute(
        samples.update().where(samples.c.digest == row["digest"]).values(deleted=None, **values)
    )
