"""The two ends of the pipe between window and engine: one for the client, one for the engine."""

import logging
import queue
import threading
from multiprocessing.connection import Connection
from typing import Any

log = logging.getLogger(__name__)


class SharedConnection:
    """The engine's end of the pipe; any thread of the engine may send.

    Parameters
    ----------
    connection : Connection
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, report: object) -> None:
        """Send a report; raises OSError if the window has closed its end."""
        with self._lock:
            self._connection.send(report)

    def recv(self) -> Any:
        """Return the next request; raises EOFError or OSError if the window has closed its end."""
        return self._connection.recv()


class Channel:
    """The window's end of the pipe: `send` and `take` never wait.

    An engine that is stopped, or hangs, neither reads what it is sent nor finishes what it has
    begun to send. Two threads read and write the pipe, so that they wait and not Tk's thread.

    Parameters
    ----------
    connection : Connection
        It is closed when the engine has closed its end.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._outgoing: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for target in (self._read, self._write):
            threading.Thread(target=target, name=f"engine's {target.__name__}", daemon=True).start()

    def send(self, request: object) -> None:
        """Have a request sent as soon as the engine reads it."""
        self._outgoing.put(request)

    def take(self) -> Any:
        """Return the next report that has arrived, None if there is none.

        Raises
        ------
        EOFError
            The engine has closed its end, and all that it sent has been taken.
        """
        try:
            report = self._incoming.get_nowait()
        except queue.Empty:
            return None
        if isinstance(report, EOFError):
            raise report
        return report

    def _read(self) -> None:
        try:
            while True:
                self._incoming.put(self._connection.recv())
        except (EOFError, OSError):
            pass
        except Exception:
            log.exception("what the engine sent cannot be read")
        self._incoming.put(EOFError())
        self._outgoing.put(None)

    def _write(self) -> None:
        while (request := self._outgoing.get()) is not None:
            try:
                self._connection.send(request)
            except OSError:
                # The engine is gone. The reading thread notices it and tells the client.
                log.info("nobody takes %s", type(request).__name__)
        self._connection.close()
