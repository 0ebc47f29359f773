"""What a plot shows: on which digits, of which classifiers, in which form."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.evaluation.results import LearningPoint, TestSet
from classroom.i18n import _
from classroom.plots.request import Entry, PlotRequest

if TYPE_CHECKING:
    from classroom.ui.core.context import Context

# Letters of a writer's name: more would push what stands beside it out of the window.
NAME_AT_MOST = 24


class PlotChoices(ttk.Frame):
    """A row of choices; together they make a `PlotRequest`.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    changed : callable
        Called when the student has chosen something else.

    Attributes
    ----------
    entries : tuple of Entry
    points : tuple of LearningPoint
    hidden : set of str
        Titles of classifiers that are not shown.
    """

    def __init__(self, parent: ttk.Frame, context: Context, changed: Callable[[], None]) -> None:
        super().__init__(parent)
        self._context = context
        self._changed = changed
        self.entries: tuple[Entry, ...] = ()
        self.points: tuple[LearningPoint, ...] = ()
        self.hidden: set[str] = set()
        self._writers: list[str] = []
        # The menu keeps no reference to its variables.
        self._ticks: list[tk.BooleanVar] = []
        self.test_set = tk.StringVar(self, TestSet.MNIST)
        self.percent = tk.BooleanVar(self, False)
        self._make_sets()
        self._make_forms()
        self.offer((), ())

    def _make_sets(self) -> None:
        px, controls = self._context.theme.px, self._context.controls
        self.test_set_buttons: dict[TestSet, ttk.Radiobutton] = {}
        titles = {TestSet.MNIST: _("MNIST test"), TestSet.OWN_EXAM: _("Own exam")}
        for test_set, shown in titles.items():
            button = ttk.Radiobutton(
                self, text=shown, variable=self.test_set, value=test_set, command=self._changed
            )
            button.pack(side="left", padx=(0, px(6)))
            controls.add(button, when=partial(self.has, test_set))
            self.test_set_buttons[test_set] = button
        self.writer = ttk.Combobox(self, state="readonly", width=12)
        self.writer.pack(side="left", padx=(0, px(12)))
        self.writer.bind("<<ComboboxSelected>>", lambda _event: self._writer_chosen())
        controls.add(self.writer, when=lambda: bool(self._writers))

    def _make_forms(self) -> None:
        px, controls = self._context.theme.px, self._context.controls
        self.shown = ttk.Menubutton(self)
        self.menu = tk.Menu(self.shown, tearoff=False)
        self.shown.configure(menu=self.menu)
        self.shown.pack(side="left", padx=(0, px(12)))
        controls.add(self.shown, when=lambda: bool(self.entries))
        self.percent_tick = ttk.Checkbutton(
            self, text=_("per cent"), variable=self.percent, command=self._changed
        )
        self.digit = ttk.Combobox(self, state="readonly", width=10)
        self.digit.configure(values=[_("each digit"), *map(str, range(10))])
        self.digit.current(0)
        self.digit.bind("<<ComboboxSelected>>", lambda _event: self._changed())

    # --- what the plots call --------------------------------------------------
    def offer(self, entries: Sequence[Entry], points: Sequence[LearningPoint]) -> None:
        """Offer these classifiers, and the writers of their exams; keep what was chosen."""
        writer = self.request.writer
        self.entries, self.points = tuple(entries), tuple(points)
        self.hidden &= {entry.title for entry in entries}
        exams = [entry.result.own_exam for entry in entries]
        names = {name for exam in exams if exam is not None for name in exam.writers}
        self._writers = sorted(names, key=str.casefold)
        longest = max(map(len, self._writers), default=0)
        self.writer.configure(
            values=[_("everyone"), *self._writers], width=min(max(12, longest), NAME_AT_MOST)
        )
        self.writer.current(self._writers.index(writer) + 1 if writer in self._writers else 0)
        if not self.has(TestSet(self.test_set.get())):
            self.test_set.set(TestSet.MNIST)
        self._fill_menu()
        self._context.controls.refresh()

    def form(self, *, percent: bool, digit: bool) -> None:
        """Show the choices that the plot has: of counts or per cent, of one digit."""
        for widget, wanted in ((self.percent_tick, percent), (self.digit, digit)):
            if not wanted:
                widget.pack_forget()
            elif not widget.winfo_manager():
                widget.pack(side="left", padx=(0, self._context.theme.px(12)))

    def has(self, test_set: TestSet) -> bool:
        """Whether any classifier or study was scored on these digits."""
        if any(entry.result.on(test_set) is not None for entry in self.entries):
            return True
        return any(point.on(test_set) is not None for point in self.points)

    @property
    def request(self) -> PlotRequest:
        """All that is chosen."""
        writer, digit = self.writer.current(), self.digit.current()
        return PlotRequest(
            tuple(entry for entry in self.entries if entry.title not in self.hidden),
            TestSet(self.test_set.get()),
            self._writers[writer - 1] if writer > 0 else "",
            self.percent.get(),
            digit - 1 if digit > 0 else None,
            points=self.points,
        )

    # --- inside ---------------------------------------------------------------
    def _fill_menu(self) -> None:
        self.menu.delete(0, "end")
        self._ticks = []
        for entry in self.entries:
            tick = tk.BooleanVar(self, entry.title not in self.hidden)
            self._ticks.append(tick)
            self.menu.add_checkbutton(
                label=entry.title, variable=tick, command=partial(self._tick, entry.title)
            )
        total = len(self.entries)
        text = _("Shown: {n} of {total}").format(n=total - len(self.hidden), total=total)
        self.shown.configure(text=text if total else _("Shown"))

    def _tick(self, title: str) -> None:
        self.hidden ^= {title}
        self._fill_menu()
        self._changed()

    def _writer_chosen(self) -> None:
        self.test_set.set(TestSet.OWN_EXAM)
        self._changed()
