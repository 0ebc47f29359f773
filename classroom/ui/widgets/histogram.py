"""How often each grey level comes, and the threshold among them."""

import tkinter as tk

import numpy as np
from numpy.typing import NDArray

from classroom.ui.core.theme import Theme

WIDTH, HEIGHT = 220, 64


class Histogram(tk.Canvas):
    """Bars from "as the paper" on the left to "as dark as can be" on the right, and a line.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    """

    def __init__(self, parent: tk.Misc, theme: Theme) -> None:
        super().__init__(
            parent, width=theme.px(WIDTH), height=theme.px(HEIGHT), highlightthickness=0
        )
        self._theme = theme
        self._counts: NDArray[np.int64] | None = None
        self._level: int | None = None
        self.bind("<Configure>", lambda _event: self.redraw())

    def show(self, counts: NDArray[np.int64] | None, level: int | None) -> None:
        """Show counts of shape (256,), and a threshold; None leaves either away."""
        self._counts, self._level = counts, level
        self.redraw()

    def redraw(self) -> None:
        """Draw it anew, in the colours of the theme in force."""
        palette = self._theme.palette
        self.configure(background=palette.surface)
        self.delete("all")
        if self._counts is None:
            return
        width, height = self.winfo_width(), self.winfo_height()
        # There is so much more paper than ink that only logarithms show both.
        tall = np.log1p(self._counts)
        tall = tall / max(float(tall.max()), 1e-9) * (height - 2)
        points: list[float] = [0, height]
        for level, top in enumerate(tall.tolist()):
            points += [level / 255 * width, height - top]
        self.create_polygon(*points, width, height, fill=palette.muted, outline="")
        if self._level is not None:
            x = self._level / 255 * width
            self.create_line(x, 0, x, height, fill=palette.accent, width=2)
