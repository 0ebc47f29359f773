"""Which of the kept samples are shown: of which digit, of which writer."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.i18n import _
from classroom.ui.theme import Theme

if TYPE_CHECKING:
    from classroom.dataset import Sample

ALL = -1


class SampleFilter(ttk.Frame):
    """A row of buttons for the digit, and a list of the writers.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    changed : callable
        Called when the user has chosen something else.
    """

    def __init__(self, parent: tk.Misc, theme: Theme, changed: Callable[[], None]) -> None:
        super().__init__(parent)
        self._changed = changed
        self._digit = tk.IntVar(self, ALL)
        self.buttons: list[ttk.Radiobutton] = []
        for column, value in enumerate((ALL, *range(10))):
            button = ttk.Radiobutton(
                self,
                text=_("All") if value == ALL else str(value),
                value=value,
                variable=self._digit,
                command=changed,
                style="Toggle.TButton",
            )
            button.grid(row=0, column=column, padx=(0, theme.px(3)))
            self.buttons.append(button)
        label = ttk.Label(self, text=_("Writer"))
        label.grid(row=0, column=len(self.buttons), sticky="e", padx=theme.px(6))
        self.columnconfigure(len(self.buttons), weight=1)
        self.writers = ttk.Combobox(self, state="readonly", width=12)
        self.writers.grid(row=0, column=len(self.buttons) + 1)
        self.writers.bind("<<ComboboxSelected>>", self._writer_chosen)
        self.set_writers([])

    def set_writers(self, names: Sequence[str]) -> None:
        """Offer these writers; the chosen one stays chosen if it is among them."""
        chosen = self.writer
        self.writers.configure(values=[_("Everyone"), *names])
        self.writers.current(names.index(chosen) + 1 if chosen in names else 0)

    def clear(self) -> None:
        """Let everything through."""
        self._digit.set(ALL)
        self.writers.current(0)

    @property
    def writer(self) -> str | None:
        """The chosen writer, None for everyone."""
        # By its place in the list, for someone may be called "Everyone".
        return self.writers.get() if self.writers.current() > 0 else None

    def passes(self, samples: Sequence[Sample]) -> list[Sample]:
        """Return the samples that are to be shown."""
        digit, writer = self._digit.get(), self.writer
        return [
            sample
            for sample in samples
            if digit in (ALL, sample.label) and writer in (None, sample.writer)
        ]

    def _writer_chosen(self, _event: tk.Event[tk.Misc]) -> None:
        # Otherwise the name stays marked like text to be overwritten.
        self.writers.selection_clear()
        self._changed()
