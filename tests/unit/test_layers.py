"""The packages: each imports only from those below it, as setup.cfg says, and none in a circle."""

import graphlib
import subprocess
import sys

import grimp
from places import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_a_package_imports_only_from_those_below_it() -> None:
    done = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "3 kept, 0 broken" in done.stdout


def test_no_modules_import_each_other_in_a_circle() -> None:
    # Imports for types and imports inside functions count, too.
    imports = grimp.build_graph("classroom", cache_dir=None)
    graph = {
        module: imports.find_modules_directly_imported_by(module) for module in imports.modules
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None
