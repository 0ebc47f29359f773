"""How ink is told from paper, to be chosen beside the picture: histogram, methods, slider."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _
from classroom.preprocessing.thresholding import ADAPTIVE, BY_HAND, OTSU, Threshold
from classroom.ui.widgets.histogram import Histogram

if TYPE_CHECKING:
    from classroom.ui.core.context import Context

METHODS = ((OTSU, _("Otsu's threshold")), (ADAPTIVE, _("Adaptive")), (BY_HAND, _("By hand")))


class ThresholdControls(ttk.Frame):
    """The histogram of the grey levels, and what is done with them.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    changed : callable
        Called when the student has chosen another threshold.
    can_choose : callable
        Whether there is anything to choose: the boxes of a sheet are read each on its own.
    """

    def __init__(
        self,
        parent: tk.Misc,
        context: Context,
        changed: Callable[[], None],
        can_choose: Callable[[], bool],
    ) -> None:
        super().__init__(parent)
        px = context.theme.px
        self._changed = changed
        ttk.Label(self, text=_("Grey levels"), style="Heading.TLabel").grid(sticky="w")
        self.histogram = Histogram(self, context.theme)
        self.histogram.grid(sticky="ew", pady=(px(4), px(6)))
        self.method = tk.StringVar(self, OTSU)
        self.level = tk.DoubleVar(self, Threshold().level)
        self.smooth = tk.BooleanVar(self, True)
        choices: list[ttk.Widget] = [
            ttk.Radiobutton(self, text=text, value=name, variable=self.method, command=changed)
            for name, text in METHODS
        ]
        self.slider = ttk.Scale(
            self, from_=1, to=254, variable=self.level, command=lambda _value: self._by_hand()
        )
        grain = ttk.Checkbutton(
            self, text=_("Take the grain out"), variable=self.smooth, command=changed
        )
        for widget in (*choices, self.slider, grain):
            widget.grid(sticky="ew", pady=px(1))
            context.controls.add(widget, when=can_choose)

    @property
    def threshold(self) -> Threshold:
        """What is chosen."""
        return Threshold(self.method.get(), round(self.level.get()), self.smooth.get())

    def show(self, counts: NDArray[np.int64] | None, level: int | None) -> None:
        """Show how often each grey level comes, shape (256,), and the threshold in force."""
        self.histogram.show(counts, level)
        if level is not None and self.method.get() != BY_HAND:
            self.level.set(level)

    def _by_hand(self) -> None:
        self.method.set(BY_HAND)
        self._changed()
