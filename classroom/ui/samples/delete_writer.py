"""The button that deletes everything of a writer for good."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import messagebox, ttk
from typing import TYPE_CHECKING

from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset
    from classroom.engine.delete_writer import WriterDeletion
    from classroom.ui.core.context import Context


class DeleteWriterButton(ttk.Button):
    """Deletes the writer that is chosen in the filter bar; asks before it acts.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    writer : callable
        Gives the chosen writer, None for everyone.
    """

    def __init__(self, parent: tk.Misc, context: Context, writer: Callable[[], str | None]) -> None:
        super().__init__(parent, text=_("Delete the writer…"), command=self.ask)
        self._context, self._writer = context, writer
        self._busy = False
        context.controls.add(self, when=lambda: writer() is not None and not self._busy)

    def ask(self) -> None:
        """Ask whether everything of the chosen writer is to be deleted, and do so."""
        writer = self._writer()
        if writer is None:
            return
        question = _(
            "Delete every digit of {writer} for good, also from the backups?\n\n"
            "This cannot be undone."
        ).format(writer=writer)
        if messagebox.askyesno(
            _("Digit Classroom"),
            question,
            default="no",
            icon="warning",
            parent=self.winfo_toplevel(),
        ):
            self._delete(writer)

    def _delete(self, writer: str) -> None:
        def work(dataset: Dataset) -> WriterDeletion:
            from classroom.engine import delete_writer

            return delete_writer.delete_writer(self._context.home, writer, dataset)

        self._set_busy(True)
        self._context.store.run(work, self._deleted, self._failed)

    def _deleted(self, deletion: WriterDeletion) -> None:
        self._set_busy(False)
        if self._context.writer.get() == deletion.writer:
            self._context.writer.set("")
            self._context.remember()
        self._context.notice.show(" ".join(deletion.sentences()), kind="good", of=self)
        self._context.samples_changed()

    def _failed(self, sentence: str) -> None:
        self._set_busy(False)
        self._context.notice.show(sentence, kind="bad", of=self)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._context.controls.refresh()
