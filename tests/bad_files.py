"""Files that nobody meant well, made by hypothesis: each kind of file, broken in every way.

Each function takes `hypothesis`' ``data`` and an empty folder, and writes into
it what is to be imported.
"""

import contextlib
import functools
import gzip
import io
import json
import sqlite3
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from classroom.dataset import Dataset, Sample
from classroom.digits import from_strokes
from classroom.exchange import export

Maker = Callable[[Any, Path], None]
STROKES = [[(0.0, 0.0), (3.0, 9.0), (4.0, 2.0)], [(1.0, 5.0)]]

numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([-1, 0, 3, 10, 2**31, 2**63, 2**64, 10**400, 1e308, float("nan")]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
odd_names = st.one_of(
    st.sampled_from(
        [
            "../../../../out.png", "/tmp/out.png", "C:\\out.png", "..\\..\\out.png", "3/../../out",
            "a/" * 40 + "x.png", "x" * 300 + ".png", "", ".", "con.png", "3/\0.png", "3/a.png",
            "practice/3/1.png", "in.zip", "data/samples.sqlite", "d.npz", "d.jsonl", "~/out",
        ]
    ),
    st.text(max_size=20),
)  # fmt: skip


def mutated(data: Any, content: bytes) -> bytes:
    """Return bytes cut, turned over, doubled or overwritten in up to four places."""
    changed = bytearray(content)
    for _turn in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, max(0, len(changed) - 1)))
        length = data.draw(st.sampled_from([1, 2, 4, 8, 100, 2000]))
        match data.draw(st.sampled_from(["cut", "drop", "flip", "write", "twice", "ones"])):
            case "cut":
                del changed[at:]
            case "drop":
                del changed[at : at + length]
            case "flip" if changed:
                changed[at] ^= 1 << data.draw(st.integers(0, 7))
            case "write":
                changed[at : at + length] = data.draw(st.binary(max_size=16))
            case "twice":
                changed[at:at] = changed[at : at + length]
            case "ones":
                changed[at : at + length] = b"\xff" * min(length, 8)
    return bytes(changed)


# --- strokes ------------------------------------------------------------------
@functools.cache
def huge_strokes() -> list[bytes]:
    points = b"[0.5,1]," * 1_000_000
    return [
        b'{"label":3,"strokes":[[' + points + b"[1,1]]]}\n",
        b"[" * 200_000 + b"\n",
        b'{"label":' + b"9" * 5000 + b"}\n",
        b'{"label":3,"strokes":[' + b"[[1,2]]," * 100_000 + b"[[1,2]]]}\n",
        gzip.compress(b" " * 40_000_000),
        gzip.compress(b'{"label":3,"strokes":[[[1,2]]]}\n' * 30_000),
    ]


def strokes(data: Any, folder: Path) -> None:
    """Write a strokes file."""
    good = {"label": 3, "writer": "ann", "strokes": STROKES, "created": "2024-01-01"}
    if data.draw(st.integers(0, 40)) == 0:
        content = data.draw(st.sampled_from(huge_strokes()))
    else:
        lines = []
        for _line in range(data.draw(st.integers(1, 3))):
            line: Any = dict(good)
            line[data.draw(st.sampled_from([*good, "part", "origin"]))] = data.draw(values)
            lines.append(json.dumps(line if data.draw(st.booleans()) else data.draw(values)))
        content = mutated(data, "\n".join(lines).encode("utf-8", "surrogatepass"))
        if data.draw(st.booleans()):
            content = mutated(data, gzip.compress(content))
    (folder / data.draw(st.sampled_from(["d.jsonl", "d.jsonl.gz"]))).write_bytes(content)


# --- arrays -------------------------------------------------------------------
SHAPES = [
    (), (0,), (3,), (3, 28, 28), (3, 784), (3, 8, 8), (3, 28, 28, 3), (3, 1, 20, 20), (3, 1),
    (3, 10), (3, 0, 5), (3, 1, 1), (2, 2, 2, 2, 2), (3, 3000, 1), (0, 28, 28), (3, 7),
]  # fmt: skip
DTYPES = ["u1", "i1", "<u2", ">i4", "<u8", "<f2", ">f4", "<f8", "?", "<c8", "<U3", "S2", "<M8[s]"]
HEADERS = [
    "{'descr': '|u1', 'fortran_order': False, 'shape': (150000, 28, 28)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 28, 28)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 28, 28)}",
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': [('a', '<f8', (9999, 9999))], 'fortran_order': False, 'shape': (3, 28, 28)}",
    "{'descr': '<U999999999', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (3,)}",
    "(" * 900,
    "{'descr': '|u1', 'fortran_order': True, 'shape': (3, 28, 28), 'more': 1}",
]


