"""A fresh checkout on each Python that the program is for, as far as they are here.

All is fetched and installed as for a user, in a folder with a space and an umlaut.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import interpreters
import lock
import pytest
from support import copy_the_repository

SOME = [
    "e2e/cli/test_command_line.py",
    "unit/networks/test_networks.py",
    "unit/cli/test_home_folder.py",
    "e2e/ui/test_draw.py",
]


def find(version: str) -> str:
    """Return the path of a Python that can carry the program; skip the test without one."""
    places = [f"python{version}"]
    places += map(str, sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3")))
    for place in places:
        found = interpreters.ask([place])
        if found and f"{found.version[0]}.{found.version[1]}" == version and not found.missing:
            return found.path
    pytest.skip(f"needs Python {version} with tkinter")


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """Give a copy of what is in git; two gigabytes of packages in it are gone afterwards."""
    folder = tmp_path / "Schüler Ordner" / "digit classroom"
    copy_the_repository(folder)
    yield folder
    shutil.rmtree(folder)


def start(python: str, checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Start the set-up as a user does, without what belongs to the tests that run here."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "PYTHON", "CLASSROOM_"))
        and name not in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    }
    return subprocess.run(
        [python, "tools/start.py", *arguments],
        cwd=checkout,
        env={**inherited, "HOME": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("version", lock.PYTHONS)
def test_a_fresh_checkout_installs_runs_and_passes_its_checks(version: str, checkout: Path) -> None:
    python = find(version)
    done = start(python, checkout, "run", "dataset", "stats")
    if "there is no connection to the internet" in done.stdout:
        pytest.skip("needs a connection to the internet")
    assert done.returncode == 0, done.stdout
    assert "0 samples" in done.stdout
    # This is run beside other long tests: a start that takes ten times as long is no failure.
    done = start(python, checkout, "test", "--timeout=900", *(f"tests/{name}" for name in SOME))
    assert done.returncode == 0, done.stdout[-10_000:]
    assert f"Python {version}." in done.stdout
