"""What the tabs *Photo* and *Camera* show their picture on."""

import tkinter as tk

from classroom.ui.theme import Theme


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

    def has_picture(self) -> bool:
        """Return whether there is something to draw."""
        raise NotImplementedError

    def draw_picture(self) -> None:
        """Draw it, and what stands over it, on the empty canvas."""
        raise NotImplementedError
