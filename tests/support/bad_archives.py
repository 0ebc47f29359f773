"""Bad zips and stores, as if handed in."""

import contextlib
import functools
import io
import json
import sqlite3
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from bad_bytes import STROKES, mutated, odd_names, pick, values
from hypothesis import strategies as st

from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.exporting import export


@functools.cache
def handed_in(folder: Path) -> tuple[bytes, bytes]:
    """Return the zip and the store of a home with four digits."""
    with Dataset(f"sqlite:///{(folder / 'source.sqlite').as_posix()}") as store:
        for number in range(4):
            image = np.random.default_rng(number).integers(0, 256, (28, 28), np.uint8)
            store.keep(Sample(image, number, "ann", "drawn", STROKES))
        export(store, folder / "source.zip", ["zip"])
    with contextlib.closing(sqlite3.connect(folder / "source.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.commit()
    return (folder / "source.zip").read_bytes(), (folder / "source.sqlite").read_bytes()


def a_zip(data: Any, folder: Path) -> None:
    """Write a zip that was handed in, or packed by somebody."""
    source, store = handed_in(folder.parent)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(packed, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "samples.jsonl" and data.draw(st.booleans()):
                line = json.loads(content.splitlines()[0])
                line[data.draw(st.sampled_from(list(line)))] = data.draw(
                    st.one_of(values, odd_names)
                )
                content = json.dumps(line).encode() + b"\n" + content.partition(b"\n")[2]
            if data.draw(st.integers(0, 5)) == 0:
                content = mutated(data, content)
            if data.draw(st.integers(0, 5)) > 0:
                new.writestr(info.filename, content)
        for _more in range(data.draw(st.integers(0, 2))):
            with contextlib.suppress(ValueError, UnicodeEncodeError):
                _add_odd(data, new, store, source)
    content = packed.getvalue()
    if data.draw(st.integers(0, 2)) == 0:
        content = mutated(data, content)
    (folder / "in.zip").write_bytes(content)


def _add_odd(data: Any, archive: zipfile.ZipFile, store: bytes, source: bytes) -> None:
    info = zipfile.ZipInfo(data.draw(odd_names) or "x")
    info.external_attr = data.draw(
        st.sampled_from([0, stat.S_IFLNK << 16, stat.S_IFIFO << 16, 0o644 << 16])
    )
    contents = [b"", b"/etc/passwd", b"../../out", store, source, bytes(100_000)]
    info.compress_type = data.draw(st.sampled_from([0, 8, 12, 14]))
    is_huge = data.draw(st.integers(0, 60)) == 0
    archive.writestr(info, bytes(100_000_000) if is_huge else pick(data, contents))


STATEMENTS = [
    "DROP TABLE samples",
    "DELETE FROM schema_version",
    "UPDATE schema_version SET version = 99",
    "UPDATE schema_version SET version = 'x'",
    "UPDATE samples SET image = zeroblob(100000000) WHERE id = 1",
    "UPDATE samples SET image = 'text'",
    "UPDATE samples SET writer = x'ff00'",
    "UPDATE samples SET writer = NULL",
    "UPDATE samples SET created = 'yesterday'",
    "UPDATE samples SET strokes = '[[[1, 1e999]]]'",
    "UPDATE samples SET strokes = '" + "[" * 5000 + "'",
    "UPDATE samples SET strokes = '[]'",
    "UPDATE samples SET label = 3.5",
    "UPDATE samples SET label = 'three'",
    "UPDATE samples SET part = 'final'",
    "UPDATE samples SET deleted = 5",
    "ALTER TABLE samples RENAME TO other; CREATE VIEW samples AS WITH RECURSIVE"
    " c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS id, x AS label FROM c",
    "ALTER TABLE samples DROP COLUMN strokes",
    "UPDATE sqlite_master SET sql = 'CREATE TABLE samples(id)' WHERE name = 'samples'",
    "UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'samples'",
    "UPDATE sqlite_master SET sql = 'CREATE VIRTUAL TABLE samples USING fts5(x)'"
    " WHERE name = 'samples'",
    "CREATE TRIGGER t AFTER UPDATE ON samples BEGIN DELETE FROM samples; END",
]


def store(data: Any, folder: Path) -> None:
    """Write another home's store."""
    _zip, content = handed_in(folder.parent)
    file = folder / data.draw(st.sampled_from(["d.sqlite", "d.db"]))
    file.write_bytes(content)
    if data.draw(st.booleans()):
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("PRAGMA writable_schema = ON")
            for statement in data.draw(
                st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=2)
            ):
                with contextlib.suppress(sqlite3.Error):
                    connection.executescript(statement)
            with contextlib.suppress(sqlite3.Error):
                connection.commit()
    if data.draw(st.booleans()):
        file.write_bytes(mutated(data, file.read_bytes()))
    if data.draw(st.integers(0, 4)) == 0:
        file.with_name(file.name + "-wal").write_bytes(data.draw(st.binary(max_size=200)))
