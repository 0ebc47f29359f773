"""How a zip that a student hands in is told from others: by the two files that it holds."""

from collections.abc import Sequence
from pathlib import Path

ABOUT, LINES = "about.json", "samples.jsonl"


def prefix_in(names: Sequence[str]) -> str | None:
    """Return the folder in a zip that holds what was handed in; None where there is none.

    It is the zip's top, or, where somebody has packed it anew, the one folder in it.
    """
    known = {name for name in names if not name.startswith("__MACOSX/")}
    prefixes = {name.removesuffix(ABOUT) for name in known if name.rpartition("/")[2] == ABOUT}
    for prefix in prefixes:
        if prefix + LINES in known and all(
            name.startswith(prefix) or prefix.startswith(name) for name in known
        ):
            return prefix
    return None


def is_hand_in(folder: Path) -> bool:
    """Say whether a folder holds an unpacked zip of this kind."""
    return (folder / ABOUT).is_file() and (folder / LINES).is_file()
