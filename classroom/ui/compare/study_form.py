"""The form of a study: which sizes, how often; what is there already is found, not computed."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.engine.messages import CellDone, EngineDied, JobCancelled, JobFailed, Studied
from classroom.evaluation.results import LearningPoint
from classroom.evaluation.studies import StudyPlan
from classroom.i18n import _, ngettext
from classroom.ui.core.controls import State

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.ui.core.context import Context

SIZES = "100 300 1000 3000 10000"
SMALLEST, SEEDS, SEEDS_AT_MOST = 10, 3, 10


def sizes_of(text: str) -> tuple[int, ...]:
    """Return the numbers in a text such as "100 1,000", the smallest first; none if one is bad."""
    parts = text.replace(";", " ").split()
    numbers = [part.replace(",", "") for part in parts]
    if not all(number.isdecimal() and SMALLEST <= int(number) <= 60_000 for number in numbers):
        return ()
    return tuple(sorted({int(number) for number in numbers}))


class StudyForm(ttk.Frame):
    """Asks for a plan, and follows the study.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    names : callable
        Gives the classifiers to study.
    show : callable
        Takes the points of the learning curve that are there.
    close : callable
    """

    def __init__(
        self,
        parent: ttk.Frame,
        context: Context,
        names: Callable[[], tuple[str, ...]],
        show: Callable[[Sequence[LearningPoint]], None],
        close: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._names = names
        self._show = show
        self._job_id: int | None = None
        self._points: list[LearningPoint] = []
        self.sizes = tk.StringVar(self, SIZES)
        self.seeds = tk.StringVar(self, str(SEEDS))
        self.without_own = tk.BooleanVar(self, False)
        self.columnconfigure(3, weight=1)
        self._make(close)

    def _make(self, close: Callable[[], None]) -> None:
        px = self._context.theme.px
        words = _(
            "A study trains the classifiers that are ticked above again and again, on more and "
            "more digits: what do more digits bring?"
        )
        ttk.Label(self, text=_("Study"), style="Heading.TLabel").grid(row=0, column=0, sticky="w")
        what = ttk.Label(self, text=words, style="Muted.TLabel")
        what.grid(row=1, column=0, columnspan=5, sticky="ew", pady=(px(2), px(8)))
        what.bind("<Configure>", lambda event: what.configure(wraplength=max(1, event.width)))
        ttk.Label(self, text=_("MNIST digits")).grid(row=2, column=0, sticky="w")
        self.sizes_entry = ttk.Entry(self, textvariable=self.sizes, width=30)
        self.sizes_entry.grid(row=2, column=1, padx=px(8))
        ttk.Label(self, text=_("Times, each with other digits")).grid(row=2, column=2, sticky="w")
        self.seeds_box = ttk.Spinbox(
            self, textvariable=self.seeds, from_=1, to=SEEDS_AT_MOST, width=4
        )
        self.seeds_box.grid(row=2, column=3, sticky="w", padx=px(8))
        self.own_tick = ttk.Checkbutton(
            self, text=_("Without the own digits, too"), variable=self.without_own
        )
        self.own_tick.grid(row=3, column=0, columnspan=3, sticky="w", pady=px(6))
        self.start_button = ttk.Button(
            self, text=_("Start the study"), style="Accent.TButton", command=self.start
        )
        self.start_button.grid(row=2, column=4, sticky="e")
        self._context.controls.add(self.start_button, State.READY, when=lambda: bool(self._names()))
        self.close_button = ttk.Button(self, text=_("Back to the table"), command=close)
        self.close_button.grid(row=0, column=4, sticky="e")
        self.said = ttk.Label(self, style="Muted.TLabel")
        self.said.grid(row=4, column=0, columnspan=5, sticky="ew")

    @property
    def plan(self) -> StudyPlan | None:
        """What the form asks for; None where it makes no sense, which is said."""
        sizes = sizes_of(self.sizes.get())
        if not sizes:
            self._say(
                _("Give numbers from 10 to 60000, with blanks between them, such as 100 1000.")
            )
            return None
        seeds = self.seeds.get().strip()
        if not seeds.isdecimal() or not 1 <= int(seeds) <= SEEDS_AT_MOST:
            self._say(_("Repeat it 1 to {most} times.").format(most=SEEDS_AT_MOST))
            return None
        own: tuple[int | None, ...] = (0, None) if self.without_own.get() else (None,)
        return StudyPlan(sizes, tuple(range(int(seeds))), self._names(), own)

    def start(self) -> None:
        """Start the study, or go on with it."""
        plan = self.plan
        if plan is None or not plan.classifiers or self._context.controls.state is not State.READY:
            return
        self._points = []
        self._job_id = self._context.start_job(lambda: self._context.client.study(plan), self)
        self._say(_("What has been computed before for these digits is found again."))

    def receive(self, report: Report) -> None:
        """Follow the own job."""
        if self._job_id is None:
            return
        if isinstance(report, EngineDied):
            self._over(_("The engine stopped. Start the study again: it goes on where it was."))
        if getattr(report, "job_id", None) != self._job_id:
            return
        match report:
            case CellDone(done=done, of=of):
                self._points.append(done.point)
                self._say(_("{n} of {of} are there.").format(n=len(self._points), of=of))
                self._show(self._points)
            case Studied():
                self._over(finished(report))
            case JobCancelled():
                self._over(_("Cancelled. Start the study again: it goes on where it was."))
            case JobFailed():
                # Why, is said in the window's notice.
                self._over("")

    def _over(self, text: str) -> None:
        self._job_id = None
        self._say(text)

    def _say(self, text: str) -> None:
        self.said.configure(text=text)


def finished(report: Studied) -> str:
    """Say what became of a study."""
    text = ngettext(
        "Done: {n:,} training computed, {found:,} found from before.",
        "Done: {n:,} trainings computed, {found:,} found from before.",
        report.computed,
    ).format(n=report.computed, found=report.found)
    return " ".join([text, *report.failed])
