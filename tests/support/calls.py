"""Calls the command line, or a piece of Python, as another program would."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from places import ROOT

MAIN = ROOT / "main.py"
LESSON = MAIN.parent / "classroom" / "assets" / "lesson.jsonl"
Answer = dict[str, Any]


def call(home: Path, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run main.py as another program would."""
    command = [sys.executable, str(MAIN), "--home", str(home), *map(str, arguments)]
    # No time limit of its own: pytest's ends it, and that one can be changed for a slow machine.
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True
    )


def answer(home: Path, *arguments: object, **environment: str) -> Answer:
    """Run a command with --json; return the one object that it prints."""
    done = call(home, *arguments, "--json", **environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def sentence_of(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the sentence of a command that failed, after a look at how it failed."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith(".\n")
    return done.stderr.strip()


def run_code(code: str, *arguments: object, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run a piece of Python in a process of its own; it has to end well."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=MAIN.parent,
        text=True,
        capture_output=True,
        check=True,
        **options,
    )
