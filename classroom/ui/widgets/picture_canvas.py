"""What the tabs *Photo* and *Camera* show their picture on."""

from __future__ import annotations

import tkinter as tk

from classroom.preprocessing.region import Sides
from classroom.ui.core.theme import Theme

# A press that moves less than this is a click.
CLICK = 3


class PictureCanvas(tk.Canvas):
    """A canvas in the theme's colours, with a sentence where there is no picture yet.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    hint : str
        The sentence.
    """

    def __init__(self, parent: tk.Misc, theme: Theme, hint: str) -> None:
        super().__init__(parent, highlightthickness=1, takefocus=True, width=1, height=1)
        self._theme, self._hint = theme, hint

    def recolour(self) -> None:
        """Take the colours of the theme in force."""
        palette = self._theme.palette
        self.configure(
            background=palette.surface,
            highlightbackground=palette.line,
            highlightcolor=palette.accent,
        )
        self.redraw()

    def redraw(self) -> None:
        """Draw everything anew."""
        self.delete("all")
        if self.has_picture():
            self.draw_picture()
            return
        width, height = self.winfo_width(), self.winfo_height()
        self.create_text(
            width / 2,
            height / 2,
            text=self._hint,
            width=max(100, width - 40),
            justify="center",
            fill=self._theme.palette.muted,
            font="SunValleyBodyLargeFont",
        )

    def draw_handles(self, sides: Sides, half: int, fill: str) -> None:
        """Draw what a rectangle is taken hold of by: a small square on each of its corners."""
        left, top, right, bottom = sides
        for x in (left, right):
            for y in (top, bottom):
                self.create_rectangle(
                    x - half, y - half, x + half, y + half, fill=fill, outline="white"
                )

    @staticmethod
    def is_click(event: tk.Event[tk.Misc], pressed: tuple[int, int]) -> bool:
        """Whether the mouse is still where it was pressed."""
        return max(abs(event.x - pressed[0]), abs(event.y - pressed[1])) <= CLICK

    def has_picture(self) -> bool:
        """Return whether there is something to draw."""
        raise NotImplementedError

    def draw_picture(self) -> None:
        """Draw it, and what stands over it, on the empty canvas."""
        raise NotImplementedError
