"""What a tab shows while it has nothing to show: why, and what to do about it."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from classroom.ui.core.action_button import ActionButton
from classroom.ui.core.theme import Theme


class EmptyState(ttk.Frame):
    """A friendly sentence with one button.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    """

    def __init__(self, parent: tk.Misc, theme: Theme) -> None:
        super().__init__(parent)
        self.label = ttk.Label(self, anchor="center", justify="center")
        self.label.configure(wraplength=theme.px(420))
        self.label.grid(row=0, column=0, pady=(0, theme.px(14)))
        self.button = ActionButton(self, "Accent.TButton")
        self.button.grid(row=1, column=0)

    def show(self, text: str, label: str, action: Callable[[], None]) -> None:
        """Show `text`, and a button `label` that calls `action`."""
        self.label.configure(text=text)
        self.button.offer(label, action)
