"""Calls the command line, or a piece of Python, as another program would."""

import json
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from places import ROOT

MAIN = ROOT / "main.py"
Answer = dict[str, Any]


def call(home: Path, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run main.py as another program would.

    Without an environment of its own, the process is forked off one that has loaded the
    libraries, as the engines of the tests are; the fixture `spawned` prevents that.
    """
    command = [sys.executable, str(MAIN), "--home", str(home), *map(str, arguments)]
    context = multiprocessing.get_context("spawn")
    if environment or context.get_start_method() != "forkserver":
        # Without a time limit: pytest's ends it, which can be raised for a slow machine.
        return subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True
        )
    with tempfile.TemporaryDirectory() as folder:
        streams = Path(folder, "stdout"), Path(folder, "stderr")
        process = context.Process(
            target=_become_main, args=(command[1:], dict(os.environ), *streams)
        )
        process.start()
        process.join()
        out, err = (stream.read_text(encoding="utf-8") for stream in streams)
        assert process.exitcode is not None
        return subprocess.CompletedProcess(command, process.exitcode, out, err)


def _become_main(
    arguments: list[str], environment: dict[str, str], stdout: Path, stderr: Path
) -> None:
    """Run main.py in this process, which has just been forked."""
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")


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
