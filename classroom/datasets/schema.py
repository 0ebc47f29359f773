"""The tables of the store: created in an empty database, brought up to date in an older one.

`Dataset` prepares every store that it opens.
"""

from collections.abc import Callable

import sqlalchemy as sa

from classroom.datasets import cnn_scores, edits
from classroom.datasets import samples_table as table
from classroom.datasets.database import Database, DatasetError
from classroom.i18n import _

# Version 1 had the table of samples alone. Version 2 adds the edits and the CNN's scores.
SCHEMA_VERSION = 2

TABLES = (table.schema_version, table.samples, edits.edits, edits.changes, cnn_scores.scores)


def prepare(database: Database, before_creation: Callable[[], None] = lambda: None) -> None:
    """Create the tables that are missing, all in one transaction.

    Parameters
    ----------
    database : Database
    before_creation : callable
        Called before the tables of a new store are created; they are not where it raises.

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
            found = _bring_up_to_date(connection, before_creation)
    if found > SCHEMA_VERSION:
        raise DatasetError(
            _(
                "The own samples in {name} were written by a newer Digit Classroom. "
                "Update this one to use them."
            ).format(name=database.name)
        )


def _bring_up_to_date(connection: sa.Connection, before_creation: Callable[[], None]) -> int:
    """Create or change the tables, and return the version that they have then."""
    table.metadata.create_all(connection, tables=TABLES)
    # The version is read again, now under the write lock: another process may have been first.
    found = connection.scalar(sa.select(table.schema_version.c.version))
    if found is None:
        before_creation()
        connection.execute(table.schema_version.insert().values(version=SCHEMA_VERSION))
    elif found < SCHEMA_VERSION:
        # The index of version 2 covers one column more.
        table.by_writer.drop(connection)
        table.by_writer.create(connection)
        connection.execute(table.schema_version.update().values(version=SCHEMA_VERSION))
    return SCHEMA_VERSION if found is None else max(found, SCHEMA_VERSION)
