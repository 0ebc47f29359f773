"""The tab *Compare*: up to four classifiers, trained on the same digits, side by side."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.catalogue import NAMES, OTHERS, SIDE_BY_SIDE, TITLES
from classroom.engine.messages import Compared, EngineDied, JobCancelled, JobFailed, ResultReady
from classroom.evaluation.results import LearningPoint, Result
from classroom.i18n import _, ngettext
from classroom.plots.colours import classifier_colours
from classroom.plots.request import entries_of
from classroom.ui.compare.plot_pane import PlotPane
from classroom.ui.compare.results_table import ResultsTable
from classroom.ui.compare.run_bar import RunBar
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.controls import State
from classroom.ui.core.panel import Panel
from classroom.ui.widgets.classifier_menu import ClassifierMenu
from classroom.ui.widgets.labels import wrap
from classroom.ui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from classroom.engine.messages import Report
    from classroom.evaluation.runs import Run
    from classroom.plots.style import Style

SIZES = (1_000, 10_000, 60_000)
# In pixels of a 96 dpi screen: narrower ones cannot be read.
BARS_AT_LEAST = 200
WELCOME = _(
    "The classifiers learn from the same digits and sit the same tests.\n"
    "Here you will see which digits each of them mistakes for which, how sure they are,\n"
    "what learning costs, and whether the difference between two of them is real."
)


def draw_bars(figure: Figure, style: Style, results: tuple[Result, ...]) -> None:
    """Draw the accuracy of each classifier on an empty figure."""
    from classroom.plots.accuracy_bars import draw_accuracy_bars

    colours = classifier_colours([result.classifier for result in results])
    draw_accuracy_bars(figure, replace(style, colours=colours), results)


class ComparePanel(Panel):
    """Choose the data and the classifiers; see figures and mistakes."""

    tab = Tab.COMPARE
    title = _("Compare")

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, context)
        self._job_id: int | None = None
        self.results: tuple[Result, ...] = ()
        self.mnist_count = tk.IntVar(self, SIZES[1])
        self.chosen = {name: tk.BooleanVar(self, name in NAMES) for name in TITLES}
        # The table has the width that its figures need, and the bars the rest.
        self.columnconfigure(1, weight=1)
        self.bind("<Configure>", lambda _event: self._place_bars())
        self.rowconfigure(3, weight=1)
        self._make_choices()
        self._make_results()
        self.plot_pane = PlotPane(self, context)
        self.plot_pane.grid(
            row=3, column=0, columnspan=2, sticky="nsew", pady=(context.theme.px(8), 0)
        )
        self.plot_pane.say(WELCOME)
        # Last of all: its lists lie above the table and the plots.
        self.run_bar = RunBar(
            self,
            self._row,
            context,
            self._names,
            self.show_run,
            self._show_points,
            self.table.mark,
        )
        self.run_bar.pack(side="right", before=self.outcome)

    # --- the parts ----------------------------------------------------------
    def _make_choices(self) -> None:
        px = self.context.theme.px
        row = ttk.Frame(self)
        row.grid(row=0, column=0, columnspan=2, sticky="ew")
        ttk.Label(row, text=_("Train on")).pack(side="left", padx=(0, px(8)))
        self.size_buttons = [
            ttk.Radiobutton(row, text=f"{size:,}", variable=self.mnist_count, value=size)
            for size in SIZES
        ]
        for button in self.size_buttons:
            button.pack(side="left", padx=(0, px(4)))
        ttk.Label(row, text=_("MNIST digits")).pack(side="left", padx=(px(2), px(24)))
        for name in NAMES:
            tick = ttk.Checkbutton(
                row, text=TITLES[name], variable=self.chosen[name], command=self._ticked
            )
            tick.pack(side="left", padx=(0, px(6)))
            self.context.controls.add(tick, when=partial(self._can_tick, name))
        self.chooser = ClassifierMenu(
            row, _("Others …"), self.chosen, lambda: OTHERS, self._ticked, least=0
        )
        self.chooser.pack(side="left")
        self.compare_button = ttk.Button(
            row, text=_("Compare"), style="Accent.TButton", command=self.compare, width=12
        )
        self.compare_button.pack(side="right", ipady=px(3))
        self.context.controls.add(
            self.compare_button, State.READY, when=lambda: bool(self._names())
        )
        row = ttk.Frame(self)
        row.grid(row=1, column=0, columnspan=2, sticky="ew", pady=px(8))
        self.outcome = ttk.Label(row, style="Muted.TLabel")
        self.outcome.pack(side="left", fill="x", expand=True)
        wrap(self.outcome)
        self._row = row

    def _make_results(self) -> None:
        px = self.context.theme.px
        self.table = ResultsTable(self, self.context.theme)
        self.table.bind("<Configure>", lambda _event: self._place_bars())
        self.table.grid(row=2, column=0, sticky="new")
        self.bars = PlotView(self, self.context.theme, px(290), px(136))
        self._place_bars()

    def _place_bars(self) -> None:
        """Show the bars where there is room for them; the table has the same figures."""
        px = self.context.theme.px
        room = self.winfo_width() - 2 * px(12) - self.table.winfo_reqwidth() - px(16)
        if room >= px(BARS_AT_LEAST):
            self.bars.grid(row=2, column=1, sticky="nsew", padx=(px(16), 0))
        else:
            self.bars.grid_remove()

    # --- what the student does ----------------------------------------------
    def compare(self) -> None:
        """Start a comparison of the ticked classifiers, unless something else is under way."""
        names = self._names()
        if self.context.controls.state is not State.READY or not names:
            return
        self.run_bar.began()
        self.results = ()
        self.table.clear()
        self.bars.say("")
        self.plot_pane.say(_("The first plot appears when the first classifier is done."))
        size = self.mnist_count.get()
        self._job_id = self.context.start_job(
            lambda: self.context.client.compare(size, names, unseen=self.run_bar.unseen.get()),
            self,
        )
        self.outcome.configure(text=_("A row appears as soon as a classifier is done."))

    def _ticked(self) -> None:
        others = sum(self.chosen[name].get() for name in OTHERS)
        text = _("Others ({n})").format(n=others) if others else _("Others …")
        self.chooser.configure(text=text)
        self.context.controls.refresh()

    def _can_tick(self, name: str) -> bool:
        return self.chosen[name].get() or len(self._names()) < SIDE_BY_SIDE

    def _names(self) -> tuple[str, ...]:
        return tuple(name for name, ticked in self.chosen.items() if ticked.get())

    # --- what the window calls ----------------------------------------------
    def receive(self, report: Report) -> None:
        """Follow the own job, and have runs and studies follow theirs."""
        self.run_bar.receive(report)
        if self._job_id is None:
            return
        if isinstance(report, EngineDied):
            self._over(_("The engine stopped before the comparison was done."))
        if getattr(report, "job_id", None) != self._job_id:
            return
        match report:
            case ResultReady(result=result):
                self._add(result)
            case Compared(train_counts=counts, held_out=held_out):
                self._over(self._trained_on(counts["mnist"], counts["own"], held_out))
            case JobCancelled():
                self._over(_("Cancelled; what stands in the table is complete."))
            case JobFailed():
                # Why, is said in the window's notice.
                self._over("")

    def _add(self, result: Result) -> None:
        rows = {**{row.classifier: row for row in self.results}, result.classifier: result}
        self.results = results = tuple(rows.values())
        self.table.add(result)
        self.bars.show(lambda figure, style: draw_bars(figure, style, results))
        self.plot_pane.show(entries_of(results))
        self.context.controls.refresh()

    def show_run(self, run: Run) -> None:
        """Show a run that was made before as if it had just been made."""
        if self._job_id is not None:
            return
        self.results = run.results
        self.table.clear()
        for result in run.results:
            self.table.add(result)
        self.bars.say("")
        self.bars.show(lambda figure, style: draw_bars(figure, style, run.results))
        self.plot_pane.show(entries_of(run.results), anew=True)
        number, data = _("Run {number}.").format(number=run.summary.number), run.summary.data
        trained_on = self._trained_on(data.mnist, data.own, data.held_out)
        self.outcome.configure(text=f"{number} {trained_on}")

    def _show_points(self, points: Sequence[LearningPoint]) -> None:
        self.plot_pane.plot.set("learning")
        self.plot_pane.show_study(points)

    def _over(self, text: str) -> None:
        self._job_id = None
        self.outcome.configure(text=text)
        if not self.results:
            self.plot_pane.say(WELCOME)

    @staticmethod
    def _trained_on(mnist: int, own: int, held_out: int) -> str:
        text = ngettext(
            "Trained on {mnist:,} MNIST digits and {n:,} practice digit of your own.",
            "Trained on {mnist:,} MNIST digits and {n:,} practice digits of your own.",
            own,
        ).format(mnist=mnist, n=own)
        if not held_out:
            return text
        less = _("Networks learned {n:,} fewer: they are validated on these.")
        return f"{text} {less.format(n=held_out)}"

    def samples_changed(self) -> None:
        """Count anew the own digits that are learnt too, and see what is out of date."""
        self.run_bar.samples_changed()
        self.context.store.run(lambda dataset: dataset.counts(), self._counted)

    def writers_deleted(self) -> None:
        """Read the run that is shown once more: its names have been taken out."""
        card, home = self.run_bar.card, self.context.home
        if card is not None and self._job_id is None:
            from classroom.evaluation import runs

            self.context.background.run(
                lambda: runs.read(home, card.number),
                self.show_run,
                lambda sentence: self.context.notice.show(sentence, kind="bad", of=self),
            )

    def _counted(self, counts: NDArray[np.int64]) -> None:
        if self._job_id is not None or self.results:
            return
        practice = int(counts[:, 0].sum())
        text = ngettext(
            "Your {n:,} practice digit is added to the training data.",
            "Your {n:,} practice digits are added to the training data.",
            practice,
        ).format(n=practice)
        if not practice:
            text = _("Practice digits of your own, once you keep some, are added.")
        self.outcome.configure(text=text)

    def theme_changed(self) -> None:
        """Draw the plots in the theme's colours."""
        self.bars.theme_changed()
        self.plot_pane.theme_changed()
        self.run_bar.theme_changed()
