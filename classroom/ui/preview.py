"""What the classifiers see of a drawing: its 28 x 28 pixels, large."""

import tkinter as tk
from tkinter import ttk

import numpy as np
from PIL import Image, ImageTk

from classroom import digits
from classroom.i18n import _
from classroom.ui.theme import Theme

# Screen pixels a side for each pixel.
FACTOR = 5


class Preview(ttk.Frame):
    """A picture with a line above and one below.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    """

    def __init__(self, parent: ttk.Frame, theme: Theme) -> None:
        super().__init__(parent)
        px = theme.px
        side = px(FACTOR * digits.SIDE)
        ttk.Label(self, text=_("What they see"), style="Heading.TLabel").grid(sticky="w")
        self._picture = ImageTk.PhotoImage(Image.new("L", (side, side)))
        tk.Label(self, image=self._picture, borderwidth=0).grid(sticky="w", pady=(px(4), 0))
        ttk.Label(self, text=_("28 × 28 pixels"), style="Muted.TLabel").grid(sticky="w")

    def show(self, image: digits.Grey) -> None:
        """Show an image, (28, 28) uint8."""
        side = self._picture.width()
        large = Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST)
        self._picture.paste(large)

    def clear(self) -> None:
        """Show nothing drawn."""
        self.show(np.zeros((digits.SIDE, digits.SIDE), np.uint8))
