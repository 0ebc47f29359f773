"""Files and numbered folders that are there as a whole or not at all; JSON and NumPy files.

Whatever a package keeps on the disk is written through this module.
"""

import contextlib
import json
import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom import memory, privacy
from classroom.errors import ClassroomError
from classroom.i18n import _

# The end of the name of everything that is not complete yet.
UNFINISHED = ".part"
PATTERN = "[0-9][0-9][0-9][0-9]"
LONGEST_WORK_SECONDS = 24 * 3600


@contextmanager
def unfinished(target: Path, suffix: str = "") -> Iterator[Path]:
    """Give a temporary name beside `target`, and remove what is there when the block ends.

    The name begins with a dot, so that no import takes the file for a finished one, and
    holds the number of the process, so that two processes do not write to one file.

    Parameters
    ----------
    target : Path
        Its folder exists.
    suffix : str
        The end of the temporary name, for a library that insists on one, such as ``.keras``.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}{UNFINISHED}{suffix}")
    try:
        yield temporary
    finally:
        # The block's own error matters more than one of the cleaning up.
        with contextlib.suppress(OSError):
            if temporary.is_dir():
                shutil.rmtree(temporary, ignore_errors=True)
            else:
                temporary.unlink(missing_ok=True)


@contextmanager
def replacing(
    target: Path, *, handed_over: bool = False, synced: bool = True, suffix: str = ""
) -> Iterator[Path]:
    """Give a temporary path to write to, which takes the place of `target` when the block ends.

    The content is on the disk before the renaming, so that a crash or a power cut leaves
    either what was there before or all of what is new. Where the block raises, `target`
    stays as it was and nothing is left of the new content.

    Parameters
    ----------
    target : Path
        A file, which may exist, or a folder, which may exist only if it is empty. Its
        parent folder exists.
    handed_over : bool
        Whether the user chose the place, as for an export: whoever may read the folder then
        may read the file. Everything else has the mode that the process gives new files.
    synced : bool
        Whether the content has to outlive a power cut. False for what is written on Tk's
        thread and easily done again: a slow disk takes longer than the window may wait.
    suffix : str
        As `unfinished` takes it.

    Yields
    ------
    Path
        Nothing is there yet; the block makes a file or a folder of this name.

    Raises
    ------
    OSError
        The disk does not take it; the caller says what that means for the user.
    """
    with unfinished(target, suffix) as temporary:
        yield temporary
        if temporary.is_dir():
            if target.is_dir():
                # Windows does not rename a folder onto another, not even onto an empty one.
                target.rmdir()
        elif synced:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        if handed_over:
            privacy.follow(temporary, target.parent)
        temporary.replace(target)


def numbered(parent: Path) -> list[Path]:
    """Return the complete folders ``0001``, ``0002``, ... in `parent`, by number."""
    return sorted(path for path in parent.glob(PATTERN) if path.is_dir())


@contextmanager
def writing(path: Path, sentence: str) -> Iterator[None]:
    """Turn an `OSError` of the block into a `ClassroomError` with this sentence.

    Parameters
    ----------
    path : Path
        The file or folder that the block writes.
    sentence : str
        Its field ``{folder}`` becomes the parent of `path`, ``{why}`` the reason.

    Raises
    ------
    ClassroomError
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise ClassroomError(sentence.format(folder=path.parent, why=why)) from error


@contextmanager
def new_folder(parent: Path, number: int | None = None) -> Iterator[tuple[Path, int]]:
    """Give a temporary folder to write into, which becomes ``0001``, ``0002``, ... in `parent`.

    It gets its name when the block ends. Where the block raises, or the process dies, there is
    no folder of that name. Two processes at the same time get two numbers.

    Parameters
    ----------
    parent : Path
        Created where it is missing.
    number : int, optional
        The number of a folder to replace; where it is not given, the next number that no
        folder has had yet.

    Yields
    ------
    Path
        The temporary folder.
    int
        Its number.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent, UNFINISHED)
    chosen, temporary = _reserve(parent, number)
    try:
        yield temporary, chosen
        final = parent / f"{chosen:04d}"
        if final.exists() and chosen == number:
            shutil.rmtree(final)
        temporary.replace(final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _reserve(parent: Path, number: int | None) -> tuple[int, Path]:
    """Create a temporary folder, for `number` or the next one, that no other process uses."""
    if number is not None:
        temporary = parent / f"{number:04d}-{os.getpid()}{UNFINISHED}"
        temporary.mkdir()
        return number, temporary
    while True:
        taken = [int(path.name[:4]) for path in parent.glob(f"{PATTERN}*")]
        following = max(taken, default=0) + 1
        temporary = parent / f"{following:04d}{UNFINISHED}"
        try:
            temporary.mkdir()
        except FileExistsError:
            # Another process has just taken this number.
            continue
        return following, temporary


def sweep(parent: Path, ending: str) -> None:
    """Remove the folders in `parent` with this ending that are older than a day."""
    for path in parent.glob(f"*{ending}"):
        if time.time() - path.stat().st_mtime > LONGEST_WORK_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write `content` to a new file; when this returns, it is on the disk."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def replace_json(path: Path, content: dict[str, Any], indent: int | None = 2) -> None:
    """Replace a file by `content` as a whole; where that fails, it stays as it was."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=indent), encoding="utf-8")


# What NumPy and zipfile raise for a file that is cut short or of another kind.
_UNREADABLE = (
    OSError, ValueError, LookupError, EOFError, NotImplementedError, RuntimeError,
    MemoryError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@contextlib.contextmanager
def reading(
    what: str, kind: type[ClassroomError] = ClassroomError, sentence: str | None = None
) -> Iterator[None]:
    """Turn every error of a block that reads a file into one with a sentence for the user.

    Parameters
    ----------
    what : str
        The name of the file, or of its source.
    kind : type of ClassroomError
        The class of the error.
    sentence : str, optional
        Its fields are ``{file}`` and ``{why}``. Where it is not given, there is a usual one.

    Raises
    ------
    ClassroomError
        Of this kind: the file is damaged, missing, or of another kind.
    MemoryError
        The memory is full, which is not the fault of the file.
    """
    try:
        yield
    except _UNREADABLE as error:
        memory.stop_if_full()
        sentence = sentence or _("{file} is damaged or cannot be read ({why}).")
        raise kind(sentence.format(file=what, why=error)) from error


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write named arrays to an uncompressed npz file; its name need not end in ``.npz``."""
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def read_arrays(path: Path, **expected: tuple[type, int]) -> dict[str, NDArray[Any]]:
    """Return the named arrays of an npz file.

    Parameters
    ----------
    path : Path
    **expected : tuple of a dtype and a number of dimensions
        The expected array of each name.

    Raises
    ------
    ClassroomError
        The file cannot be read, or holds other arrays.
    """
    with reading(str(path)), np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in expected}
    for name, (dtype, dimensions) in expected.items():
        if arrays[name].dtype != dtype or arrays[name].ndim != dimensions:
            raise ClassroomError(_("{file} holds something else than expected.").format(file=path))
    return arrays
