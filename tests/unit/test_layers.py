"""The packages: each imports only from those below it, as setup.cfg says."""

import subprocess
import sys

from places import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_a_package_imports_only_from_those_below_it() -> None:
    done = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "2 kept, 0 broken" in done.stdout
