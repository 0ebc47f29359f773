"""What one classifier says of the digit under the pen: the digit, how sure, and ten bars."""

import tkinter as tk
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _
from classroom.ui.core.theme import Theme

ROWS = 10
# Where the bars begin, to the right of their digits, in pixels of a 96 dpi screen.
LEFT = 16
# A bar that is at least this long has its percentage inside; a shorter one has it behind.
ROOM_FOR_PERCENTAGE = 44
# The relative luminance (WCAG 2) above which black has more contrast than white.
LIGHT_COLOUR = 0.179


def text_colour(background: str) -> str:
    """Return black or white, whichever has more contrast to a colour ``#rrggbb``."""
    channels = [int(background[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if luminance > LIGHT_COLOUR else "#ffffff"


class AnswerBars(ttk.Frame):
    """One column of the *Draw* tab.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    title : str
        The classifier's name for people.
    colour : str
        Its colour, ``#rrggbb``.
    """

    def __init__(self, parent: ttk.Frame, theme: Theme, title: str, colour: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colour = colour
        self._probabilities: NDArray[np.float32] | None = None
        self.columnconfigure(0, weight=1)
        self.rowconfigure(3, weight=1)
        head = ttk.Frame(self)
        head.grid(row=0, column=0, sticky="nw")
        self._mark = tk.Canvas(
            head, width=theme.px(12), height=theme.px(12), highlightthickness=0, borderwidth=0
        )
        self._mark.grid(row=0, column=0, padx=(0, theme.px(6)), pady=theme.px(4), sticky="n")
        self._title = ttk.Label(head, text=title, style="Heading.TLabel", width=0)
        self._title.grid(row=0, column=1)
        self.digit = ttk.Label(self, style="Digit.TLabel", anchor="center", width=2)
        self.digit.grid(row=1, column=0, sticky="ew")
        # Of a fixed width, so that no text moves the paper beside the columns.
        self.sureness = ttk.Label(
            self, style="Muted.TLabel", anchor="center", justify="center", width=12
        )
        self.sureness.grid(row=2, column=0, sticky="n")
        # Room for two lines, so that the bars of all columns stand level.
        self.rowconfigure(2, minsize=theme.px(38))
        self.bars = tk.Canvas(
            self, width=theme.px(84), height=theme.px(160), highlightthickness=0, borderwidth=0
        )
        self.bars.grid(row=3, column=0, sticky="nsew", pady=(theme.px(2), 0))
        self._items = [self._make_row(digit) for digit in range(ROWS)]
        self.bars.bind("<Configure>", lambda _event: self._lay_out())
        self.bind("<Configure>", lambda event: self._wrap(event.width))
        self.recolour()
        self.clear()

    def _make_row(self, digit: int) -> tuple[int, int, int, int]:
        text = self.bars.create_text(0, 0, text=str(digit), anchor="w", font="SunValleyCaptionFont")
        track = self.bars.create_rectangle(0, 0, 0, 0, width=0)
        bar = self.bars.create_rectangle(0, 0, 0, 0, width=0)
        per_cent = self.bars.create_text(0, 0, font="SunValleyCaptionFont")
        return text, track, bar, per_cent

    @property
    def answer(self) -> int | None:
        """The digit that is shown as the answer; None while there is none."""
        return None if self._probabilities is None else int(self._probabilities.argmax())

    def show(self, probabilities: NDArray[np.float32]) -> None:
        """Show an answer: `probabilities` of shape (10,)."""
        self._probabilities = probabilities
        best = int(probabilities.argmax())
        self.digit.configure(text=str(best))
        sure = _("{percent:.0%} sure").format(percent=float(probabilities[best]))
        self.sureness.configure(text=sure)
        self._lay_out_bars()

    def clear(self, text: str = "") -> None:
        """Show no answer, but why there is none."""
        self._probabilities = None
        self.digit.configure(text="–")
        self.sureness.configure(text=text)
        self._lay_out_bars()

    def recolour(self) -> None:
        """Take the colours of the theme in force."""
        palette = self._theme.palette
        self._mark.configure(background=self._colour)
        self.bars.configure(background=palette.background)
        for text, track, bar, _per_cent in self._items:
            self.bars.itemconfigure(text, fill=palette.foreground)
            self.bars.itemconfigure(track, fill=palette.line)
            self.bars.itemconfigure(bar, fill=self._colour)
        self._lay_out_bars()

    def _wrap(self, width: int) -> None:
        self.sureness.configure(wraplength=width)
        self._title.configure(wraplength=width - self._theme.px(20))

    def _lay_out(self) -> None:
        height, px = self.bars.winfo_height() / ROWS, self._theme.px
        right = self.bars.winfo_width() - px(2)
        for row, (text, track, _bar, _per_cent) in enumerate(self._items):
            middle = (row + 0.5) * height
            thick = min(height * 0.36, px(9))
            self.bars.coords(text, px(2), middle)
            self.bars.coords(track, px(LEFT), middle - thick, right, middle + thick)
        self._lay_out_bars()

    def _lay_out_bars(self) -> None:
        px = self._theme.px
        for digit, (_text, track, bar, per_cent) in enumerate(self._items):
            left, top, right, bottom = self.bars.coords(track)
            share = 0.0 if self._probabilities is None else float(self._probabilities[digit])
            end = left + share * (right - left)
            self.bars.coords(bar, left, top, end, bottom)
            self.bars.itemconfigure(bar, state="normal" if share >= 0.005 else "hidden")
            # A share that rounds to nothing is left blank: ten times 0% is noise.
            inside = end - left >= px(ROOM_FOR_PERCENTAGE)
            self.bars.coords(per_cent, end - px(4) if inside else end + px(4), (top + bottom) / 2)
            self.bars.itemconfigure(
                per_cent,
                text=f"{share:.0%}" if share >= 0.005 else "",
                anchor="e" if inside else "w",
                fill=text_colour(self._colour) if inside else self._theme.palette.foreground,
            )
