"""Names of files as they were typed: also patterns that the shell has left as they were.

A shell on Windows leaves ``*.png`` to the program, and every shell does where
nothing matches, or where the pattern stands in quotes.
"""

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from classroom.i18n import _
from classroom.preprocessing.strokes import Rejected


def expanded(paths: Sequence[str | Path]) -> tuple[list[Path], list[Rejected]]:
    """Return the files and folders that are meant, each once, and the patterns without any.

    Parameters
    ----------
    paths : sequence of paths
        Whatever is there under its name is that, even where it looks like a pattern.
    """
    found: list[Path] = []
    rejected = []
    for path in map(str, paths):
        if os.path.lexists(path) or not glob.has_magic(path):
            found.append(Path(path))
            continue
        matches = sorted(glob.glob(path))
        found += map(Path, matches)
        if not matches:
            why = _(
                "{pattern} was not found, neither as a name nor as a pattern. "
                "Check the name and the folder."
            )
            rejected.append(Rejected(path, why.format(pattern=path)))
    return list(dict.fromkeys(found)), rejected
