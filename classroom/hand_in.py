"""Recognises the zip that a student hands in, by the two files in it.

The export writes these files; the import and the check of file kinds look for them.
"""

from collections.abc import Sequence
from pathlib import Path

# What the zip is and how many samples it has; the samples, one a line.
ABOUT, LINES = "about.json", "samples.jsonl"


def prefix_in(names: Sequence[str]) -> str | None:
    """Return the path of the folder in a zip that holds both files; None where there is none.

    Parameters
    ----------
    names : sequence of str
        The paths of all files in the zip.

    Returns
    -------
    str or None
        Empty for the top of the zip. A zip that somebody has unpacked and packed again has
        one folder around the files: then that folder, with a slash at its end.
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
    """Return whether a folder is an unpacked zip of this kind."""
    return (folder / ABOUT).is_file() and (folder / LINES).is_file()
