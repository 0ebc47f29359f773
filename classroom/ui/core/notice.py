"""The foot of the window: what just happened, and how to take it back.

A sentence belongs to the tab that caused it, and each tab has one: the next takes
its place. It goes when another tab is opened; a bad one of a tab that was not open
when it came stays until that tab has been looked at. A sentence may also say what
is so until it is over, whatever tab is open: that the engine is starting again.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Literal

from classroom.ui.core.action_button import ActionButton
from classroom.ui.core.theme import Theme

Kind = Literal["info", "good", "bad"]
STYLES = {"info": "TLabel", "good": "Good.TLabel", "bad": "Bad.TLabel"}
MARKS = {"info": "", "good": "✓ ", "bad": "⚠ "}


class Notice(ttk.Frame):
    """Sentences, each with at most one button; the latest above.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    tabs : ttk.Notebook
        Those that sentences belong to.
    """

    def __init__(self, parent: ttk.Frame, theme: Theme, tabs: ttk.Notebook) -> None:
        super().__init__(parent)
        self._theme, self._tabs = theme, tabs
        # By what they belong to, a cause or a tab; the latest is the last.
        self._entries: dict[str, _Entry] = {}
        self._seen = ""
        self.columnconfigure(0, weight=1)
        # The bar keeps its place, so that nothing jumps when a sentence comes.
        self.configure(height=theme.px(36))
        self.rowconfigure(0, minsize=theme.px(36))

    def show(
        self,
        text: str,
        action_label: str | None = None,
        action: Callable[[], None] | None = None,
        kind: Kind = "info",
        *,
        of: tk.Misc | None = None,
        until: str = "",
    ) -> None:
        """Show `text`, and a button when there is something to do about it.

        Parameters
        ----------
        text : str
        action_label : str, optional
        action : callable, optional
        kind : str
            ``info``, ``good`` or ``bad``.
        of : tk.Misc, optional
            What caused it, a part of a tab; None: the tab that is open.
        until : str
            A name for what makes it so, which `over` will be called with. Without
            `of` it then belongs to no tab, and stays whichever is opened.
        """
        tab = "" if until and of is None else self._tab_of(of)
        key = until or tab
        entry = self._entries.pop(key, None) or _Entry(self, self._theme)
        entry.show(text, action_label, action, kind, tab)
        self._entries[key] = entry
        self._arrange()

    def complete(self, text: str, whole: str) -> None:
        """Put the `whole` sentence in the place of `text`, if that is still shown."""
        for entry in self._entries.values():
            if entry.text == text:
                entry.say(whole)

    def clear(self, of: tk.Misc | None = None) -> None:
        """Take the sentence of a tab away; None: of the one that is open."""
        self.over(self._tab_of(of))

    def over(self, cause: str) -> None:
        """Take the sentence away that was shown until now."""
        if cause in self._entries:
            self._entries.pop(cause).destroy()
            self._arrange()

    def shows(self, cause: str) -> bool:
        """Whether a sentence is shown until this is over."""
        return cause in self._entries

    def tab_opened(self) -> None:
        """Take away what belongs to other tabs, once it can have been seen."""
        left, self._seen = self._seen, str(self._tabs.select())
        if left == self._seen:
            return
        for key, entry in list(self._entries.items()):
            if entry.tab and (entry.kind != "bad" or entry.tab == left):
                self.over(key)

    # --- what is shown --------------------------------------------------------
    @property
    def text(self) -> str:
        """All that is said, the latest first."""
        return "\n".join(entry.text for entry in reversed(self._entries.values()))

    @property
    def kind(self) -> Kind:
        """Of the latest sentence; ``info`` where there is none."""
        return self._latest.kind if self._entries else "info"

    @property
    def button(self) -> ActionButton:
        """The latest button that is offered."""
        offered = [entry for entry in self._entries.values() if entry.offers]
        return (offered or [self._latest])[-1].button

    @property
    def label(self) -> ttk.Label:
        """The latest sentence on the screen."""
        return self._latest.label

    @property
    def _latest(self) -> _Entry:
        return list(self._entries.values())[-1]

    def _arrange(self) -> None:
        for row, entry in enumerate(reversed(self._entries.values())):
            entry.grid(row=row, column=0, sticky="ew")

    def _tab_of(self, part: tk.Misc | None) -> str:
        for tab in self._tabs.tabs() if part is not None else ():
            if f"{part}.".startswith(f"{tab}."):
                return str(tab)
        return str(self._tabs.select())


class _Entry(ttk.Frame):
    """One sentence and its button."""

    def __init__(self, parent: ttk.Frame, theme: Theme) -> None:
        super().__init__(parent)
        self.text, self.tab = "", ""
        self.kind: Kind = "info"
        self.offers = False
        self.columnconfigure(0, weight=1)
        self.label = ttk.Label(self, anchor="w")
        self.label.grid(row=0, column=0, sticky="ew")
        self.button = ActionButton(self)
        self._gap = theme.px(8)
        # A long sentence takes a second line rather than being cut off.
        self.bind("<Configure>", lambda _event: self._wrap())

    def show(
        self,
        text: str,
        action_label: str | None,
        action: Callable[[], None] | None,
        kind: Kind,
        tab: str,
    ) -> None:
        self.kind, self.tab = kind, tab
        self.say(text)
        self.offers = action_label is not None and action is not None
        if action_label is not None and action is not None:
            self.button.offer(action_label, action)
            self.button.grid(row=0, column=1, padx=(self._gap, 0))
        else:
            self.button.withdraw()
            self.button.grid_remove()
        self._wrap()

    def say(self, text: str) -> None:
        """Show a sentence; its kind and its button stay."""
        self.text = text
        self.label.configure(text=MARKS[self.kind] + text, style=STYLES[self.kind])

    def _wrap(self) -> None:
        taken = self.button.winfo_reqwidth() + self._gap if self.button.winfo_manager() else 0
        self.label.configure(wraplength=max(1, self.winfo_width() - taken))
