"""The engine's entry point, kept apart so that the window can name it without loading it.

``spawn`` hands the function to start over by its module's name, and imports
that module on both sides. This one imports nothing heavy until it runs.
"""

import logging
import os
from multiprocessing.connection import Connection
from pathlib import Path

from classroom import logs, privacy
from classroom.datasets.mnist import Checksums
from classroom.engine import heartbeat
from classroom.engine.channel import SharedConnection

log = logging.getLogger(__name__)


def main(connection: Connection, home: Path, checksums: Checksums) -> None:
    """Run the engine in this process."""
    privacy.keep_private(home)
    logs.configure(home)
    shared = SharedConnection(connection)
    # Before the libraries are loaded: that takes seconds, and on an old disk a minute.
    heartbeat.start(shared)
    try:
        from classroom.engine import engine

        engine.run(shared, home, checksums)
    except (EOFError, OSError):
        log.info("the window is gone; the engine ends")
    except BaseException:
        log.exception("the engine failed")
        os._exit(1)
    # TensorFlow's threads may be in the middle of a step: nothing of theirs is needed.
    os._exit(0)
