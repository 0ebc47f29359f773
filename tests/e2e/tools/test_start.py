"""The set-up: making `.venv`, and starting what was asked for.

Every pip here is a real program in a real process. The program that gets
installed is a small stand-in with a build system of its own, and what it is
locked to a small package beside it, so that pip needs no network.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import environment
import pytest
import start
import system
from support import bound_by_rights, unwritable

TOOLS = Path(start.__file__).parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


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


def copy_what_pip_reads(folder: Path) -> None:
    for path in ("setup.cfg", "pyproject.toml", "tools/requirements"):
        source, target = system.ROOT / path, folder / path
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_a_renewed_lock_asks_for_an_installation(tmp_path, name):
    copy_what_pip_reads(tmp_path)
    before = environment.wanted(tmp_path)
    with (tmp_path / "tools" / "requirements" / name).open("a") as file:
        file.write("added==1\n")
    assert environment.wanted(tmp_path) != before


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("numpy>=2", "numpy>=3", False),
        ("pytest>=8", "pytest>=9", False),
        ("timeout = 120", "timeout = 99", True),
    ],
)
def test_only_what_pip_reads_asks_for_an_installation(tmp_path, old, new, same):
    copy_what_pip_reads(tmp_path)
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
import importlib.util, json, os, sys
import locked
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
    "locked": locked.VERSION,
    "editable": importlib.util.find_spec("standin") is not None,
    "others": [int(one) for one in others if int(one) != os.getpid()],
}))
"""


