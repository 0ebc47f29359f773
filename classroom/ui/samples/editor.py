"""Changes the kept samples, one change at a time, and offers to take each back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from classroom.datasets import edit_sentences
from classroom.i18n import _

if TYPE_CHECKING:
    import tkinter as tk

    from classroom.datasets.dataset import Dataset, Edit
    from classroom.ui.app import App


class Editor:
    """Relabels, deletes and restores, undoes and redoes, beside the window.

    Parameters
    ----------
    app : App
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
        app: App,
        part: tk.Misc,
        done: Callable[[list[int]], None],
        moved: Callable[[tuple[int, ...]], None],
    ) -> None:
        self._app, self._part, self._done, self._moved = app, part, done, moved
        self._busy = False
        self.steps = 0, 0

    def relabel(self, ids: list[int], label: int) -> None:
        """Say that samples are another digit."""
        self._change("relabel", ids, lambda store: store.relabel(ids, label), label)

    def delete(self, ids: list[int]) -> None:
        """Delete samples."""
        self._change("delete", ids, lambda store: store.delete(ids))

    def restore(self, ids: list[int]) -> None:
        """Bring deleted samples back."""
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
            self._app.store.run(change, lambda _edit: self._changed(ids, text), self._failed)

    def _changed(self, ids: list[int], text: str) -> None:
        self._tell(text, _("Undo"), self.undo)
        self._done(ids)

    def _step(
        self, change: Callable[[Dataset], Edit | None], then: Callable[[Edit | None], None]
    ) -> None:
        if not self._busy:
            self._busy = True
            self._app.store.run(change, then, self._failed)

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
        self._app.notice.show(sentence, label, action, "good", of=self._part)

    def _failed(self, sentence: str) -> None:
        self._busy = False
        self._app.notice.show(sentence, kind="bad", of=self._part)
