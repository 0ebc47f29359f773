"""Opens and unpacks zip files that may be damaged or malicious, for imports and Keras files.

A zip can name files outside of its folder, hold links, or unpack to far more than its
own size (a zip bomb). All names are checked before anything is written, and the bytes
that are written are counted, whatever the zip says of its sizes.
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

# A class of forty students writes far less, and an old laptop's disk has room for it.
UNPACKED_AT_MOST = 512 * 1024 * 1024
FILES_AT_MOST = 200_000
_DEEPEST = 12
# zipfile reads the list of files in one call. A list of FILES_AT_MOST files is shorter.
_LIST_AT_MOST = 32 * 1024 * 1024
_CHUNK = 1024 * 1024
# Errors of the disk that is written to; all other errors are the zip's.
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EFBIG}

# What zipfile and its decompressors raise on a file that is truncated or no zip.
UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, IndexError, OverflowError, RuntimeError,
    NotImplementedError, MemoryError, struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip


class _BoundedFile(io.FileIO):
    """A file that raises ValueError where one call reads more than `_LIST_AT_MOST` bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(_LIST_AT_MOST + 1 if size is None or size < 0 else size)
        if found and len(found) > _LIST_AT_MOST:
            raise ValueError("a list of files far too long")
        return found or b""


@contextlib.contextmanager
def opened(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip file, after a check of its list of files.

    Parameters
    ----------
    path : Path
    name : str
        What the messages call the file.

    Raises
    ------
    ClassroomError
        The file is missing, damaged or no zip, locked with a password, or
        holds more than `FILES_AT_MOST` files.
    """
    try:
        with _BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
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
    """Return the error for a zip that is truncated, or for a file that is no zip."""
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
    """Return the content of one file in the zip.

    Raises
    ------
    KeyError
        There is no such file.
    ValueError
        It unpacks to more than `at_most` bytes, whatever size the zip claims.
    """
    with archive.open(member) as file:
        found = file.read(at_most + 1)
    if len(found) > at_most:
        raise ValueError(f"{member} is too long")
    return found


class Unpacker:
    """Unpacks zips below one folder; the limits hold for all of them together.

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
        """Unpack a zip into a new folder, and return the folder.

        Raises
        ------
        ClassroomError
            The zip is damaged, holds links or names that lead out of its folder, or
            exceeds the limits; or the disk cannot be written.
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
            if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
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
        # Mode "x": a second file of the same name is an error.
        with archive.open(info) as source, file.open("xb") as target:
            while chunk := source.read(_CHUNK):
                self._bytes += len(chunk)
                if self._bytes > UNPACKED_AT_MOST:
                    raise _too_large(name)
                target.write(chunk)


def _check(info: zipfile.ZipInfo, name: str) -> None:
    """Refuse a link, and a name that leads out of the folder or that some system does not allow."""
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
