"""The files that a user names: patterns such as ``*.png`` expanded, and what each file is called.

The import and ``predict`` begin here.
"""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from classroom.i18n import _
from classroom.preprocessing.strokes import Rejected


def expanded(paths: Sequence[str | Path]) -> tuple[list[Path], list[Rejected]]:
    """Return the files and folders that are named, each once, and the patterns that match none.

    A shell on Windows leaves ``*.png`` to the program, and every shell does so where nothing
    matches or where the pattern stands in quotes.

    Parameters
    ----------
    paths : sequence of paths
        A name that exists counts as it is, even where it looks like a pattern.
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


@dataclass(frozen=True)
class Place:
    """A file or folder to be read, and what the user calls it.

    Attributes
    ----------
    path : Path
        Where it can be opened. A file from a zip lies in a temporary folder.
    name : str
        What the user calls it.
    folders : tuple of str
        The names of the user's folders that a file lies in, the outermost first: those in the
        zip, or those on the disk. A folder's own name comes last. The label of a picture is
        one of these names.
    """

    path: Path
    name: str
    folders: tuple[str, ...]

    @classmethod
    def of_file(cls, path: Path, name: str = "") -> "Place":
        """Return the place of a file that the user has named."""
        return cls(path, name or path.name or str(path), _whole(path).parent.parts)

    @classmethod
    def of_folder(cls, path: Path, name: str = "") -> "Place":
        """Return the place of a folder that the user has named, perhaps only as ``.``."""
        whole = _whole(path)
        return cls(path, name or whole.name or str(path), whole.parts)

    @classmethod
    def unpacked(cls, path: Path, name: str) -> "Place":
        """Return the place of a temporary folder with the content of a zip of this name."""
        return cls(path, name, ())

    def inside(self, *parts: str) -> "Place":
        """Return the place of a file in this folder, or in a folder below it."""
        return Place(
            self.path.joinpath(*parts),
            "/".join([self.name, *parts]),
            (*self.folders, *parts[:-1]),
        )


def _whole(path: Path) -> PurePath:
    """Return an absolute path without ``.`` and ``..``; links are not resolved."""
    return PurePath(os.path.abspath(path))
