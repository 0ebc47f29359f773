"""The base of the dialogs that the program makes itself."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from classroom.ui.core.theme import Theme


class Dialog(tk.Toplevel):
    """A window of its own above the other, as long as something has to be read or decided.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    title : str
    closed : callable
        Called when it is closed without an answer.
    """

    def __init__(
        self, parent: tk.Misc, theme: Theme, title: str, closed: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self.title(title)
        self._closed = closed
        owner = parent.winfo_toplevel()
        self.transient(owner)
        self.theme = theme
        self.body = ttk.Frame(self, padding=theme.px(16))
        self.body.pack(fill="both", expand=True)
        self.body.columnconfigure(0, weight=1)
        self.buttons = ttk.Frame(self.body)
        self.buttons.grid(row=100, column=0, sticky="e", pady=(theme.px(14), 0))
        self.protocol("WM_DELETE_WINDOW", self.dismiss)
        self.bind("<Escape>", lambda _event: self.dismiss())
        self.geometry(f"+{owner.winfo_rootx() + theme.px(80)}+{owner.winfo_rooty() + theme.px(60)}")

    def dismiss(self) -> None:
        """Close it without an answer."""
        self.destroy()
        self._closed()

    def say(self, row: int, text: str, style: str = "TLabel") -> None:
        """Put a text that takes as many lines as it needs."""
        px = self.theme.px
        label = ttk.Label(self.body, text=text, style=style, justify="left", wraplength=px(640))
        above = px(10) if row and style == "Heading.TLabel" else 0
        label.grid(row=row, column=0, sticky="w", pady=(above, px(6)))

    def add_button(self, text: str, command: Callable[[], None], *, accent: bool) -> ttk.Button:
        """Put a button at the foot, the one to be expected last and with the focus."""
        button = ttk.Button(
            self.buttons,
            text=text,
            command=command,
            style="Accent.TButton" if accent else "TButton",
        )
        button.pack(side="left", padx=(self.theme.px(8), 0))
        # Tab comes to the buttons after all that is above them.
        self.buttons.lift()
        if accent:
            button.focus_set()
            self.bind("<Return>", lambda _event: button.invoke())
        return button