class Bad:
    """What a pickle would build: naming it is running it."""

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        import os

        return os.system, ("echo run > ran.txt",)


def an_array(data: Any) -> Any:
    shape = data.draw(st.sampled_from(SHAPES))
    dtype = data.draw(st.sampled_from(DTYPES))
    seed = data.draw(st.integers(0, 99))
    made = np.random.default_rng(seed).integers(0, 256, shape).astype(dtype)
    if made.dtype.kind == "f" and made.size and data.draw(st.booleans()):
        made.flat[0] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf, 60000.0, -0.0]))
    return made


def npy(data: Any) -> bytes:
    file = io.BytesIO()
    choice = data.draw(st.integers(0, 9))
    if choice == 0:
        np.save(file, np.array([Bad()] * 3, object), allow_pickle=True)
    elif choice == 1:
        header = data.draw(st.sampled_from(HEADERS)).encode() + b"\n"
        version = data.draw(st.sampled_from([1, 2, 3, 9]))
        length = struct.pack("<H" if version == 1 else "<I", len(header))
        file.write(b"\x93NUMPY" + bytes([version, 0]) + length + header + bytes(3000))
    elif choice == 2:
        file.write(b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 100_000)
    else:
        np.save(file, an_array(data), allow_pickle=False)
    return mutated(data, file.getvalue()) if data.draw(st.booleans()) else file.getvalue()


def npz(data: Any, folder: Path) -> None:
    """Write an npz file."""
    names = st.sampled_from(
        [
            "x_train", "y_train", "x_test", "y_test", "images", "labels", "writers_train", "arr_0",
            "points_train", "points_per_stroke_train", "strokes_per_digit_train", "created_test",
        ]
    )  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in {"x_train", "y_train", *data.draw(st.sets(names, max_size=4))}:
            kind = data.draw(st.sampled_from([0, 8, 8, 12, 14]))
            content = npy(data)
            if name == "y_train" and data.draw(st.booleans()):
                buffer = io.BytesIO()
                np.save(buffer, np.array([1, 2, 3]))
                content = buffer.getvalue()
            archive.writestr(f"{name}.npy", content, kind)
    content = packed.getvalue()
    (folder / "d.npz").write_bytes(mutated(data, content) if data.draw(st.booleans()) else content)


def idx(data: Any, folder: Path) -> None:
    """Write a pair of IDX files."""
    lengths = st.sampled_from([0, 1, 2, 3, 28, 255, 2**16, 2**31, 2**32 - 1])
    for name, dimensions in (("images-idx3", 3), ("labels-idx1", 1)):
        number = data.draw(st.sampled_from([dimensions] * 6 + [0, 1, 2, 4, 200, 255]))
        kind = data.draw(st.sampled_from([8, 8, 8, 9, 11, 12, 13, 14, 0, 10]))
        if data.draw(st.booleans()):
            shape = [3, 28, 28, 1][:number]
        else:
            shape = [data.draw(lengths) for _axis in range(number % 8)]
        head = bytes([0, 0, kind, number]) + struct.pack(f">{len(shape)}I", *shape)
        width = {8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8}.get(kind, 1)
        size = int(np.prod([float(n) for n in shape])) * width
        content = head + bytes([data.draw(st.integers(0, 255))]) * min(size, 3000)
        content = mutated(data, content) if data.draw(st.booleans()) else content
        if data.draw(st.integers(0, 3)) == 0:
            content = mutated(data, gzip.compress(content))
        if data.draw(st.integers(0, 60)) == 0:
            content = gzip.compress(head + bytes(40_000_000))
        (folder / f"train-{name}-ubyte").write_bytes(content)


