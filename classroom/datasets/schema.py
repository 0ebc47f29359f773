"""The tables of the own samples: made in an empty database, brought up to date in an older one."""

from collections.abc import Callable

import sqlalchemy as sa

from classroom.datasets import history, listing
from classroom.datasets import sample as table
from classroom.datasets.database import Database, DatasetError
from classroom.i18n import _

# 1: the samples alone. 2: what was done to them, and what the network thinks of them.
SCHEMA_VERSION = 2

TABLES = (table.schema_version, table.samples, history.edits, history.changes, listing.scores)


def prepare(database: Database, beginning: Callable[[], None] = lambda: None) -> None:
    """Make what is missing; all of it, or nothing.

    Parameters
    ----------
    database : Database
    beginning : callable
        Called before an empty store begins; nothing is made where it raises.

    Raises
    ------
    DatasetError
        The store was written by a newer program, or cannot be read or written.
    """
    with database.reading() as connection:
        exists = sa.inspect(connection).has_table(table.schema_version.name)
        found = connection.scalar(sa.select(table.schema_version.c.version)) if exists else None
    if found is None or found < SCHEMA_VERSION:
        with database.writing() as connection:
            found = _bring_up_to_date(connection, beginning)
    if found > SCHEMA_VERSION:
        raise DatasetError(
            _(
                "The own samples in {name} were written by a newer Digit Classroom. "
                "Update this one to use them."
            ).format(name=database.name)
        )


def _bring_up_to_date(connection: sa.Connection, beginning: Callable[[], None]) -> int:
    table.metadata.create_all(connection, tables=TABLES)
    # Asked only now that nobody else can write: another process may have been first.
    found = connection.scalar(sa.select(table.schema_version.c.version))
    if found is None:
        beginning()
        connection.execute(table.schema_version.insert().values(version=SCHEMA_VERSION))
    elif found < SCHEMA_VERSION:
        # It covers one column more than it did.
        table.by_writer.drop(connection)
        table.by_writer.create(connection)
        connection.execute(table.schema_version.update().values(version=SCHEMA_VERSION))
    return SCHEMA_VERSION if found is None else max(found, SCHEMA_VERSION)
