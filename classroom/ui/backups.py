"""Makes backups of the own samples while the window is open. `App` starts it."""

from __future__ import annotations

import logging
import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING

from classroom.ui.core.background import Background

if TYPE_CHECKING:
    from classroom.ui.core.background_store import BackgroundStore

# The first backup waits until the engine is ready and the disk is quiet.
FIRST_MILLISECONDS, AGAIN_MILLISECONDS = 60_000, 120_000

log = logging.getLogger(__name__)


class AutomaticBackups:
    """Makes a backup now and then, as far as one is due.

    Parameters
    ----------
    root : tk.Tk
    store : BackgroundStore
    damaged : callable
        Called when the store turns out to be damaged.
    """

    def __init__(self, root: tk.Tk, store: BackgroundStore, damaged: Callable[[], None]) -> None:
        self._root, self._store, self._damaged = root, store, damaged
        # A thread of its own: no digit that is kept has to wait for a backup.
        self._background = Background(root)
        self._timer = root.after(FIRST_MILLISECONDS, self.back_up)

    def back_up(self) -> None:
        """Make a backup if one is due."""
        self._timer = self._root.after(AGAIN_MILLISECONDS, self.back_up)

        def work() -> bool:
            """Return whether the store is damaged."""
            from classroom.datasets import backups
            from classroom.datasets.dataset import DamagedStore

            file = self._store.file()
            try:
                if file is not None:
                    backups.make(file)
            except DamagedStore:
                return True
            return False

        def done(is_damaged: bool) -> None:
            if is_damaged:
                self._damaged()

        def failed(sentence: str) -> None:
            # Nothing is lost: the next one is tried soon.
            log.warning("%s", sentence)

        self._background.run(work, done, failed)

    def close(self) -> None:
        """Make no more backups; one under way is left unfinished, and counts for nothing."""
        self._root.after_cancel(self._timer)
        self._background.close(timeout=0.2)
