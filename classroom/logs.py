"""The log file: tracebacks go there, never to a user."""

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path


def file_of(home: Path) -> Path:
    """Return the log file below `home`."""
    return home / "data" / "classroom.log"


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
    handler.setFormatter(logging.Formatter(layout))
    root.handlers = [handler]
    # TensorFlow greets on stderr with the instructions of the processor.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # A handler that cannot write, on a full disk say, must not print over --json.
    logging.raiseExceptions = False
    # Fonts and images of libraries are of no interest here.
    for chatty in ("matplotlib", "PIL", "h5py"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
