"""What tests of the store share; its fixtures are in conftest.py."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from classroom.datasets.dataset import Sample

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and signals")


def url_of(file: Path) -> str:
    """Return the database URL of a store's file."""
    return f"sqlite:///{file.as_posix()}"


def a_sample(number: int, label: int = 3, writer: str = "ann", **more) -> Sample:
    """Return a digit that no other number has."""
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, writer, more.pop("origin", "drawn"), **more)


@contextlib.contextmanager
def mounted(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """Give a small disk of its own to a folder; the value remounts it with other options."""
    folder.mkdir(exist_ok=True)

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "test", str(folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")

    if not shutil.which("mount") or os.geteuid():
        pytest.skip("to mount a disk takes the system's administrator")
    mount(f"size={size}")
    try:
        yield lambda options: mount(f"remount,{options}")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def read_only(home: Path) -> Iterator[Callable[[], None]]:
    """Let nobody write in a home; the value lets everybody do so again.

    An ordinary user is kept out by the rights of the files, the administrator only by the disk.
    """
    if os.geteuid():
        paths = [home, *home.rglob("*")]
        for path in paths:
            path.chmod(path.stat().st_mode & ~0o222)

        def open_again() -> None:
            for path in paths:
                path.chmod(path.stat().st_mode | 0o200)

        try:
            yield open_again
        finally:
            open_again()
        return
    copy = home.with_name(f"{home.name}-copy")
    shutil.copytree(home, copy)
    with mounted(home, "200m") as remount:
        shutil.copytree(copy, home, dirs_exist_ok=True)
        remount("ro")
        yield lambda: remount("rw")
