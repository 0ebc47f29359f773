"""The dialog *Backups*: which there are, and going back to one of them."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TYPE_CHECKING, Literal

from classroom.i18n import _
from classroom.ui.core.texts import backup_time, digit_count
from classroom.ui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from classroom.datasets.backups import Backup
    from classroom.datasets.dataset import Dataset, Edit
    from classroom.datasets.restoring import BackupContent, Restored
    from classroom.ui.core.context import Context

ROWS = 8
COLUMNS: tuple[tuple[str, str, int, Literal["w", "e"]], ...] = (
    ("moment", _("Made on"), 150, "w"),
    ("digits", _("Digits"), 80, "e"),
    ("remark", _("Remark"), 340, "w"),
)


def remark(held: BackupContent) -> str:
    """Say what is to be known of a backup; mostly nothing."""
    if held.samples is None:
        return _("damaged, cannot be restored")
    if held.backup.in_future:
        return _("the clock was wrong: this date is still to come")
    return ""


class BackupsButton(ttk.Button):
    """Opens the dialog, and brings the digits to what they are in the backup that is chosen.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    """

    def __init__(self, parent: tk.Misc, context: Context) -> None:
        super().__init__(parent, text=_("Backups…"), command=self.ask)
        self._context = context
        self.dialog: BackupsDialog | None = None

    def ask(self) -> None:
        """Show the backups that there are."""

        def work() -> list[BackupContent]:
            from classroom.datasets import restoring

            file = self._context.store.file()
            return restoring.contents(file) if file else []

        self._context.background.run(work, self._show, self._failed)

    def _show(self, found: list[BackupContent]) -> None:
        if found:
            self.dialog = BackupsDialog(self, self._context, found, self._restore)
        else:
            text = _("There is no backup yet. One is made by itself soon after something changed.")
            self._context.notice.show(text, of=self)

    def _restore(self, backup: Backup) -> None:
        def work(dataset: Dataset) -> Restored:
            from classroom.datasets import restoring

            file = self._context.store.file()
            assert file is not None
            return restoring.restore_into(dataset, file, backup)

        self._context.notice.show(_("Restoring …"), of=self)
        self._context.store.run(work, self._restored, self._failed)

    def _restored(self, done: Restored) -> None:
        text = _("Your digits are as on {moment}: {digits}.").format(
            moment=backup_time(done.backup), digits=digit_count(done.samples)
        )
        if done.edit is None:
            self._context.notice.show(
                _("{text} Nothing had to be changed.").format(text=text), of=self
            )
            return
        self._context.notice.show(text, _("Undo"), lambda: self._undo(done.edit), "good", of=self)
        self._context.samples_changed()

    def _undo(self, edit: int | None) -> None:
        def undone(taken_back: Edit | None) -> None:
            if taken_back is None:
                self._failed(_("There is nothing to undo."))
                return
            text = _("Your digits are as they were before the backup was restored.")
            self._context.notice.show(text, of=self)
            self._context.samples_changed()

        self._context.store.run(lambda dataset: dataset.undo(edit), undone, self._failed)

    def _failed(self, sentence: str) -> None:
        self._context.notice.show(sentence, kind="bad", of=self)


class BackupsDialog(Dialog):
    """A table of the backups, the newest first and chosen.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    found : sequence of BackupContent
    restore : callable
        Takes the backup to go back to.
    """

    def __init__(
        self,
        parent: tk.Misc,
        context: Context,
        found: Sequence[BackupContent],
        restore: Callable[[Backup], None],
    ) -> None:
        super().__init__(parent, context.theme, _("Backups"), lambda: None)
        self._found, self._restore = list(found), restore
        px = context.theme.px
        self.say(0, _("Go back to your digits as they were"), "Heading.TLabel")
        self.say(
            1,
            _(
                "The digits that were kept then count again, with the labels of then; those kept "
                "since do not. Undo takes that back, and the digits of now are backed up as well."
            ),
        )
        self.tree = ttk.Treeview(
            self.body,
            columns=[column for column, *_rest in COLUMNS],
            show="headings",
            selectmode="browse",
            height=min(len(found), ROWS),
        )
        for column, title, width, anchor in COLUMNS:
            self.tree.heading(column, text=title, anchor=anchor)
            self.tree.column(column, width=px(width), anchor=anchor)
        self.tree.grid(row=2, column=0, sticky="nsew")
        self.body.rowconfigure(2, weight=1)
        for row, held in enumerate(found):
            count = "" if held.samples is None else f"{held.samples:,}"
            values = (backup_time(held.backup), count, remark(held))
            self.tree.insert("", "end", iid=str(row), values=values)
        self.add_button(_("Close"), self.dismiss, accent=False)
        self.restore_button = self.add_button(_("Restore"), self.restore, accent=True)
        self.tree.bind("<<TreeviewSelect>>", lambda _event: self._chosen())
        self.tree.bind("<Double-1>", lambda _event: self.restore())
        sound = next((row for row, held in enumerate(found) if held.samples is not None), 0)
        self.tree.selection_set(str(sound))
        self.tree.focus(str(sound))

    def restore(self) -> None:
        """Go back to the chosen backup."""
        held = self._selected()
        if held is not None and held.samples is not None:
            self.destroy()
            self._restore(held.backup)

    def _selected(self) -> BackupContent | None:
        chosen = self.tree.selection()
        return self._found[int(chosen[0])] if chosen else None

    def _chosen(self) -> None:
        held = self._selected()
        usable = held is not None and held.samples is not None
        self.restore_button.state(["!disabled" if usable else "disabled"])
