"""Stores the digits of a whole photo, tells how many, and takes them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext
from classroom.preprocessing.images import Grey

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset
    from classroom.datasets.edits import Edit
    from classroom.ui.core.panel import Panel


class PageSaver:
    """Keeps the digits of one page at once, so that one *Undo* takes them back at once.

    Parameters
    ----------
    panel : Panel
    """

    def __init__(self, panel: Panel) -> None:
        self._context, self._panel = panel.context, panel

    def keep(
        self,
        labelled: Sequence[tuple[int, Grey]],
        writer: str,
        kept: Callable[[], None],
        failed: Callable[[str], None],
        taken_back: Callable[[], None],
    ) -> None:
        """Store digits, each a label with its image, beside the window.

        Parameters
        ----------
        labelled : sequence of (int, array of shape (28, 28))
        writer : str
        kept, failed, taken_back : callable
            Called when they are stored, with a sentence when they are not, and
            when the student has undone it.
        """

        def store(dataset: Dataset) -> tuple[int, int, int | None]:
            from classroom.datasets.dataset import Sample

            return dataset.keep_many(
                Sample(image, label, writer, "photo") for label, image in labelled
            )

        def stored(done: tuple[int, int, int | None]) -> None:
            kept()
            self._tell(*done, taken_back)
            self._context.samples_changed()

        self._context.store.run(store, stored, failed)

    def _tell(
        self, added: int, known: int, edit: int | None, taken_back: Callable[[], None]
    ) -> None:
        text = ngettext("{n} digit kept.", "{n} digits kept.", added).format(n=added)
        if known:
            more = ngettext("{n} was there already.", "{n} were there already.", known)
            text = f"{text} {more.format(n=known)}"
        if edit is None:
            self._context.notice.show(text, kind="good", of=self._panel)
        else:
            self._context.notice.show(
                text,
                _("Undo"),
                lambda: self._undo(edit, taken_back),
                "good",
                of=self._panel,
            )

    def _undo(self, edit: int, taken_back: Callable[[], None]) -> None:
        self._context.notice.clear(self._panel)

        def undone(done: Edit | None) -> None:
            count = len(done.samples) if done else 0
            text = ngettext(
                "{n} digit is not kept any more.", "{n} digits are not kept any more.", count
            )
            self._context.notice.show(text.format(n=count), of=self._panel)
            taken_back()
            self._context.samples_changed()

        self._context.store.run(lambda dataset: dataset.undo(edit), undone)
