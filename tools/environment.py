"""Creates the virtual environment in `.venv`, and repairs or updates it; `start.py` calls it.

Standard library only, and compatible with Python 3.9; see `system.py`.
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from interpreters import NEWEST_TRIED, Interpreter, ask, find_interpreter
from system import ROOT, SetupError, run_logged, say

from classroom.i18n import _
from classroom.paths import can_write, user_data_folder

# The lock file of each extra: exact versions with checksums, written by `lock.py`.
LOCKED = {
    "": ROOT / "tools" / "requirements" / "run.txt",
    "test": ROOT / "tools" / "requirements" / "test.txt",
}


def wanted(root: Path = ROOT) -> str:
    """Return a digest of what pip reads; if it changes, the packages are installed again.

    Other parts of ``setup.cfg`` and ``pyproject.toml`` do not change it.
    """
    parser = configparser.RawConfigParser()
    parser.read(root / "setup.cfg", encoding="utf-8")
    options = {
        name: sorted(parser.items(name)) for name in parser.sections() if name.startswith("options")
    }
    locked = [
        (root / path.relative_to(ROOT)).read_text(encoding="utf-8") for path in LOCKED.values()
    ]
    # The folder is part of it, because an editable install refers to it. It is encoded as bytes,
    # because the decoding of a name that is not ASCII depends on the terminal's locale.
    where = os.fsencode(root).hex()
    text = json.dumps([where, options, build_system(root), locked], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def build_system(root: Path = ROOT) -> str:
    """Return the text of the section `[build-system]` in `pyproject.toml`."""
    pyproject = (root / "pyproject.toml").read_text(encoding="utf-8")
    return "".join(re.findall(r"(?ms)^\[build-system\].*?(?=^\[|\Z)", pyproject))


def build_requirements() -> list[str]:
    """Return the packages that building the program needs; the lock files contain them too."""
    requires = re.search(r"(?m)^requires = \[(.*)\]", build_system())
    return re.findall(r'"([^"]+)"', requires[1]) if requires else []


def place(root: Path = ROOT) -> Path:
    """Return the folder of the environment.

    It is ``.venv`` in the checkout. If the checkout cannot be written, a working ``.venv`` that
    somebody else has installed there is used; otherwise the folder is in the user's data folder.
    """
    inside = root / ".venv"
    if can_write(inside if inside.is_dir() else root):
        return inside
    if read_stamp(inside).get("wanted") == wanted(root) and ask([str(python_of(inside))]):
        return inside
    number = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return user_data_folder() / "environments" / number


def python_of(venv: Path) -> Path:
    """Return the interpreter of an environment."""
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def read_stamp(venv: Path) -> dict[str, Any]:
    """Return the record of what was installed into an environment; empty if there is none."""
    try:
        stamp = json.loads((venv / "installed.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


VENV = place()
PYTHON = python_of(VENV)
LOG = VENV / "install.log"
# The record of what was installed; it is written last.
STAMP = VENV / "installed.json"
# This file exists while pip changes files. If it exists at the start, pip was interrupted.
MARKER = VENV / "installing"
LOCK = VENV / "lock"


def is_ready(extra: str) -> bool:
    """Return whether `.venv` works, and contains the packages of `extra` in the locked versions."""
    stamp = read_stamp(VENV)
    if MARKER.exists() or stamp.get("wanted") != wanted() or extra not in stamp.get("extras", []):
        return False
    interpreter = works()
    return interpreter is not None and list(interpreter.version) == stamp.get("python")


def works() -> Interpreter | None:
    """Return the interpreter of `.venv`; None if it is broken or lacks tkinter."""
    interpreter = ask([str(PYTHON)])
    if interpreter is None or not interpreter.new_enough or not interpreter.tkinter:
        return None
    return interpreter


def prepare(extra: str = "") -> None:
    """Install the program and its packages into `.venv`, unless they are installed already.

    If a previous installation was interrupted, its remains are removed first.

    Parameters
    ----------
    extra : {"", "test"}
        Whether the packages for the tests are installed too.

    Raises
    ------
    SetupError
        If the installation fails; the log has the details.
    OSError
        If the folder cannot be written.
    """
    if is_ready(extra):
        return
    VENV.mkdir(parents=True, exist_ok=True)
    with alone():
        # Another call may have installed everything while this one waited.
        if not is_ready(extra):
            build(extra)


def build(extra: str) -> None:
    """Create the environment if it is missing or broken, and install the packages into it."""
    LOG.write_text("", encoding="utf-8")
    stamp = read_stamp(VENV)
    if MARKER.exists():
        say(_("The last installation was not finished. All is installed anew."))
    interpreter = None if MARKER.exists() else works()
    # The system's Python may have been updated since the environment was created with it.
    if interpreter is None or stamp.get("python") not in (None, list(interpreter.version)):
        interpreter = make_anew()
        stamp = {}
    # Packages for the tests stay installed when only the program is started.
    extras = sorted({"", extra, *stamp.get("extras", [])})
    install(extras, interpreter)
    new_stamp = {"wanted": wanted(), "extras": extras, "python": list(interpreter.version)}
    temporary = STAMP.with_suffix(".tmp")
    temporary.write_text(json.dumps(new_stamp), encoding="utf-8")
    os.replace(temporary, STAMP)
    MARKER.unlink()


def make_anew() -> Interpreter:
    """Create an empty `.venv`, and return its interpreter."""
    base = find_interpreter(LOG)
    clear()
    MARKER.touch()
    say(_("Making .venv with Python {version} ...").format(version=dotted(base.version)))
    status, tail = run_logged([base.path, "-m", "venv", str(VENV)], LOG)
    interpreter = None if status else works()
    if interpreter is None:
        raise SetupError(_("Making .venv did not work:\n{tail}").format(tail=tail))
    return interpreter


def install(extras: list[str], interpreter: Interpreter) -> None:
    """Install the locked packages of `extras` into `.venv` with pip, then the program itself."""
    pip = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", "--no-input"]
    # --no-user: with PIP_USER=1 in the environment, pip would refuse to install here.
    pip += ["--disable-pip-version-check", "--no-user"]
    locked = [f"--requirement={LOCKED[name]}" for name in extras]
    # An editable install has no checksum, so it is installed separately. It is built with the
    # locked setuptools.
    own = ["--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT)]
    say(
        _(
            "Installing the packages, about 500 MB to fetch the first time. "
            "That takes a few minutes; {log} has the details."
        ).format(log=LOG)
    )
    fresh = MARKER.exists()
    MARKER.touch()
    progress = PipProgress()
    steps = [["--require-hashes", "--only-binary=:all:", *locked]]
    # A build writes into the checkout. If that cannot be written, `main.py` runs the program from
    # the checkout without an installation.
    if VENV.parent == ROOT:
        steps.append(own)
    for options in steps:
        status, tail = run_logged([*pip, *options], LOG, progress.line)
        if status:
            break
    progress.done()
    if status == 0:
        return
    if not fresh and not progress.changed_files:
        MARKER.unlink()
    raise SetupError(why_not(LOG.read_text(encoding="utf-8"), tail, interpreter))


def why_not(printed: str, tail: str, interpreter: Interpreter) -> str:
    """Return why pip failed and what to do, as far as its whole output `printed` shows it."""
    where = _("{log} has the details.").format(log=LOG)
    for signs, sentence in REASONS:
        if re.search(signs, printed):
            return _("Installing did not work.") + f" {sentence} {where}"
    advice = _("Check the connection to the internet and the space on the disk, and start again.")
    if interpreter.version > NEWEST_TRIED:
        advice = _(
            "Digit Classroom's packages are not there for Python {version} yet: "
            "install Python {best} beside it, and start again."
        ).format(version=dotted(interpreter.version), best=dotted(NEWEST_TRIED))
    return _("Installing did not work. The last lines of {log}:\n{tail}\n{advice}").format(
        log=LOG, tail=tail, advice=advice
    )


# Patterns in pip's output, and the reason that each shows. The network comes last, because pip
# also reports network errors that it has recovered from.
REASONS = [
    (
        "DO NOT MATCH THE HASHES",
        _(
            "A package is not the one that Digit Classroom was tested with: its checksum "
            "differs, so it was not installed. The download may have been damaged on its way, "
            "or a proxy changed it. Start again; if it stays so, try another network."
        ),
    ),
    (
        r"No space left on device|not enough space on the disk|quota exceeded",
        _("The disk is full. Make 3 GB free, and start again."),
    ),
    (
        r"Permission denied|Access is denied",
        _(
            "A file could not be written. Close the windows of Digit Classroom that are open, "
            "and start again."
        ),
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeoutError|[Rr]ead timed out|"
        r"ProxyError|SSLError|ConnectionResetError|ProtocolError",
        _(
            "The packages could not be fetched: there is no connection to the internet, or "
            "something keeps pip from it. Connect, and start again; once all is installed, no "
            "connection is needed."
        ),
    ),
]


class PipProgress:
    """Shows in one short line what pip is doing."""

    def __init__(self) -> None:
        self.changed_files = False
        self.terminal = sys.stdout.isatty()

    def line(self, text: str) -> None:
        """Handle one line of pip's output."""
        about = re.match(r"\s*(Collecting [^\s(<>=!~;]+|Downloading [^\s]+ \(.*\))", text)
        if text.startswith("Installing collected packages"):
            if not self.changed_files:
                self.show(_("Unpacking ..."), lasting=True)
            self.changed_files = True
        elif about:
            self.show(about[1], lasting=False)

    def show(self, text: str, *, lasting: bool) -> None:
        """Replace the last line on a terminal; elsewhere, print only lasting lines."""
        if self.terminal:
            print("\r  " + text[:76].ljust(76), end="", flush=True)
        elif lasting:
            say("  " + text)

    def done(self) -> None:
        """End the line, so that it stays on the terminal."""
        if self.terminal:
            print(flush=True)


def clear() -> None:
    """Delete everything in `.venv` except the lock and the log, which are in use."""
    for path in VENV.iterdir():
        if path in (LOCK, LOG):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Lock `.venv`, and wait while another call holds the lock; a dead process releases it."""
    with LOCK.open("a") as lock:
        if not taken(lock):
            say(_("Another call is installing already; waiting for it ..."))
            while not taken(lock):
                time.sleep(0.5)
        yield


def taken(lock: IO[str]) -> bool:
    """Try to lock an open file; the system releases the lock when the file is closed."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Some network file systems have no locks. The installation continues without one.
        return True
    return True


def dotted(version: tuple[int, int]) -> str:
    """Return (3, 11) as "3.11"."""
    return ".".join(map(str, version))
