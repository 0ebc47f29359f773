"""Runs a program that downloads, with progress and a way to stop it, to fetch MNIST."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from classroom.errors import Cancelled
from classroom.i18n import _

SECONDS_BETWEEN_LOOKS = 0.1
# Without a new byte for this long, the download has failed. The program imports Keras
# first, which takes an old laptop half of this time.
SECONDS_OF_SILENCE = 60.0


def work_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder that is deleted at the end of the ``with`` block."""
    # On Windows a program that was just ended may keep a file open for a moment.
    return tempfile.TemporaryDirectory(prefix="classroom-", ignore_cleanup_errors=True)


def run_and_watch(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    on_size: Callable[[int], None],
    cancelled: Callable[[], bool],
    patience: float = SECONDS_OF_SILENCE,
) -> str | None:
    """Run `command`, which downloads into `folder`; return why it failed, or None.

    Parameters
    ----------
    command : sequence of str
    environment : mapping
    folder : Path
        Where the program writes. The size of this folder is the measure of progress.
    on_size : function of an int
        Called with that size in bytes several times a second.
    cancelled : function that returns a bool
        Asked several times a second.
    patience : float
        In seconds: the program is ended after this time without a new byte.

    Raises
    ------
    Cancelled
        `cancelled` returned True, and the program was ended.
    """
    messages = folder / "messages"
    with messages.open("wb") as stream:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
    try:
        size, last_new = 0, time.monotonic()
        while not _has_ended(process):
            if cancelled():
                raise Cancelled
            previous, size = size, folder_size(folder)
            if size != previous:
                last_new = time.monotonic()
                on_size(size)
            if time.monotonic() - last_new > patience:
                return _("nothing came for {seconds:g} seconds").format(seconds=patience)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode == 0:
        return None
    return last_message(messages.read_text("utf-8", errors="replace"))


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(SECONDS_BETWEEN_LOOKS)
    except subprocess.TimeoutExpired:
        return False
    return True


def folder_size(folder: Path) -> int:
    """Return how many bytes the files below `folder` hold, in all."""
    size = 0
    for file in folder.rglob("*"):
        try:
            size += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue  # The program has just moved the file away.
    return size


def last_message(output: str) -> str:
    """Return the line of a program's error output that says what went wrong, without prefixes."""
    lines = [line.strip() for line in output.splitlines()]
    told = [line for line in lines if line and not line.startswith(("WARNING", "[notice]"))]
    if not told:
        return _("it said nothing")
    # pip writes "ERROR: why", Keras "Exception: URL fetch failure on ADDRESS -- why".
    message = told[-1].removeprefix("ERROR: ").rsplit(" -- ", 1)[-1].removeprefix("Exception: ")
    if "connection broken" in output.lower():
        message = _("the package index cannot be reached") + f" ({message.rstrip('.')})"
    return message.rstrip(".")
