"""Where files lie, as the user sees it: never in a folder that the program made."""

import os
from dataclasses import dataclass
from pathlib import Path, PurePath


@dataclass(frozen=True)
class Place:
    """A file that is to be read, or a folder of such.

    Attributes
    ----------
    path : Path
        Where it can be opened; for a file of a zip that is in a folder of the program.
    name : str
        What the user calls it.
    folders : tuple of str
        The user's folders that the file lies in, outermost first: those of the zip
        where it comes out of one, else those of the disk. A label comes from here.
        Of a folder: those that its files lie in, so that its own name is the last.
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
        """Return the place of a folder that the user has named, perhaps as ``.`` only."""
        whole = _whole(path)
        return cls(path, name or whole.name or str(path), whole.parts)

    @classmethod
    def unpacked(cls, path: Path, name: str) -> "Place":
        """Return the place of the folder that a zip was unpacked to: it has no name of its own."""
        return cls(path, name, ())

    def inside(self, *parts: str) -> "Place":
        """Return the place of a file in this folder."""
        return Place(
            self.path.joinpath(*parts),
            "/".join([self.name, *parts]),
            (*self.folders, *parts[:-1]),
        )


def _whole(path: Path) -> PurePath:
    """Return a path without ``.`` and ``..``; a link keeps the name that it has here."""
    return PurePath(os.path.abspath(path))
