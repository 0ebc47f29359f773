"""Arrays on disk, without pickle."""

import contextlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom import memory
from classroom.errors import ClassroomError
from classroom.i18n import _

# What numpy and zipfile raise on a file that is cut short or is something else.
_UNREADABLE = (
    OSError, ValueError, LookupError, EOFError, NotImplementedError, RuntimeError,
    MemoryError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@contextlib.contextmanager
def reading(
    what: str, kind: type[ClassroomError] = ClassroomError, sentence: str | None = None
) -> Iterator[None]:
    """Say it in one sentence where a file cannot be read.

    Parameters
    ----------
    what : str
        The file, or where it came from.
    kind : type of ClassroomError
        What to raise.
    sentence : str, optional
        With ``{file}`` for what it is and ``{why}``; a usual one where it is None.

    Raises
    ------
    ClassroomError
        Of this kind, where the file is damaged, gone or something else.
    MemoryError
        Where the memory is full, and the file not to blame.
    """
    try:
        yield
    except _UNREADABLE as error:
        memory.stop_if_full()
        sentence = sentence or _("{file} is damaged or cannot be read ({why}).")
        raise kind(sentence.format(file=what, why=error)) from error


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write named arrays to an uncompressed npz file of exactly this name."""
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def read_arrays(path: Path, **expected: tuple[type, int]) -> dict[str, NDArray[Any]]:
    """Return the named arrays of an npz file.

    Parameters
    ----------
    path : Path
    **expected : tuple of a dtype and a number of dimensions
        By the array's name.

    Raises
    ------
    ClassroomError
        Where the file cannot be read, or holds something else.
    """
    with reading(str(path)), np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in expected}
    for name, (dtype, dimensions) in expected.items():
        if arrays[name].dtype != dtype or arrays[name].ndim != dimensions:
            raise ClassroomError(_("{file} holds something else than expected.").format(file=path))
    return arrays
