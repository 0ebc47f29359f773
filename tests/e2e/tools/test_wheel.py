"""The wheel: it holds all that the program needs, and runs outside of the checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version
from PIL import Image
from support import copy_the_repository

from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start

# pyproject.toml asks for it; without build isolation pip takes the one that is installed.
needs_setuptools = pytest.mark.skipif(
    Version(version("setuptools")) < Version("77"), reason="needs setuptools 77 to build with"
)


def clean() -> dict[str, str]:
    """Return the environment without what lets Python or the program find the checkout."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "CLASSROOM_DATABASE")
    }


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel") / "checkout"
    copy_the_repository(folder)
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    """The program's wheel, built without network."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel"]
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", "made"]
    done = subprocess.run(
        [*pip, *options, str(checkout)], cwd=checkout.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = (checkout.parent / "made").glob("digit_classroom-*.whl")
    return made


@needs_setuptools
def test_every_module_and_data_file_is_in_the_wheel(checkout: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = checkout / "classroom"
    files = [file for file in package.rglob("*") if file.is_file() and "build" not in file.parts]
    wanted = {
        file.relative_to(checkout).as_posix()
        for file in files
        # Translations are made from these; what the program reads are the .mo files.
        if "__pycache__" not in file.parts and file.suffix not in (".po", ".pot")
    }
    assert len(wanted) > 150
    assert wanted - names == set()
    shipped = {f"{start.value}.{ending}" for start in Start for ending in ("keras", "json")}
    assert {f"classroom/shipped/{name}" for name in (*shipped, "README.md")} <= names


@needs_setuptools
def test_the_wheel_runs_where_there_is_no_checkout(
    wheel: Path, tmp_path: Path, drawn: list[StrokesLine]
) -> None:
    folder = tmp_path / "environment"
    venv.create(folder)
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    # It sees the packages that the tests run with, but not what these hold of the program itself.
    there = sysconfig.get_path("purelib")
    Path(paths["purelib"], "packages.pth").write_text(there + "\n", encoding="utf-8")
    python = Path(paths["scripts"], "python")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    done = subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--ignore-installed", str(wheel)],
        env=clean(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(line for line in drawn if line.label == 3)
    picture = Image.fromarray(255 - from_strokes(line.strokes)).resize((112, 112))
    picture.save(tmp_path / "three.png")
    program = shutil.which("digit-classroom", path=paths["scripts"])
    assert program is not None
    command = [program, "--home", str(tmp_path / "home"), "predict", "three.png", "--json"]
    done = subprocess.run(command, env=clean(), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [digit] = json.loads(done.stdout)["digits"]
    assert digit["predictions"]["cnn"]["digit"] == 3
