"""Edits of the kept samples: the changes, their buttons and their keys. `SamplesPanel` has one."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.datasets import edit_sentences
from classroom.i18n import _
from classroom.ui.widgets.gallery import MAC

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset, Edit
    from classroom.ui.core.context import Context


class Editor:
    """Relabels, deletes and restores the selected samples, undoes and redoes.

    One change at a time, on the background thread; the notice offers to take each back.

    Parameters
    ----------
    context : Context
    part : tk.Misc
        The tab, or a part of it, that the changes are made in.
    done : callable
        Takes the samples that were changed.
    moved : callable
        Takes the samples that were brought back to what they were, or forth again.

    Attributes
    ----------
    steps : tuple of int
        How many edits can be undone, and how many redone.
    """

    def __init__(
        self,
        context: Context,
        part: tk.Misc,
        done: Callable[[list[int]], None],
        moved: Callable[[tuple[int, ...]], None],
    ) -> None:
        self._context, self._part, self._done, self._moved = context, part, done, moved
        self._busy = False
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._labels: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._deleted = False
        self.steps = 0, 0

    def select(self, ids: NDArray[np.int64], labels: NDArray[np.uint8], *, deleted: bool) -> None:
        """Take note of the selected samples, and whether they are deleted ones."""
        self._ids, self._labels, self._deleted = ids, labels, deleted

    @property
    def can_delete(self) -> bool:
        """Whether kept samples are selected: they can be relabelled, too."""
        return len(self._ids) > 0 and not self._deleted

    @property
    def can_restore(self) -> bool:
        """Whether deleted samples are selected."""
        return len(self._ids) > 0 and self._deleted

    def relabel(self, label: int) -> None:
        """Say that the selected samples are another digit."""
        ids = self._ids[self._labels != label].tolist()
        if ids and self.can_delete:
            self._change("relabel", ids, lambda store: store.relabel(ids, label), label)

    def delete(self) -> None:
        """Delete the selected samples."""
        if self.can_delete:
            ids = self._ids.tolist()
            self._change("delete", ids, lambda store: store.delete(ids))

    def restore(self) -> None:
        """Bring the selected samples back."""
        if self.can_restore:
            ids = self._ids.tolist()
            self._change("restore", ids, lambda store: store.restore(ids))

    def undo(self) -> None:
        """Take the last change back, also one from before the window was opened."""
        self._step(lambda store: store.undo(), self._undone)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._step(lambda store: store.redo(), self._redone)

    def _change(
        self, kind: str, ids: list[int], change: Callable[[Dataset], object], label: int = 0
    ) -> None:
        # A key that is held down must not run ahead of what is seen.
        if not self._busy:
            self._busy = True
            text = edit_sentences.sentence(kind, len(ids), label)
            self._context.store.run(change, lambda _edit: self._changed(ids, text), self._failed)

    def _changed(self, ids: list[int], text: str) -> None:
        self._tell(text, _("Undo"), self.undo)
        self._done(ids)

    def _step(
        self, change: Callable[[Dataset], Edit | None], then: Callable[[Edit | None], None]
    ) -> None:
        if not self._busy:
            self._busy = True
            self._context.store.run(change, then, self._failed)

    def _undone(self, edit: Edit | None) -> None:
        if edit is None:
            self._failed(_("There is nothing to undo."))
            return
        text = edit_sentences.undone_sentence(edit.kind, len(edit.samples))
        self._tell(text, _("Redo"), self.redo)
        self._moved(edit.samples)

    def _redone(self, edit: Edit | None) -> None:
        if edit is None:
            self._failed(_("There is nothing to redo."))
            return
        text = edit_sentences.sentence(edit.kind, len(edit.samples), edit.label)
        self._tell(text, _("Undo"), self.undo)
        self._moved(edit.samples)

    def _tell(self, sentence: str, label: str, action: Callable[[], None]) -> None:
        self._busy = False
        self._context.notice.show(sentence, label, action, "good", of=self._part)

    def _failed(self, sentence: str) -> None:
        self._busy = False
        self._context.notice.show(sentence, kind="bad", of=self._part)


class EditButtons(ttk.Frame):
    """The buttons *Delete*, *Restore*, *Undo* and *Redo*, two in a row.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    editor : Editor
    """

    def __init__(self, parent: tk.Misc, context: Context, editor: Editor) -> None:
        super().__init__(parent)
        px = context.theme.px
        self.columnconfigure((0, 1), weight=1, uniform="half", minsize=px(118))
        self.delete_button = ttk.Button(self, text=_("Delete"), command=editor.delete)
        self.restore_button = ttk.Button(self, text=_("Restore"), command=editor.restore)
        self.undo_button = ttk.Button(self, text=_("Undo"), command=editor.undo)
        self.redo_button = ttk.Button(self, text=_("Redo"), command=editor.redo)
        buttons = (self.delete_button, self.restore_button, self.undo_button, self.redo_button)
        for number, button in enumerate(buttons):
            row, column = divmod(number, 2)
            above = px(8) if row == 0 else px(4)
            button.grid(row=row, column=column, sticky="ew", padx=px(2), pady=(above, 0))
        controls = context.controls
        controls.add(self.delete_button, when=lambda: editor.can_delete)
        controls.add(self.restore_button, when=lambda: editor.can_restore)
        controls.add(self.undo_button, when=lambda: editor.steps[0] > 0)
        controls.add(self.redo_button, when=lambda: editor.steps[1] > 0)


def bind_keys(tab: tk.Misc, editor: Editor) -> None:
    """Bind digits, Delete, and the keys of undo and redo, to a tab and all that is in it."""

    def relabel(event: tk.Event[tk.Misc]) -> str | None:
        if event.char and event.char in "0123456789":
            editor.relabel(int(event.char))
            return "break"
        return None

    def step(action: Callable[[], None], _event: tk.Event[tk.Misc]) -> str:
        action()
        return "break"

    tab.bind("<Key>", relabel)
    for name in ("<Delete>", "<BackSpace>"):
        tab.bind(name, lambda _event: editor.delete())
    modifier = "Command" if MAC else "Control"
    for letters, action in (("z", editor.undo), ("ZyY", editor.redo)):
        for letter in letters:
            tab.bind(f"<{modifier}-{letter}>", partial(step, action))
    waiting: list[tk.Misc] = list(tab.winfo_children())
    while waiting:
        widget = waiting.pop()
        waiting += widget.winfo_children()
        widget.bindtags((*widget.bindtags()[:2], str(tab), *widget.bindtags()[2:]))
