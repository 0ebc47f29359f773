"""Ctrl+C and SIGTERM: they end a command, which then says what it has changed.

`main` listens for the signals; `Command.watch` returns the sentence for the command.
"""

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from classroom.i18n import _

# How long a job may take to end by itself, in seconds.
PATIENCE = 5.0

# Looks at the disk, and returns the sentence about what a stopped command has changed.
StopSentence = Callable[[], str]


class Signals:
    """Turns SIGINT and SIGTERM into a `KeyboardInterrupt`, or first into a job's cancel.

    Attributes
    ----------
    number : int
        The number of the last signal that came; SIGINT's where none did.
    """

    def __init__(self) -> None:
        self.number = int(signal.SIGINT)
        self._cancel: Callable[[], None] | None = None

    @contextlib.contextmanager
    def cancelling(self, cancel: Callable[[], None]) -> Iterator[None]:
        """Have a signal within the block call `cancel`; a second one, or `PATIENCE` s, raises.

        TensorFlow ends the whole process where an exception leaves a function that its C++
        code has called, such as the conversion of a value. So a training must not be
        interrupted at any line: it is cancelled between two batches.
        """
        self._cancel = cancel
        try:
            yield
        finally:
            self._cancel = None

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals within the block; ignore them after it, while the program ends."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = [
            each
            for each in (signal.SIGINT, signal.SIGTERM)
            # A shell script that starts this in the background has SIGINT ignored, as Ctrl+C
            # is for the script's program in the foreground.
            if signal.getsignal(each) is not signal.SIG_IGN
        ]
        for each in wanted:
            signal.signal(each, self._stop)
        before, sys.unraisablehook = sys.unraisablehook, self._repeat_lost
        try:
            yield
        finally:
            for each in wanted:
                signal.signal(each, signal.SIG_IGN)
            sys.unraisablehook = before

    def _repeat_lost(self, about: "sys.UnraisableHookArgs") -> None:
        """Send the signal again where its exception was raised in a destructor, and so lost.

        Python reports an exception that leaves ``__del__`` to this hook and goes on. It
        drops one that the hook raises as well, so the signal has to come from outside.
        """
        if isinstance(about.exc_value, KeyboardInterrupt):
            self._send_again_after(0.05)
        else:
            sys.__unraisablehook__(about)

    def _send_again_after(self, seconds: float) -> None:
        again = threading.Timer(seconds, _thread.interrupt_main, [signal.Signals(self.number)])
        again.daemon = True
        again.start()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
        if self._cancel is None:
            raise KeyboardInterrupt
        cancel, self._cancel = self._cancel, None
        cancel()
        self._send_again_after(PATIENCE)

    @property
    def status(self) -> int:
        """The exit status of a program that was ended by the signal."""
        return 128 + self.number


def nothing_changed() -> str:
    """Return the sentence of a command that changes nothing, or has not begun to."""
    return _("Stopped; nothing was changed.")


def window_closed() -> str:
    """Return the sentence about the digits of a window that was closed by a signal."""
    return _("Stopped; the window is closed, and every digit that it called kept is in the store.")


def watch_file(file: Path, missing: str) -> StopSentence:
    """Return what says, after Ctrl+C, whether `file` was written since this call.

    Parameters
    ----------
    file : Path
        It is replaced as a whole: it is complete as soon as it is there.
    missing : str
        The sentence for where it was not written.
    """
    before = _stamp(file)

    def say() -> str:
        if _stamp(file) in (None, before):
            return missing
        return _("Stopped, but {file} was complete by then.").format(file=file)

    return say


def _stamp(file: Path) -> tuple[int, int] | None:
    """Return a mark that changes when the file is replaced; None where there is no file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
