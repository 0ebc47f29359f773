"""Finds a Python that can run the program; `environment.py` calls it.

Standard library only, and compatible with Python 3.9; see `system.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from system import SetupError, install_packages

from classroom.i18n import _

OLDEST = (3, 11)
# Newer Pythons are tried last, because TensorFlow supports a new Python only months later.
NEWEST_TRIED = (3, 13)
# The systems and processors that TensorFlow has packages for, as Python names them.
PACKAGED = {
    ("linux", "x86_64"),
    ("linux", "aarch64"),
    ("win32", "AMD64"),
    ("darwin", "arm64"),
}

# This code runs in the interpreter that is examined. Importing is the only sure test: tkinter may
# be installed without the Tk library that it needs.
QUESTION = """
import json, platform, sys
def has(name):
    try:
        __import__(name)
    except Exception:
        return False
    return True
print(json.dumps({
    # For a virtual environment this is its base interpreter, which exists without it.
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "version": list(sys.version_info[:2]),
    "bits": 64 if sys.maxsize > 2**32 else 32,
    "system": sys.platform,
    "machine": platform.machine(),
    "tkinter": has("tkinter"),
    "venv": has("venv") and has("ensurepip"),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python interpreter, as it described itself."""

    path: str
    version: tuple[int, int]
    bits: int
    system: str
    machine: str
    tkinter: bool
    venv: bool

    @property
    def new_enough(self) -> bool:
        """Whether it is new enough for the program, and a 64-bit Python."""
        return self.version >= OLDEST and self.bits == 64

    @property
    def packaged(self) -> bool:
        """Whether TensorFlow's packages exist for its system and processor."""
        return (self.system, self.machine) in PACKAGED

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that it lacks: tkinter, venv, both or none."""
        return tuple(part for part in ("tkinter", "venv") if not getattr(self, part))


def ask(command: Sequence[str]) -> Interpreter | None:
    """Return a description of the Python that a command starts; None if the command fails."""
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
        system=said["system"],
        machine=said["machine"],
        tkinter=said["tkinter"],
        venv=said["venv"],
    )


def candidates() -> list[list[str]]:
    """Return commands that may start a Python, beginning with the running one."""
    minors = range(NEWEST_TRIED[1] + 1, OLDEST[1] - 1, -1)
    if sys.platform == "win32":
        others = [["py", f"-3.{minor}"] for minor in minors]
    else:
        others = [[f"python3.{minor}"] for minor in minors]
        others += [["python3"], ["/usr/bin/python3"], ["/usr/local/bin/python3"]]
    return [[sys.executable], *others]


def look_around(commands: Sequence[Sequence[str]]) -> list[Interpreter]:
    """Return the Pythons that the commands start, each once; those newer than tried come last."""
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
    """Return a Python that can run the program; install tkinter and venv if it lacks them.

    Raises
    ------
    SetupError
        If there is none, and none can be installed without a password.
    """
    commands = candidates() if commands is None else commands
    found = look_around(commands)
    fitting = [one for one in found if one.new_enough and one.packaged]
    complete = [one for one in fitting if not one.missing]
    if complete:
        return complete[0]
    if not fitting:
        unpackaged = [one for one in found if one.new_enough]
        raise SetupError(
            no_packages_sentence(unpackaged[0]) if unpackaged else no_python_sentence(found)
        )
    # A system package extends the system's Python, which need not be the one that was found. So
    # both parts are installed, and all Pythons are examined again.
    install_packages(("tkinter", "venv"), log)
    for one in look_around(commands):
        if one.new_enough and one.packaged and not one.missing:
            return one
    raise SetupError(
        _(
            "{python} has no {missing}, and the system's packages did not change that. "
            "Install a Python that has it, from python.org for instance, and start again."
        ).format(python=fitting[0].path, missing=" and no ".join(fitting[0].missing))
    )


def no_packages_sentence(one: Interpreter) -> str:
    """Return the message for Pythons that TensorFlow has no packages for."""
    if one.system == "darwin":
        return _(
            "Digit Classroom needs TensorFlow, which has no packages any more for Macs with an "
            "Intel processor. Use another computer: a Mac with Apple silicon, Windows or Linux. "
            "If this Mac has Apple silicon, {python} was made for Intel: install Python {best} "
            "from python.org, and start again."
        ).format(python=one.path, best=".".join(map(str, NEWEST_TRIED)))
    return _(
        "Digit Classroom needs TensorFlow, which has no packages for {python}: it is made for "
        "the processor {machine}. Install a 64-bit Python {best} for x86 from python.org, if "
        "this computer can run it; else use another computer."
    ).format(
        python=one.path,
        machine=one.machine,
        best=".".join(map(str, NEWEST_TRIED)),
    )


def no_python_sentence(found: Sequence[Interpreter]) -> str:
    """Return the message if every Python is too old."""
    seen = ", ".join(f"{one.version[0]}.{one.version[1]} ({one.bits}-bit)" for one in found)
    return _(
        "Digit Classroom needs a 64-bit Python {oldest} or newer, and found only {seen}. "
        "Install Python {best} from python.org or with your system's packages, and start again."
    ).format(
        oldest=".".join(map(str, OLDEST)),
        best=".".join(map(str, NEWEST_TRIED)),
        seen=seen or "none",
    )
