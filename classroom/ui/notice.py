"""One line at the foot of the window: what just happened, and how to take it back."""

from collections.abc import Callable
from tkinter import ttk
from typing import Literal

from classroom.ui.action_button import ActionButton
from classroom.ui.theme import Theme

Kind = Literal["info", "good", "bad"]
STYLES = {"info": "TLabel", "good": "Good.TLabel", "bad": "Bad.TLabel"}
MARKS = {"info": "", "good": "✓ ", "bad": "⚠ "}


class Notice(ttk.Frame):
    """A sentence with at most one button."""

    def __init__(self, parent: ttk.Frame, theme: Theme) -> None:
        super().__init__(parent)
        self.text = ""
        self.kind: Kind = "info"
        self.columnconfigure(0, weight=1)
        self.label = ttk.Label(self, anchor="w")
        self.label.grid(row=0, column=0, sticky="ew")
        self.button = ActionButton(self)
        self._gap = theme.px(8)
        # A long sentence takes a second line rather than being cut off.
        self.bind("<Configure>", lambda _event: self._wrap())
        # The bar keeps its place, so that nothing jumps when a sentence comes.
        self.configure(height=theme.px(36))
        self.rowconfigure(0, minsize=theme.px(36))

    def show(
        self,
        text: str,
        action_label: str | None = None,
        action: Callable[[], None] | None = None,
        kind: Kind = "info",
    ) -> None:
        """Show `text`, and a button when there is something to do about it."""
        self.text, self.kind = text, kind
        self.label.configure(text=MARKS[kind] + text, style=STYLES[kind])
        if action_label is None or action is None:
            self.button.withdraw()
            self.button.grid_remove()
        else:
            self.button.offer(action_label, action)
            self.button.grid(row=0, column=1, padx=(self._gap, 0))
        self._wrap()

    def clear(self) -> None:
        """Show nothing."""
        self.show("")

    def _wrap(self) -> None:
        taken = self.button.winfo_reqwidth() + self._gap if self.button.winfo_manager() else 0
        self.label.configure(wraplength=max(1, self.winfo_width() - taken))
