"""What is in the selected box of a photo: its 28x28 picture, and who says that it is what."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

import numpy as np
from PIL import Image, ImageTk

from classroom import digits
from classroom.i18n import _
from classroom.ui.boxes import Marked
from classroom.ui.theme import Theme

PREVIEW = 4 * digits.SIDE


class BoxSide(ttk.Frame):
    """The digit as the classifiers see it, and a sentence about it.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    """

    def __init__(self, parent: tk.Misc, theme: Theme) -> None:
        super().__init__(parent)
        px = theme.px
        ttk.Label(self, text=_("What they see"), style="Heading.TLabel").grid(sticky="w")
        self._preview = ImageTk.PhotoImage(Image.new("L", (px(PREVIEW), px(PREVIEW))), master=self)
        tk.Label(self, image=self._preview, borderwidth=0).grid(sticky="w", pady=px(4))
        self.said = ttk.Label(self, style="Muted.TLabel", wraplength=px(220))
        self.said.grid(sticky="w")

    def show(self, one: Marked | None, image: digits.Grey | None) -> None:
        """Show a box, and the digit in it: (28, 28) uint8, None where there is no ink."""
        side = self._preview.width()
        blank = np.zeros((digits.SIDE, digits.SIDE), np.uint8)
        shown = Image.fromarray(blank if image is None else image)
        self._preview.paste(shown.resize((side, side), Image.Resampling.NEAREST))
        self.said.configure(text=_about(one, image))


def _about(one: Marked | None, image: digits.Grey | None) -> str:
    if one is None:
        return ""
    if image is None:
        return _("There is no ink in this box.")
    if one.label is None:
        return _("What is this? Press its key.")
    if one.sure:
        return _("This is a {digit}.").format(digit=one.label)
    if one.doubtful:
        return _("The CNN guesses {digit}, and is not sure.").format(digit=one.label)
    return _("The CNN says {digit}.").format(digit=one.label)
