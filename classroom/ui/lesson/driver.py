"""Plays a user: puts events into a real window, and waits, without blocking it, for what follows.

A story is a generator: it does something, then yields what it waits for, and
goes on when that has come true. Tk's own ``after`` asks, so the window runs as
it does under a hand on the mouse.
"""

from __future__ import annotations

import logging
import time
import tkinter as tk
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageGrab

from classroom.engine.messages import (
    Compared,
    EngineDied,
    JobCancelled,
    JobFailed,
    Prediction,
    Prepared,
    Ready,
    Retrained,
)
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.reports.lesson_findings import PlayedStep
from classroom.ui.core.panel import Panel
from classroom.ui.draw.ink import PAPER
from classroom.ui.draw.panel import DrawPanel

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.evaluation.results import Probabilities
    from classroom.preprocessing.strokes import Strokes
    from classroom.ui.app import App

LOOK_MILLISECONDS = 10
# How long a picture takes from Tk's canvas to the screen, at most.
SETTLE_SECONDS = 0.3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wait:
    """What a story waits for.

    Attributes
    ----------
    what : str
        In words, for the sentence when it does not come.
    until : callable
        Whether it has come.
    seconds : float
        How long it may take.
    """

    what: str
    until: Callable[[], bool]
    seconds: float = 10.0


Story = Iterator[Wait]


class Notes(Panel):
    """Hears, like every panel, what the engine reports, and remembers it; it is never shown."""

    def __init__(self, app: App) -> None:
        super().__init__(app.tabs, app.context)
        self.ready = False
        self.prepared = False
        self.retrained: Retrained | None = None
        self.compared: Compared | None = None
        self.answers: dict[str, Probabilities] = {}
        self.failure = ""

    def receive(self, report: Report) -> None:
        """Remember what a story may wait for."""
        match report:
            case Ready():
                self.ready = True
            case Prepared():
                self.prepared = True
            case Retrained():
                self.retrained = report
            case Compared():
                self.compared = report
            case Prediction(classifier=name, probabilities=probabilities):
                if probabilities is not None:
                    self.answers[name] = probabilities
            case JobFailed(sentence=sentence) | EngineDied(sentence=sentence) if sentence:
                self.failure = sentence
            case JobCancelled():
                self.failure = _("The work was cancelled.")


