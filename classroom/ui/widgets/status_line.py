"""The status line: what the engine is doing, how far it is, and Cancel."""

from collections.abc import Callable
from tkinter import ttk

from classroom.engine.messages import Progress
from classroom.i18n import _, ngettext
from classroom.ui.core.theme import Theme


def time_left(seconds: float | None) -> str:
    """Say roughly how long something will still take; empty where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 60:
        whole = max(1, round(seconds))
        return ngettext("about {n} second left", "about {n} seconds left", whole).format(n=whole)
    minutes = round(seconds / 60)
    return ngettext("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)


def describe(progress: Progress) -> str:
    """Say which step a job is at."""
    text = _("Step {step} of {steps}: {title}").format(
        step=progress.step, steps=progress.steps, title=progress.title
    )
    left = time_left(progress.seconds_left)
    return f"{text}, {left}" if left else text


class StatusLine(ttk.Frame):
    """One line of text, and a bar while a job is under way."""

    def __init__(self, parent: ttk.Frame, theme: Theme, cancel: Callable[[], None]) -> None:
        super().__init__(parent)
        px = theme.px
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, minsize=px(34))
        self.label = ttk.Label(self, style="Muted.TLabel")
        self.label.grid(row=0, column=0, sticky="w")
        self.bar = ttk.Progressbar(self, length=px(180), maximum=1.0)
        self.bar.grid(row=0, column=1, padx=px(10))
        self.cancel_button = ttk.Button(self, text=_("Cancel"), command=cancel)
        self.cancel_button.grid(row=0, column=2)
        self.show("")

    def show(self, text: str) -> None:
        """Show `text` and no bar."""
        self.label.configure(text=text)
        self._spin(False)
        self.bar.grid_remove()
        self.cancel_button.grid_remove()

    def busy(self) -> None:
        """Show the bar and *Cancel*."""
        self.bar.grid()
        self.cancel_button.grid()
        self._spin(True)

    def progress(self, progress: Progress) -> None:
        """Show where a job is."""
        self.label.configure(text=describe(progress))
        self._spin(progress.fraction is None)
        if progress.fraction is not None:
            self.bar.configure(value=progress.fraction)

    def _spin(self, unknown: bool) -> None:
        """Let the bar wander where nobody can tell how much is done."""
        if unknown == (str(self.bar.cget("mode")) == "indeterminate"):
            return
        if unknown:
            self.bar.configure(mode="indeterminate")
            self.bar.start(30)
        else:
            self.bar.stop()
            self.bar.configure(mode="determinate", value=0)
