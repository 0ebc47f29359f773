"""Bad npz and IDX files."""

import gzip
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from bad_bytes import mutated
from hypothesis import strategies as st

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
