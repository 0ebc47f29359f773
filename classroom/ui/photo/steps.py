"""Which step from the photo to the ink is shown, and the picture of it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from PIL import Image

from classroom.i18n import _
from classroom.preprocessing.images import Grey
from classroom.ui.core.theme import Theme

if TYPE_CHECKING:
    from classroom.preprocessing.page import Page

STEPS = (("photo", _("Photo")), ("even", _("Light evened out")), ("ink", _("Ink")))


class PhotoSteps(ttk.Frame):
    """One button for each step, in their order.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    chosen : callable
        Called when the student wants to see another step.
    """

    def __init__(self, parent: tk.Misc, theme: Theme, chosen: Callable[[], None]) -> None:
        super().__init__(parent)
        self.which = tk.StringVar(self, "photo")
        for column, (name, text) in enumerate(STEPS):
            ttk.Radiobutton(self, text=text, value=name, variable=self.which, command=chosen).grid(
                row=0, column=column, padx=(theme.px(10), 0)
            )

    def of(self, page: Page) -> Grey:
        """Return the step that is chosen, as grey levels (h, w)."""
        steps = {"photo": page.grey, "even": 255 - page.steps.contrast, "ink": page.steps.ink}
        return steps[self.which.get()]


def fitted(step: Grey, room: tuple[int, int]) -> tuple[float, Callable[[], Image.Image]]:
    """Return how many pixels of the screen one of the picture takes, and what makes it so large.

    Parameters
    ----------
    step : array of shape (h, w), uint8
    room : width, height
        What it may take up, in pixels.
    """
    height, width = step.shape
    scale = min(room[0] / width, room[1] / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
    return scale, lambda: Image.fromarray(step).resize(size, way)
