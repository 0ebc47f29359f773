"""Each setting of the process has its effect, and none where it is switched off."""

import os
import platform

import pytest
from calls import run_code

from classroom.runtime import SWITCHED_OFF


def run(code: str, off: str = "") -> float:
    """Run a piece of Python, without a setting where one is named; return what it prints."""
    return float(run_code(code, env={**os.environ, SWITCHED_OFF: off}).stdout)


FROZEN = """
import gc
from classroom.runtime import freeze_loaded_objects
freeze_loaded_objects()
print(gc.get_freeze_count())
"""


def test_loaded_objects_are_left_alone() -> None:
    assert run(FROZEN) > 1000
    assert run(FROZEN, "freeze_loaded_objects") == 0


INTERVAL = """
import sys
from classroom.runtime import threads_switched_often
before = sys.getswitchinterval()
with threads_switched_often():
    inside = sys.getswitchinterval()
assert sys.getswitchinterval() == before
print(before / inside)
"""


def test_threads_are_switched_more_often() -> None:
    assert run(INTERVAL) == pytest.approx(5, rel=0.1)
    assert run(INTERVAL, "threads_switched_often") == 1


HIDDEN = """
import importlib
from classroom.runtime import UNUSED_BY_KERAS, unused_by_keras_hidden

def missing():
    count = 0
    for name in UNUSED_BY_KERAS:
        try:
            importlib.import_module(name)
        except ImportError:
            count += 1
    return count

with unused_by_keras_hidden():
    hidden = missing()
print(hidden - missing())
"""


def test_packages_are_hidden_for_a_while() -> None:
    # pandas need not be installed.
    assert run(HIDDEN) >= 3
    assert run(HIDDEN, "unused_by_keras_hidden") == 0


LARGE_BLOCKS = """
import resource
import numpy as np
from classroom.runtime import return_large_blocks

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20

return_large_blocks()
before = resident()
np.ones(2**20)
images = [np.ones(2**18) for _image in range(50)]
small = bytes(100_000)  # lies behind them, where memory were taken from one heap
del images
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries need no help")
def test_large_blocks_are_returned_to_the_system() -> None:
    # In MiB: 100 were taken.
    assert run(LARGE_BLOCKS) < 20
    assert run(LARGE_BLOCKS, "return_large_blocks") > 60


PRIORITY = """
import os
from classroom.runtime import let_others_go_first
before = os.nice(0)
let_others_go_first()
print(os.nice(0) - before)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no nice values")
def test_a_process_lets_others_go_first() -> None:
    assert run(PRIORITY) > 0
    assert run(PRIORITY, "let_others_go_first") == 0
