"""The paths of the home folder, the store, trained classifiers and the shipped network.

The set-up in `tools/` imports this module as well, so Python 3.9 must be able to read it.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from importlib import resources
from pathlib import Path

from classroom.i18n import _

CHECKOUT = Path(__file__).resolve().parent.parent
HOLDS_FILES = ("data", "models")


def default_home() -> Path:
    """Return the folder that holds ``data/`` and ``models/``.

    It is the checkout, where the program runs from one that is writable; otherwise it is
    the user's own data folder.
    """
    if in_checkout() and all(can_write(CHECKOUT / name) for name in HOLDS_FILES):
        return CHECKOUT
    return user_data_folder()


def why_elsewhere(home: Path) -> str:
    """Return a sentence where `home` is the default because the checkout cannot be written.

    In all other cases it is empty.
    """
    if not in_checkout() or home != user_data_folder() or default_home() != home:
        return ""
    return _("{checkout} cannot be written, so all that is kept goes to {home}.").format(
        checkout=CHECKOUT, home=home
    )


def in_checkout() -> bool:
    """Return whether the program runs from a checkout, and not from an installed wheel."""
    return (CHECKOUT / "main.py").is_file() and (CHECKOUT / "setup.cfg").is_file()


def user_data_folder() -> Path:
    """Return this user's data folder for this program, by the rules of the operating system."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "digit-classroom"


def can_write(folder: Path) -> bool:
    """Return whether this user can make files in a folder; create it where it is missing.

    A folder on a full disk counts as writable: a full disk is a passing state.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The permissions that a system reports are not always those that it grants: try it.
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def shipped_network(name: str) -> Path:
    """Return the path of a network that ships with the program, such as ``base.keras``."""
    beside = CHECKOUT / "models" / f"{name}.keras"
    if beside.is_file():
        return beside
    return Path(str(resources.files("classroom") / "shipped" / f"{name}.keras"))


def store_url(home: Path) -> str:
    """Return the database URL of the own samples below `home`.

    The environment variable ``CLASSROOM_DATABASE`` names any other database
    that SQLAlchemy knows.
    """
    default = f"sqlite:///{(home / 'data' / 'samples.sqlite').as_posix()}"
    return os.environ.get("CLASSROOM_DATABASE", default)


def trained(home: Path) -> Path:
    """Return the folder for the classifiers that comparisons have trained; it may not exist."""
    return home / "models" / "trained"
