"""The square that is drawn on."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from classroom.i18n import A_DIGIT, _
from classroom.ui.core.theme import Theme
from classroom.ui.draw.ink import PAPER, Ink, Point

# The pen's width on the paper. It is only for the eye: the 28x28 image gives
# the pen a width that fits the digit's size.
PEN = PAPER * 0.045
SMALLEST_SIDE = 380


class Paper(ttk.Frame):
    """A square canvas with a round pen, as large as the room allows.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    drawn : callable
        Called after each change of the ink.
    """

    def __init__(self, parent: ttk.Frame, theme: Theme, drawn: Callable[[], None]) -> None:
        super().__init__(parent)
        self.ink = Ink()
        self._theme = theme
        self._drawn = drawn
        self._side = theme.px(SMALLEST_SIDE)
        self._call: int | None = None
        self.configure(width=self._side, height=self._side)
        self.canvas = tk.Canvas(self, highlightthickness=1, cursor="pencil", takefocus=True)
        self.canvas.place(x=0, y=0, width=self._side, height=self._side)
        self.bind("<Configure>", self._fit)
        self.canvas.bind("<ButtonPress-1>", self._pen_down)
        self.canvas.bind("<B1-Motion>", self._pen_moves)
        self.canvas.bind("<ButtonRelease-1>", self._pen_up)
        self.recolour()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.ink.undo():
            self.redraw()
            self._drawn()

    def clear(self) -> None:
        """Leave an empty paper."""
        self.take()

    def take(self) -> list[list[Point]]:
        """Return the strokes and leave an empty paper."""
        strokes = self.ink.take()
        self.redraw()
        self._drawn()
        return strokes

    def call(self, digit: int | None) -> None:
        """Ask for a digit, in a corner of the paper; None: for none in particular."""
        self._call = digit
        self.redraw()

    def recolour(self) -> None:
        """Take the colours of the theme in force."""
        palette = self._theme.palette
        self.canvas.configure(
            background=palette.paper,
            highlightbackground=palette.line,
            highlightcolor=palette.accent,
        )
        self.redraw()

    def redraw(self) -> None:
        """Draw all ink anew."""
        self.canvas.delete("all")
        if self._call is not None:
            margin = self._theme.px(10)
            self.canvas.create_text(
                margin,
                margin,
                anchor="nw",
                text=str(self._call),
                fill=self._theme.palette.accent,
                font="SunValleyTitleLargeFont",
                tags="call",
            )
        for stroke in self.ink.strokes:
            self._dot(stroke[0])
            if len(stroke) > 1:
                self._line(stroke)
        if not self.ink:
            self.canvas.create_text(
                self._side / 2,
                self._side / 2,
                text=self._hint,
                fill=self._theme.palette.muted,
                font="SunValleyBodyLargeFont",
                tags="hint",
            )

    @property
    def _hint(self) -> str:
        if self._call is None:
            return _("Draw a digit here")
        return _("Draw {a_digit}").format(a_digit=A_DIGIT[self._call])

    def _fit(self, event: "tk.Event[tk.Misc]") -> None:
        self._side = max(1, min(event.width, event.height))
        # At the top, in the middle: next to what the classifiers say.
        left = (event.width - self._side) // 2
        self.canvas.place(x=left, y=0, width=self._side, height=self._side)
        self.redraw()

    def _on_paper(self, event: "tk.Event[tk.Misc]") -> Point:
        return event.x / self._side * PAPER, event.y / self._side * PAPER

    def _pen_down(self, event: "tk.Event[tk.Misc]") -> None:
        self.canvas.focus_set()
        if not self.ink:
            self.canvas.delete("hint")
        self.ink.begin(*self._on_paper(event))
        if self.ink:
            self._dot(self.ink.strokes[-1][-1])
            self._drawn()

    def _pen_moves(self, event: "tk.Event[tk.Misc]") -> None:
        before = self.ink.move(*self._on_paper(event))
        if before is not None:
            self._line([before, self.ink.strokes[-1][-1]])
            self._drawn()

    def _pen_up(self, _event: "tk.Event[tk.Misc]") -> None:
        self.ink.end()
        self._drawn()

    def _dot(self, point: Point) -> None:
        scale = self._side / PAPER
        x, y, radius = point[0] * scale, point[1] * scale, PEN * scale / 2
        ink = self._theme.palette.ink
        self.canvas.create_oval(
            x - radius, y - radius, x + radius, y + radius, fill=ink, outline=ink
        )

    def _line(self, points: list[Point]) -> None:
        scale = self._side / PAPER
        self.canvas.create_line(
            [(x * scale, y * scale) for x, y in points],
            width=PEN * scale,
            fill=self._theme.palette.ink,
            capstyle=tk.ROUND,
            joinstyle=tk.ROUND,
        )
