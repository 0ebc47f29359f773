"""The set-up: finding a Python, asking the system for packages.

Every interpreter and package manager here is a real program in a real process.
"""

import ast
import json
import os
import shutil
import stat
import sys
import textwrap
from pathlib import Path

import environment
import interpreters
import lock
import pytest
import start
import system

from classroom import i18n, paths, startup

TOOLS = Path(start.__file__).parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + textwrap.dedent(text))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def python(folder: Path, version: str, **has: object) -> list[str]:
    """Make an interpreter that says of itself what the test wants."""
    path = folder / f"python{version}"
    answer = {
        "path": str(path),
        "version": [int(part) for part in version.split(".")],
        "bits": 64,
        "system": "linux",
        "machine": "x86_64",
        "tkinter": True,
        "venv": True,
    }
    script(path, f"echo '{json.dumps({**answer, **has})}'\n")
    return [str(path)]


# --- an interpreter -----------------------------------------------------------


@pytest.mark.parametrize(
    "module", [start, environment, interpreters, system, lock, i18n, paths, startup]
)
def test_an_older_python_can_read_the_tools(module):
    ast.parse(Path(module.__file__).read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_running_python_is_described_as_it_is():
    interpreter = interpreters.ask([sys.executable])
    assert interpreter is not None
    assert interpreter.version == sys.version_info[:2]
    assert interpreter.tkinter
    assert not Path(interpreter.path).is_relative_to(environment.VENV)


def test_what_is_no_python_is_no_candidate(tmp_path):
    assert interpreters.ask([str(tmp_path / "nothing")]) is None
    assert interpreters.ask([shutil.which("git") or sys.executable, "--version"]) is None


@posix
def test_the_first_complete_python_is_taken(tmp_path):
    commands = [
        python(tmp_path, "3.10"),
        python(tmp_path, "3.12", tkinter=False),
        python(tmp_path, "3.11"),
    ]
    assert interpreters.find_interpreter(tmp_path / "log", commands).version == (3, 11)


@posix
def test_a_python_too_new_for_tensorflow_comes_last(tmp_path):
    newest = python(tmp_path, "3.14")
    older = python(tmp_path, "3.12")
    log = tmp_path / "log"
    assert interpreters.find_interpreter(log, [newest, older]).version == (3, 12)
    assert interpreters.find_interpreter(log, [newest]).version == (3, 14)


@posix
def test_only_old_pythons_end_in_a_sentence(tmp_path):
    commands = [python(tmp_path, "3.10"), python(tmp_path, "3.12", bits=32)]
    with pytest.raises(
        system.SetupError,
        match=r"64-bit Python 3\.11 or newer, and found only 3\.10 \(64-bit\), 3\.12 \(32-bit\)",
    ):
        interpreters.find_interpreter(tmp_path / "log", commands)


@posix
@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"system": "darwin", "machine": "x86_64"}, "no packages any more for Macs with an Intel"),
        ({"system": "win32", "machine": "ARM64"}, "made for the processor ARM64"),
        ({"machine": "armv7l"}, "made for the processor armv7l"),
    ],
)
def test_where_tensorflow_has_no_packages_that_is_said_before_pip_runs(tmp_path, about, sentence):
    commands = [python(tmp_path, "3.13", **about)]
    with pytest.raises(system.SetupError, match=sentence):
        interpreters.find_interpreter(tmp_path / "log", commands)


@posix
def test_a_python_made_for_this_mac_is_taken_rather_than_one_made_for_intel(tmp_path):
    intel = python(tmp_path, "3.13", system="darwin", machine="x86_64")
    own = python(tmp_path, "3.12", system="darwin", machine="arm64")
    assert interpreters.find_interpreter(tmp_path / "log", [intel, own]).version == (3, 12)


# --- the system's packages ----------------------------------------------------


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Return the only folder on PATH, with the few tools that the scripts need."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("env", "sh", "echo", "touch", "true"):
        (folder / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@posix
def test_missing_tkinter_is_installed_and_looked_for_again(programs, tmp_path):
    script(programs / "sudo", '[ "$1" = -n ] && shift && exec "$@"\n')
    script(
        programs / "apt-get",
        f"""\
        echo "$DEBIAN_FRONTEND: $*"
        [ "$1" = update ] || touch {tmp_path}/installed
        """,
    )
    python(tmp_path / "bare", "3.11", tkinter=False)
    python(tmp_path / "full", "3.11", tkinter=True)
    script(
        tmp_path / "python3",
        f"""\
        if [ -e {tmp_path}/installed ]; then exec {tmp_path}/full/python3.11; fi
        exec {tmp_path}/bare/python3.11
        """,
    )
    log = tmp_path / "log"
    found = interpreters.find_interpreter(log, [[str(tmp_path / "python3")]])
    assert found.tkinter
    lines = [line for line in log.read_text().splitlines() if not line.startswith("$")]
    assert lines == [
        "noninteractive: update",
        "noninteractive: install -y --no-install-recommends python3-tk python3-venv",
    ]


@posix
def test_where_a_password_is_needed_the_command_is_told(programs, tmp_path, monkeypatch):
    script(programs / "sudo", "exit 1\n")
    script(programs / "dnf", f"touch {tmp_path}/installed\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    commands = [python(tmp_path, "3.12", tkinter=False)]
    with pytest.raises(
        system.SetupError, match=r"Type this.*sudo dnf install python3-tkinter python3$"
    ):
        interpreters.find_interpreter(tmp_path / "log", commands)
    assert not (tmp_path / "installed").exists()


@posix
def test_a_package_manager_that_fails_is_quoted(programs, tmp_path):
    script(programs / "sudo", '[ "$1" = -n ] && shift && exec "$@"\n')
    script(programs / "apt-get", "echo E: no such package; exit 100\n")
    with pytest.raises(system.SetupError, match=r"(?s)E: no such package.*sudo apt-get"):
        system.install_packages(["xvfb"], tmp_path / "log")


@pytest.mark.usefixtures("programs")
def test_without_a_known_package_manager_the_part_is_named(tmp_path):
    with pytest.raises(system.SetupError, match=r"needs xvfb\. Install it"):
        system.install_packages(["xvfb"], tmp_path / "log")
