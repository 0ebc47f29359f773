"""What a retraining changed, before and after, and the question whether to keep it."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.catalogue import NETWORK, TITLES
from classroom.evaluation.results import LedgerLine, Score
from classroom.i18n import _, ngettext
from classroom.ui.core.controls import State
from classroom.ui.core.texts import exam_text

if TYPE_CHECKING:
    from classroom.engine.versions import Version
    from classroom.ui.core.context import Context


def change(before: Score, after: Score) -> tuple[str, str]:
    """Return in words how `after` differs from `before`, and the style of that label.

    An arrow and words go with the colour, for those who cannot see it.
    """
    if not before.total or not after.total:
        return "", "Muted.TLabel"
    more = after.correct - before.correct
    if more > 0:
        text = ngettext("▲ {n:,} more right", "▲ {n:,} more right", more)
        return text.format(n=more), "Good.TLabel"
    if more < 0:
        text = ngettext("▼ {n:,} fewer right", "▼ {n:,} fewer right", -more)
        return text.format(n=-more), "Bad.TLabel"
    return _("= no change"), "Muted.TLabel"


class BeforeAfter(ttk.Frame):
    """A line for each classifier, own exam and MNIST test, before and after.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    go_back : callable
        Takes the number of the version that was in use before.
    """

    def __init__(self, parent: ttk.Frame, context: Context, go_back: Callable[[int], None]) -> None:
        super().__init__(parent)
        self._context = context
        self._go_back = go_back
        self.previous: int | None = None
        self.title = ttk.Label(self, style="Heading.TLabel")
        self.title.grid(row=0, column=0, sticky="w")
        self.table = ttk.Frame(self)
        self.table.grid(row=1, column=0, sticky="w", pady=context.theme.px(8))
        self.question = self._make_question()

    def _make_question(self) -> ttk.Frame:
        px = self._context.theme.px
        frame = ttk.Frame(self)
        self.asked = ttk.Label(frame)
        self.asked.grid(row=0, column=0, padx=(0, px(12)))
        self.keep_button = ttk.Button(frame, text=_("Keep"), command=self.keep)
        self.keep_button.grid(row=0, column=1, padx=(0, px(8)))
        self.back_button = ttk.Button(frame, text=_("Go back"), command=self.go_back)
        self.back_button.grid(row=0, column=2)
        self._context.controls.add(self.back_button, State.READY)
        return frame

    def show_so_far(self, lines: tuple[LedgerLine, ...]) -> None:
        """Show the scores that are known, while other classifiers are still learning."""
        self.previous = None
        known = ", ".join(TITLES.get(line.classifier, line.classifier) for line in lines)
        self.title.configure(text=_("Known so far: {classifiers}").format(classifiers=known))
        self._write_lines(lines)
        self.question.grid_remove()

    def show(self, version: Version, previous: int, lines: tuple[LedgerLine, ...]) -> None:
        """Show what `version` changed against the version `previous`, and ask."""
        self.previous, number = previous, version.number
        title = (
            _("Version {number} against version {previous}")
            if previous
            else _("Version {number} against the one shipped")
        )
        self.title.configure(text=title.format(number=number, previous=previous))
        self._write_lines(lines, rejected=version.rejected is not None)
        self.asked.configure(text=_("Keep version {number}?").format(number=number))
        self.question.grid(row=2, column=0, sticky="w")

    def _write_lines(self, lines: tuple[LedgerLine, ...], *, rejected: bool = False) -> None:
        for child in self.table.winfo_children():
            child.destroy()
        self._write(
            0, (("", ""), (_("Own exam"), "Muted.TLabel"), (_("MNIST test"), "Muted.TLabel"))
        )
        for row, line in enumerate(lines):
            exam, exam_style = change(line.own_exam_before, line.own_exam_after)
            mnist, mnist_style = change(line.mnist_test_before, line.mnist_test_after)
            scores = (
                (TITLES.get(line.classifier, line.classifier), "Heading.TLabel"),
                (self._pair(line.own_exam_before, line.own_exam_after), "TLabel"),
                (self._pair(line.mnist_test_before, line.mnist_test_after), "TLabel"),
            )
            self._write(1 + 2 * row, scores)
            said = ""
            if line.classifier == NETWORK and rejected:
                said = _("as shipped: training rejected")
            self._write(
                2 + 2 * row, ((said, "Bad.TLabel"), (exam, exam_style), (mnist, mnist_style))
            )

    def keep(self) -> None:
        """Take the question away: the new version is in use already."""
        self.previous = None
        self.question.grid_remove()

    def go_back(self) -> None:
        """Have the version before in use again."""
        if self.previous is not None:
            self._go_back(self.previous)

    @staticmethod
    def _pair(before: Score, after: Score) -> str:
        if not after.total:
            return exam_text(after)
        return _("{before} → {after}").format(before=exam_text(before), after=exam_text(after))

    def _write(self, row: int, cells: tuple[tuple[str, str], ...]) -> None:
        px = self._context.theme.px
        for column, (text, style) in enumerate(cells):
            if text:
                label = ttk.Label(self.table, text=text, style=style)
                above = px(8) if row % 2 else 0
                label.grid(row=row, column=column, sticky="w", padx=(0, px(20)), pady=(above, 0))
