"""What the classifiers see of a digit: its 28 x 28 pixels, large."""

import tkinter as tk
from tkinter import ttk

import numpy as np
from PIL import Image, ImageTk

from classroom.i18n import _
from classroom.preprocessing.images import SIDE, Grey
from classroom.ui.core.theme import Theme


class Preview(ttk.Frame):
    """A picture with a heading above and a line below.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    factor : int
        Pixels of a 96 dpi screen a side for each pixel.
    text : str
        The line below.
    """

    def __init__(self, parent: tk.Misc, theme: Theme, factor: int, text: str = "") -> None:
        super().__init__(parent)
        px = theme.px
        side = px(factor * SIDE)
        ttk.Label(self, text=_("What they see"), style="Heading.TLabel").grid(sticky="w")
        self._picture = ImageTk.PhotoImage(Image.new("L", (side, side)), master=self)
        tk.Label(self, image=self._picture, borderwidth=0).grid(sticky="w", pady=(px(4), 0))
        self.said = ttk.Label(self, text=text, style="Muted.TLabel")
        self.said.grid(sticky="w")

    def show(self, image: Grey | None) -> None:
        """Show an image, (28, 28) uint8; None: nothing is drawn."""
        side = self._picture.width()
        blank = np.zeros((SIDE, SIDE), np.uint8)
        seen = Image.fromarray(blank if image is None else image)
        self._picture.paste(seen.resize((side, side), Image.Resampling.NEAREST))
