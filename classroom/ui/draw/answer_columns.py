"""The columns of the tab *Draw*: what two to four classifiers say, side by side."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom import paths
from classroom.catalogue import NAMES, OTHERS, SIDE_BY_SIDE, TITLES
from classroom.i18n import _
from classroom.plots.colours import classifier_colours
from classroom.ui.widgets.answer_bars import AnswerBars
from classroom.ui.widgets.classifier_menu import ClassifierMenu

if TYPE_CHECKING:
    from classroom.ui.core.context import Context

LEAST = 2
# A title with more letters may need two lines.
ONE_LINE = 8
# The width of a column where at most three stand side by side, in pixels of a 96 dpi screen. The
# bars are legible then; four columns share the room of three.
COLUMN, WIDE_COLUMNS = 144, 3


class AnswerColumns(ttk.Frame):
    """One `AnswerBars` for each chosen classifier.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    changed : callable
        Called when there are other columns.

    Attributes
    ----------
    answers : dict of str to AnswerBars
        By the classifier's name, from left to right.
    """

    def __init__(self, parent: ttk.Frame, context: Context, changed: Callable[[], None]) -> None:
        super().__init__(parent)
        self._context = context
        self._changed = changed
        self.rowconfigure(0, weight=1)
        self.answers: dict[str, AnswerBars] = {}
        remembered = context.preferences.side_by_side.split(",")
        names = tuple(name for name in self.offered() if name in remembered)
        if not LEAST <= len(names) <= SIDE_BY_SIDE:
            names = NAMES
        self.chosen = {name: tk.BooleanVar(self, name in names) for name in TITLES}
        self._show(names)

    @property
    def names(self) -> tuple[str, ...]:
        """The classifiers from left to right."""
        return tuple(self.answers)

    def offered(self) -> tuple[str, ...]:
        """Return the classifiers that can have a column: those that are trained."""
        found = {path.stem for path in paths.trained(self._context.home).glob("*.*")}
        return NAMES + tuple(name for name in OTHERS if name in found)

    def chooser(self, parent: ttk.Frame) -> ClassifierMenu:
        """Return a new menu to choose the columns by."""
        return ClassifierMenu(
            parent,
            _("Choose …"),
            self.chosen,
            self.offered,
            self._ticked,
            least=LEAST,
            hint=_("Others join when they have been compared."),
        )

    def _ticked(self) -> None:
        names = tuple(name for name, variable in self.chosen.items() if variable.get())
        self._context.preferences.side_by_side = ",".join(names)
        self._context.remember()
        self._show(names)
        self._changed()

    def _show(self, names: tuple[str, ...]) -> None:
        px, colours = self._context.theme.px, classifier_colours(names)
        for answer in self.answers.values():
            answer.destroy()
        self.answers = {}
        width = px(COLUMN) if len(names) <= WIDE_COLUMNS else 0
        for column in range(SIDE_BY_SIDE):
            used = column < len(names)
            self.columnconfigure(
                column,
                weight=int(used),
                uniform="answers" if used else "",
                minsize=width if used else 0,
            )
        for column, name in enumerate(names):
            answer = AnswerBars(self, self._context.theme, TITLES[name], colours[name])
            answer.grid(row=0, column=column, sticky="nsew", padx=px(4))
            if any(len(TITLES[each]) > ONE_LINE for each in names):
                # Room for two lines in each, so that all digits stand level.
                answer.rowconfigure(0, minsize=px(44))
            self.answers[name] = answer
