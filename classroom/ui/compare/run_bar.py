"""What goes with a comparison: its runs, its study, its report, and whether it is out of date."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from classroom.engine.messages import Compared, JobFailed, ReportSaved
from classroom.i18n import _
from classroom.plots.registry import PLOTS
from classroom.ui.compare.runs_list import RunsList
from classroom.ui.compare.study_form import StudyForm
from classroom.ui.core.controls import State

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.evaluation.results import LearningPoint
    from classroom.evaluation.runs import Run, RunSummary
    from classroom.ui.core.context import Context

# Those that a page should not be without; all others can be ticked.
IN_REPORT = ("confusion", "digits", "confidence", "calibration", "epochs", "learning", "time")


class RunBar(ttk.Frame):
    """Three buttons and a tick, and the lists behind them.

    Parameters
    ----------
    panel : ttk.Frame
        The tab. Its row 2 is covered by the form of a study, rows 2 and 3 by the list of runs.
    row : ttk.Frame
        Where the buttons go.
    context : Context
    names : callable
        Gives the ticked classifiers.
    show_run, show_points : callable
        Take a run, and the points of a study, to be shown.
    mark_table : callable
        Takes whether what the table shows is out of date.

    Attributes
    ----------
    unseen : tk.BooleanVar
        Whether a comparison is to leave one writer out, too.
    """

    def __init__(
        self,
        panel: ttk.Frame,
        row: ttk.Frame,
        context: Context,
        names: Callable[[], tuple[str, ...]],
        show_run: Callable[[Run], None],
        show_points: Callable[[Sequence[LearningPoint]], None],
        mark_table: Callable[[bool], None],
    ) -> None:
        super().__init__(row)
        self._mark_table = mark_table
        self._context = context
        self._show_run = show_run
        self._job_id: int | None = None
        self._wanted: int | None = None
        self._writers = 0
        self.card: RunSummary | None = None
        self.unseen = tk.BooleanVar(self, False)
        self.runs = RunsList(panel, context, self._opened, self.close)
        self.study = StudyForm(panel, context, names, show_points, self.close)
        self.stale = ttk.Label(self, style="Bad.TLabel")
        self._make_buttons()

    def _make_buttons(self) -> None:
        px, controls = self._context.theme.px, self._context.controls
        self.unseen_tick = ttk.Checkbutton(self, text=_("Unknown writers"), variable=self.unseen)
        controls.add(self.unseen_tick, when=lambda: self._writers > 1)
        self.runs_button = ttk.Button(
            self, text=_("Runs"), command=lambda: self._open(self.runs, rows=2)
        )
        self.study_button = ttk.Button(
            self, text=_("Study"), command=lambda: self._open(self.study, rows=1)
        )
        self.report_button = ttk.Menubutton(self, text=_("Report"))
        self.menu = tk.Menu(self.report_button, tearoff=False)
        self.in_report = {name: tk.BooleanVar(self, name in IN_REPORT) for name in PLOTS}
        for name, plot in PLOTS.items():
            self.menu.add_checkbutton(label=plot.title, variable=self.in_report[name])
        self.menu.add_separator()
        self.menu.add_command(label=_("Save report…"), command=self.ask_report)
        self.report_button.configure(menu=self.menu)
        controls.add(self.report_button, State.READY, when=lambda: self.card is not None)
        self.stale.pack(side="left", padx=(0, px(12)))
        for part in (self.unseen_tick, self.runs_button, self.study_button, self.report_button):
            part.pack(side="left", padx=(px(6), 0))

    # --- the lists ----------------------------------------------------------
    def _open(self, part: ttk.Frame, rows: int) -> None:
        self.close()
        part.grid(row=2, column=0, columnspan=2, rowspan=rows, sticky="nsew")
        part.lift()
        self.runs.load()

    def close(self) -> None:
        """Show the plots again."""
        self.runs.grid_remove()
        self.study.grid_remove()

    def _opened(self, run: Run) -> None:
        self.close()
        self.card = run.summary
        self._show_run(run)
        self._mark()

    # --- what the panel calls -----------------------------------------------
    def began(self) -> None:
        """Forget the run that was shown: another comparison begins."""
        self.close()
        self.card = None
        self._mark()

    def receive(self, report: Report) -> None:
        """Follow the studies and reports; take note of a comparison that is over."""
        self.study.receive(report)
        match report:
            case Compared(run=run, note=note):
                self._wanted = run
                self._list_again()
                if note:
                    self._context.notice.show(note, kind="bad", of=self)
            case ReportSaved(job_id=job_id, file=file) if job_id == self._job_id:
                text = _("The report is in {file}: open it in a browser, print it, hand it on.")
                self._context.notice.show(text.format(file=file), kind="good", of=self)
            case JobFailed(job_id=job_id) if job_id == self._job_id:
                # Why, is said in the window's notice.
                self._job_id = None

    def _list_again(self) -> None:
        from classroom.evaluation import runs

        home = self._context.home
        self._context.background.run(lambda: runs.listing(home), self._listed)

    def _listed(self, cards: Sequence[RunSummary]) -> None:
        self.runs.fill(cards)
        if self._wanted in self.runs.cards:
            self.card = self.runs.cards[self._wanted]
        self._wanted = None
        self._mark()

    def samples_changed(self) -> None:
        """See whether what is shown still fits the own samples."""
        self._context.store.run(
            lambda dataset: (dataset.fingerprint(), len(dataset.writers())), self._counted
        )

    def _counted(self, found: tuple[str, int]) -> None:
        samples, self._writers = found
        if self._writers < 2:
            self.unseen.set(False)
        self.runs.samples_are(samples)
        self._mark()

    def _mark(self) -> None:
        samples = self.runs.samples
        outdated = self.card is not None and samples is not None and not self.card.fits(samples)
        self.stale.configure(text=_("Out of date") if outdated else "")
        self._mark_table(outdated)
        self._context.controls.refresh()

    def theme_changed(self) -> None:
        """Take the theme's colours."""
        self.runs.theme_changed()
        self._mark()

    # --- the report ---------------------------------------------------------
    def ask_report(self) -> None:
        """Ask for a folder, and write the report of what is shown."""
        name = filedialog.askdirectory(parent=self, title=_("A folder for the report"))
        if name:
            self.save_report(Path(name))

    def save_report(self, folder: Path) -> None:
        """Write the report of the run that is shown, with the ticked plots."""
        if self.card is None or self._context.controls.state is not State.READY:
            return
        number = self.card.number
        chosen = tuple(name for name, ticked in self.in_report.items() if ticked.get())
        self._job_id = self._context.start_job(
            lambda: self._context.client.save_report(folder, number, chosen or IN_REPORT), self
        )
