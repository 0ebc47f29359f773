"""Guided collection: so many of each digit, called one after the other, with progress."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from classroom.i18n import A_DIGIT, _, ngettext
from classroom.ui.draw.guided_round import EACH_AT_MOST, GuidedRound

if TYPE_CHECKING:
    from classroom.datasets.dataset import Kept
    from classroom.ui.core.context import Context

OF_EACH = 5


class GuidedCollection(ttk.Frame):
    """The buttons and the progress of a round; it outlives the window.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    called : callable
        Called when another digit is called, or none any more.
    """

    def __init__(self, parent: ttk.Frame, context: Context, called: Callable[[], None]) -> None:
        super().__init__(parent)
        self.context = context
        self._called = called
        self.round = GuidedRound.parse(context.preferences.guided)
        # A round of the day before waits until somebody goes on with it.
        self.running = False
        px = context.theme.px
        self.each = tk.StringVar(self, str(OF_EACH))
        self.each_field = ttk.Spinbox(
            self, from_=1, to=EACH_AT_MOST, textvariable=self.each, width=3, justify="right"
        )
        self.each_label = ttk.Label(self, text=_("of each"))
        self.start_button = ttk.Button(self, text=_("Call the digits"), command=self.start)
        self.bar = ttk.Progressbar(self, length=px(120))
        self.count = ttk.Label(self)
        self.pause_button = ttk.Button(self, command=self.pause_or_go_on)
        self.end_button = ttk.Button(self, text=_("End"), command=self.end)
        self._waiting: tuple[ttk.Widget, ...] = (
            self.each_field,
            self.each_label,
            self.start_button,
        )
        self._under_way: tuple[ttk.Widget, ...] = (
            self.bar,
            self.count,
            self.pause_button,
            self.end_button,
        )
        self._suggested = False
        self._show()

    @property
    def digit(self) -> int | None:
        """The digit that is called; None while none is."""
        return self.round.digit if self.running and self.round else None

    @property
    def sentence(self) -> str:
        """What the student is to do; empty where no round is under way."""
        if self.round is None:
            return ""
        if self.digit is None:
            left = len(self.round.order) - self.round.done
            text = ngettext(
                "{n} digit is still to be drawn.", "{n} digits are still to be drawn.", left
            )
            return text.format(n=left)
        text = _("Draw {a_digit}. Space keeps it, Backspace clears, ← takes the last one back.")
        return text.format(a_digit=A_DIGIT[self.digit])

    # --- what the student does ----------------------------------------------
    def start(self) -> None:
        """Begin a round."""
        text = self.each.get().strip()
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= EACH_AT_MOST):
            sentence = _("“{text}” of each cannot be called; choose a number from 1 to {most}.")
            self.context.notice.show(
                sentence.format(text=text, most=EACH_AT_MOST), kind="bad", of=self
            )
            return
        self.context.notice.clear()
        self.round, self.running = GuidedRound.of_each(int(text)), True
        self._changed()

    def pause_or_go_on(self) -> None:
        """Stop calling digits for a while, or go on where it stopped."""
        self.running = not self.running
        self._changed()

    def end(self) -> None:
        """Give the round up; what was kept stays."""
        self.round, self.running = None, False
        self._changed()

    def back(self) -> None:
        """Take the last digit back, and call it once more."""
        if self.running:
            # Behind what is still on its way into the store: its number is known then.
            self.context.store.run(lambda _dataset: None, lambda _nothing: self._back())

    # --- what the panel tells -----------------------------------------------
    def take(self, label: int) -> int | None:
        """Call the next digit if `label` was called; return its place, as `GuidedRound.take`."""
        place = self.round.take(label) if self.running and self.round else None
        if place is not None:
            self._changed()
        return place

    def stored(self, place: int | None, kept: Kept) -> str:
        """Take notice that what was taken is in the store; return what to say if all are."""
        if self.round is None or place is None:
            return ""
        if not kept.duplicate:
            self.round.stored(place, kept.id)
        if not self.round.over:
            self._remember()
            return ""
        done = len(self.round.order)
        self.end()
        return ngettext("All {n} digit is kept.", "All {n} digits are kept.", done).format(n=done)

    def suggest(self, wanted: bool) -> None:
        """Colour the button that calls digits, if to press it is the next step; or no button."""
        if wanted != self._suggested:
            self._suggested = wanted
            self._colour()

    def taken_back(self, number: int) -> None:
        """Take notice that a sample was taken back."""
        if self.round is not None:
            self.round.forget(number)
            self._changed()

    def forget_numbers(self) -> None:
        """Take notice that other samples have the numbers of those that were kept."""
        if self.round is not None:
            self.round.forget_all()

    # --- behind it ----------------------------------------------------------
    def _back(self) -> None:
        if self.round is None or not self.round.done:
            return
        number = self.round.back()
        self._changed()
        if number is not None:
            self.context.store.run(lambda dataset: dataset.delete([number]), self._deleted)

    def _deleted(self, _nothing: Any) -> None:
        self.context.notice.show(
            _("The last digit is not kept any more; draw it once more."), of=self
        )
        self.context.samples_changed()

    def _changed(self) -> None:
        self._show()
        self._called()
        self._remember()

    def _remember(self) -> None:
        self.context.preferences.guided = str(self.round or "")
        self.context.remember()

    def _show(self) -> None:
        shown, hidden = self._under_way, self._waiting
        if self.round is None:
            shown, hidden = hidden, shown
        else:
            total = len(self.round.order)
            self.bar.configure(maximum=total, value=self.round.done)
            self.count.configure(text=_("{n} of {of}").format(n=self.round.done, of=total))
            self.pause_button.configure(text=_("Pause") if self.running else _("Go on"))
        self._colour()
        for widget in hidden:
            widget.grid_remove()
        for column, widget in enumerate(shown):
            widget.grid(row=0, column=column, padx=(self.context.theme.px(8), 0))

    def _colour(self) -> None:
        coloured = self._suggested and not self.running
        for button in (self.start_button, self.pause_button):
            button.configure(style="Accent.TButton" if coloured else "TButton")
