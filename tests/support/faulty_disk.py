"""A disk and a clock that fail at a chosen call: the Python side of ``faulty_disk.c``.

On Linux, where there is a C compiler. Each call below one folder counts: opening, reading,
writing, syncing, renaming, making and removing. At the N-th of them a fault happens, so that
a run in which calls are only counted tells how many steps there are to try.
"""

import ctypes
import mmap
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from errno import EIO, ENOSPC
from pathlib import Path

SOURCE = Path(__file__).with_name("faulty_disk.c")
OPEN, CREATE, READ, WRITE, SYNC, TRUNCATE, NAME = (1 << bit for bit in range(7))
EVERY = OPEN | CREATE | READ | WRITE | SYNC | TRUNCATE | NAME
# The calls that need room on the disk.
GROWING = CREATE | WRITE
NOTHING, COUNT, FAIL, MEDDLE, CLOCK = range(5)
YEAR = 365 * 86_400


class Control(ctypes.Structure):
    """Which fault happens at which call; in memory that all processes of a case share."""

    _fields_ = (
        ("action", ctypes.c_int32),
        ("error", ctypes.c_int32),
        ("lasting", ctypes.c_int32),
        ("kinds", ctypes.c_int32),
        ("at", ctypes.c_int64),
        ("count", ctypes.c_int64),
        ("shift", ctypes.c_int64),
        ("fired", ctypes.c_int32),
        ("unused", ctypes.c_int32),
        ("folder", ctypes.c_char * 1024),
        ("script", ctypes.c_char * 8192),
        ("where", ctypes.c_char * 1024),
    )


@dataclass(frozen=True)
class Fault:
    """A fault that happens at the N-th call.

    Attributes
    ----------
    action : int
        `FAIL`, `MEDDLE` or `CLOCK`.
    kinds : int
        The kinds of calls that count, as a sum of bits.
    error : int
        The ``errno`` of the call that fails.
    lasting : bool
        Whether all later calls fail, too.
    shift : int
        By how many seconds the clock is set.
    meddling : tuple of str
        What another program does to a file, in the words of `script`.
    """

    action: int
    kinds: int = EVERY
    error: int = 0
    lasting: bool = False
    shift: int = 0
    meddling: tuple[str, ...] = ()

    @property
    def is_another_program(self) -> bool:
        """Whether the fault is another program that may remove what was in the file."""
        return self.action == MEDDLE


# The files beside an SQLite store: its write-ahead log, and the memory shared by its users.
BESIDE = ("-wal", "-shm")
FAULTS = {
    "error-once": Fault(FAIL, error=EIO),
    "error-lasting": Fault(FAIL, error=EIO, lasting=True),
    "full-once": Fault(FAIL, GROWING, ENOSPC),
    "full-lasting": Fault(FAIL, GROWING, ENOSPC, lasting=True),
    "removed": Fault(MEDDLE, meddling=("remove",)),
    "removed-all": Fault(MEDDLE, meddling=("remove", "remove beside")),
    "moved": Fault(MEDDLE, meddling=("move",)),
    "replaced": Fault(MEDDLE, meddling=("replace",)),
    "replaced-all": Fault(MEDDLE, meddling=("remove beside", "replace")),
    "overwritten": Fault(MEDDLE, meddling=("overwrite",)),
    "emptied": Fault(MEDDLE, meddling=("empty",)),
    "halved": Fault(MEDDLE, meddling=("halve",)),
    "clock-back": Fault(CLOCK, shift=-YEAR),
    "clock-ahead": Fault(CLOCK, shift=10 * YEAR),
}


def script(fault: Fault, file: Path, substitute: Path) -> str:
    """Return what is done to `file`, as ``faulty_disk.c`` reads it."""
    lines = []
    for what in fault.meddling:
        lines += {
            "remove": [f"u\t{file}"],
            "remove beside": [f"u\t{file}{ending}" for ending in BESIDE],
            "move": [f"r\t{file}\t{file}.moved"],
            "replace": [f"r\t{substitute}\t{file}"],
            "overwrite": [f"c\t{substitute}\t{file}"],
            "empty": [f"t\t0\t{file}"],
            "halve": [f"t\t-1\t{file}"],
        }[what]
    return "".join(f"{line}\n" for line in lines)


class FaultyDisk:
    """The control of the faults in this process and in those that it starts.

    Parameters
    ----------
    file : Path
        The file that the environment variable ``FAULTY_DISK`` names.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb+") as opened:
            self._map = mmap.mmap(opened.fileno(), ctypes.sizeof(Control))
        self.control = Control.from_buffer(self._map)

    def arm(self, folder: Path, fault: Fault | None, kinds: int, at: int, text: str = "") -> None:
        """Make `fault` happen at call `at` below `folder`; None only counts the calls."""
        control = self.control
        control.action = NOTHING
        control.count = control.fired = 0
        control.where = b""
        control.folder, control.script = str(folder).encode(), text.encode()
        control.kinds, control.at = kinds, at
        if fault is not None:
            control.error, control.lasting, control.shift = fault.error, fault.lasting, fault.shift
        control.action = COUNT if fault is None else fault.action

    def disarm(self) -> None:
        """Let everything work again."""
        self.control.action = NOTHING

    @property
    def fired(self) -> bool:
        """Whether the fault has happened."""
        return bool(self.control.fired)


def why_not() -> str:
    """Return why faults cannot be made on this computer; an empty text where they can."""
    if not sys.platform.startswith("linux"):
        return "faults of the disk are made with Linux's LD_PRELOAD"
    if compiler() is None:
        return "faults of the disk are made by a library in C, and there is no compiler (cc)"
    return ""


def compiler() -> str | None:
    """Return the C compiler."""
    return shutil.which(os.environ.get("CC", "cc"))


def environment(folder: Path) -> dict[str, str]:
    """Compile the library into `folder`; return the environment of a process with faults."""
    library, control = folder / "faulty_disk.so", folder / "faulty_disk.control"
    command = [compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)]
    subprocess.run([*command, "-ldl"], check=True)
    control.write_bytes(bytes(ctypes.sizeof(Control)))
    return {"LD_PRELOAD": str(library), "FAULTY_DISK": str(control)}
