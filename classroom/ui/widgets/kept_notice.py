"""What the notice says when a digit was kept, and how it is taken back from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from classroom.i18n import A_DIGIT, _

if TYPE_CHECKING:
    from classroom.datasets.dataset import Edit, Kept
    from classroom.ui.core.panel import Panel


def tell_kept(
    panel: Panel,
    kept: Kept,
    label: int,
    taken_back: Callable[[], None] = lambda: None,
    *,
    sentence: str = "",
    note: str = "",
) -> None:
    """Say where a digit went, and offer *Undo*; or that it was there already.

    Parameters
    ----------
    panel : Panel
        The tab that it was kept in.
    kept : Kept
    label : int
    taken_back : callable
        Called when the student has taken it back.
    sentence : str
        What is said of a digit that was kept; empty: which part it was kept for.
    note : str
        What is said before that a digit was kept already.
    """
    context = panel.context
    if kept.duplicate:
        text = _("This very {digit} was kept already.").format(digit=label)
        context.notice.show(f"{note} {text}".lstrip(), of=panel)
        return

    def undone(edit: Edit | None) -> None:
        if edit is None:
            context.notice.show(_("There is nothing to undo."), kind="bad", of=panel)
            return
        context.notice.show(_("The {digit} is not kept any more.").format(digit=label), of=panel)
        taken_back()
        context.samples_changed()

    def undo() -> None:
        context.store.run(lambda dataset: dataset.undo(kept.edit), undone)

    where = _("practice") if kept.part == "practice" else _("the exam")
    text = _("Kept {a_digit} for {part}.").format(a_digit=A_DIGIT[label], part=where)
    context.notice.show(sentence or text, _("Undo"), undo, "good", of=panel)
    context.samples_changed()
