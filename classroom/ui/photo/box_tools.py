"""What is done to the boxes of a photo, by buttons and by keys."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext
from classroom.ui.photo.view import PhotoView

if TYPE_CHECKING:
    from classroom.ui.core.context import Context


class BoxTools(ttk.Frame):
    """Splits, joins, deletes and labels the selected box, and says how.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    view : PhotoView
        The picture with the boxes; the keys work while it has the keyboard.
    edited : callable
        Called after every change.
    """

    def __init__(
        self, parent: tk.Misc, context: Context, view: PhotoView, edited: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._edited = edited
        px = context.theme.px
        self.columnconfigure(3, weight=1)
        self.split_button = ttk.Button(self, text=_("Split"), command=self.split)
        self.join_button = ttk.Button(self, text=_("Join"), command=self.join)
        self.delete_button = ttk.Button(self, text=_("Delete"), command=self.delete)
        for column, button in enumerate((self.split_button, self.join_button, self.delete_button)):
            button.grid(row=0, column=column, padx=(0, px(6)))
            context.controls.add(button, when=lambda: view.boxes.current is not None)
        self.hint = ttk.Label(self, style="Muted.TLabel")
        self.hint.grid(row=0, column=3, sticky="ew", padx=px(6))
        # A long hint takes a second line rather than being cut off.
        self.hint.bind("<Configure>", lambda event: self.hint.configure(wraplength=event.width))
        self._bind_keys()

    def _bind_keys(self) -> None:
        for digit in range(10):
            self._view.bind(f"<Key-{digit}>", lambda event: self.say(int(event.char)))
        for keys, by in ((("<Right>", "<Down>"), 1), (("<Left>", "<Up>"), -1)):
            for key in keys:
                self._view.bind(key, lambda _event, by=by: self.step(by))  # type: ignore[misc]
        # A look is enough where the CNN is right.
        self._view.bind("<Return>", lambda _event: self.confirm())
        for key in ("<Delete>", "<BackSpace>"):
            self._view.bind(key, lambda _event: self.delete())
        self._view.bind("<Key-s>", lambda _event: self.split())
        self._view.bind("<Key-j>", lambda _event: self.join())

    def say(self, label: int) -> None:
        """Say what the selected box holds."""
        self._view.boxes.say(label)
        self._edited()

    def confirm(self) -> str:
        """Say that the selected box holds what was proposed."""
        current = self._view.boxes.current
        if current is not None and current.label is not None:
            self.say(current.label)
        return "break"

    def step(self, by: int) -> str:
        """Select the next box, or the one before."""
        self._view.boxes.step(by)
        self._edited()
        return "break"

    def split(self) -> None:
        """Cut the selected box in two."""
        self._view.boxes.split()
        self._edited()

    def join(self) -> None:
        """Join the selected box with the next one."""
        self._view.boxes.join()
        self._edited()

    def delete(self) -> None:
        """Delete the selected box."""
        self._view.boxes.delete()
        self._edited()

    def tell(self, opened: bool) -> None:
        """Say how many digits there are, and what the keys and the mouse do."""
        if not opened:
            self.hint.configure(text="")
            return
        count = len(self._view.boxes.marked)
        if not count:
            self.hint.configure(text=_("Drag a box around each digit."))
            return
        text = ngettext("{n} digit.", "{n} digits.", count).format(n=count)
        keys = _("0 to 9 says what it is, Enter confirms, arrows go on, drag makes or moves a box.")
        self.hint.configure(text=f"{text} {keys}")
