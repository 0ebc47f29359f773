"""The store of another home, or a copy or backup of it, as something to import."""

import contextlib
import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from classroom.datasets.formats.base import HandedIn
from classroom.datasets.sample import Sample, to_image
from classroom.datasets.sample_json import from_values
from classroom.datasets.schema import SCHEMA_VERSION
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import LONGEST_LINE

SAMPLES_AT_MOST = 200_000
# The store in a home, and in the data folder of one.
_IN_HOME = ("data/samples.sqlite", "samples.sqlite")
# Everything else that the program writes into a home and its data folder.
_BESIDE = {
    "data", "models", "backups", "runs", "studies", "mnist.npz", "preferences.json", "README.md",
}  # fmt: skip
_STORES = ("samples", "classroom.log")
_BYTES_AT_MOST = 1024**3
# A sound store of the largest size is read in a tenth of this time.
_SECONDS_AT_MOST = 60.0
_STEPS_BETWEEN_LOOKS = 100_000
_COLUMNS = ("label", "writer", "part", "origin", "created", "image", "strokes")


class AnotherHome(HandedIn):
    """A file ``samples.sqlite``, or a home that holds it.

    The file is copied before it is opened as a database: SQLite would write beside it, and wait
    for a program that has it open. Nothing in it is trusted.
    """

    name = "store"
    kinds = frozenset({Kind.SQLITE})
    endings = (".sqlite", ".sqlite3", ".db")

    def in_folder(self, folder: Path) -> Path | None:
        """Return the store of a home, or of its ``data`` folder."""
        return next((file for file in map(folder.joinpath, _IN_HOME) if file.is_file()), None)

    def belongs(self, name: str) -> bool:
        """Whether the program itself writes a file or folder of this name into a home."""
        return name in _BESIDE or name.startswith(_STORES)

    def read(self, place: Place, inventory: Inventory, scratch: Callable[[], Path]) -> list[Sample]:
        """Read all samples of a store that are not deleted."""
        name = place.name
        with tempfile.TemporaryDirectory(dir=scratch(), ignore_cleanup_errors=True) as folder:
            copy = Path(folder, "store.sqlite")
            _copy(place.path, copy, name)
            try:
                with _opened(copy) as connection:
                    _check_version(connection, name)
                    return [_named(row, name) for row in _rows(connection)]
            except (
                sqlite3.Error, ValueError, TypeError, OverflowError, RecursionError, MemoryError
            ) as error:  # fmt: skip
                raise ClassroomError(
                    _(
                        "{name} is damaged, or no file of own samples. Have the program there "
                        "closed, and copy the file again; or use Hand in there."
                    ).format(name=name)
                ) from error


def _copy(path: Path, copy: Path, name: str) -> None:
    """Copy a store, and the log beside it, which holds the samples that were stored last."""
    log = path.with_name(path.name + "-wal")
    try:
        files = [(path, copy)]
        if log.is_file():
            files.append((log, copy.with_name(copy.name + "-wal")))
        if sum(source.stat().st_size for source, _target in files) > _BYTES_AT_MOST:
            raise ClassroomError(
                _("{name} is larger than {megabytes} MB, far more than a class writes.").format(
                    name=name, megabytes=_BYTES_AT_MOST // 2**20
                )
            )
        for source, target in files:
            shutil.copyfile(source, target)
    except OSError as error:
        raise ClassroomError(
            _("{name} cannot be read: {reason}. Check the file and try again.").format(
                name=name, reason=error.strerror or error
            )
        ) from error


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a store that anybody may have made, so that it cannot run code, nor run for long."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        deadline = time.monotonic() + _SECONDS_AT_MOST
        connection.set_progress_handler(
            lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS
        )
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_LINE)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA query_only = ON")
        # A view of that name could run any query.
        found = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
            " AND name IN ('samples', 'schema_version') AND sql NOT LIKE '%virtual%'"
        ).fetchone()
        if found != (2,):
            raise ValueError("not the tables of a store")
        yield connection


def _check_version(connection: sqlite3.Connection, name: str) -> None:
    [version] = connection.execute("SELECT version FROM schema_version").fetchone() or [None]
    if type(version) is not int:
        raise ValueError("no version")
    if version > SCHEMA_VERSION:
        raise ClassroomError(
            _("{name} was written by a newer Digit Classroom. Update this one.").format(name=name)
        )


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the samples that are not deleted, in the order of storing."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM samples WHERE deleted IS NULL ORDER BY id"
    for number, row in enumerate(connection.execute(query), start=1):
        if number > SAMPLES_AT_MOST:
            raise ValueError("more samples than anybody writes")
        yield row


def _named(row: tuple[Any, ...], name: str) -> Sample:
    try:
        return _sample(row)
    except ClassroomError as error:
        raise ClassroomError(f"{name}: {error}") from error


def _sample(row: tuple[Any, ...]) -> Sample:
    """Return the sample of a row; raise as `from_values` does."""
    *_texts, image, strokes = row
    if not isinstance(image, bytes):
        raise TypeError("not the types of values that were expected")
    values = dict(zip(_COLUMNS, row, strict=True))
    values["strokes"] = None if strokes is None else json.loads(strokes)
    sample = from_values(values, to_image(image))
    if sample.created is None:
        raise ValueError("no time")
    return sample
