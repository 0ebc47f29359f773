"""The history of the samples: every edit is stored, can be undone, and can be done again.

`Dataset` records an edit in the transaction that makes it: the label of each sample and whether
it counted, before and after. So undo and redo survive the end of the program, and no edit is
ever half done. An undo leaves alone what another window has changed since.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from classroom.datasets import samples_table as table

KEEP, IMPORT, RELABEL, DELETE, RESTORE = "keep", "import", "relabel", "delete", "restore"
# All samples were brought to their state in a backup.
BACKUP = "backup"
# A writer was deleted for good. It cannot be undone; it shows other windows that they have to
# read the store again.
PURGE = "purge"
# The number of edits that are stored; older ones can no longer be undone.
REMEMBERED = 1000

edits = sa.Table(
    "edits",
    table.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seat", sa.String(32), nullable=False, comment="which opening of the store made it"),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("created", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("undone", sa.SmallInteger, nullable=False, comment="1 once it is taken back"),
    # A window may hold the number of an edit that is deleted: no later edit may get it again.
    sqlite_autoincrement=True,
)
changes = sa.Table(
    "changes",
    table.metadata,
    sa.Column("edit", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sample", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("label_before", sa.SmallInteger, nullable=False),
    sa.Column("label_after", sa.SmallInteger, nullable=False),
    sa.Column("live_before", sa.SmallInteger, nullable=False),
    sa.Column("live_after", sa.SmallInteger, nullable=False),
)


@dataclass(frozen=True)
class Change:
    """The label of one sample, and whether it counted, before and after an edit."""

    sample: int
    label_before: int
    label_after: int
    live_before: bool
    live_after: bool


@dataclass(frozen=True)
class Edit:
    """A change of samples that can be undone or done again.

    Attributes
    ----------
    id : int
    kind : str
        ``keep``, ``import``, ``relabel``, ``delete``, ``restore`` or ``backup``.
    samples : tuple of int
        The ids of the samples that it changed.
    label : int
        The label of the first of them after the edit.
    """

    id: int
    kind: str
    samples: tuple[int, ...]
    label: int


@dataclass(frozen=True)
class Session:
    """One opening of the store. It can undo its own edits and those from before it began.

    Edits that another window makes meanwhile can be undone there only.

    Attributes
    ----------
    name : str
        A random text; the column ``seat`` of the table holds it.
    opened : int
        The number of the last edit when the store was opened.
    """

    name: str
    opened: int

    @property
    def reach(self) -> "sa.ColumnElement[bool]":
        """The SQL condition for the edits that this session can undo."""
        mine = sa.or_(edits.c.seat == self.name, edits.c.id <= self.opened)
        return sa.and_(mine, edits.c.kind != PURGE)


def last(connection: sa.Connection) -> int:
    """Return the number of the latest edit, 0 where there is none."""
    return connection.scalar(sa.select(sa.func.max(edits.c.id))) or 0


def mark(connection: sa.Connection) -> tuple[int, ...]:
    """Return numbers that differ after any change of the samples."""
    query = sa.select(sa.func.max(edits.c.id), sa.func.sum(edits.c.undone), sa.func.count())
    return tuple(value or 0 for value in connection.execute(query.select_from(edits)).one())


def record(
    connection: sa.Connection, session: Session, kind: str, changed: Sequence[Change]
) -> int | None:
    """Store an edit. Edits that were undone before it can no longer be done again.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In the transaction that changes the samples.
    session : Session
    kind : str
        One of the constants above.
    changed : sequence of Change

    Returns
    -------
    int or None
        The number of the edit; None where nothing was changed.
    """
    if not changed and kind != PURGE:
        return None
    _forget(connection, sa.and_(session.reach, edits.c.undone == 1))
    values = {"seat": session.name, "kind": kind, "created": table.utc(None), "undone": 0}
    [number] = connection.execute(edits.insert().values(values)).inserted_primary_key or [0]
    rows = [
        {
            "edit": number,
            "sample": one.sample,
            "label_before": one.label_before,
            "label_after": one.label_after,
            "live_before": int(one.live_before),
            "live_after": int(one.live_after),
        }
        for one in changed
    ]
    if rows:
        connection.execute(changes.insert(), rows)
    _forget(connection, edits.c.id <= number - REMEMBERED)
    return int(number)


def store(
    connection: sa.Connection, session: Session, kind: str, rows: Sequence[dict[str, Any]]
) -> tuple[dict[str, int], int | None]:
    """Store the samples that are new, bring back those that were deleted, and store the edit.

    Returns
    -------
    added : dict of str to int
        As `samples_table.store` returns it.
    edit : int or None
        The number of the edit; None where all samples were stored already.
    """
    added = table.store(connection, rows)
    columns = table.samples.c
    query = sa.select(columns.id, columns.label, columns.digest)
    changed = [
        Change(row.id, added[row.digest], row.label, False, True)
        for batch in table.batches(added)
        for row in connection.execute(query.where(columns.digest.in_(batch)))
    ]
    return added, record(connection, session, kind, changed)


def bring_to(
    connection: sa.Connection, session: Session, rows: Sequence[dict[str, Any]]
) -> tuple[Sequence[Change], int | None]:
    """Make exactly these samples count, with these labels, in one edit that can be undone.

    Returns
    -------
    changes : sequence of Change
    edit : int or None
        The number of the edit; None where nothing had to be changed.
    """
    wanted = {row["digest"]: row for row in rows}
    columns = table.samples.c
    query = sa.select(columns.id, columns.digest, columns.label, columns.deleted)
    there = {row.digest: row for row in connection.execute(query)}
    fresh = [{**row, "deleted": table.utc(None)} for key, row in wanted.items() if key not in there]
    if fresh:
        # They are inserted as deleted, and come back below with those that were deleted.
        connection.execute(table.samples.insert(), fresh)
        there = {row.digest: row for row in connection.execute(query)}
    changed = []
    for digest, row in there.items():
        before = row.label, row.deleted is None
        target = wanted.get(digest)
        after = (row.label, False) if target is None else (target["label"], True)
        if after != before and (before[1] or after[1]):
            changed.append(Change(row.id, before[0], after[0], before[1], after[1]))
    number = record(connection, session, BACKUP, changed)
    if number is not None:
        _move(connection, number, "before", "after")
    return changed, number


def number_above(connection: sa.Connection, last: int) -> None:
    """Make SQLite number every later edit above `last`."""
    for statement in (
        "INSERT INTO sqlite_sequence SELECT 'edits', 0 "
        "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'edits')",
        f"UPDATE sqlite_sequence SET seq = max(seq, {last:d}) WHERE name = 'edits'",
    ):
        connection.exec_driver_sql(statement)


def undo(connection: sa.Connection, session: Session, number: int | None = None) -> Edit | None:
    """Undo edit `number`, or the latest one; return None where there is none."""
    chosen = _next(connection, session, undone=False, number=number)
    if chosen is not None:
        _move(connection, chosen.id, "after", "before")
        connection.execute(edits.update().where(edits.c.id == chosen.id).values(undone=1))
    return chosen


def redo(connection: sa.Connection, session: Session) -> Edit | None:
    """Do the edit again that was undone last; return None where there is none."""
    chosen = _next(connection, session, undone=True)
    if chosen is not None:
        _move(connection, chosen.id, "before", "after")
        connection.execute(edits.update().where(edits.c.id == chosen.id).values(undone=0))
    return chosen


def steps(connection: sa.Connection, session: Session) -> tuple[int, int]:
    """Return the number of edits that can be undone, and that can be done again."""
    query = (
        sa.select(edits.c.undone, sa.func.count().label("many"))
        .where(session.reach)
        .group_by(edits.c.undone)
    )
    counts = {row.undone: row.many for row in connection.execute(query)}
    return counts.get(0, 0), counts.get(1, 0)


def forget_samples(connection: sa.Connection, which: "sa.Select[tuple[int]]") -> None:
    """Delete everything that the history holds about the samples that a query selects."""
    connection.execute(changes.delete().where(changes.c.sample.in_(which)))
    used = sa.select(changes.c.edit).where(changes.c.edit == edits.c.id)
    connection.execute(edits.delete().where(~used.exists()))


def samples_of(connection: sa.Connection, number: int) -> tuple[int, ...]:
    """Return the ids of the samples that an edit changed, whoever can undo it."""
    query = sa.select(changes.c.sample).where(changes.c.edit == number)
    return tuple(connection.execute(query.order_by(changes.c.sample)).scalars())


def _next(
    connection: sa.Connection, session: Session, *, undone: bool, number: int | None = None
) -> Edit | None:
    """Return the edit that is undone next, or that is done again next."""
    # Undoing goes from the latest edit to older ones: the oldest undone one was undone last.
    order = edits.c.id if undone else edits.c.id.desc()
    query = sa.select(edits.c.id, edits.c.kind).where(session.reach, edits.c.undone == int(undone))
    if number is not None:
        query = query.where(edits.c.id == number)
    found = connection.execute(query.order_by(order).limit(1)).first()
    if found is None:
        return None
    touched = sa.select(changes.c.sample, changes.c.label_after).where(changes.c.edit == found.id)
    rows = connection.execute(touched.order_by(changes.c.sample)).all()
    if not rows:
        raise ValueError(f"edit {found.id} changed nothing")
    return Edit(found.id, found.kind, tuple(row.sample for row in rows), rows[0].label_after)


def _move(connection: sa.Connection, edit: int, source: str, target: str) -> None:
    """Bring samples from one side of an edit to the other; `source` and `target` name the sides.

    A sample that is not as the source side says was changed later, and stays as it is.
    """
    samples = table.samples
    there = changes.join(samples, samples.c.id == changes.c.sample)
    label, live = changes.c[f"label_{target}"], changes.c[f"live_{target}"]
    query = (
        sa.select(samples.c.id, label.label("label"), live.label("live"))
        .select_from(there)
        .where(
            changes.c.edit == edit,
            samples.c.label == changes.c[f"label_{source}"],
            samples.c.deleted.is_(None) == (changes.c[f"live_{source}"] == 1),
        )
    )
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in connection.execute(query):
        groups[row.label, row.live].append(row.id)
    for (new_label, is_live), numbers in groups.items():
        update(connection, numbers, label=new_label, deleted=None if is_live else table.utc(None))


def update(connection: sa.Connection, numbers: Iterable[int], **values: Any) -> None:
    """Set columns of the samples with these ids to other values."""
    for batch in table.batches(numbers):
        connection.execute(
            table.samples.update().where(table.samples.c.id.in_(batch)).values(**values)
        )


def _forget(connection: sa.Connection, which: "sa.ColumnElement[bool]") -> None:
    """Delete the edits that an SQL condition selects, and their changes."""
    numbers = sa.select(edits.c.id).where(which)
    connection.execute(changes.delete().where(changes.c.edit.in_(numbers)))
    connection.execute(edits.delete().where(which))
