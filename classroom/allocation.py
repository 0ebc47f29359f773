"""Have the C library give memory back to the system that is free."""

import contextlib
import ctypes
import gc
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
    """Free what a job has left behind, and give it back.

    A network that was trained refers to itself, so it stays until Python looks
    for such things: seldom, where most of what there is has been there for
    long. And glibc keeps what is freed between blocks in use (``man
    malloc_trim``).
    """
    gc.collect()
    _ask("malloc_trim", 0)


def _ask(function: str, *arguments: int) -> None:
    if sys.platform == "linux":
        # Other C libraries of Linux have no such function.
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(None), function)(*arguments)
