"""Whether it is the memory that something failed for."""

import numpy as np

# As much as the largest of the program's own files takes: MNIST.
ENOUGH = 64 * 2**20


def is_full() -> bool:
    """Return whether not even a modest block can be had.

    To be asked after a failure: libraries say all kinds of things then.
    """
    try:
        np.empty(ENOUGH, np.uint8)
    except MemoryError:
        return True
    return False


def stop_if_full() -> None:
    """Raise `MemoryError` where it is full: a file that cannot be read then is not damaged."""
    if is_full():
        raise MemoryError
