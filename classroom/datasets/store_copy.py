"""Copy a whole store by SQLite's online backup, and make sure that the copy is sound.

See https://www.sqlite.org/backup.html: the copy is one moment of the store, and
nobody who keeps a digit meanwhile has to wait.
"""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from classroom import privacy

# Pages of 4 KB copied at a time, and the pause after them: the disk is there for the pen.
PAGES, PAUSE = 500, 0.002


def copy(
    source: sqlite3.Connection, part: Path, journal: str = "DELETE", number: int | None = None
) -> None:
    """Copy the store behind `source` into the file `part`, and have it on the disk.

    Parameters
    ----------
    source : sqlite3.Connection
        In no transaction.
    part : Path
        Whatever is there is replaced; its folder is there.
    journal : str
        The journal mode of the copy: ``DELETE``, which leaves one file, or ``WAL``.
    number : int, optional
        The copy's ``user_version``; that of the source where there is none.

    Raises
    ------
    sqlite3.Error, OSError
        It cannot be read or written, or what was read makes no sense.
    """
    part.unlink(missing_ok=True)
    privacy.create(part)
    # In this transaction the copy sees one moment, whoever writes meanwhile.
    source.execute("BEGIN")
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with contextlib.closing(sqlite3.connect(part)) as target:
            source.backup(target, pages=PAGES, progress=lambda *_left: time.sleep(PAUSE))
            check(target)
            if number is not None:
                target.execute(f"PRAGMA user_version = {number:d}")
            target.execute(f"PRAGMA journal_mode = {journal}")
    finally:
        source.rollback()
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def check(connection: sqlite3.Connection) -> None:
    """Read all of a store; raises `sqlite3.DatabaseError` where it is not sound.

    Its indexes are compared with the tables, too: digits are counted by an index alone. That
    takes 0.6 s instead of 0.3 s for 50,000 digits.
    """
    [(answer,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if answer != "ok":
        error = sqlite3.DatabaseError(answer)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