# --- pictures -----------------------------------------------------------------
def png_chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def png(width: int, height: int, depth: int, colour: int, pixels: bytes, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", head), *more, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@functools.cache
def huge_pictures() -> list[bytes]:
    nothing = zlib.compress(bytes(20_000_000), 9)
    text = b"strokes\0\0" + zlib.compress(b"[" * 30_000_000)
    return [
        png(60_000, 60_000, 1, 0, nothing),
        png(2**31 - 1, 2**31 - 1, 16, 6, nothing),
        png(7000, 7000, 8, 0, nothing),
        png(28, 28, 8, 0, nothing),
        png(28, 28, 8, 0, zlib.compress(bytes(29 * 28)), png_chunk(b"zTXt", text)),
        b"P5\n99999 99999\n255\n" + bytes(100),
    ]


@functools.cache
def pictures() -> list[tuple[str, bytes]]:
    image = Image.fromarray(from_strokes(STROKES))
    page = Image.new("RGB", (90, 60), "white")
    page.paste(image.convert("RGB").point(lambda level: 255 - level), (20, 10))
    made = []
    for ending in ("png", "jpg", "gif", "bmp", "tif", "webp", "pgm"):
        for picture in (image, page if ending != "pgm" else image):
            file = io.BytesIO()
            kind = {"jpg": "JPEG", "tif": "TIFF", "pgm": "PPM"}.get(ending, ending.upper())
            picture.save(file, kind)
            made.append((ending, file.getvalue()))
    return made


def picture(data: Any, folder: Path) -> None:
    """Write a picture, mostly in a folder that says which digit it is."""
    where = folder / data.draw(st.sampled_from(["3", "3", "3", "x"]))
    where.mkdir()
    ending, content = data.draw(st.sampled_from(pictures()))
    if data.draw(st.integers(0, 60)) == 0:
        content = data.draw(st.sampled_from(huge_pictures()))
    (where / f"d.{ending}").write_bytes(mutated(data, content))


# --- what is handed in ----------------------------------------------------------
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
    if data.draw(st.integers(0, 60)) == 0:
        contents = [bytes(100_000_000)]
    archive.writestr(info, data.draw(st.sampled_from(contents)))


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


KINDS: dict[str, Maker] = {
    "strokes": strokes,
    "npz": npz,
    "idx": idx,
    "pictures": picture,
    "zip": a_zip,
    "store": store,
}


# --- networks -------------------------------------------------------------------
@functools.cache
def shipped() -> dict[str, bytes]:
    """Return what the shipped network's file holds."""
    from classroom.paths import shipped_network

    with zipfile.ZipFile(shipped_network()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lambda_layer() -> dict[str, Any]:
    """Return the configuration of a layer with code in it."""
    import marshal

    code = marshal.dumps(compile("open('ran.txt', 'w')", "x", "eval"))
    function = {"class_name": "__lambda__", "config": {"code": code.hex(), "defaults": None}}
    return {"module": "keras.layers", "class_name": "Lambda", "config": {"function": function}}


def keras_file(data: Any, folder: Path) -> None:
    """Write a Keras file: the shipped network with something in it changed."""
    members = dict(shipped())
    config = json.loads(members["config.json"])
    layers = config["config"]["layers"]
    layer = data.draw(st.sampled_from(layers))
    match data.draw(st.sampled_from(["value", "lambda", "class", "huge", "bytes", "bytes"])):
        case "value":
            layer["config"][data.draw(st.sampled_from(sorted(layer["config"])))] = data.draw(values)
        case "lambda":
            layers.insert(data.draw(st.integers(0, len(layers))), lambda_layer())
        case "class":
            layer["module"], layer["class_name"] = data.draw(
                st.sampled_from(
                    [("os", "system"), ("subprocess", "Popen"), ("builtins", "eval"),
                     ("keras.layers", "Nothing"), ("keras.layers", "TFSMLayer"), (None, None)]
                )
            )  # fmt: skip
        case "huge":
            size = data.draw(st.sampled_from([10**6, 10**9, 2**40]))
            for name in {"units", "filters", "batch_shape"} & set(layer["config"]):
                value = [None, size, size, 1] if name == "batch_shape" else size
                layer["config"][name] = value
    members["config.json"] = json.dumps(config).encode()
    name = data.draw(st.sampled_from(sorted(members)))
    if data.draw(st.booleans()):
        members[name] = mutated(data, members[name])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    content = packed.getvalue()
    if data.draw(st.integers(0, 3)) == 0:
        content = mutated(data, content)
    (folder / "d.keras").write_bytes(content)
