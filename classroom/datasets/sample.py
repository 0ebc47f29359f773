"""What an own sample is, the table that holds it, and how one becomes the other."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import mysql

from classroom.datasets.overview import ORIGINS
from classroom.preprocessing.strokes import Strokes
from classroom.writers import LONGEST_WRITER, clean_writer

PRACTICE = "practice"
EXAM = "exam"
PARTS = (PRACTICE, EXAM)

SIDE = 28
# well below the parameters that one statement may have in any database
BATCH = 500

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
    # MySQL's plain TEXT would end at 64 KB
    sa.Column("strokes", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")),
    sa.CheckConstraint("label BETWEEN 0 AND 9"),
    sa.CheckConstraint("part IN ('practice', 'exam')"),
)
# counting and listing, the most frequent questions, read this index alone
by_writer = sa.Index(
    "samples_by_writer",
    *(samples.c[name] for name in ("writer", "label", "part", "deleted", "origin")),
)
live = samples.c.deleted.is_(None)


@dataclass(frozen=True, eq=False)
class Sample:
    """One own digit.

    Attributes
    ----------
    image : array of shape (28, 28), uint8
        Light ink on black (0), as the classifiers see it.
    label : int
        What it is, 0 to 9.
    writer : str
        Who wrote it, at most 100 characters; ``"unknown"`` where it is blank.
    origin : str
        Where it came from: ``drawn``, ``photo``, ``camera`` or ``import``.
    strokes : list of strokes, or None
        As they were drawn, y down, where there are any.
    created : datetime or None
        When it was written, in UTC; None: when it is kept.
    part : str or None
        ``practice`` or ``exam``; None: decided when it is kept.
    id : int or None
        Its number in the store; None for one that is not stored.
    """

    image: NDArray[np.uint8]
    label: int
    writer: str
    origin: str
    strokes: Strokes | None = None
    created: datetime | None = None
    part: str | None = None
    id: int | None = None


class Trace(NamedTuple):
    """What a stored sample is known by, when it comes again from elsewhere.

    Attributes
    ----------
    digest : str
        Of image and writer: the store has each once.
    mark : bytes
        Of the moment and the image, whoever it is said to be by.
    writer : str
    live : bool
        Whether it counts, or is deleted.
    """

    digest: str
    mark: bytes
    writer: str
    live: bool


def trace(sample: Sample) -> Trace:
    """Return what the sample is known by once it is stored."""
    row = to_row(sample)
    return Trace(row["digest"], mark(row["created"], row["image"]), row["writer"], live=True)


def mark(created: datetime, image: bytes) -> bytes:
    """Return what tells one drawing from all others, whoever it is said to be by."""
    return hashlib.sha256(created.isoformat().encode() + image).digest()


def to_row(sample: Sample) -> dict[str, Any]:
    """Return the values of the table's columns; ``part`` may still be None.

    Raises
    ------
    ValueError
        Where the image, label, origin or part is not what `Sample` says.
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
        "digest": hashlib.sha256(pixels + writer.encode()).hexdigest(),
        "label": int(sample.label),
        "writer": writer,
        "part": sample.part,
        "origin": sample.origin,
        "created": utc(sample.created),
        "image": pixels,
        "strokes": _strokes_text(sample.strokes),
    }


def _strokes_text(strokes: Strokes | None) -> str | None:
    return json.dumps(strokes, separators=(",", ":"), allow_nan=False) if strokes else None


def from_row(row: Any) -> Sample:
    """Return the sample of a row of the table; `ValueError` where it makes no sense."""
    strokes = None if row.strokes is None else json.loads(row.strokes)
    return Sample(
        image=to_image(row.image),
        label=row.label,
        writer=row.writer,
        origin=row.origin,
        strokes=strokes and [[(x, y) for x, y in stroke] for stroke in strokes],
        created=row.created.replace(tzinfo=UTC),
        part=row.part,
        id=row.id,
    )


def to_image(stored: bytes) -> NDArray[np.uint8]:
    """Return the image, (28, 28) uint8, that is stored as 784 bytes; `ValueError` if not."""
    return np.frombuffer(stored, np.uint8).reshape(SIDE, SIDE)


def utc(moment: datetime | None) -> datetime:
    """Return a moment, None for now, in UTC and without a time zone, as databases keep it."""
    if moment is None:
        moment = datetime.now(UTC)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None)


def store(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert the rows that are new, and bring deleted ones back.

    Every third live sample of a writer's digit goes to the exam, unless its
    row names a part. One that comes back has its old part: a network may have
    been trained on it.

    Returns
    -------
    dict of str to int
        The digest of each sample that was added, with the label that it had before.
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
            every_third = EXAM if exams[digit] < (total[digit] + 1) // 3 else PRACTICE
            part = row["part"] or every_third
            fresh.append({**row, "part": part})
        known[row["digest"]] = part, row["label"], True
        total[digit] += 1
        exams[digit] += part == EXAM
        added[row["digest"]] = label
    if fresh:
        connection.execute(samples.insert(), fresh)
    return added


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists short enough for one statement."""
    listed = list(values)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


def _known(
    connection: sa.Connection, digests: Iterable[str]
) -> dict[str, tuple[str | None, int, bool]]:
    """Return part and label of each sample that is stored, and whether it is live."""
    query = sa.select(samples.c.digest, samples.c.part, samples.c.label, samples.c.deleted)
    return {
        row.digest: (row.part, row.label, row.deleted is None)
        for batch in batches(digests)
        for row in connection.execute(query.where(samples.c.digest.in_(batch)))
    }


def _count(
    connection: sa.Connection, digits: set[tuple[str, int]]
) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """Count the live samples, and those in the exam, by writer and label."""
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
            exams[writer, label] += count if part == EXAM else 0
    return total, exams


def _revive(connection: sa.Connection, row: dict[str, Any]) -> None:
    values = {name: row[name] for name in ("label", "origin", "created", "strokes")}
    connection.execute(
        samples.update().where(samples.c.digest == row["digest"]).values(deleted=None, **values)
    )
