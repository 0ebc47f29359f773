"""Runs programs and installs system packages for the set-up; the other tools call it.

Standard library only, and compatible with Python 3.9, so that an older Python can run this file
and say that 3.11 is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The set-up uses the program's own modules for folders, languages and encodings.
sys.path.append(str(ROOT))

from classroom.i18n import _  # noqa: E402

# For each package manager: the command to install, the options that suppress questions, and the
# packages that contain tkinter, venv and Xvfb.
MANAGERS: dict[str, dict[str, str]] = {
    "apt-get": {
        "before": "apt-get update",
        "install": "apt-get install",
        "unasked": "-y --no-install-recommends",
        "tkinter": "python3-tk",
        "venv": "python3-venv",
        "xvfb": "xvfb",
    },
    "dnf": {
        "install": "dnf install",
        "unasked": "-y",
        "tkinter": "python3-tkinter",
        "venv": "python3",
        "xvfb": "xorg-x11-server-Xvfb",
    },
    "pacman": {
        "install": "pacman -S",
        "unasked": "--needed --noconfirm",
        "tkinter": "tk",
        "venv": "python",
        "xvfb": "xorg-server-xvfb",
    },
    "zypper": {
        "install": "zypper install",
        "unasked": "-y",
        "tkinter": "python3-tk",
        "venv": "python3",
        "xvfb": "xorg-x11-server-Xvfb",
    },
    "brew": {
        "install": "brew install",
        "unasked": "",
        "tkinter": "python-tk@3.13",
        "venv": "python@3.13",
        "xvfb": "",
    },
}


class SetupError(Exception):
    """The set-up cannot continue; the message says what the user can do."""


def install_packages(parts: Sequence[str], log: Path) -> None:
    """Install tkinter, venv or Xvfb with the system's package manager.

    Parameters
    ----------
    parts : sequence of {"tkinter", "venv", "xvfb"}
    log : path
        The file that the package manager's output is appended to.

    Raises
    ------
    SetupError
        If the installation fails or needs a password; the message has the command to type.
    """
    named = _(" and ").join(parts)
    manager = next((name for name in MANAGERS if shutil.which(name)), None)
    if manager is None:
        raise SetupError(
            _(
                "Digit Classroom needs {parts}. Install it with your system's packages "
                "(or take Python from python.org), and start again."
            ).format(parts=named)
        )
    about = MANAGERS[manager]
    packages = [about[part] for part in parts if about[part]]
    # Homebrew refuses to run as root, and needs no password.
    prefix = [] if manager == "brew" else without_password()
    sudo = "" if manager == "brew" else "sudo "
    advice = _("Type this, then start again:  {command}").format(
        command=f"{sudo}{about['install']} {' '.join(packages)}"
    )
    if prefix is None:
        needs = _("Digit Classroom needs {parts}.").format(parts=named)
        raise SetupError(f"{needs} {advice}")
    what = _("Installing {packages}").format(packages=", ".join(packages))
    say(f"{what} ...")
    if "before" in about:
        # A failure is ignored, because a single unreachable package source causes one.
        run_logged([*prefix, *about["before"].split()], log)
    install = [*about["install"].split(), *about["unasked"].split(), *packages]
    status, tail = run_logged([*prefix, *install], log)
    if status:
        raise SetupError(_("{what} did not work:").format(what=what) + f"\n{tail}\n{advice}")


def without_password() -> list[str] | None:
    """Return the prefix that runs a command as root; None if that needs a password."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return quiet
    try:
        subprocess.run(
            ["sudo", "-n", "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ["sudo", "-n", *quiet]


def run_logged(
    command: Sequence[str], log: Path, on_line: Callable[[str], None] | None = None
) -> tuple[int, str]:
    """Run `command`, append its output to `log`; return its exit status and last lines."""
    tail: deque[str] = deque(maxlen=12)
    # The name of a folder need not be valid UTF-8.
    with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write("$ " + " ".join(command) + "\n")
        with subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                file.write(line)
                tail.append(line.rstrip())
                if on_line:
                    on_line(line)
    return process.returncode, "\n".join(tail)


def say(text: str) -> None:
    """Print a message for the user at once, before the next program prints."""
    print(text, flush=True)
