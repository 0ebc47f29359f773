"""The log file of a home, for tracebacks; the command line and the engine set it up."""

import faulthandler
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from classroom.plain_text import plain


def file_of(home: Path) -> Path:
    """Return the log file below `home`."""
    return home / "data" / "classroom.log"


def files(home: Path) -> list[Path]:
    """Return the log files below `home`: the current one, and older ones where there are any."""
    return sorted(file_of(home).parent.glob(f"{file_of(home).name}*"))


class _PlainFormatter(logging.Formatter):
    """Spells out control characters, which would steer a terminal that shows the log."""

    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record), keep="\n\t")


def configure(home: Path) -> None:
    """Log to the file below `home`; log nothing where the file cannot be made."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        file_of(home).parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            file_of(home), maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    layout = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(_PlainFormatter(layout))
    root.handlers = [handler]
    # A handler that cannot write, as on a full disk, would print a traceback on stderr.
    logging.raiseExceptions = False
    # These libraries log every font, image and fit at the level INFO.
    for library in ("matplotlib", "PIL", "h5py", "sklearnex"):
        logging.getLogger(library).setLevel(logging.WARNING)


def divert_native_output(home: Path) -> None:
    """Redirect stderr to the log file for native code; Python's ``sys.stderr`` stays as it was.

    TensorFlow writes there which instructions the processor has, whatever its log level
    is, and a crash in native code leaves its traceback there. Processes that are started
    from this one inherit the redirection.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        log_file = os.open(file_of(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    except OSError:
        log_file = os.open(os.devnull, os.O_WRONLY)
    try:
        python_stderr = os.dup(2)
    except OSError:
        # A program that was started without a console has no stderr.
        os.close(log_file)
        return
    os.dup2(log_file, 2)
    os.close(log_file)
    sys.stderr = os.fdopen(python_stderr, "w", encoding="utf-8", errors="replace", buffering=1)
    faulthandler.enable(2)
    # Warnings of libraries are for developers: they go to the log, too.
    logging.captureWarnings(True)
