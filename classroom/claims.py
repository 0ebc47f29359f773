"""Who may write a file, where two programs on one home could do the same work twice.

A claim is a lock that the system gives free when its owner ends, however that
ends: there is nothing stale to clean up after a crash. SQLite takes it, in the
same way on every system, as it does for the store.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from classroom import privacy

ENDING = ".lock"
# Whoever has it works on it; a crash gives it free.
LONGEST_WAIT_SECONDS = 24 * 3600.0


@contextmanager
def claim(file: Path) -> Iterator[None]:
    """Hold the claim to write `file`; wait for it where another process has it.

    `file` has to be looked for again within the block: who had the claim before may
    have written it.

    Parameters
    ----------
    file : Path
        In a folder that is there. An empty file beside it is the lock; it stays, for to
        delete it would take the lock from under whoever waits for it.

    Raises
    ------
    OSError
        The folder takes no lock.
    """
    lock = file.with_name(file.name + ENDING)
    privacy.create(lock)
    try:
        connection = sqlite3.connect(lock, timeout=LONGEST_WAIT_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        yield
