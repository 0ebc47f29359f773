"""Files that nobody meant well, made by hypothesis: each kind of file, broken in every way.

Each function takes `hypothesis`' ``data`` and an empty folder, and writes into
it what is to be imported.
"""

import functools
import gzip
import json
from pathlib import Path
from typing import Any

from bad_archives import a_zip, store
from bad_arrays import idx, npz
from bad_bytes import STROKES, Maker, mutated, pick, values
from bad_pictures import picture
from hypothesis import strategies as st


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
        content = pick(data, huge_strokes())
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


KINDS: dict[str, Maker] = {
    "strokes": strokes,
    "npz": npz,
    "idx": idx,
    "pictures": picture,
    "zip": a_zip,
    "store": store,
}