class Driver:
    """Plays a story in a window.

    Parameters
    ----------
    app : App
    tell : callable
        Takes each step's name when it begins, such as ``[3/9] Draw and keep digits``.

    Attributes
    ----------
    notes : Notes
        What the engine has reported.
    """

    def __init__(self, app: App, tell: Callable[[str], None]) -> None:
        self.app = app
        self._tell = tell
        self.notes = Notes(app)
        app.panels[Notes] = self.notes
        self._steps: list[tuple[PlayedStep, Story]] = []
        self._played: list[PlayedStep] = []
        self._wait: Wait | None = None
        self._began = self._waiting_since = 0.0
        self._error: Exception | None = None
        # The window remembers the writer; it is to be the one who really uses it.
        self._writer = app.writer.get()
        app.root.report_callback_exception = self._callback_failed

    def play(self, steps: list[tuple[PlayedStep, Story]]) -> None:
        """Play all steps, one after the other; returns when the window is closed.

        Raises
        ------
        ClassroomError
            A step did not come to its end; the sentence names it.
        """
        self._steps = list(reversed(steps))
        self.app.root.after(1, self._look)
        try:
            self.app.root.mainloop()
        except KeyboardInterrupt:
            self._close()
            raise
        if self._error is not None:
            raise self._error
        if len(self._played) < len(steps):
            name = steps[len(self._played)][0].name
            raise ClassroomError(
                _("The window was closed during “{step}”, so the lesson has no report.").format(
                    step=name
                )
            )

    # --- going on ---------------------------------------------------------------
    def _look(self) -> None:
        try:
            self._go_on()
        except Exception as error:
            self._stop(error)
        else:
            if self._steps:
                self.app.root.after(1 if self._wait is None else LOOK_MILLISECONDS, self._look)
            else:
                self._close()

    def _go_on(self) -> None:
        """Take the story one wait further, if what it waits for has come."""
        played, story = self._steps[-1]
        if not self._began:
            self._began = time.monotonic()
            number, steps = len(self._played) + 1, len(self._played) + len(self._steps)
            self._tell(f"[{number}/{steps}] {played.name}")
        if self._wait is not None and not self._wait.until():
            self._check_patience(played, self._wait)
            return
        self._wait = next(story, None)
        self._waiting_since = time.monotonic()
        if self._wait is None:
            played.seconds = time.monotonic() - self._began
            log.info("played in %.1f s: %s", played.seconds, played.name)
            self._began = 0.0
            self._played.append(played)
            self._steps.pop()

    def _check_patience(self, played: PlayedStep, wait: Wait) -> None:
        if self.notes.failure:
            why = self.notes.failure
        elif time.monotonic() - self._waiting_since > wait.seconds:
            why = _("{what} did not come within {seconds:.0f} seconds.").format(
                what=wait.what, seconds=wait.seconds
            )
        else:
            return
        raise ClassroomError(
            _("The lesson stopped at “{step}”: {why}").format(step=played.name, why=why)
        )

    def _callback_failed(self, kind: Any, value: Any, trace: Any) -> None:
        if isinstance(value, KeyboardInterrupt):
            raise value
        log.error("a callback failed", exc_info=(kind, value, trace))
        self._stop(
            ClassroomError(
                _("The lesson stopped: something unexpected went wrong; the log has the details.")
            )
        )

    def _stop(self, error: Exception) -> None:
        self._error = self._error or error
        self._steps.clear()
        self._close()

    def _close(self) -> None:
        self.app.writer.set(self._writer)
        draw = self.app.panels[DrawPanel]
        if isinstance(draw, DrawPanel):
            # Nobody is there to be asked about drawings that could not be kept.
            draw.unsaved.clear()
        self.app.close()

    # --- what a hand does ---------------------------------------------------------
    def draw(self, canvas: tk.Canvas, strokes: Strokes) -> Story:
        """Draw strokes, in units of the paper, with the mouse."""
        scale = min(canvas.winfo_width(), canvas.winfo_height()) / PAPER
        for stroke in strokes:
            points = [(round(x * scale), round(y * scale)) for x, y in stroke]
            (x, y), *rest = points
            canvas.event_generate("<ButtonPress-1>", x=x, y=y)
            for x, y in rest:
                canvas.event_generate("<B1-Motion>", x=x, y=y)
            canvas.event_generate("<ButtonRelease-1>", x=x, y=y)
            yield Wait(_("The stroke"), lambda: True)

    def press(self, widget: tk.Misc, key: str) -> Story:
        """Press a key, such as ``Key-7`` or ``Control-r``, in `widget`."""
        yield Wait(_("The place for the key"), lambda: bool(widget.winfo_viewable()))
        # By force: a window manager may have given the focus to another window.
        widget.focus_force()
        yield Wait(_("The focus"), lambda: widget.focus_get() is widget)
        widget.event_generate(f"<{key}>")

    def type(self, entry: ttk.Entry, text: str) -> None:
        """Write `text` into a field, in place of what is there."""
        entry.focus_force()
        entry.delete(0, "end")
        entry.insert(0, text)
        entry.event_generate("<Return>")

    def settle(self) -> Wait:
        """Wait until all that was drawn is on the screen."""
        self.app.root.update_idletasks()
        until = time.monotonic() + SETTLE_SECONDS
        return Wait(_("The picture"), lambda: time.monotonic() > until)

    def photograph(self) -> Image.Image | None:
        """Return a picture of the window, None where the system does not give any."""
        root = self.app.root
        left, top = root.winfo_rootx(), root.winfo_rooty()
        box = (left, top, left + root.winfo_width(), top + root.winfo_height())
        try:
            picture = ImageGrab.grab(bbox=box).convert("RGB")
        except OSError as error:
            log.warning("no picture of the window: %s", error)
            return None
        # Some systems give one colour, black, to whom they do not let see the screen.
        return picture if picture.getcolors(maxcolors=1) is None else None
