"""What is in the selected box of a photo: its 28x28 picture, and who says that it is what."""

from __future__ import annotations

import tkinter as tk

from classroom.i18n import _
from classroom.preprocessing.images import Grey
from classroom.ui.core.theme import Theme
from classroom.ui.photo.boxes import MarkedBox
from classroom.ui.widgets.preview import Preview

FACTOR = 4


class BoxPreview(Preview):
    """The digit as the classifiers see it, and a sentence about it.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    """

    def __init__(self, parent: tk.Misc, theme: Theme) -> None:
        super().__init__(parent, theme, FACTOR)
        self.said.configure(wraplength=theme.px(220))
        self.said.grid(pady=(theme.px(4), 0))

    def tell(self, one: MarkedBox | None, image: Grey | None) -> None:
        """Show a box, and the digit in it: (28, 28) uint8, None where there is no ink."""
        self.show(image)
        self.said.configure(text=_about(one, image))


def _about(one: MarkedBox | None, image: Grey | None) -> str:
    if one is None:
        return ""
    if image is None:
        return _("There is no ink in this box.")
    if one.label is None:
        return _("What is this? Press its key.")
    if one.sure:
        return _("This is a {digit}.").format(digit=one.label)
    if one.doubtful:
        return _("The CNN guesses {digit}, and is not sure.").format(digit=one.label)
    return _("The CNN says {digit}.").format(digit=one.label)
