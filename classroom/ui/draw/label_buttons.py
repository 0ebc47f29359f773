"""The row of buttons that say what was drawn, each above how many are kept."""

from collections.abc import Callable
from functools import partial
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _
from classroom.ui.core.controls import Controls
from classroom.ui.core.theme import Theme

DIGITS = 10


def next_digit(counts: NDArray[np.int64]) -> int:
    """Return the digit to draw next: the one of which the fewest are kept.

    Parameters
    ----------
    counts : array of shape (10, 2)
        Practice and exam samples by digit.
    """
    return int(counts.sum(axis=1).argmin())


class LabelButtons(ttk.Frame):
    """The buttons 0 to 9, with the grid of what is kept below.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    controls : Controls
    keep : callable
        Takes the digit that was pressed.
    can_keep : callable
        Whether anything is drawn.
    """

    def __init__(
        self,
        parent: ttk.Frame,
        theme: Theme,
        controls: Controls,
        keep: Callable[[int], None],
        can_keep: Callable[[], bool],
    ) -> None:
        super().__init__(parent)
        px = theme.px
        heads = (_("This is a …"), _("Practice"), _("Exam"))
        for row, text in enumerate(heads):
            style = "Heading.TLabel" if row == 0 else "Muted.TLabel"
            label = ttk.Label(self, text=text, style=style)
            label.grid(row=row, column=0, sticky="w", padx=(0, px(10)))
        self.buttons: list[ttk.Button] = []
        self._counts: list[tuple[ttk.Label, ttk.Label]] = []
        for digit in range(DIGITS):
            self.columnconfigure(digit + 1, weight=1, uniform="digits")
            button = ttk.Button(self, text=str(digit), width=3, command=partial(keep, digit))
            button.grid(row=0, column=digit + 1, sticky="ew", padx=px(3), ipady=px(3))
            controls.add(button, when=can_keep)
            counts = (ttk.Label(self, anchor="center"), ttk.Label(self, anchor="center"))
            for row, label in enumerate(counts, start=1):
                label.grid(row=row, column=digit + 1, sticky="ew")
            self.buttons.append(button)
            self._counts.append(counts)
            button.bind("<Left>", partial(self._choose, digit - 1))
            button.bind("<Right>", partial(self._choose, digit + 1))
        self.show(np.zeros((DIGITS, 2), np.int64))

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is at one of the buttons."""
        return str(self.tk.call("focus")) in map(str, self.buttons)

    def choose(self) -> None:
        """Put the keyboard at the buttons, where the arrow keys move and Space presses.

        It always begins at the 0: what a classifier says must not be the label by default.
        """
        self._choose(0)

    def _choose(self, digit: int, _event: object = None) -> str:
        self.buttons[digit % DIGITS].focus_set()
        return "break"

    def show(self, counts: NDArray[np.int64]) -> None:
        """Show how many are kept: shape (10, 2), practice and exam by digit."""
        for digit, labels in enumerate(self._counts):
            for label, count in zip(labels, counts[digit], strict=True):
                style = "TLabel" if count else "Muted.TLabel"
                label.configure(text=f"{count:,}" if count else "·", style=style)
