"""Find a Python that can carry the program.

Standard library only, in the words of Python 3.9; see `system.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from system import SetupError, _, install_packages

OLDEST = (3, 11)
# Newer Pythons come last: TensorFlow's packages follow a new Python months later.
NEWEST_TRIED = (3, 13)

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
