"""Work that the window must not wait for, done on one thread beside it.

The store's writes are synchronous to the disk, and an old disk can take a
tenth of a second: long enough to be felt in the middle of a stroke. Tk may
only be touched from the thread that made it, so answers come back through a
queue that the window empties with ``after``.
"""

import logging
import queue
import sys
import threading
import tkinter as tk
from collections.abc import Callable
from typing import Any

from classroom.errors import ClassroomError
from classroom.i18n import _

POLL_MILLISECONDS = 5

log = logging.getLogger(__name__)


class Background:
    """Runs functions one after the other on one thread; answers arrive in the window's.

    Parameters
    ----------
    root : tk.Tk
        The window; its ``after`` is used while work is under way.
    """

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._under_way = 0
        self._timer: str | None = None
        self._thread = threading.Thread(target=self._loop, name="background", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether anything is still to be done or to be answered."""
        return self._under_way > 0

    def run(
        self,
        function: Callable[[], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `function` on the thread, then `then(result)` or `failed(sentence)` in the window."""

        def work() -> None:
            try:
                result = function()
            except ClassroomError as error:
                self._answer(failed, str(error))
            except Exception:
                log.exception("background work failed")
                sentence = _("Something unexpected went wrong; the log file has the details.")
                self._answer(failed, sentence)
            else:
                self._answer(then, result)

        self._under_way += 1
        if self._timer is None:
            self._timer = self._root.after(POLL_MILLISECONDS, self._poll)
        self._work.put(work)

    def close(self, timeout: float = 5.0) -> None:
        """Finish what is queued, for `timeout` seconds at most; nothing can be run after.

        Answers that are still on their way are dropped: the window is closing.
        """
        if self._timer is not None:
            self._root.after_cancel(self._timer)
        self._work.put(None)
        self._thread.join(timeout)

    def _answer(self, callback: Callable[[Any], None] | None, value: Any) -> None:
        self._answers.put(lambda: callback(value) if callback else None)

    def _loop(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _poll(self) -> None:
        self._timer = None
        while not self._answers.empty():
            answer = self._answers.get()
            self._under_way -= 1
            try:
                answer()
            except Exception:
                # One callback that fails must not stop the polling for the rest.
                error, value, traceback = sys.exc_info()
                assert error is not None
                assert value is not None
                self._root.report_callback_exception(error, value, traceback)
        if self._under_way and self._timer is None:
            self._timer = self._root.after(POLL_MILLISECONDS, self._poll)
