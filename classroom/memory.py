"""Finds out whether something failed because the memory is full; engine and networks ask it."""

import numpy as np

# The size of the largest of the program's own files in memory, which is MNIST.
ENOUGH_BYTES = 64 * 2**20


def is_full() -> bool:
    """Return whether a block of 64 MiB cannot be allocated.

    It is called after a failure, because libraries raise errors of all kinds if the memory is
    full.
    """
    try:
        np.empty(ENOUGH_BYTES, np.uint8)
    except MemoryError:
        return True
    return False


def stop_if_full() -> None:
    """Raise `MemoryError` if the memory is full: a file that could not be read is not damaged."""
    if is_full():
        raise MemoryError
