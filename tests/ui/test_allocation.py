"""Memory that plots leave behind goes back to the system."""

import platform
import subprocess
import sys

import pytest

CODE = """
import resource
import numpy as np
from classroom.ui.allocation import give_back_large_blocks

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20

give_back_large_blocks()
before = resident()
np.ones(2**20)
pictures = [np.ones(2**18) for _picture in range(50)]
small = bytes(100_000)  # lies behind them, where memory were taken from one heap
del pictures
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries need no help")
def test_what_large_pictures_took_is_given_back() -> None:
    command = [sys.executable, "-c", CODE]
    left = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert float(left) < 20  # of 100 MiB
