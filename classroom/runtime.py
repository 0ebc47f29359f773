"""Have memory that is free given back to the system, where the C library keeps it."""

import contextlib
import ctypes
import sys

# Of glibc's malloc.h.
M_MMAP_THRESHOLD = -3
LARGE_BYTES = 2**20


def give_back_large_blocks() -> None:
    """Bound what glibc keeps of the pictures that plots are drawn in; elsewhere do nothing.

    After the first large block that is freed, glibc takes blocks of that size from a heap
    that it hardly ever shrinks: drawing ten plots twice left 50 MB there. A threshold that
    is set stays (``man mallopt``).
    """
    _ask("mallopt", M_MMAP_THRESHOLD, LARGE_BYTES)


def give_back_what_is_free() -> None:
    """Have glibc give back what is free between blocks in use (``man malloc_trim``)."""
    _ask("malloc_trim", 0)


def _ask(function: str, *arguments: int) -> None:
    if sys.platform == "linux":
        # Other C libraries of Linux have no such function.
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(None), function)(*arguments)
