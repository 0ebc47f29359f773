"""Heartbeats: a thread of the engine sends them, and the client's `Watchdog` misses them.

An engine that hangs, or is stopped, does not close its pipe: only its silence shows it.
"""

import threading
import time

from classroom.engine import messages
from classroom.engine.channel import SharedConnection

BEAT_SECONDS = 1.0
# The longest time between two polls that is counted as silence. If the window was not served for
# longer, because the computer slept or was overloaded, the engine had no chance to be heard.
LOOK_SECONDS = 1.0


def start(connection: SharedConnection) -> None:
    """Send `Alive` through `connection` once a second, until the window closes it."""
    threading.Thread(target=_beat, args=(connection,), name="heartbeat", daemon=True).start()


def _beat(connection: SharedConnection) -> None:
    pause = threading.Event()
    try:
        while not pause.wait(BEAT_SECONDS):
            connection.send(messages.Alive())
    except OSError:
        # The window is gone. The main thread ends the process.
        return


class Watchdog:
    """Measures for how long an engine has been silent while the client polled it.

    Attributes
    ----------
    seconds : float
        A clock that runs only while the client polls.
    silence : float
        The seconds of this clock since a report last arrived.
    """

    def __init__(self) -> None:
        self.seconds = self.silence = 0.0
        self._last: float | None = None

    def listened(self, heard: bool) -> None:
        """Note that the client has polled, and whether a report had arrived."""
        now = time.monotonic()
        passed = 0.0 if self._last is None else min(now - self._last, LOOK_SECONDS)
        self._last = now
        self.seconds += passed
        self.silence = 0.0 if heard else self.silence + passed
