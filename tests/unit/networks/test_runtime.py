"""Memory that plots and jobs leave behind goes back to the system."""

import platform

import pytest
from calls import run_code

RESIDENT = """
import resource
import numpy as np
from classroom.runtime import give_back_large_blocks, give_back_what_is_free

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20
"""
PICTURES = """
give_back_large_blocks()
before = resident()
np.ones(2**20)
pictures = [np.ones(2**18) for _picture in range(50)]
small = bytes(100_000)  # lies behind them, where memory were taken from one heap
del pictures
print(resident() - before)
"""
JOB = """
before = resident()
batches = [np.ones(2**13) for _batch in range(1600)]
small = bytes(10_000)  # lies behind them
del batches
give_back_what_is_free()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries need no help")
@pytest.mark.parametrize("code", [PICTURES, JOB], ids=["pictures", "job"])
def test_what_was_taken_is_given_back(code: str) -> None:
    left = run_code(RESIDENT + code).stdout
    assert float(left) < 20  # of 100 MiB
