"""The tab *Train*: one button makes a new version; a table shows what it changed."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.engine.messages import (
    ClassifierRetrained,
    EngineDied,
    EpochDone,
    JobCancelled,
    JobFailed,
    Prepared,
    Ready,
    Retrained,
    VersionInUse,
)
from classroom.evaluation.results import Epoch, LedgerLine
from classroom.i18n import _, ngettext
from classroom.plots.colours import CLASSIFIER_COLOURS
from classroom.starts import Start
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.controls import State
from classroom.ui.core.panel import Panel
from classroom.ui.train.before_after import BeforeAfter
from classroom.ui.train.start_switch import StartSwitch
from classroom.ui.train.versions_list import VersionsList
from classroom.ui.widgets.labels import wrap
from classroom.ui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from classroom.engine.messages import Report
    from classroom.engine.versions import Fallback, Version
    from classroom.plots.style import Style


def draw_curves(figure: Figure, style: Style, epochs: tuple[Epoch, ...]) -> None:
    """Draw loss and accuracy side by side on an empty figure."""
    from classroom.plots.epochs import TrainingCurve, draw_training_curves

    draw_training_curves(figure, style, [TrainingCurve("", CLASSIFIER_COLOURS["cnn"], epochs)])


def plan(practice: int, exam: int) -> str:
    """Say what a retraining will do with so many own samples."""
    learn = ngettext(
        "The CNN, the SVM and k-NN learn your {n:,} practice digit on top of MNIST",
        "The CNN, the SVM and k-NN learn your {n:,} practice digits on top of MNIST",
        practice,
    ).format(n=practice)
    if not exam:
        return _(
            "{learn}. There is no exam digit of yours yet: every third one goes there."
        ).format(learn=learn)
    test = ngettext(
        "your {n:,} exam digit, never learnt, shows what it brought",
        "your {n:,} exam digits, never learnt, show what it brought",
        exam,
    ).format(n=exam)
    return _("{learn}; {test}.").format(learn=learn, test=test)


def _in_use_now(version: Version, is_other_line: bool) -> str:
    """Say which version is in use, and of which line where that has changed."""
    if is_other_line and version.number:
        text = _("“{line}”: version {number} is in use now.")
    elif is_other_line:
        text = _("“{line}”: the shipped version is in use now.")
    elif version.number:
        text = _("Version {number} is in use now.")
    else:
        text = _("The shipped version is in use now.")
    return text.format(line=version.start.title, number=version.number)


class TrainPanel(Panel):
    """Retrain, watch it, judge it, and go back to any version; choose where to start from."""

    tab = Tab.TRAIN
    title = _("Train")

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, context)
        self._practice: int | None = None
        self._job_id: int | None = None
        # The line that the engine uses, None until it has said so.
        self._start_in_use: Start | None = None
        self._epochs: tuple[Epoch, ...] = ()
        self._scores: tuple[LedgerLine, ...] = ()
        self.columnconfigure(1, weight=1)
        self.rowconfigure(2, weight=3, minsize=context.theme.px(250))
        self.rowconfigure(3, weight=2)
        self._make_head()
        self._make_middle()
        self.versions = VersionsList(self, context, self.use_version, self.start_switch.show)
        self.versions.grid(row=3, column=0, columnspan=2, sticky="nsew")
        self.versions.load()

    # --- the parts ----------------------------------------------------------
    def _make_head(self) -> None:
        px = self.context.theme.px
        head = ttk.Frame(self)
        head.grid(row=0, column=0, columnspan=2, sticky="ew")
        head.columnconfigure(1, weight=1)
        self.retrain_button = ttk.Button(
            head, text=_("Retrain"), style="Accent.TButton", command=self.retrain, width=14
        )
        self.retrain_button.grid(row=0, column=0, ipady=px(6), padx=(0, px(16)))
        self.context.controls.add(
            self.retrain_button, State.READY, when=lambda: bool(self._practice)
        )
        self.plan = ttk.Label(head, justify="left")
        self.plan.grid(row=0, column=1, sticky="ew")
        wrap(self.plan)
        self.draw_button = ttk.Button(
            head, text=_("Go to Draw"), command=lambda: self.context.go_to(Tab.DRAW)
        )
        self.start_switch = StartSwitch(head, self.context, self.use_line)
        self.start_switch.grid(row=1, column=0, columnspan=3, sticky="ew", pady=(px(8), 0))
        self.outcome = ttk.Label(self, justify="left")
        wrap(self.outcome)
        self.outcome.grid(row=1, column=0, columnspan=2, sticky="ew", pady=px(8))

    def _make_middle(self) -> None:
        px = self.context.theme.px
        self.before_after = BeforeAfter(self, self.context, self.use_version)
        self.curves = PlotView(self, self.context.theme, px(380), px(240))
        self.curves.grid(row=2, column=1, sticky="nsew", pady=(0, px(10)))
        self._say_no_curves()

    def _say_no_curves(self) -> None:
        self.curves.say(_("Loss and accuracy of the CNN appear here while it learns."))

    # --- what the student does ----------------------------------------------
    def retrain(self) -> None:
        """Start a retraining, unless something else is under way or there is nothing to learn."""
        if self.context.controls.state is not State.READY or not self._practice:
            return
        self._epochs, self._scores = (), ()
        self.before_after.grid_remove()
        self.curves.say(_("The first point appears when the CNN has seen all digits once."))
        self._start(lambda: self.context.client.retrain())

    def use_version(self, number: int) -> None:
        """Have a version of the line in use, an older one too."""
        start = self._start_in_use
        if self.context.controls.state is State.READY and start is not None:
            self._start(lambda: self.context.client.use_version(start, number))

    def use_line(self, start: Start) -> None:
        """Have the versions that start from another network in use."""
        if self.context.controls.state is State.READY:
            self._start(lambda: self.context.client.use_line(start))

    def _start(self, job: Callable[[], int]) -> None:
        self._job_id = self.context.start_job(job, self)
        self.outcome.configure(text="")

    # --- what the window calls ----------------------------------------------
    def receive(self, report: Report) -> None:
        """Follow the own job; take note of versions that come from elsewhere."""
        line_before = self._start_in_use
        match report:
            case (
                Ready(version=version, fallback=fallback)
                | Prepared(version=version, fallback=fallback)
                | VersionInUse(version=version, fallback=fallback)
            ):
                self._answers(version, fallback)
            case Retrained(version=version):
                self._answers(version)
            case EngineDied():
                self.versions.answers(None)
                self._over(_("The engine stopped; every version is as it was."))
        if self._job_id is None or getattr(report, "job_id", None) != self._job_id:
            return
        match report:
            case EpochDone(epoch=epoch):
                self._add_epoch(epoch)
            case ClassifierRetrained(scores=scores):
                self._scores = (*self._scores, scores)
                self.before_after.show_so_far(self._scores)
                self._place_before_after()
            case Retrained():
                self._show_before_after(report)
            case VersionInUse(version=version):
                self.before_after.keep()
                self._over(_in_use_now(version, version.start is not line_before))
            case JobCancelled():
                self._over(_("Cancelled; everything is as it was."))
            case JobFailed():
                # Why, is said in the window's notice.
                self._over("")

    def _answers(self, version: Version, fallback: Fallback | None = None) -> None:
        """Show the line that answers, and nothing any more of a retraining in another one."""
        if self._start_in_use not in (None, version.start):
            self._epochs = ()
            self.before_after.grid_remove()
            self._say_no_curves()
        self._start_in_use = version.start
        self.versions.answers(version, fallback)

    def _add_epoch(self, epoch: Epoch) -> None:
        self._epochs = epochs = (*self._epochs, epoch)
        self.curves.show(lambda figure, style: draw_curves(figure, style, epochs))

    def _show_before_after(self, report: Retrained) -> None:
        seconds = max(1, round(report.version.seconds))
        done = ngettext(
            "Done in {n:,} second: version {number} is in use now.",
            "Done in {n:,} seconds: version {number} is in use now.",
            seconds,
        )
        text = done.format(n=seconds, number=report.version.number)
        self._scores = ()
        self._over(f"{text} {report.version.note}".rstrip())
        self.before_after.show(report.version, report.previous, report.ledger)
        if report.version.rejected is not None:
            self._epochs = ()
            self.curves.say(
                _("The training of the CNN made it worse and does not count: it has no curves.")
            )
        self._place_before_after()

    def _place_before_after(self) -> None:
        self.before_after.grid(row=2, column=0, sticky="nw", padx=(0, self.context.theme.px(20)))

    def _over(self, text: str) -> None:
        if self._job_id is not None:
            self._job_id = None
            self.outcome.configure(text=text)
            if self._scores:
                # There is no version that these scores belong to.
                self._scores = ()
                self.before_after.grid_remove()
            # It also shows the line in use again where another one was selected in vain.
            self.versions.load()
            if not self._epochs:
                self._say_no_curves()

    def samples_changed(self) -> None:
        """Count anew what there is to learn."""
        self.context.store.run(lambda dataset: dataset.counts(), self._counted)

    def _counted(self, counts: NDArray[np.int64]) -> None:
        practice, exam = (int(count) for count in counts.sum(axis=0))
        self._practice = practice
        if practice:
            self.plan.configure(text=plan(practice, exam), style="TLabel")
            self.draw_button.grid_remove()
        else:
            self.plan.configure(
                text=_("Draw and keep a few digits first: then there is something to learn."),
                style="Muted.TLabel",
            )
            self.draw_button.grid(row=0, column=2)
        self.context.controls.refresh()

    def shown(self) -> None:
        """Read the versions again: the command line may have made one."""
        self.versions.load()

    def theme_changed(self) -> None:
        """Draw the curves in the theme's colours."""
        self.curves.theme_changed()
