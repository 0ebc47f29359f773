"""What every tab has in common."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.ui.app import App


class Panel(ttk.Frame):
    """One tab of the window.

    The window calls the methods below; a panel overrides those that
    concern it. All of them run in the window's thread.

    Parameters
    ----------
    parent : ttk.Notebook
    app : App
        The window: its ``client``, ``store``, ``controls``, ``theme``, ``notice``.
    """

    title = ""

    def __init__(self, parent: ttk.Notebook, app: App) -> None:
        super().__init__(parent, padding=app.theme.px(12))
        self.app = app

    def receive(self, report: Report) -> None:
        """Take a report of the engine; each panel sees every one."""

    def samples_changed(self) -> None:
        """Count again: own samples were kept, imported, relabelled or deleted."""

    def store_changed(self) -> None:
        """Forget the numbers of samples: the store is another one. `samples_changed` follows."""

    def writers_deleted(self) -> None:
        """Show no names of writers any more that were deleted for good."""

    def shown(self) -> None:
        """Get ready to be looked at: the tab was opened."""

    def theme_changed(self) -> None:
        """Light and dark were switched: redraw what ttk does not draw."""
