"""What has to be on the machine first: a Python that fits, tkinter, venv, Xvfb.

Standard library only, and in the words of Python 3.9, so that an older Python
can still run this file and say that 3.11 is needed.
"""

from __future__ import annotations

import gettext
import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
# Newer Pythons come last: TensorFlow's packages follow a new Python months later.
NEWEST_TRIED = (3, 13)

_ = gettext.translation("classroom", localedir=ROOT / "classroom" / "locale", fallback=True).gettext

Progress = Callable[[str], None]

# Runs in the interpreter that is asked about. Importing is the only sure test:
# tkinter may be there and the library below it not.
QUESTION = """
import json, sys
def has(name):
    try:
        __import__(name)
    except Exception:
        return False
    return True
print(json.dumps({
    # of a virtual environment: the interpreter below it, which stays when it goes
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "version": list(sys.version_info[:2]),
    "bits": 64 if sys.maxsize > 2**32 else 32,
    "tkinter": has("tkinter"),
    "venv": has("venv") and has("ensurepip"),
}))
"""

# Package manager -> how to install, and which package brings what.
MANAGERS: dict[str, dict[str, str]] = {
    "apt-get": {
        "before": "apt-get update",
        "install": "apt-get install -y --no-install-recommends",
        "tkinter": "python3-tk",
        "venv": "python3-venv",
        "xvfb": "xvfb",
    },
    "dnf": {
        "install": "dnf install -y",
        "tkinter": "python3-tkinter",
        "venv": "python3",
        "xvfb": "xorg-x11-server-Xvfb",
    },
    "pacman": {
        "install": "pacman -S --needed --noconfirm",
        "tkinter": "tk",
        "venv": "python",
        "xvfb": "xorg-server-xvfb",
    },
    "zypper": {
        "install": "zypper --non-interactive install",
        "tkinter": "python3-tk",
        "venv": "python3",
        "xvfb": "xorg-x11-server-Xvfb",
    },
    "brew": {
        "install": "brew install",
        "tkinter": "python-tk@3.13",
        "venv": "python@3.13",
        "xvfb": "",
    },
}


class SetupError(Exception):
    """The set-up cannot go on; the message says what the user can do."""


@dataclass(frozen=True)
class Interpreter:
    """What one Python said about itself."""

    path: str
    version: tuple[int, int]
    bits: int
    tkinter: bool
    venv: bool

    @property
    def new_enough(self) -> bool:
        """Whether TensorFlow's packages exist for it at all."""
        return self.version >= OLDEST and self.bits == 64

    @property
    def missing(self) -> tuple[str, ...]:
        """Return which of tkinter and venv it lacks."""
        return tuple(part for part in ("tkinter", "venv") if not getattr(self, part))


def ask(command: Sequence[str]) -> Interpreter | None:
    """Ask a Python about itself; None where the command is none that works."""
    try:
        answer = subprocess.run(
            [*command, "-c", QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        said = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter(
        path=said["path"],
        version=(said["version"][0], said["version"][1]),
        bits=said["bits"],
        tkinter=said["tkinter"],
        venv=said["venv"],
    )


def candidates() -> list[list[str]]:
    """Return the commands that may be a Python, the running one first."""
    minors = range(NEWEST_TRIED[1] + 1, OLDEST[1] - 1, -1)
    if sys.platform == "win32":
        others = [["py", f"-3.{minor}"] for minor in minors]
    else:
        others = [[f"python3.{minor}"] for minor in minors]
        others += [["python3"], ["/usr/bin/python3"], ["/usr/local/bin/python3"]]
    return [[sys.executable], *others]


def look_around(commands: Sequence[Sequence[str]]) -> list[Interpreter]:
    """Return the Pythons found, each once, those that are too new to be sure of last."""
    found: dict[str, Interpreter] = {}
    for command in commands:
        interpreter = ask(command)
        if interpreter is not None:
            found.setdefault(interpreter.path, interpreter)
    return sorted(found.values(), key=lambda one: one.version > NEWEST_TRIED)


def find_interpreter(
    log: Path,
    commands: Sequence[Sequence[str]] | None = None,
) -> Interpreter:
    """Return a Python that can carry the program; install what it lacks if need be.

    Raises
    ------
    SetupError
        When there is none, and none can be had without a password.
    """
    commands = candidates() if commands is None else commands
    found = look_around(commands)
    fitting = [one for one in found if one.new_enough]
    complete = [one for one in fitting if not one.missing]
    if complete:
        return complete[0]
    if not fitting:
        raise SetupError(no_python_sentence(found))
    # A package of the system serves the system's Python, which may be another one
    # than lacks it now. So both are asked for, and all Pythons looked at again.
    install_packages(("tkinter", "venv"), log)
    for one in look_around(commands):
        if one.new_enough and not one.missing:
            return one
    raise SetupError(
        _(
            "{python} has no {missing}, and the system's packages did not change that. "
            "Install a Python that has it, from python.org for instance, and start again."
        ).format(python=fitting[0].path, missing=" and no ".join(fitting[0].missing))
    )


def no_python_sentence(found: Sequence[Interpreter]) -> str:
    """Return what to say when every Python is too old."""
    seen = ", ".join(f"{one.version[0]}.{one.version[1]} ({one.bits}-bit)" for one in found)
    return _(
        "Digit Classroom needs a 64-bit Python {oldest} or newer, and found only {seen}. "
        "Install Python {best} from python.org or with your system's packages, and start again."
    ).format(
        oldest=".".join(map(str, OLDEST)),
        best=".".join(map(str, NEWEST_TRIED)),
        seen=seen or "none",
    )


def install_packages(parts: Sequence[str], log: Path) -> None:
    """Install tkinter, venv or Xvfb through the system's packages.

    Parameters
    ----------
    parts : sequence of {"tkinter", "venv", "xvfb"}
    log : path
        Takes what the package manager prints.

    Raises
    ------
    SetupError
        With the command to type, where it needs a password or went wrong.
    """
    manager = next((name for name in MANAGERS if shutil.which(name)), None)
    if manager is None:
        raise SetupError(
            _(
                "Digit Classroom needs {parts}. Install it with your system's packages "
                "(or take Python from python.org), and start again."
            ).format(parts=", ".join(parts))
        )
    about = MANAGERS[manager]
    packages = [about[part] for part in parts if about[part]]
    install = [*about["install"].split(), *packages]
    # Homebrew refuses to run as root, and needs no password either
    prefix = [] if manager == "brew" else without_password()
    by_hand = " ".join(install if manager == "brew" else ["sudo", *install])
    if prefix is None:
        raise SetupError(
            _("Digit Classroom needs {parts}. Type this, then start again:  {command}").format(
                parts=", ".join(parts), command=by_hand
            )
        )
    say(_("Installing {packages} ...").format(packages=", ".join(packages)))
    if "before" in about:
        # One package source that is out of reach is no reason to stop
        run_logged([*prefix, *about["before"].split()], log)
    status, tail = run_logged([*prefix, *install], log)
    if status:
        raise SetupError(
            _("Installing {packages} did not work:\n{tail}\nType this:  {command}").format(
                packages=", ".join(packages), tail=tail, command=by_hand
            )
        )


def without_password() -> list[str] | None:
    """Return what to put before a command that needs root; None if that asks for a password."""
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
    command: Sequence[str], log: Path, on_line: Progress | None = None
) -> tuple[int, str]:
    """Run `command` with its output in `log`; return its exit status and its last lines."""
    tail: deque[str] = deque(maxlen=12)
    with log.open("a", encoding="utf-8") as file:
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
    """Tell the user what is going on, before the next program prints."""
    print(text, flush=True)
