"""The window: tabs, notice, status line, and the traffic between them and the engine."""

import logging
import sys
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import messagebox, ttk

from classroom import paths, runtime
from classroom.datasets import mnist
from classroom.engine.client import EngineClient
from classroom.engine.messages import (
    BaseInUse,
    EngineDied,
    JobCancelled,
    JobEnd,
    JobFailed,
    Prepared,
    Progress,
    Ready,
    Report,
    Retrained,
    VersionInUse,
)
from classroom.engine.versions import Fallback
from classroom.i18n import _, ngettext
from classroom.preferences import Preferences
from classroom.ui.backups import AutomaticBackups
from classroom.ui.core.background import Background
from classroom.ui.core.background_store import BackgroundStore
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.controls import Controls, State
from classroom.ui.core.notice import Notice
from classroom.ui.core.panel import Panel
from classroom.ui.core.theme import SMALLEST, Theme
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.first_opening import FirstOpening
from classroom.ui.store_recovery import StoreRecovery
from classroom.ui.widgets.status_line import StatusLine

# How often the engine is listened to: at once while a pen waits for its
# answer, often while work is under way, and a glance a second while nothing is.
POLL_PREDICTING, POLL_WORKING, POLL_IDLE = 2, 25, 500

# What the notice calls it that the store was replaced, and that it can only be looked at.
REPLACED, READ_ONLY = "store replaced", "store read-only"
# What it calls it that another version is in use, or answers about pictures, than was chosen.
IN_USE, FOR_PICTURES = "fallback", "fallback for pictures"

log = logging.getLogger(__name__)


