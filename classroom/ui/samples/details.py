"""What is known of the selected samples: large, in words, and with another label to choose."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import datetime
from functools import partial
from tkinter import font, ttk

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageTk

from classroom.i18n import _, ngettext
from classroom.preprocessing.images import SIDE
from classroom.ui.core.theme import Theme
from classroom.ui.samples.descriptions import Facts, date_text
from classroom.ui.widgets.thumbnails import enlarged

SMALLEST, LARGEST = 4, 12


class Details(ttk.Frame):
    """The picture and the facts of the selected samples.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    relabel : callable
        Takes the digit that the selected samples are to be.
    """

    def __init__(self, parent: tk.Misc, theme: Theme, relabel: Callable[[int], None]) -> None:
        super().__init__(parent)
        self.theme = theme
        self._image = np.zeros((SIDE, SIDE), np.uint8)
        self._photo: ImageTk.PhotoImage | None = None
        px = theme.px
        self.columnconfigure(0, weight=1)
        # The picture is placed, not packed: it takes what is left, and asks for nothing.
        self._room = ttk.Frame(self)
        self._room.grid(row=0, column=0, sticky="ew")
        self._picture = ttk.Label(self._room)
        self._picture.place(x=0, y=0)
        self._rest = ttk.Frame(self)
        self._rest.grid(row=1, column=0, sticky="ew")
        self._rest.columnconfigure(0, weight=1)
        self.title = ttk.Label(self._rest, style="Title.TLabel")
        self.title.grid(row=0, column=0, sticky="w", pady=(px(8), px(4)))
        self._table = self._make_table()
        self._table.grid(row=1, column=0, sticky="ew")
        text = _("Click one, or use the arrow keys. Shift and Ctrl select several.")
        self._hint = ttk.Label(self._rest, text=text, style="Muted.TLabel", wraplength=px(230))
        self._hint.grid(row=1, column=0, sticky="nw")
        heading = ttk.Label(self._rest, text=_("Is it another digit?"), style="Heading.TLabel")
        heading.grid(row=2, column=0, sticky="w", pady=(px(10), px(4)))
        self.buttons: list[ttk.Button] = []
        self._make_labels(relabel).grid(row=3, column=0, sticky="ew")
        # The facts and the hint take turns; nothing below may jump.
        line = font.nametofont("SunValleyBodyFont", self).metrics("linespace")
        self._rest.rowconfigure(1, minsize=len(self._values) * line)
        self.bind("<Configure>", lambda _event: self._draw())
        # Nothing is selected yet, and where the store cannot be read nothing ever is.
        self.show(None)

    def show(self, facts: Facts | None) -> None:
        """Show what the selected samples share; the picture and the date follow."""
        if facts is None:
            self.set_picture(None)
            self.title.configure(text=_("None selected"))
            self._table.grid_remove()
            self._hint.grid()
            return
        title = ngettext("{n:,} digit", "{n:,} digits", facts.count).format(n=facts.count)
        if facts.count == 1:
            title = _("Digit {digit}").format(digit=facts.label)
        self.title.configure(text=title)
        texts = (facts.writer, facts.part, "", facts.origin, facts.said)
        for label, text in zip(self._values, texts, strict=True):
            label.configure(text=text)
        self._hint.grid_remove()
        self._table.grid()

    def set_picture(self, image: NDArray[np.uint8] | None) -> None:
        """Show a sample, (28, 28) uint8, or an empty paper."""
        self._image = np.zeros((SIDE, SIDE), np.uint8) if image is None else image
        self._draw()

    def set_date(self, created: datetime | None) -> None:
        """Say when the one sample was written."""
        self._values[2].configure(text=date_text(created))

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self._draw()

    def _make_table(self) -> ttk.Frame:
        table = ttk.Frame(self._rest)
        table.columnconfigure(1, weight=1)
        self._values: list[ttk.Label] = []
        for row, name in enumerate((_("Writer"), _("For"), _("Date"), _("From"), _("CNN says"))):
            ttk.Label(table, text=name, style="Muted.TLabel").grid(row=row, column=0, sticky="w")
            # A long name must not make the pane wider.
            value = ttk.Label(table, width=1)
            value.grid(row=row, column=1, sticky="ew", padx=(self.theme.px(10), 0))
            self._values.append(value)
        return table

    def _make_labels(self, relabel: Callable[[int], None]) -> ttk.Frame:
        frame, gap = ttk.Frame(self._rest), self.theme.px(2)
        for digit in range(10):
            frame.columnconfigure(digit % 5, weight=1, uniform="digits")
            button = ttk.Button(frame, text=str(digit), width=2, command=partial(relabel, digit))
            button.grid(row=digit // 5, column=digit % 5, sticky="ew", padx=gap, pady=gap)
            self.buttons.append(button)
        return frame

    def _draw(self) -> None:
        """Draw the picture as large as the room allows, in whole screen pixels."""
        palette = self.theme.palette
        room = min(self.winfo_width(), self.winfo_height() - self._rest.winfo_reqheight())
        smallest, largest = (round(self.theme.scale * factor) for factor in (SMALLEST, LARGEST))
        factor = min(max((room - 2) // SIDE, smallest), largest)
        image = Image.fromarray(enlarged(self._image, factor, palette))
        framed = ImageOps.expand(image, border=1, fill=palette.line)
        self._photo = ImageTk.PhotoImage(framed, master=self)
        self._picture.configure(image=self._photo, padding=0)
        self._room.configure(height=framed.height)
