"""Settings of the whole process, each with its reason; called by the window and the engine.

``CLASSROOM_RUNTIME_OFF`` switches them off, by the names of these functions, separated by commas.
"""

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

SWITCHED_OFF = "CLASSROOM_RUNTIME_OFF"

# From glibc's malloc.h.
M_MMAP_THRESHOLD = -3
LARGE_BLOCK_BYTES = 2**20

# From the documentation of Windows' SetPriorityClass.
BELOW_NORMAL_PRIORITY = 0x4000
# Of the 19 steps by which a process can lower its priority.
NICER_BY = 10

# Python's own is five times as long.
SWITCH_SECONDS = 0.001

UNUSED_BY_KERAS = ("matplotlib", "pandas", "scipy", "sklearn")


def is_on(name: str) -> bool:
    """Return whether a setting, named as its function, is not switched off."""
    return name not in os.environ.get(SWITCHED_OFF, "").replace(" ", "").split(",")


@contextlib.contextmanager
def unused_by_keras_hidden() -> Iterator[None]:
    """While Keras is imported, let packages that it would import and never use seem missing.

    Keras imports them for parts of it that the program does not use, and does without them
    where they are not installed. Without them the engine answers sooner after the start.
    """
    hidden = [name for name in UNUSED_BY_KERAS if name not in sys.modules]
    if not is_on("unused_by_keras_hidden"):
        hidden = []
    for name in hidden:
        # The import system's own way to say that a module cannot be imported.
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def let_networks_be_freed(optimizer: Any) -> None:
    """Have a Keras optimizer not sum its gradients over devices, so that its network is freed.

    On one device the sum changes nothing. TensorFlow keeps the function that computes it for
    good, and with it the optimizer and the weights of the network: each retraining and each
    comparison would leave them behind. The method is private: if a later Keras does not use it
    any more, setting it has no effect. Memory that grows with each training is reported in
    https://github.com/keras-team/keras/issues/21090.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
    """
    if is_on("let_networks_be_freed"):
        optimizer._all_reduce_sum_gradients = lambda gradients: gradients


def freeze_loaded_objects() -> None:
    """Have Python's garbage collector leave alone all objects that exist now.

    The libraries that are loaded by then make hundreds of thousands of objects, which stay
    until the process ends. To search them for garbage stops all threads of the process.
    """
    if is_on("freeze_loaded_objects"):
        gc.freeze()


@contextlib.contextmanager
def threads_switched_often() -> Iterator[None]:
    """Have Python pass its lock on every millisecond, for the window's thread while others draw.

    Each call of the window's thread into Tk gives the lock away and waits for it anew, up to
    5 ms each time by Python's default.
    With it one pause in a hundred of the window is longer than 38 ms while plots are drawn,
    without it 62 ms; measured in the window of `benchmarks/plots.py`, twice each.
    """
    interval = sys.getswitchinterval()
    if is_on("threads_switched_often"):
        sys.setswitchinterval(min(interval, SWITCH_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def let_others_go_first() -> None:
    """Give this process the processor only when processes of normal priority leave it free.

    While a retraining fits SVM and k-NN in a process of their own, the CNN's part is over sooner,
    and live answers come as soon as before; both together take as long.
    """
    if not is_on("let_others_go_first"):
        return
    if sys.platform == "win32":
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.SetPriorityClass(kernel32.GetCurrentProcess(), BELOW_NORMAL_PRIORITY)
    else:
        os.nice(NICER_BY)


def return_large_blocks() -> None:
    """Have glibc give blocks of 1 MiB and more back to the system as soon as they are freed.

    After the first large block that is freed, glibc by default takes blocks of that size from
    a heap that it hardly ever shrinks, such as the images of plots. A threshold that is set
    stays as it is (``man mallopt``); https://github.com/python-pillow/Pillow/pull/2738 tells
    how it moves otherwise. Other C libraries need no such setting, and nothing happens there.
    """
    if is_on("return_large_blocks"):
        _call_glibc("mallopt", M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def _call_glibc(function: str, *arguments: int) -> None:
    if sys.platform == "linux":
        # Other C libraries of Linux do not have these functions.
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(None), function)(*arguments)
