"""What every kind of bad file is made of: odd values, odd names, bytes that are cut and turned."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

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


def pick(data: Any, contents: Sequence[bytes]) -> bytes:
    """Return one of them; hypothesis, which keeps all that it draws from, sees a number only."""
    return contents[data.draw(st.integers(0, len(contents) - 1))]
