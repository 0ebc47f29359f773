"""Digits of another program that seem to lie on their side: shown both ways, to choose one."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING

from PIL import Image, ImageTk

from classroom.catalogue import TURNS
from classroom.i18n import _
from classroom.preprocessing.images import SIDE
from classroom.ui.core.theme import Theme
from classroom.ui.widgets.dialog import Dialog
from classroom.ui.widgets.thumbnails import enlarged

if TYPE_CHECKING:
    from classroom.datasets.import_orientation import Example, Reorientation

# Of a digit, in pixels of a 96 dpi screen: ten side by side fit into the smallest window.
WIDTH = 56


@dataclass(frozen=True, eq=False)
class Misoriented:
    """Digits of one file that seem to lie on their side, and what is shown of them.

    Attributes
    ----------
    reorientation : Reorientation
    finding : str
        How they lie.
    examples : sequence of Example
    """

    reorientation: Reorientation
    finding: str
    examples: Sequence[Example]


class OrientationDialog(Dialog):
    """Shows some digits as they lie and as they would be, and asks which is right.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    found : Misoriented
    answered : callable
        Takes whether they are to be brought upright: go on.
    closed : callable
        Nothing is to be imported.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        found: Misoriented,
        answered: Callable[[bool], None],
        closed: Callable[[], None],
    ) -> None:
        super().__init__(parent, theme, _("How the digits lie"), closed)
        self._answered = answered
        self._pictures: list[ImageTk.PhotoImage] = []
        self.say(0, found.finding, "Heading.TLabel")
        self.say(1, _("Choose the row in which each digit looks like its label."))
        self.upright = tk.BooleanVar(self, True)
        turned = found.reorientation.orientation.turn != TURNS[0]
        would_be = _("Brought upright") if turned else _("With ink and ground exchanged")
        rows = ((False, _("As they are in the file")), (True, would_be))
        self.choices = [
            self._add_row(2 + 2 * at, text, found.examples, upright=upright)
            for at, (upright, text) in enumerate(rows)
        ]
        self.add_button(_("Cancel"), self.dismiss, accent=False)
        self.go_on = self.add_button(_("Import"), self._go_on, accent=True)

    def _add_row(
        self, row: int, text: str, examples: Sequence[Example], *, upright: bool
    ) -> ttk.Radiobutton:
        px = self.theme.px
        choice = ttk.Radiobutton(self.body, text=text, variable=self.upright, value=upright)
        choice.grid(row=row, column=0, sticky="w", pady=(px(8), px(4)))
        digits = ttk.Frame(self.body)
        digits.grid(row=row + 1, column=0, sticky="w", padx=(px(28), 0))
        factor = max(1, px(WIDTH) // SIDE)
        for column, example in enumerate(examples):
            image = example.after if upright else example.before
            colours = enlarged(image, factor, self.theme.palette)
            shown = ImageTk.PhotoImage(Image.fromarray(colours), master=self)
            self._pictures.append(shown)
            label = tk.Label(digits, image=shown, borderwidth=0)
            label.grid(row=0, column=column, padx=(0, px(4)))
            # A click on a digit chooses its row.
            label.bind("<Button-1>", lambda _event: self.upright.set(upright))
            ttk.Label(digits, text=str(example.label)).grid(row=1, column=column)
        return choice

    def _go_on(self) -> None:
        upright = self.upright.get()
        self.destroy()
        self._answered(upright)
