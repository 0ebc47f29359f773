"""The function that the engine's process starts with.

``multiprocessing`` imports its module in the window too, so it imports no library until it runs.
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
    # The heartbeat starts first: loading the libraries takes seconds, on an old disk a minute.
    heartbeat.start(shared)
    try:
        from classroom.engine import engine

        engine.run(shared, home, checksums)
    except (EOFError, OSError):
        log.info("the window is gone; the engine ends")
    except BaseException:
        log.exception("the engine failed")
        os._exit(1)
    # A normal exit would wait for TensorFlow's threads, whose results nobody needs any more.
    os._exit(0)
