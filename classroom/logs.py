"""The log file: tracebacks go there, never to a user."""

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
    """Return the log files that there are below `home`: the one in use, and older ones."""
    return sorted(file_of(home).parent.glob(f"{file_of(home).name}*"))


class _Plain(logging.Formatter):
    """Spells out what a terminal would obey when somebody looks at the log in it."""

    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record), keep="\n\t")


def configure(home: Path) -> None:
    """Write what the program logs to the file below `home`; stay silent where that fails."""
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
    handler.setFormatter(_Plain(layout))
    root.handlers = [handler]
    # A handler that cannot write, on a full disk say, must not print over --json.
    logging.raiseExceptions = False
    # Fonts, images and fits of libraries are of no interest here.
    for chatty in ("matplotlib", "PIL", "h5py", "sklearnex"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def divert_native_output(home: Path) -> None:
    """Send what native code writes to stderr to the log file; our own sentences stay on stderr.

    TensorFlow greets there with the instructions of the processor, whatever
    its settings say, and a crash in native code leaves its traceback there.
    Processes started from this one inherit it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        log_file = os.open(file_of(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    except OSError:
        log_file = os.open(os.devnull, os.O_WRONLY)
    try:
        ours = os.dup(2)
    except OSError:
        # Started without a console, there is nothing to divert.
        os.close(log_file)
        return
    os.dup2(log_file, 2)
    os.close(log_file)
    sys.stderr = os.fdopen(ours, "w", encoding="utf-8", errors="replace", buffering=1)
    faulthandler.enable(2)
    # What libraries warn of is for whoever mends the program.
    logging.captureWarnings(True)
