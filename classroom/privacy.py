"""Who may read what the program writes: its owner alone, or the group that a folder is for.

Digits, names and strokes are personal. So files are made for their owner alone,
0600, and folders 0700, wherever they lie. A class that works on one drive shares
a folder: its teacher gives the folder to a group, ``chgrp class DIR`` and
``chmod 2770 DIR``, or gives it a default access list, ``setfacl -d``. What is
written there is for the group as well, and never for anybody else.

On Windows the access list of the folder counts, which is the user's own below
the user's profile; nothing is changed there.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

OWNER_ALONE, GROUP_TOO = 0o077, 0o007
_OTHERS = 0o077
# What earlier versions left readable for everybody, by its place in a home.
_PERSONAL = (
    "data/samples*",
    "data/classroom.log*",
    "data/preferences.*",
    "data/backups",
    "data/runs",
    "data/studies",
    "data/.importing-*",
    "models/versions",
    "models/trained",
)


def keep_private(home: Path) -> None:
    """Have this process, and those it starts, write for the owner alone, or for the home's group.

    What earlier versions have left in the home for everybody to read is closed, too. A
    folder that was there before, and its mode, stay as they are.

    Parameters
    ----------
    home : Path
        Need not be there yet.
    """
    shared = is_shared(home)
    os.umask(GROUP_TOO if shared else OWNER_ALONE)
    if shared or os.name != "posix":
        return
    for pattern in _PERSONAL:
        # What belongs to somebody else is theirs to close.
        with contextlib.suppress(OSError):
            for path in home.glob(pattern):
                _close(path)


def is_shared(folder: Path) -> bool:
    """Whether a folder was given to a group: by ``chmod g+ws``, or by a default access list.

    What is made in such a folder is as well, as long as its group may write there.
    """
    try:
        # Linux has this call, other systems do not.
        if hasattr(os, "listxattr") and "system.posix_acl_default" in os.listxattr(folder):
            return True
        # Linux hands the mark on to the folders below, macOS does not.
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
    """Return the mode for a new file in a folder, for libraries that ask for one."""
    return 0o660 if is_shared(folder) else 0o600


def create(file: Path) -> None:
    """Make an empty file where there is none, for SQLite to fill.

    SQLite would leave it to the group to read, but not to write, and gives the files that
    it makes beside a database the mode of the database.

    Parameters
    ----------
    file : Path
        In a folder that is there. Where it cannot be made, SQLite finds better words.
    """
    mode = file_mode(file.parent)
    with contextlib.suppress(OSError):
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        if os.name == "posix":
            # The mode above passes through this process's mask.
            os.fchmod(made, mode)
        os.close(made)


def follow(path: Path, folder: Path) -> None:
    """Let those read `path`, and all below it, for whom `folder` is.

    For what the user puts somewhere: an export, a report, a plot.

    Parameters
    ----------
    path : Path
        A file or folder that this program has just written.
    folder : Path
        Where it goes.
    """
    if os.name != "posix":
        return
    shared = is_shared(folder)
    # A disk without modes, such as a stick, takes none.
    with contextlib.suppress(OSError):
        for one in (path, *_below(path)):
            mode = stat.S_IMODE(one.stat().st_mode)
            own = mode & ~_OTHERS
            one.chmod(own | (own & 0o700) >> 3 if shared else own)


def _close(path: Path) -> None:
    """Take a file, or a folder and all below it, away from everybody but its owner."""
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
