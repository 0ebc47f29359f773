"""Where things lie: the home folder, what ships with the program, the log."""

import os
import sys
from importlib import resources
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def default_home() -> Path:
    """Return the folder that holds ``data/`` and ``models/``.

    The checkout when the program runs from one, else the user's own data
    folder, where each system keeps such things.
    """
    if (CHECKOUT / "main.py").is_file() and (CHECKOUT / "setup.cfg").is_file():
        return CHECKOUT
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return base / "digit-classroom"


def shipped_network() -> Path:
    """Return the path of ``base.keras``, the network that ships with the program."""
    in_checkout = CHECKOUT / "models" / "base.keras"
    if in_checkout.is_file():
        return in_checkout
    return Path(str(resources.files("classroom") / "shipped" / "base.keras"))


def store_url(home: Path) -> str:
    """Return the database URL of the own samples below `home`.

    The environment variable ``CLASSROOM_DATABASE`` names any other database
    that SQLAlchemy knows.
    """
    default = f"sqlite:///{(home / 'data' / 'samples.sqlite').as_posix()}"
    return os.environ.get("CLASSROOM_DATABASE", default)


def store_file(home: Path) -> Path | None:
    """Return the file of the own samples below `home`; None where a database server has them."""
    # Imported here: the window paints before it has a use for a database.
    from classroom.database import store_file

    return store_file(store_url(home))


def trained(home: Path) -> Path:
    """Return the folder with what comparisons have trained, whether it is there or not."""
    return home / "models" / "trained"
