"""Renew the lock files in `tools/requirements/` from the ranges in `setup.cfg`.

python tools/lock.py            takes the newest releases within the ranges
python tools/lock.py --keep     changes only what the ranges ask for

`run.txt` lists the packages that the program needs, `test.txt` those that the
tests need in addition: each with its version and the checksums of its files,
for every system and Python. uv resolves them, in a temporary environment.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

from environment import LOCKED, build_requirements
from system import ROOT, SetupError, say

from classroom.i18n import _

UV = "uv>=0.13,<1"
PYTHONS = ("3.11", "3.12", "3.13")
# The platforms that the program supports, and uv's names of them.
SYSTEMS = {
    "Linux on x86": "x86_64-manylinux_2_28",
    "Linux on ARM": "aarch64-manylinux_2_28",
    "Windows": "x86_64-pc-windows-msvc",
    "macOS on Apple silicon": "aarch64-apple-darwin",
}


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit status."""
    if list(arguments) not in ([], ["--keep"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory() as folder:
            renew(Path(folder), keep=bool(arguments))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def renew(folder: Path, *, keep: bool) -> None:
    """Write both lock files, after checking that each system has all packages.

    Parameters
    ----------
    folder : path
        An empty temporary folder.
    keep : bool
        Whether packages keep the versions that they are locked to.

    Raises
    ------
    SetupError
        If the ranges cannot all be satisfied; the message is uv's.
    """
    uv = Uv(folder)
    made = {name: folder / path.name for name, path in LOCKED.items()}
    if keep:
        for name, path in LOCKED.items():
            made[name].write_bytes(path.read_bytes())
    say(_("Working out the versions ..."))
    uv.compile(made[""])
    # The packages of the program are locked already, and are listed in one file only.
    elsewhere = [f"--no-emit-package={name}" for name in names(made[""])]
    uv.compile(made["test"], "--extra=test", f"--constraint={made['']}", *elsewhere)
    for system, platform in SYSTEMS.items():
        for python in PYTHONS:
            say(_("Looking for the packages of {system}, Python {version} ...").format(
                system=system, version=python
            ))  # fmt: skip
            uv.check(list(made.values()), platform, python)
    for name, path in LOCKED.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made[name].read_bytes())


class Uv:
    """uv, installed into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        say(_("Fetching uv ..."))
        venv.create(folder / "uv", with_pip=True)
        scripts = folder / "uv" / ("Scripts" if os.name == "nt" else "bin")
        run([scripts / "python", "-m", "pip", "install", "--quiet", UV])
        self.program = scripts / "uv"

    def compile(self, output: Path, *options: str) -> None:
        """Write the lock file `output` for the ranges in `setup.cfg`."""
        command = [
            self.program, "pip", "compile", "setup.cfg", "-", *options, "--no-config", "--quiet",
            "--universal", f"--python-version={PYTHONS[0]}", "--generate-hashes",
            "--custom-compile-command=make lock", "--no-emit-index-url", f"--output-file={output}",
        ]  # fmt: skip
        run(command, "\n".join(build_requirements()))

    def check(self, locked: Sequence[Path], platform: str, python: str) -> None:
        """Raise `SetupError` unless each package has a wheel for a platform and Python."""
        command = [
            self.program, "pip", "compile", *locked, "--no-config", "--quiet",
            "--only-binary=:all:", f"--python-platform={platform}", f"--python-version={python}",
            f"--output-file={os.devnull}",
        ]  # fmt: skip
        run(command)


def run(command: Sequence[object], text: str = "") -> None:
    """Run a command in the checkout; raise `SetupError` with its output if it fails."""
    done = subprocess.run(
        [str(one) for one in command],
        cwd=ROOT,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise SetupError(done.stdout.strip())


def names(locked: Path) -> list[str]:
    """Return the names of the packages in a lock file."""
    return re.findall(r"(?m)^([A-Za-z0-9._-]+)==", locked.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
