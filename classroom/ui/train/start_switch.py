"""The switch *Start from* of the tab *Train*: which shipped network a retraining starts from."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.i18n import _
from classroom.starts import Start
from classroom.ui.core.controls import State
from classroom.ui.widgets.labels import wrap

if TYPE_CHECKING:
    from classroom.ui.core.context import Context


class StartSwitch(ttk.Frame):
    """A button for each shipped network, and what the selected one has seen.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    use : callable
        Takes the start whose line of versions shall be in use.
    """

    def __init__(self, parent: ttk.Frame, context: Context, use: Callable[[Start], None]) -> None:
        super().__init__(parent)
        self._use = use
        self._shown: Start | None = None
        self._selected = tk.StringVar(self)
        px = context.theme.px
        ttk.Label(self, text=_("Start from")).grid(row=0, column=0, padx=(0, px(12)))
        self.buttons: dict[Start, ttk.Radiobutton] = {}
        for column, start in enumerate(Start, start=1):
            button = ttk.Radiobutton(
                self,
                text=start.title,
                variable=self._selected,
                value=start.value,
                command=self._pressed,
            )
            button.grid(row=0, column=column, padx=(0, px(12)))
            context.controls.add(button, State.READY)
            self.buttons[start] = button
        self.explanation = ttk.Label(self, style="Muted.TLabel", justify="left")
        wrap(self.explanation)
        self.explanation.grid(row=0, column=len(Start) + 1, sticky="ew")
        self.columnconfigure(len(Start) + 1, weight=1)

    @property
    def selected(self) -> Start | None:
        """The selected start; None until the line in use is known."""
        value = self._selected.get()
        return Start.named(value) if value else None

    def show(self, start: Start) -> None:
        """Show whose line is in use."""
        self._shown = start
        self._selected.set(start.value)
        self.explanation.configure(text=start.explanation)

    def _pressed(self) -> None:
        selected = self.selected
        if selected is not None and selected is not self._shown:
            self.explanation.configure(text=selected.explanation)
            self._use(selected)
