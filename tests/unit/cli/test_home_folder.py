"""Where the program keeps its files, and from where it can be started."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from calls import MAIN
from places import LESSON
from support import bound_by_rights, until, unwritable

from classroom import paths
from classroom.cli import window
from classroom.datasets import mnist, mnist_files
from classroom.datasets.mnist_files import Checksums, Mnist

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights and locales are POSIX's")
LOCALE_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def copy_of_the_program(root: Path) -> Path:
    """Copy what a user gets; return its main.py."""
    for name in ("main.py", "setup.cfg"):
        root.mkdir(exist_ok=True, parents=True)
        shutil.copy(MAIN.parent / name, root)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(MAIN.parent / "classroom", root / "classroom", ignore=ignored)
    for name in ("data", "models"):
        (root / name).mkdir()
    shutil.copy(MAIN.parent / "models" / "base.keras", root / "models")
    return root / "main.py"


def run(main: Path, *arguments: object, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [*bound_by_rights(), sys.executable, main, *arguments]
    # Not this checkout: the copy is what runs.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [os.fsencode(str(one)) for one in command],
        env={**inherited, **environ},
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=100,
    )


@posix
def test_a_checkout_that_cannot_be_written_keeps_digits_in_the_users_data_folder(tmp_path):
    main = copy_of_the_program(tmp_path / "shared")
    own = tmp_path / "own" / "digit-classroom"
    environ = {"XDG_DATA_HOME": str(own.parent)}
    with unwritable(main.parent):
        done = run(main, "dataset", "import", LESSON, **environ)
        assert done.returncode == 0, done.stderr
        assert f"{main.parent} cannot be written, so all that is kept goes to {own}." in done.stderr
        assert "102 samples" in run(main, "dataset", "stats", **environ).stdout
    assert (own / "data" / "samples.sqlite").is_file()
    assert list((main.parent / "data").iterdir()) == []


@posix
def test_a_checkout_that_can_be_written_keeps_them_itself(tmp_path):
    main = copy_of_the_program(tmp_path / "mine")
    done = run(main, "dataset", "import", LESSON, XDG_DATA_HOME=str(tmp_path / "own"))
    assert done.returncode == 0
    assert "cannot be written" not in done.stderr
    assert (main.parent / "data" / "samples.sqlite").is_file()
    assert not (tmp_path / "own").exists()


@pytest.fixture
def shared_checkout(tmp_path, monkeypatch):
    """Make this process's checkout one whose data folder cannot be written, by root neither."""
    checkout = tmp_path / "shared"
    copy_of_the_program(checkout)
    (checkout / "models").rename(checkout / "were")
    (checkout / "models").touch()
    monkeypatch.setattr(paths, "CHECKOUT", checkout)
    monkeypatch.setattr(paths, "user_data_folder", lambda: tmp_path / "own")
    return checkout


@pytest.mark.usefixtures("display")
def test_the_window_says_where_it_keeps_them(
    shared_checkout, small_mnist: Mnist, checksums: Checksums
):
    home = paths.default_home()
    assert home != shared_checkout
    mnist.cache_file(home).parent.mkdir(parents=True)
    mnist_files.write_npz(small_mnist, mnist.cache_file(home))
    app = window.open_app(home, checksums)
    try:
        until(app.root, lambda: app.status.label.cget("text") == "Ready")
        assert app.notice.text == paths.why_elsewhere(home)
        assert str(home) in app.notice.text
    finally:
        app.close()


def test_mnist_beside_a_program_that_cannot_be_written_serves_every_user(
    shared_checkout, small_mnist: Mnist, checksums: Checksums
):
    mnist_files.write_npz(small_mnist, mnist.cache_file(shared_checkout))

    def quiet(*_about: Any) -> bool:
        return False

    home = paths.default_home()
    mnist.fetch(
        home, progress=quiet, cancelled=quiet, checksums=checksums, sources=mnist.SOURCES[:1]
    )
    assert mnist.load(home, checksums) is not None


@posix
def test_a_terminal_without_umlauts_is_no_reason_to_fail(tmp_path):
    """NumPy cannot be loaded from such a folder in such a terminal, and no such file be written."""
    main = copy_of_the_program(tmp_path / "Schüler Ordner")
    done = run(main, "dataset", "import", LESSON, **LOCALE_C)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("The language settings of this terminal know no umlauts")
    done = run(main, "dataset", "export", tmp_path / "für Ö.npz", **LOCALE_C)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "für Ö.npz").exists()


@posix
def test_a_folder_whose_name_is_no_utf8_is_named_in_a_sentence(tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/Sch\xfcler"))
    try:
        odd.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    main = copy_of_the_program(odd)
    for environ in ({}, LOCALE_C):
        done = run(main, "dataset", "stats", **environ)
        assert done.returncode == 1
        last = done.stderr.splitlines()[-1]
        assert last.startswith("Python's libraries cannot be loaded from ")
        assert "Traceback" not in done.stderr
