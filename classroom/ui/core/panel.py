"""What every tab has in common."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.ui.core.context import Context, Tab


class Panel(ttk.Frame):
    """One tab of the window.

    The window calls the methods below; a panel overrides those that
    concern it. All of them run in the window's thread.

    Parameters
    ----------
    parent : ttk.Notebook
    context : Context

    Attributes
    ----------
    tab : Tab or None
        Which of the tabs it is; None for a panel that is never shown.
    title : str
        What stands on the tab.
    """

    tab: ClassVar[Tab | None] = None
    title = ""

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, padding=context.theme.px(12))
        self._tabs = parent
        self.context = context

    @property
    def is_open(self) -> bool:
        """Whether this tab is the one that is seen."""
        return str(self._tabs.select()) == str(self)

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
