"""Zip files from anywhere: opened without trusting what they say of themselves.

A zip may name files outside its folder, hold links, or unpack to far more than
it is. Nothing of that reaches the disk: names are checked before anything is
written, and what is written is counted.
"""

import contextlib
import errno
import io
import lzma
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from classroom.errors import ClassroomError
from classroom.i18n import _

# Far above a class of forty, far below what hurts an old laptop.
UNPACKED_AT_MOST = 512 * 1024 * 1024
FILES_AT_MOST = 200_000
_DEEPEST = 12
# The list of a zip's files is read at once; this one holds more than FILES_AT_MOST.
_LIST_AT_MOST = 32 * 1024 * 1024
_PIECE = 1024 * 1024
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EFBIG}

# What zipfile and its decompressors raise on a file that is cut short or is something else.
UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, IndexError, OverflowError, RuntimeError,
    NotImplementedError, MemoryError, struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip


class _Frugal(io.FileIO):
    """A file of which only so much is read at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(_LIST_AT_MOST + 1 if size is None or size < 0 else size)
        if found and len(found) > _LIST_AT_MOST:
            raise ValueError("a list of files far too long")
        return found or b""


@contextlib.contextmanager
def opened(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip file whose list of files is sound.

    Raises
    ------
    ClassroomError
        The file is missing, damaged or no zip, locked with a password, or
        holds far too many files.
    """
    try:
        with _Frugal(path) as file, zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            if len(infos) > FILES_AT_MOST:
                raise _too_large(name)
            if any(info.flag_bits & 0x1 for info in infos):
                raise ClassroomError(
                    _("{name} is locked with a password. Pack it again without one.").format(
                        name=name
                    )
                )
            yield archive
    except UNREADABLE as error:
        raise damaged(name) from error


def damaged(name: str) -> ClassroomError:
    """Return the error for a zip that is cut short or no zip at all."""
    return ClassroomError(
        _("{name} is damaged, or no zip file at all. Get it again.").format(name=name)
    )


def _too_large(name: str) -> ClassroomError:
    return ClassroomError(
        _(
            "{name} unpacks to more than {files:,} files or {megabytes} MB, "
            "far more than a class writes. Look at what is in it."
        ).format(name=name, files=FILES_AT_MOST, megabytes=UNPACKED_AT_MOST // 2**20)
    )


def read_member(archive: zipfile.ZipFile, member: str, at_most: int) -> bytes:
    """Return what a file in the zip holds.

    Raises
    ------
    KeyError
        There is no such file.
    ValueError
        It is longer than `at_most`, whatever the zip says of it.
    """
    with archive.open(member) as file:
        found = file.read(at_most + 1)
    if len(found) > at_most:
        raise ValueError(f"{member} is too long")
    return found


class Unpacker:
    """Unpacks zips below one folder, all of them together within the limits.

    Parameters
    ----------
    folder : Path
        An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0
        self._bytes = 0
        self._files = 0

    def unpack(self, archive: zipfile.ZipFile, name: str) -> Path:
        """Unpack a zip into a folder of its own, and return the folder.

        Raises
        ------
        ClassroomError
            It is damaged, holds links or names that lead out of it, or unpacks
            to too much; or the disk is full.
        """
        self._count += 1
        target = self.folder / f"{self._count}"
        infos = [info for info in archive.infolist() if not info.is_dir()]
        for info in infos:
            _check(info, name)
        self._files += len(infos)
        if self._files > FILES_AT_MOST:
            raise _too_large(name)
        try:
            target.mkdir()
            for info in infos:
                self._write(archive, info, target, name)
        except UNREADABLE as error:
            shutil.rmtree(target, ignore_errors=True)
            if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
                raise ClassroomError(
                    _("{name} cannot be unpacked: {reason}. Make room, then try again.").format(
                        name=name, reason=error.strerror
                    )
                ) from error
            raise damaged(name) from error
        return target

    def _write(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, name: str
    ) -> None:
        file = folder.joinpath(*PurePosixPath(info.filename).parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        # "x": of two files with one name the second is not believed
        with archive.open(info) as source, file.open("xb") as target:
            while piece := source.read(_PIECE):
                self._bytes += len(piece)
                if self._bytes > UNPACKED_AT_MOST:
                    raise _too_large(name)
                target.write(piece)


def _check(info: zipfile.ZipInfo, name: str) -> None:
    """Refuse a link, and a name that leads elsewhere or that some system cannot have."""
    parts = PurePosixPath(info.filename).parts
    kind = stat.S_IFMT(info.external_attr >> 16)
    strange = (
        not parts
        or len(parts) > _DEEPEST
        or info.filename.startswith("/")
        or any(part == ".." or len(part.encode()) > 200 for part in parts)
        or any(letter in info.filename for letter in '\\:*?"<>|\0')
        or kind not in (0, stat.S_IFREG)
    )
    if strange:
        raise ClassroomError(
            _(
                "{name} holds {member!r}, which is a link or leads out of the zip. "
                "Nothing of it was unpacked. Ask for a new one."
            ).format(name=name, member=info.filename[:80])
        )
