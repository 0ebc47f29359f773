"""Arrays on disk, without pickle."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom import memory
from classroom.errors import ClassroomError
from classroom.i18n import _

# What numpy and zipfile raise on a file that is cut short or is something else.
UNREADABLE = (
    OSError, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError,
    MemoryError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


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
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in expected}
    except UNREADABLE as error:
        memory.stop_if_full()
        raise ClassroomError(
            _("{file} is damaged or cannot be read ({why}).").format(file=path, why=error)
        ) from error
    for name, (dtype, dimensions) in expected.items():
        if arrays[name].dtype != dtype or arrays[name].ndim != dimensions:
            raise ClassroomError(_("{file} holds something else than expected.").format(file=path))
    return arrays
