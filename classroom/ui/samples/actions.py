"""The right half of *My digits*: what is known of the selected, and what can be done to them."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.i18n import _
from classroom.ui.samples.delete_writer import Farewell
from classroom.ui.samples.details import Details
from classroom.ui.samples.import_export import FileButtons
from classroom.ui.widgets.gallery import MAC

if TYPE_CHECKING:
    from classroom.ui.app import App


@dataclass(frozen=True)
class Actions:
    """What the buttons call, and what they ask before they can be pressed."""

    relabel: Callable[[int], None]
    delete: Callable[[], None]
    restore: Callable[[], None]
    undo: Callable[[], None]
    redo: Callable[[], None]
    can_delete: Callable[[], bool]
    can_restore: Callable[[], bool]
    can_undo: Callable[[], bool]
    can_redo: Callable[[], bool]
    writer: Callable[[], str | None]
    came_in: Callable[[Sequence[int], str], None]


class Side(ttk.Frame):
    """Details, and buttons below them.

    Parameters
    ----------
    parent : ttk.Frame
    app : App
    actions : Actions
    """

    def __init__(self, parent: ttk.Frame, app: App, actions: Actions) -> None:
        super().__init__(parent)
        px = app.theme.px
        self.columnconfigure((0, 1), weight=1, uniform="half", minsize=px(118))
        self.rowconfigure(0, weight=1)
        self.details = Details(self, app.theme, actions.relabel)
        self.details.grid(row=0, column=0, columnspan=2, sticky="nsew")
        self.delete_button = ttk.Button(self, text=_("Delete"), command=actions.delete)
        self.restore_button = ttk.Button(self, text=_("Restore"), command=actions.restore)
        self.undo_button = ttk.Button(self, text=_("Undo"), command=actions.undo)
        self.redo_button = ttk.Button(self, text=_("Redo"), command=actions.redo)
        buttons = (self.delete_button, self.restore_button, self.undo_button, self.redo_button)
        for number, button in enumerate(buttons):
            row, column = divmod(number, 2)
            above = px(8) if row == 0 else px(4)
            button.grid(row=1 + row, column=column, sticky="ew", padx=px(2), pady=(above, 0))
        conditions = (
            actions.can_delete,
            actions.can_restore,
            actions.can_undo,
            actions.can_redo,
        )
        for button, condition in zip(buttons, conditions, strict=True):
            app.controls.add(button, when=condition)
        for button in self.details.buttons:
            app.controls.add(button, when=actions.can_delete)
        line = ttk.Separator(self)
        line.grid(row=3, column=0, columnspan=2, sticky="ew", pady=px(8))
        self.files = FileButtons(self, app, actions.came_in)
        self.files.grid(row=4, column=0, columnspan=2, sticky="ew")
        self.farewell = Farewell(self, app, actions.writer)
        self.farewell.grid(row=5, column=0, columnspan=2, sticky="ew", pady=(px(4), 0))


if TYPE_CHECKING:
    pass  # MERGED


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