class App:
    """One window on one home.

    Parameters
    ----------
    home : Path
        The folder that holds ``data/`` and ``models/``.
    checksums : mnist.Checksums
        What MNIST must be.
    """

    def __init__(self, home: Path, checksums: mnist.Checksums = mnist.ORIGINAL) -> None:
        self.home = home
        self.root = tk.Tk(className="digit-classroom")
        self.root.title(_("Digit Classroom"))
        self.root.report_callback_exception = self._callback_failed
        self.preferences = Preferences.load(home)
        self.theme = Theme(self.root, self.preferences.dark)
        self.writer = tk.StringVar(self.root, self.preferences.writer)
        self.controls = Controls()
        self.client = EngineClient(home, checksums)
        self.background = Background(self.root)
        self._poll_timer: str | None = None
        self._preparing: int | None = None
        self._starter: tk.Misc | None = None
        # Why other versions answer than those that were chosen, by what the notice calls it.
        self._fallbacks: dict[str, Fallback | None] = {}
        self._closed = False
        # All who have digits, as far as is known.
        self._writers: set[str] = set()
        self.backups: AutomaticBackups | None = None
        self._make_frame()
        self.store = BackgroundStore(
            self.background, home, lambda text: self.notice.show(text, kind="bad")
        )
        self.store.replaced = self._store_replaced
        # First of all that the background does: the engine waits for it.
        self._may_start = self._painted = False
        self._first_opening = FirstOpening(
            self.root, home, self.background, self.store, self._line_decided
        )
        self.context = self._make_context()
        self.panels: dict[type[Panel], Panel] = {}
        self._add_panel(DrawPanel)
        self._bind_keys()
        self._place_window()
        self.root.after_idle(lambda: self.root.after(1, self._start_behind))

    # --- building -----------------------------------------------------------
    def _make_context(self) -> Context:
        """Return what the panels may use of this window."""
        return Context(
            home=self.home,
            theme=self.theme,
            preferences=self.preferences,
            writer=self.writer,
            notice=self.notice,
            controls=self.controls,
            client=self.client,
            background=self.background,
            store=self.store,
            go_to=self.go_to,
            start_job=self.start,
            expect_reports=self.expect_reports,
            samples_changed=self.samples_changed,
        )

    def _make_frame(self) -> None:
        px = self.theme.px
        frame = ttk.Frame(self.root, padding=(px(12), px(8), px(12), px(8)))
        frame.pack(fill="both", expand=True)
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        self.tabs = ttk.Notebook(frame)
        self.tabs.grid(row=0, column=0, sticky="nsew")
        self.tabs.bind("<<NotebookTabChanged>>", lambda _event: self._tab_shown())
        self.theme_button = ttk.Button(frame, command=self.switch_theme)
        # In the free end of the row of tabs: a row of its own would cost the paper its height.
        self.theme_button.place(relx=1.0, x=-px(4), y=px(3), anchor="ne")
        self._name_theme_button()
        self.notice = Notice(frame, self.theme, self.tabs)
        self.notice.grid(row=1, column=0, sticky="ew", pady=(px(6), 0))
        self.status = StatusLine(frame, self.theme, self.cancel)
        self.status.grid(row=2, column=0, sticky="ew", pady=(px(4), 0))
        self.controls.add(self.status.cancel_button, State.RUNNING)

    def _add_panel(self, panel_class: type[Panel]) -> None:
        panel = panel_class(self.tabs, self.context)
        self.panels[panel_class] = panel
        self.tabs.add(panel, text=panel.title)

    def _bind_keys(self) -> None:
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self.root.bind("<Key>", self._key)
        self.root.bind("<Control-r>", lambda _event: self._retrain())
        self.root.bind("<Command-z>" if sys.platform == "darwin" else "<Control-z>", self._undo_key)
        for number in range(1, 10):
            self.root.bind(f"<Alt-Key-{number}>", lambda event: self._tab_key(int(event.keysym)))

    def _place_window(self) -> None:
        width, height = (self.theme.px(size) for size in SMALLEST)
        self.root.minsize(width, height)
        self.root.geometry(f"{width}x{height}")

    def _start_behind(self) -> None:
        """Start, now that the window is painted, all that takes longer."""
        from classroom.ui.compare.panel import ComparePanel
        from classroom.ui.photo.camera_panel import CameraPanel
        from classroom.ui.photo.panel import PhotoPanel
        from classroom.ui.samples.panel import SamplesPanel
        from classroom.ui.train.panel import TrainPanel

        self._painted = True
        self._start_engine()
        runtime.return_large_blocks()
        self.status.show(_("The engine is starting …"))
        behind = (SamplesPanel, TrainPanel, ComparePanel, PhotoPanel, CameraPanel)
        for panel_class in behind:
            self._add_panel(panel_class)
        self.samples_changed()
        elsewhere = paths.why_elsewhere(self.home)
        if elsewhere:
            self.notice.show(elsewhere)
        self.store.watch(self.root, self.samples_changed)
        recovery = StoreRecovery(
            self.root, self.store, self.background, self.notice, self.store_changed
        )
        self.backups = AutomaticBackups(self.root, self.store, recovery.damaged)
        self.expect_reports()

    def _line_decided(self) -> None:
        self._may_start = True
        self._start_engine()

    def _start_engine(self) -> None:
        """Start the engine, once the window is painted and the engine's line decided."""
        if self._painted and self._may_start:
            self.client.start()
            self.expect_reports()

    # --- what panels use ------------------------------------------------------
    def start(self, job: Callable[[], int], of: tk.Misc | None = None) -> int:
        """Start a job of the client, for a part of a tab or for all; returns its id."""
        job_id, self._starter = job(), of
        self.notice.over("job")
        self.controls.set_state(State.RUNNING)
        self.status.busy()
        self.expect_reports()
        return job_id

    def cancel(self) -> None:
        """Cancel the job under way."""
        if self.controls.state is State.RUNNING:
            self.client.cancel()
            self.controls.set_state(State.CANCELLING)
            self.status.show(_("Cancelling …"))

    def samples_changed(self) -> None:
        """Tell every panel that the own samples have changed."""
        for panel in self.panels.values():
            panel.samples_changed()
        self.store.run(lambda dataset: set(dataset.writers(deleted=True)), self._writers_are)

    def _writers_are(self, names: set[str]) -> None:
        """Forget whoever was deleted for good, also at another window or on the command line."""
        gone, self._writers = self._writers - names, names
        if gone & {self.writer.get().strip()}:
            self.writer.set("")
            self.context.remember()
        if gone:
            for panel in self.panels.values():
                panel.writers_deleted()

    def store_changed(self) -> None:
        """Tell every panel that there is another store: what was known by number is not."""
        for panel in self.panels.values():
            panel.store_changed()
        self.samples_changed()

    def _store_replaced(self, sentence: str) -> None:
        self.store_changed()
        if self.store.read_only:
            # It concerns every tab, and stays as long as it is so.
            self.notice.show(sentence, kind="bad", until=READ_ONLY)
        elif self.notice.shows(READ_ONLY):
            self.notice.over(READ_ONLY)
            self.notice.show(sentence, kind="good")
        else:
            # It stays until somebody has read it.
            self.notice.show(
                sentence, _("OK"), lambda: self.notice.over(REPLACED), "bad", until=REPLACED
            )

    def select_tab(self, panel_class: type[Panel]) -> None:
        """Open a tab."""
        self.tabs.select(self.panels[panel_class])

    def go_to(self, tab: Tab) -> None:
        """Open a tab, on behalf of another one."""
        self.select_tab(next(kind for kind in self.panels if kind.tab is tab))

    def expect_reports(self) -> None:
        """Listen to the engine at once, not only at the next glance."""
        if self._poll_timer is not None:
            self.root.after_cancel(self._poll_timer)
        self._poll_timer = self.root.after(1, self._poll)

    def switch_theme(self) -> None:
        """Go over from light to dark or back."""
        self.theme.set(not self.theme.dark)
        self._name_theme_button()
        for panel in self.panels.values():
            panel.theme_changed()

    @property
    def closed(self) -> bool:
        """Whether the window is gone."""
        return self._closed

    def close(self) -> None:
        """End everything; asks when a drawing would be lost."""
        if self._closed or not self._may_close():
            return
        self._closed = True
        self.context.remember()
        self._first_opening.close()
        if self._poll_timer is not None:
            self.root.after_cancel(self._poll_timer)
        if self.backups is not None:
            self.backups.close()
        self.store.close()
        self.root.withdraw()
        self.background.close()
        self.client.stop()
        self.root.destroy()

    # --- the engine -----------------------------------------------------------
    def _poll(self) -> None:
        self._poll_timer = None
        try:
            for report in self.client.poll():
                self._deliver(report)
        finally:
            if not self._closed and self._poll_timer is None:
                self._poll_timer = self.root.after(self._pause(), self._poll)

    def _pause(self) -> int:
        if self.client.ready and self.client.predicting:
            return POLL_PREDICTING
        working = self.controls.state in (State.RUNNING, State.CANCELLING)
        if working or self.client.starting or self.client.scoring:
            return POLL_WORKING
        return POLL_IDLE

    def _deliver(self, report: Report) -> None:
        match report:
            case Ready(fallback=fallback):
                self.status.show(_("Ready"))
                self.controls.set_state(State.READY)
                self.notice.over("engine")
                self._tell_fallback(IN_USE, fallback)
            case BaseInUse(fallback=fallback):
                # Where the base line is in use, it is said already.
                is_said = fallback == self._fallbacks.get(IN_USE)
                self._tell_fallback(FOR_PICTURES, None if is_said else fallback)
            case Progress():
                self.status.progress(report)
            case EngineDied(sentence=sentence):
                self.controls.set_state(State.STARTING)
                self.status.show(_("The engine is starting …") if report.restarting else "")
                if sentence:
                    self.notice.show(sentence, kind="bad", until="engine")
            case JobFailed(job_id=job_id, sentence=sentence):
                self._job_over()
                label = _("Try again") if job_id == self._preparing else None
                self.notice.show(
                    sentence, label, self._prepare_again, "bad", of=self._starter, until="job"
                )
            case JobCancelled(job_id=job_id) if job_id == self._preparing and self.client.ready:
                self._job_over()
                self.notice.show(
                    _("SVM and k-NN do not answer: getting them ready was cancelled."),
                    _("Get them ready"),
                    self._prepare_again,
                    until="job",
                )
            case _ if isinstance(report, JobEnd):
                self._job_over()
                if isinstance(report, Prepared | VersionInUse):
                    self._tell_fallback(IN_USE, report.fallback)
                elif isinstance(report, Retrained):
                    self._tell_fallback(IN_USE, None)
        for panel in self.panels.values():
            panel.receive(report)
        if isinstance(report, Ready):
            self._prepare()

    def _tell_fallback(self, cause: str, fallback: Fallback | None) -> None:
        """Say it once when another version answers than the one that was chosen."""
        if fallback is None:
            self.notice.over(cause)
        elif fallback != self._fallbacks.get(cause):
            from classroom.ui.train.panel import TrainPanel

            self.notice.show(
                fallback.sentence,
                _("Go to Train"),
                lambda: self.select_tab(TrainPanel),
                "bad",
                of=self.panels.get(TrainPanel),
                until=cause,
            )
        self._fallbacks[cause] = fallback

    def _prepare_again(self) -> None:
        self._prepare()

    def _prepare(self) -> None:
        """Have MNIST found or fetched, and SVM and k-NN made ready."""
        if self.controls.state is State.READY:
            self._preparing = self.start(self.client.prepare)

    def _job_over(self) -> None:
        # After a cancel by force the engine is starting again, and says so when it answers.
        ready = self.client.ready
        self.controls.set_state(State.READY if ready else State.STARTING)
        starting = _("The engine is starting …") if self.client.starting else ""
        self.status.show(_("Ready") if ready else starting)

    # --- keys, tabs, errors ---------------------------------------------------
    def _key(self, event: "tk.Event[tk.Misc]") -> None:
        """Let the digit keys label a drawing, wherever the focus is but in a text field."""
        typing = isinstance(event.widget, ttk.Entry | tk.Entry)
        control_or_alt = int(event.state) & 0x000C
        if typing or control_or_alt or event.char not in set("0123456789"):
            return
        if self._open_panel() is self.panels[DrawPanel]:
            self._draw_panel.keep(int(event.char))

    def _undo_key(self, event: "tk.Event[tk.Misc]") -> None:
        """Take the last stroke back; *My digits* has its own undo."""
        typing = isinstance(event.widget, ttk.Entry | tk.Entry)
        if not typing and self._open_panel() is self.panels[DrawPanel]:
            self._draw_panel.undo()

    def _tab_key(self, number: int) -> None:
        if number <= self.tabs.index("end"):
            self.tabs.select(number - 1)

    def _retrain(self) -> None:
        from classroom.ui.train.panel import TrainPanel

        panel = self.panels.get(TrainPanel)
        if isinstance(panel, TrainPanel):
            self.select_tab(TrainPanel)
            panel.retrain()

    def _open_panel(self) -> Panel | None:
        selected = self.tabs.select()
        return next((p for p in self.panels.values() if str(p) == selected), None)

    def _tab_shown(self) -> None:
        self.notice.tab_opened()
        panel = self._open_panel()
        if panel is not None:
            panel.shown()

    def _name_theme_button(self) -> None:
        self.theme_button.configure(text=_("Light") if self.theme.dark else _("Dark"))

    @property
    def _draw_panel(self) -> DrawPanel:
        panel = self.panels[DrawPanel]
        assert isinstance(panel, DrawPanel)
        return panel

    def _may_close(self) -> bool:
        count = len(self._draw_panel.unsaved)
        if not count:
            return True
        question = ngettext(
            "{n} digit could not be kept yet and will be lost. Quit all the same?",
            "{n} digits could not be kept yet and will be lost. Quit all the same?",
            count,
        ).format(n=count)
        return messagebox.askyesno(_("Digit Classroom"), question, default="no", icon="warning")

    def _callback_failed(self, *error: object) -> None:
        """Log what went wrong in a callback of Tk, and say so; the window goes on."""
        if isinstance(interrupt := error[1], KeyboardInterrupt):
            # The main loop ends with it, and whoever runs it closes the window.
            raise interrupt
        log.error("a callback failed", exc_info=sys.exc_info())
        self.notice.show(
            _("Something unexpected went wrong; the log file has the details."), kind="bad"
        )
