"""The keys of *My digits*, which work wherever in the tab the focus is."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from classroom.ui.gallery import MAC

if TYPE_CHECKING:
    from classroom.ui.sample_side import Actions


def bind_keys(panel: tk.Misc, actions: Actions) -> None:
    """Bind digits, Delete, and the keys of undo and redo, to a panel and all in it."""

    def key(event: tk.Event[tk.Misc]) -> str | None:
        if event.char and event.char in "0123456789":
            actions.relabel(int(event.char))
            return "break"
        return None

    panel.bind("<Key>", key)
    for name in ("<Delete>", "<BackSpace>"):
        panel.bind(name, lambda _event: actions.delete())
    modifier = "Command" if MAC else "Control"
    for letters, action in (("z", actions.undo), ("ZyY", actions.redo)):
        for letter in letters:
            panel.bind(f"<{modifier}-{letter}>", partial(_step, action))
    waiting: list[tk.Misc] = list(panel.winfo_children())
    while waiting:
        widget = waiting.pop()
        waiting += widget.winfo_children()
        widget.bindtags((*widget.bindtags()[:2], str(panel), *widget.bindtags()[2:]))


def _step(action: Callable[[], None], _event: tk.Event[tk.Misc]) -> str:
    action()
    return "break"
