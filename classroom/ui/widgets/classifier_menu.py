"""A menu to choose which classifiers stand side by side."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from classroom.catalogue import SIDE_BY_SIDE, TITLES
from classroom.i18n import _


class ClassifierMenu(ttk.Menubutton):
    """A button that opens a menu of classifiers to tick, four at the most.

    Parameters
    ----------
    parent : ttk.Frame
    text : str
        On the button.
    chosen : dict of str to tk.BooleanVar
        All classifiers that can be ticked anywhere; what is ticked counts, whatever the menu
        offers.
    offered : callable
        Gives the names to be offered, asked each time the menu opens.
    changed : callable
        Called when the student has ticked or unticked one.
    least : int
        So many stay ticked.
    hint : str
        Said at the end of the menu: how more classifiers get into it.
    """

    def __init__(
        self,
        parent: ttk.Frame,
        text: str,
        chosen: dict[str, tk.BooleanVar],
        offered: Callable[[], Sequence[str]],
        changed: Callable[[], None],
        *,
        least: int,
        hint: str = "",
    ) -> None:
        super().__init__(parent, text=text)
        self._chosen = chosen
        self._offered = offered
        self._changed = changed
        self._least = least
        self._hint = hint
        self.menu = tk.Menu(self, tearoff=False, postcommand=self.fill)
        self.configure(menu=self.menu)

    def fill(self) -> None:
        """Offer what can be chosen now; what would be too many, or too few, is greyed."""
        self.menu.delete(0, "end")
        ticked = [name for name, variable in self._chosen.items() if variable.get()]
        for name in self._offered():
            count = len(ticked) - 1 if name in ticked else len(ticked) + 1
            self.menu.add_checkbutton(
                label=TITLES[name],
                variable=self._chosen[name],
                command=self._changed,
                state="normal" if self._least <= count <= SIDE_BY_SIDE else "disabled",
            )
        self.menu.add_separator()
        most = _("Up to {n} side by side.").format(n=SIDE_BY_SIDE)
        self.menu.add_command(label=f"{most} {self._hint}".rstrip(), state="disabled")
