"""Decides, before the engine starts, which network a home starts from. `App` starts it."""

from __future__ import annotations

import logging
import os
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from classroom.engine import versions
from classroom.engine.versions import Line
from classroom.starts import Start
from classroom.ui.core.background import Background

if TYPE_CHECKING:
    from classroom.ui.core.background_store import BackgroundStore

# A database on a server may take long to answer; the engine waits no longer than this for it.
LONGEST_MILLISECONDS = 2000

log = logging.getLogger(__name__)


class FirstOpening:
    """Puts a home in which no digit was ever kept on the network that knows MNIST only.

    The story that the tool tells begins there. A home with samples or versions of before stays
    on `Start.BASE`. What is decided is stored in the home, so that it is decided once. Where the
    home cannot be written, `Start.BASE` is used and nothing is stored.

    Parameters
    ----------
    root : tk.Tk
    home : Path
    background : Background
        Looks into the home, before it has anything else to do.
    store : BackgroundStore
        Asked only if there is a store.
    decided : callable
        Called once, in the window's thread: the engine may start.
    """

    def __init__(
        self,
        root: tk.Tk,
        home: Path,
        background: Background,
        store: BackgroundStore,
        decided: Callable[[], None],
    ) -> None:
        self._root, self._home, self._background, self._store = root, home, background, store
        self._decided = decided
        self._timer: str | None = root.after(LONGEST_MILLISECONDS, self._go_on)
        background.run(self._look, self._looked, self._failed)

    def close(self) -> None:
        """Forget what is not decided yet: the window is closing."""
        self._decided = lambda: None
        self._go_on()

    def _look(self) -> bool | None:
        """Return whether any digit was kept here; None if the store has to be asked."""
        if versions.is_line_chosen(self._home):
            return True
        data = self._home / "data"
        is_empty = not any(data.glob("samples*")) and not any(data.glob("backups/*"))
        if not is_empty or "CLASSROOM_DATABASE" in os.environ:
            return None
        self._choose(Start.MNIST_ONLY)
        return False

    def _looked(self, was_used: bool | None) -> None:
        if was_used is not None:
            self._go_on()
        elif self._timer is not None:
            self._store.run(
                lambda dataset: self._choose(
                    Start.BASE if dataset.was_ever_used() else Start.MNIST_ONLY
                ),
                lambda _result: self._go_on(),
                self._failed,
            )

    def _choose(self, start: Start) -> None:
        if self._timer is not None:
            versions.set_line(Line(self._home, start))

    def _failed(self, sentence: str) -> None:
        # Whoever draws or keeps is told what is wrong; nothing is wrong with the network.
        log.warning("the network to start from is not decided: %s", sentence)
        self._go_on()

    def _go_on(self) -> None:
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None
            self._decided()
