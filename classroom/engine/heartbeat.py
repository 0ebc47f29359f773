"""The engine shows that it lives; the window's side counts how long it has not.

A process that is stopped, or that waits for something that never comes while it
holds Python's lock, does not end: its pipe stays open, and nothing arrives any
more. So a thread of the engine says `Alive` once a second, whatever the other
threads do, and a `Watchdog` notices when it does not.
"""

import threading
import time

from classroom.engine import messages
from classroom.engine.channel import SharedConnection

BEAT_SECONDS = 1.0
# Of the time between two looks at most so much counts: where the window was not served
# either, because the computer slept or was overloaded, the silence says nothing.
LOOK_SECONDS = 1.0


def start(connection: SharedConnection) -> None:
    """Say `Alive` through `connection` from now on, until the window is gone."""
    threading.Thread(target=_beat, args=(connection,), name="heartbeat", daemon=True).start()


def _beat(connection: SharedConnection) -> None:
    pause = threading.Event()
    try:
        while not pause.wait(BEAT_SECONDS):
            connection.send(messages.Alive())
    except OSError:
        # The window is gone; the main thread ends the process.
        return


class Watchdog:
    """Counts the seconds of an engine's silence, as far as somebody was listening.

    Attributes
    ----------
    seconds : float
        A clock that stands still while nobody listens.
    silence : float
        So many of these seconds nothing was heard.
    """

    def __init__(self) -> None:
        self.seconds = self.silence = 0.0
        self._last: float | None = None

    def listened(self, heard: bool) -> None:
        """Note that somebody listened now, and whether there was anything to hear."""
        now = time.monotonic()
        passed = 0.0 if self._last is None else min(now - self._last, LOOK_SECONDS)
        self._last = now
        self.seconds += passed
        self.silence = 0.0 if heard else self.silence + passed
