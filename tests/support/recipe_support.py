"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the repository."""

import os
import re
import subprocess
import sys
from pathlib import Path

from places import ROOT, SMALL_MNIST
from support import copy_the_repository

BLOCK = re.compile(r"^(?P<indent> *)```python\n(?P<code>.*?)^ *```$", re.M | re.S)


def follow(title: str, folder: Path) -> list[Path]:
    """Write the files that a recipe shows into a copy of the repository in `folder`.

    The first line of each file's listing names it: ``# classroom/plots/sureness.py``.
    A listing that begins with ``# in FILE, ...`` is a line for a file that is there: it
    goes below the line that its first line quotes, ``# in FILE, below: THAT LINE``.
    """
    copy_the_repository(folder)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(f"## {title}\n")[1].split("\n## ")[0]
    written = []
    for block in BLOCK.finditer(section):
        lines = [line.removeprefix(block["indent"]) for line in block["code"].splitlines()]
        first, code = lines[0].removeprefix("# "), "\n".join(lines[1:]) + "\n"
        elsewhere = re.fullmatch(r"in (?P<file>\S+), below: (?P<above>.*)", first)
        if elsewhere:
            assert len(lines) == 2, "a recipe asks for one line elsewhere at most"
            file = folder / elsewhere["file"]
            before = file.read_text(encoding="utf-8")
            assert before.count(elsewhere["above"] + "\n") == 1, elsewhere["above"]
            above = elsewhere["above"] + "\n"
            file.write_text(before.replace(above, above + code), encoding="utf-8")
        else:
            file = folder / first
            assert not file.exists(), f"{first} is there already"
            file.write_text(code, encoding="utf-8")
        written.append(file)
    assert written, f"no listing in {title}"
    return written


ON_SMALL_MNIST = """
import sys
from pathlib import Path
from classroom.cli import main
from classroom.datasets import mnist_files

small = mnist_files.read_npz(Path(sys.argv[1]), "the tests")
Path(sys.argv[2], "data").mkdir(parents=True, exist_ok=True)
mnist_files.write_npz(small, Path(sys.argv[2], "data", "mnist.npz"))
arguments = ["--home", sys.argv[2], *sys.argv[3:]]
sys.exit(main.main(arguments, checksums=mnist_files.checksums(small)))
"""


def run_on_small_mnist(
    folder: Path, home: Path, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of the copy in a home whose MNIST is the small one of the tests."""
    return _run(folder, "-c", ON_SMALL_MNIST, str(SMALL_MNIST), str(home), *arguments)


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `main.py` of the copy with an empty home of its own."""
    return _run(folder, str(folder / "main.py"), *arguments)


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment.pop("CLASSROOM_DATABASE", None)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
