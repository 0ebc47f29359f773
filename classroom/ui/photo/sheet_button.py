"""The button that makes a collection sheet with the student's name."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.ui.core.context import Context


class SheetButton(ttk.Button):
    """Asks where to, and writes the sheet beside the window."""

    def __init__(self, parent: tk.Misc, context: Context) -> None:
        super().__init__(parent, text=_("Make a sheet …"), command=self.ask)
        self._context = context

    def ask(self) -> None:
        """Ask where to, and write a collection sheet."""
        name = filedialog.asksaveasfilename(
            parent=self,
            title=_("Make a sheet to print"),
            initialfile=_("sheet") + ".pdf",
            defaultextension=".pdf",
            filetypes=[("PDF", "*.pdf")],
        )
        if name:
            self.make(Path(name))

    def make(self, file: Path) -> None:
        """Write a collection sheet for the writer whose name is in the window."""
        writer, notice = self._context.writer.get(), self._context.notice

        def write() -> None:
            from classroom.preprocessing.sheet import write_sheet

            write_sheet(file, writer)

        def written(_nothing: None) -> None:
            text = _("{file} is written. Print it, fill it in, photograph it, and open the photo.")
            notice.show(text.format(file=file), kind="good", of=self)

        self._context.background.run(
            write, written, lambda said: notice.show(said, kind="bad", of=self)
        )
