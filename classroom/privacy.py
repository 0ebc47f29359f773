"""File permissions: only the owner can read what the program writes, or a shared folder's group.

Digits, names and strokes are personal data. So the program makes files with the mode
0600 and folders with 0700. A class that works on one drive shares a folder: its teacher
gives the folder to a group (``chgrp class DIR`` and ``chmod 2770 DIR``), or gives it a
default access control list (``setfacl -d``). The group can read and write what is
written there, and nobody else can.

On Windows the access control list of the folder decides, and a folder below the user's
profile is the user's own; this module changes nothing there.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

OWNER_ALONE, GROUP_TOO = 0o077, 0o007
_OTHERS = 0o077
# Files and folders in a home that earlier versions made readable for everybody.
_PERSONAL = (
    "data/samples*",
    "data/classroom.log*",
    "data/preferences.*",
    "data/backups",
    "data/runs",
    "data/studies",
    "data/.importing-*",
    "models/versions",
    "models/mnist_only",
    "models/trained",
)


def keep_private(home: Path) -> None:
    """Set the umask of this process and its children: for the owner, or for the home's group.

    Files of earlier versions in the home that everybody can read are closed, too. The
    mode of the home itself stays as it is.

    Parameters
    ----------
    home : Path
        It need not exist.
    """
    shared = is_shared(home)
    os.umask(GROUP_TOO if shared else OWNER_ALONE)
    if shared or os.name != "posix":
        return
    for pattern in _PERSONAL:
        # Only the owner of a file can change its mode.
        with contextlib.suppress(OSError):
            for path in home.glob(pattern):
                _close(path)


def is_shared(folder: Path) -> bool:
    """Return whether a folder belongs to a group, by ``chmod g+ws`` or a default access list.

    A folder inside of a shared folder is shared as well, if its group can write to it.
    """
    try:
        # Only Linux has os.listxattr.
        if hasattr(os, "listxattr") and "system.posix_acl_default" in os.listxattr(folder):
            return True
        # A new folder inherits the set-group-ID bit on Linux, but not on macOS.
        for one in (folder, *folder.absolute().parents):
            mode = one.stat().st_mode
            if not mode & stat.S_IWGRP:
                return False
            if mode & stat.S_ISGID:
                return True
    except OSError:
        pass
    return False


def file_mode(folder: Path) -> int:
    """Return the mode for a new file in a folder, for a library that takes a mode."""
    return 0o660 if is_shared(folder) else 0o600


def create(file: Path) -> None:
    """Create an empty database file, where there is none, that a shared folder's group can write.

    SQLite itself creates databases with the mode 0644, less the umask. It gives the files
    that it makes beside a database the mode of the database.

    Parameters
    ----------
    file : Path
        Its folder exists. An error is left to SQLite, which meets it again and reports it.
    """
    mode = file_mode(file.parent)
    with contextlib.suppress(OSError):
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        if os.name == "posix":
            # The umask was applied to the mode of os.open.
            os.fchmod(made, mode)
        os.close(made)


def follow(path: Path, folder: Path) -> None:
    """Make `path`, and all below it, readable for the group where `folder` is shared.

    This is for what the user stores in a place of choice: an export, a report, a plot.

    Parameters
    ----------
    path : Path
        A file or folder that this program has just written.
    folder : Path
        The folder that it lies in, or will be moved to.
    """
    if os.name != "posix":
        return
    shared = is_shared(folder)
    # The file system of a USB stick has no modes, and may raise an error.
    with contextlib.suppress(OSError):
        for one in (path, *_below(path)):
            mode = stat.S_IMODE(one.stat().st_mode)
            own = mode & ~_OTHERS
            one.chmod(own | (own & 0o700) >> 3 if shared else own)


def _close(path: Path) -> None:
    """Remove all rights but the owner's from a file, or from a folder and all below it."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode) or not mode & _OTHERS:
        return
    if stat.S_ISDIR(mode):
        for one in path.iterdir():
            with contextlib.suppress(OSError):
                _close(one)
    path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def _below(path: Path) -> Iterator[Path]:
    return (one for one in path.rglob("*") if not one.is_symlink()) if path.is_dir() else iter(())
