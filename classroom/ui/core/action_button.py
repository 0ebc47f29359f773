"""A button that does something else each time it is offered."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk


class ActionButton(ttk.Button):
    """One command for ever, and an action that changes.

    Tk keeps every command that a button was ever given, and all that the
    command refers to.
    """

    def __init__(self, parent: tk.Misc, style: str = "TButton") -> None:
        super().__init__(parent, style=style, command=self._act)
        self._action: Callable[[], None] | None = None

    def offer(self, text: str, action: Callable[[], None]) -> None:
        """Say `text`, and call `action` when it is pressed."""
        self._action = action
        self.configure(text=text)

    def withdraw(self) -> None:
        """Do nothing any more."""
        self._action = None

    def _act(self) -> None:
        if self._action is not None:
            self._action()
