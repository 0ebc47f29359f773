"""The set-up: finding a Python, asking the system for packages, making `.venv`.

Every interpreter, package manager and pip here is a real program in a real
process. The program that gets installed is a small stand-in with a build
system of its own, so that pip needs no network.
"""

import ast
import json
import os
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import environment
import interpreters
import pytest
import start
import system

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
        "tkinter": True,
        "venv": True,
    }
    script(path, f"echo '{json.dumps({**answer, **has})}'\n")
    return [str(path)]


# --- an interpreter -----------------------------------------------------------


@pytest.mark.parametrize("module", [start, environment, interpreters, system])
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


# --- what is asked for --------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], False),
        (["--home", "x"], False),
        (["--home=x"], False),
        (["--home", "x", "mnist"], True),
        (["--help"], True),
    ],
)
def test_a_call_without_a_command_opens_the_window(arguments, names):
    assert start.names_a_command(arguments) is names


def test_wrong_usage():
    answer = subprocess.run([sys.executable, str(TOOLS / "start.py")], capture_output=True)
    assert answer.returncode == 2
    assert b"tools/start.py run" in answer.stderr


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("numpy>=2", "numpy>=3", False),
        ("pytest>=8", "pytest>=9", False),
        ("timeout = 120", "timeout = 99", True),
    ],
)
def test_only_what_pip_reads_asks_for_an_installation(tmp_path, old, new, same):
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(system.ROOT / name, tmp_path)
    before = environment.wanted(tmp_path)
    text = (tmp_path / "setup.cfg").read_text()
    assert old in text
    (tmp_path / "setup.cfg").write_text(text.replace(old, new))
    assert (environment.wanted(tmp_path) == before) is same


# --- the whole way ------------------------------------------------------------

BACKEND = """
import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    if pathlib.Path("broken").exists():
        raise SystemExit("the stand-in does not build")
    name = "standin-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        about = "standin-1.dist-info/"
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\\nName: standin\\nVersion: 1\\n")
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n"
                       "Tag: py3-none-any\\n")
        wheel.writestr(about + "RECORD", "")
        wheel.writestr("standin.py", "")
    return name
"""

MAIN = """
import json, os, sys
import standin
if "lesson" in sys.argv:
    import tkinter
    tkinter.Tk().destroy()
# The other processes that the set-up has started
parent = os.getppid()
children = f"/proc/{parent}/task/{parent}/children"
others = open(children).read().split() if os.path.exists(children) else []
print(json.dumps({
    "arguments": sys.argv[1:],
    "prefix": sys.prefix,
    "home": os.environ.get("HOME"),
    "others": [int(one) for one in others if int(one) != os.getpid()],
}))
"""


class Checkout:
    """A copy of the tools beside a program that is quick to install."""

    def __init__(self, root: Path):
        self.root = root
        self.venv = root / ".venv"
        shutil.copytree(TOOLS, root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "main.py").write_text(MAIN)
        (root / "backend.py").write_text(BACKEND)
        (root / "setup.cfg").write_text("[options]\n")
        (root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )

    def start(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return subprocess.run(
            [sys.executable, str(self.root / "tools" / "start.py"), *arguments],
            env={**inherited, "PIP_NO_INDEX": "1", **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
            cwd=self.root.parent,
        )

    def said(self, *arguments: str, **environ: str) -> dict[str, Any]:
        """Return what `main.py` printed last of all."""
        answer = self.start("run", *arguments, **environ)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        last = next(x for x in reversed(answer.stdout.splitlines()) if x.startswith("{"))
        said: dict[str, Any] = json.loads(last)
        return said

    def installations(self) -> int:
        """Return how often pip ran, as the log tells."""
        return (self.venv / "install.log").read_text().count(" -m pip install ")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Return a checkout in a folder with a space, installed once."""
    made = Checkout(tmp_path_factory.mktemp("start") / "my checkout")
    assert made.said("mnist", "a b")["arguments"] == ["mnist", "a b"]
    return made


def test_the_program_runs_in_its_own_environment(checkout):
    assert checkout.said("stats")["prefix"] == str(checkout.venv)


def test_the_second_start_installs_nothing(checkout):
    (checkout.venv / "install.log").write_text("")
    answer = checkout.start("run", "stats")
    assert answer.returncode == 0
    assert "Installing" not in answer.stdout
    assert checkout.installations() == 0


def test_changed_requirements_are_installed_in_place(checkout):
    witness = checkout.venv / "witness"
    witness.touch()
    (checkout.root / "setup.cfg").write_text("[options]\nzip_safe = no\n")
    checkout.said("stats")
    assert checkout.installations() == 1
    assert witness.exists()


def test_a_failed_installation_is_told_and_leaves_what_works(checkout):
    configuration = checkout.root / "setup.cfg"
    before = configuration.read_text()
    configuration.write_text("[options]\nzip_safe = yes\n")
    (checkout.root / "broken").touch()
    answer = checkout.start("run", "stats")
    assert answer.returncode == 1
    assert "Installing did not work" in answer.stderr
    assert "the stand-in does not build" in answer.stderr
    assert "Traceback" not in answer.stderr.splitlines()[0]
    (checkout.root / "broken").unlink()
    configuration.write_text(before)
    witness = checkout.venv / "witness"
    witness.touch()
    checkout.said("stats")
    assert witness.exists()


@posix
def test_an_interrupted_installation_is_done_anew(checkout):
    """What a killed pip leaves: the marker, and files that nobody can trust."""
    half = checkout.venv / "lib" / "half.py"
    half.touch()
    (checkout.venv / "installing").touch()
    checkout.said("stats")
    assert not half.exists()
    assert not (checkout.venv / "installing").exists()
    (checkout.venv / "install.log").write_text("")
    checkout.said("stats")
    assert checkout.installations() == 0


@posix
def test_a_broken_environment_is_made_anew(checkout):
    python = checkout.venv / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout.root / "gone")
    assert checkout.said("stats")["prefix"] == str(checkout.venv)


@posix
@pytest.mark.parametrize("home", ["", None])
def test_a_missing_home_is_found(checkout, home, monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    environ = {} if home is None else {"HOME": home}
    assert checkout.said("stats", **environ)["home"] == os.path.expanduser("~")


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_without_a_display_the_lesson_runs_on_a_virtual_one(checkout):
    answer = checkout.start("run")
    assert answer.returncode == 0, answer.stderr
    assert "No display here" in answer.stdout
    said = json.loads(next(x for x in answer.stdout.splitlines() if x.startswith("{")))
    assert said["arguments"] == ["lesson", "--report", str(checkout.root / "report")]
    # The display is gone with the call
    assert not any(Path(f"/proc/{one}").exists() for one in said["others"])


def test_every_check_runs_and_those_that_fail_are_named(checkout):
    for name, status in (("ruff", 0), ("mypy", 1), ("pytest", 0)):
        text = f"import sys\nprint({name!r}, sys.argv[1:])\nsys.exit({status})\n"
        (checkout.root / f"{name}.py").write_text(text)
    answer = checkout.start("test", "-k", "strokes")
    assert answer.returncode == 1
    assert "'-k', 'strokes']" in answer.stdout
    assert answer.stderr.strip() == "Failed: mypy"
    (checkout.root / "mypy.py").write_text("")
    assert checkout.start("test").returncode == 0


def test_a_checkout_that_cannot_be_written_ends_in_a_sentence(tmp_path):
    blocked = Checkout(tmp_path / "blocked")
    # A file in its place refuses root too
    blocked.venv.touch()
    answer = blocked.start("run", "stats")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Cannot write here:")
    assert "Traceback" not in answer.stderr