class Checkout:
    """A copy of the tools beside a program that is quick to install."""

    def __init__(self, root: Path):
        self.root = root
        self.venv = root / ".venv"
        shutil.copytree(TOOLS, root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "classroom").mkdir()
        for name in ("__init__", "i18n", "paths", "startup"):
            shutil.copy(system.ROOT / "classroom" / f"{name}.py", root / "classroom")
        (root / "wheels").mkdir()
        self.lock("1")
        (root / "tools" / "requirements" / "test.txt").write_text("")
        (root / "main.py").write_text(MAIN)
        (root / "backend.py").write_text(BACKEND)
        (root / "setup.cfg").write_text("[options]\n")
        (root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )

    def lock(self, version: str, digest: str | None = None) -> None:
        """Lock the program to a version of the one package that it needs."""
        name = f"locked-{version}-py3-none-any.whl"
        about = f"locked-{version}.dist-info/"
        path = self.root / "wheels" / name
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(
                about + "METADATA", f"Metadata-Version: 2.1\nName: locked\nVersion: {version}\n"
            )
            wheel.writestr(
                about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(about + "RECORD", "")
            wheel.writestr("locked.py", f"VERSION = {version!r}\n")
        digest = digest or hashlib.sha256(path.read_bytes()).hexdigest()
        lock_file = self.root / "tools" / "requirements" / "run.txt"
        lock_file.write_text(f"locked=={version} --hash=sha256:{digest}\n")

    def start(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return subprocess.run(
            [
                *bound_by_rights(),
                sys.executable,
                str(self.root / "tools" / "start.py"),
                *arguments,
            ],
            env={
                **inherited,
                "PIP_CONFIG_FILE": os.devnull,
                # A stand-in that is written twice in a second would be taken from there.
                "PYTHONDONTWRITEBYTECODE": "1",
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": (self.root / "wheels").as_uri(),
                **environ,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
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
        """Return how often the program was installed, as the log tells."""
        return (self.venv / "install.log").read_text().count(" --editable ")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Return a checkout in a folder with a space, installed once."""
    made = Checkout(tmp_path_factory.mktemp("start") / "my checkout")
    assert made.said("mnist", "a b")["arguments"] == ["mnist", "a b"]
    return made


def test_the_program_runs_in_its_own_environment(checkout):
    said = checkout.said("stats")
    assert said["prefix"] == str(checkout.venv)
    assert said["editable"]


def test_networks_are_derived_in_the_same_environment(checkout):
    tool = checkout.root / "tools" / "derive_networks.py"
    tool.write_text("import sys; print(sys.prefix, sys.argv[1:]); sys.exit(3)")
    answer = checkout.start("networks", "a home")
    assert answer.stdout.splitlines()[-1] == f"{checkout.venv} ['a home']"
    assert answer.returncode == 3


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


def test_a_renewed_lock_brings_an_environment_of_before_up_to_date(checkout):
    assert checkout.said("stats")["locked"] == "1"
    witness = checkout.venv / "witness"
    witness.touch()
    checkout.lock("2")
    assert checkout.said("stats")["locked"] == "2"
    assert witness.exists()


def test_a_package_with_another_checksum_is_not_installed(checkout):
    checkout.lock("3", digest=hashlib.sha256(b"another file").hexdigest())
    answer = checkout.start("run", "stats")
    assert answer.returncode == 1
    assert "its checksum differs, so it was not installed" in answer.stderr
    checkout.lock("2")
    assert checkout.said("stats")["locked"] == "2"


def test_without_a_connection_that_is_what_is_said(checkout):
    checkout.lock("4")
    for wheel in (checkout.root / "wheels").iterdir():
        wheel.unlink()
    # The discard port: nobody listens.
    nowhere = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    answer = checkout.start("run", "stats", **nowhere)
    assert answer.returncode == 1
    assert "there is no connection to the internet" in answer.stderr
    # In one sentence, and none of pip's own.
    assert "Retrying" not in answer.stderr
    # What was installed before goes on working once the lock is the old one.
    checkout.lock("2")
    assert checkout.said("stats")["locked"] == "2"


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
@pytest.mark.long
def test_an_interrupted_installation_is_done_anew(checkout):
    """What a killed pip leaves: the marker, and files that nobody can trust."""
    half = checkout.venv / "lib" / "half.py"
    half.touch()
    (checkout.venv / "installing").touch()
    answer = checkout.start("run", "stats")
    assert "The last installation was not finished. All is installed anew." in answer.stdout
    assert not half.exists()
    assert not (checkout.venv / "installing").exists()
    (checkout.venv / "install.log").write_text("")
    checkout.said("stats")
    assert checkout.installations() == 0


@posix
@pytest.mark.long
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


def write_stand_ins(checkout: Checkout, **statuses: int) -> None:
    """Put programs in place of the checks; each says how it was called."""
    for name, status in statuses.items():
        lines = [
            "import os, sys",
            f"print({name!r}, sys.argv[1:])",
            f"if {name!r} == 'pytest':",
            "    open(os.environ['CLASSROOM_LEFT_OUT'], 'w').write('Left out: 3 (long).')",
            f"sys.exit({status})",
        ]
        (checkout.root / f"{name}.py").write_text("\n".join(lines))


def test_the_last_line_names_what_was_left_out(checkout):
    write_stand_ins(checkout, ruff=0, mypy=0, pytest=0)
    answer = checkout.start("test")
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[-1] == "All checks passed. Left out: 3 (long)."


def test_the_long_tests_are_run_apart(checkout):
    write_stand_ins(checkout, ruff=0, mypy=0, pytest=0)
    answer = checkout.start("test-all", "-x")
    assert answer.returncode == 0
    assert "ruff" not in answer.stdout
    assert "'--long'" in answer.stdout
    assert "'-x']" in answer.stdout
    write_stand_ins(checkout, pytest=1)
    assert checkout.start("test-all").returncode == 1


def test_a_long_test_is_counted_where_it_is_left_out():
    def pytest_says(*options: str) -> str:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
        # The sentence is of this call, not of the one that runs here.
        environ = {k: v for k, v in os.environ.items() if k != "CLASSROOM_LEFT_OUT"}
        done = subprocess.run(
            [*command, "tests/e2e/tools/test_pythons.py"],
            cwd=system.ROOT,
            env=environ,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0
        return done.stdout

    assert "\nLeft out: 3 (long: make test-all).\n" in pytest_says()
    assert "3 tests collected" in pytest_says("--long", "--co")


def test_every_check_runs_and_those_that_fail_are_named(checkout):
    write_stand_ins(checkout, ruff=0, mypy=1, pytest=0)
    answer = checkout.start("test", "-k", "strokes")
    assert answer.returncode == 1
    assert "'-k', 'strokes']" in answer.stdout
    assert answer.stderr.strip() == "Failed: mypy"
    (checkout.root / "mypy.py").write_text("")
    assert checkout.start("test").returncode == 0


@posix
def test_a_checkout_that_cannot_be_written_installs_into_the_users_data_folder(tmp_path):
    shared = Checkout(tmp_path / "shared")
    with unwritable(shared.root):
        said = shared.said("stats", XDG_DATA_HOME=str(tmp_path / "own"))
        assert Path(said["prefix"]).is_relative_to(tmp_path / "own" / "digit-classroom")
        assert not shared.venv.exists()


@posix
@pytest.mark.long
def test_what_somebody_else_has_installed_is_used_as_it_is(tmp_path):
    shared = Checkout(tmp_path / "shared")
    assert shared.said("stats")["prefix"] == str(shared.venv)
    with unwritable(shared.root):
        said = shared.said("stats", XDG_DATA_HOME=str(tmp_path / "own"))
        assert said["prefix"] == str(shared.venv)


@posix
@pytest.mark.long
def test_a_terminal_without_umlauts_does_not_keep_the_folder_from_having_one(tmp_path):
    made = Checkout(tmp_path / "Schüler Ordner")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert made.said("stats", **ascii_only)["prefix"] == str(made.venv)
    # The same environment serves every terminal.
    answer = made.start("run", "stats")
    assert answer.returncode == 0
    assert "Installing" not in answer.stdout


def test_a_checkout_that_cannot_be_written_ends_in_a_sentence(tmp_path):
    blocked = Checkout(tmp_path / "blocked")
    # A file in its place refuses root too
    blocked.venv.touch()
    answer = blocked.start("run", "stats")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Cannot write here:")
    assert "Traceback" not in answer.stderr
