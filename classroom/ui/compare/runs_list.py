"""The runs: every comparison that was made, to open again, to lay side by side, to delete."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TYPE_CHECKING, Literal

from classroom.catalogue import TITLES
from classroom.evaluation import runs
from classroom.evaluation.run_differences import change, differences, score_changes, title
from classroom.evaluation.runs import Run, RunSummary
from classroom.i18n import _, ngettext
from classroom.ui.core.texts import NOTHING, exam_text, local_time, percent_text
from classroom.ui.widgets.column_widths import add_sideways_bar, fit_columns

if TYPE_CHECKING:
    from classroom.ui.core.context import Context

TableColumns = dict[str, tuple[str, Literal["w", "e"]]]
RUNS: TableColumns = {
    "run": (_("Run"), "e"),
    "created": (_("Made"), "w"),
    "mnist": (_("MNIST"), "e"),
    "own": (_("Own"), "e"),
    "seed": (_("Seed"), "e"),
    "scores": (_("On the MNIST test"), "w"),
    "state": (_("State"), "w"),
}
BESIDE: TableColumns = {
    "classifier": (_("Classifier"), "w"),
    "mnist-1": ("", "e"),
    "mnist-2": ("", "e"),
    "mnist-change": (_("MNIST test"), "w"),
    "exam-1": ("", "e"),
    "exam-2": ("", "e"),
    "exam-change": (_("Own exam"), "w"),
}


def state_text(card: RunSummary, samples: str | None) -> str:
    """Say whether a run still fits the own samples; `samples` is None while that is unknown."""
    return "" if samples is None or card.fits(samples) else _("out of date")


def scores_text(card: RunSummary) -> str:
    """Return what each classifier of a run got, in one line."""
    parts = [f"{title(row)} {percent_text(row.mnist_test)}" for row in card.rows]
    return " · ".join(parts)


def table(parent: tk.Misc, context: Context, columns: TableColumns, height: int) -> ttk.Treeview:
    """Return an empty table with these columns."""
    tree = ttk.Treeview(parent, columns=list(columns), show="headings", height=height)
    for column, (text, anchor) in columns.items():
        tree.heading(column, text=text, anchor=anchor)
        tree.column(column, anchor=anchor)
    fit_columns(tree, context.theme)
    return tree


class RunsList(ttk.Frame):
    """All runs, the newest first.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    show : callable
        Takes a `Run` that is to be shown again.
    close : callable
        Called when the list has done its duty.
    """

    def __init__(
        self,
        parent: ttk.Frame,
        context: Context,
        show: Callable[[Run], None],
        close: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._show = show
        self.cards: dict[int, RunSummary] = {}
        self.samples: str | None = None
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=2)
        self.tree = self._make_tree()
        self._make_head(close)
        self._make_beside()

    # --- the parts ----------------------------------------------------------
    def _make_head(self, close: Callable[[], None]) -> None:
        px = self._context.theme.px
        head = ttk.Frame(self)
        head.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, px(6)))
        ttk.Label(head, text=_("Runs"), style="Heading.TLabel").pack(side="left", padx=(0, px(16)))
        self.open_button = ttk.Button(head, text=_("Open"), command=self.open)
        self.beside_button = ttk.Button(head, text=_("Side by side"), command=self.lay_beside)
        self.delete_button = ttk.Button(head, text=_("Delete"), command=self.delete)
        self.close_button = ttk.Button(head, text=_("Back to the plots"), command=close)
        for button, allowed in (
            (self.open_button, lambda: len(self.selected) == 1),
            (self.beside_button, lambda: len(self.selected) == 2),
            (self.delete_button, lambda: bool(self.selected)),
        ):
            button.pack(side="left", padx=(0, px(8)))
            self._context.controls.add(button, when=allowed)
        self.close_button.pack(side="right")

    def _make_tree(self) -> ttk.Treeview:
        tree = table(self, self._context, RUNS, 6)
        tree.configure(selectmode="extended")
        tree.grid(row=1, column=0, sticky="nsew")
        bar = ttk.Scrollbar(self, command=tree.yview)
        bar.grid(row=1, column=1, sticky="ns")
        tree.configure(yscrollcommand=bar.set)
        add_sideways_bar(tree)
        tree.tag_configure("outdated", foreground=self._context.theme.palette.muted)
        tree.bind("<<TreeviewSelect>>", lambda _event: self._context.controls.refresh())
        tree.bind("<Return>", lambda _event: self.open())
        tree.bind("<Delete>", lambda _event: self.delete())
        tree.bind("<Double-Button-1>", self._double_clicked)
        return tree

    def _make_beside(self) -> None:
        px = self._context.theme.px
        self.words = ttk.Label(self, style="Muted.TLabel", justify="left")
        self.words.grid(row=3, column=0, columnspan=2, sticky="ew", pady=px(8))
        self.words.bind(
            "<Configure>", lambda event: self.words.configure(wraplength=max(1, event.width))
        )
        self.words.configure(text=_("Select two runs, with Ctrl and a click, to compare them."))
        self.beside = table(self, self._context, BESIDE, 4)
        self.beside.grid(row=4, column=0, columnspan=2, sticky="nsew")

    # --- what is shown ------------------------------------------------------
    @property
    def selected(self) -> list[int]:
        """The numbers of the selected runs, the oldest first."""
        return sorted(int(number) for number in self.tree.selection())

    def load(self) -> None:
        """Read the list anew, beside the window."""
        home = self._context.home
        self._context.background.run(lambda: runs.listing(home), self.fill, self._failed)

    def fill(self, cards: Sequence[RunSummary]) -> None:
        """Show these runs."""
        selected = {str(number) for number in self.selected}
        self.cards = {card.number: card for card in cards}
        self.tree.delete(*self.tree.get_children())
        for number, card in sorted(self.cards.items(), reverse=True):
            state = state_text(card, self.samples)
            values = (
                number,
                local_time(card.created),
                f"{card.data.mnist:,}",
                f"{card.data.own:,}" if card.data.own else NOTHING,
                card.seed,
                scores_text(card),
                state,
            )
            tags = ("outdated",) if state else ()
            self.tree.insert("", "end", str(number), values=values, tags=tags)
        self.tree.selection_set([item for item in self.tree.get_children() if item in selected])
        fit_columns(self.tree, self._context.theme)
        self._context.controls.refresh()

    def samples_are(self, samples: str) -> None:
        """Mark anew which runs fit the own samples."""
        self.samples = samples
        self.fill(list(self.cards.values()))

    def theme_changed(self) -> None:
        """Take the theme's colours."""
        self.tree.tag_configure("outdated", foreground=self._context.theme.palette.muted)

    # --- what the student does ----------------------------------------------
    def open(self) -> None:
        """Show the selected run again."""
        if len(self.selected) == 1:
            home, number = self._context.home, self.selected[0]
            self._context.background.run(lambda: runs.read(home, number), self._show, self._failed)

    def lay_beside(self) -> None:
        """Lay the two selected runs side by side."""
        if len(self.selected) != 2:
            return
        first, second = (self.cards[number] for number in self.selected)
        for which in ("mnist", "exam"):
            for place, card in ((1, first), (2, second)):
                heading = _("Run {number}").format(number=card.number)
                self.beside.heading(f"{which}-{place}", text=heading)
        self.beside.delete(*self.beside.get_children())
        for line in score_changes(first, second):
            values = (
                TITLES.get(line.classifier, line.classifier),
                *(percent_text(score) for score in line.mnist),
                change(*line.mnist),
                *(exam_text(score) for score in line.exam),
                change(*line.exam),
            )
            self.beside.insert("", "end", line.classifier, values=values)
        fit_columns(self.beside, self._context.theme)
        self.words.configure(text=differences(first, second))

    def delete(self) -> None:
        """Delete the selected runs; the notice offers to take that back."""
        numbers, home = self.selected, self._context.home
        if not numbers:
            return

        def work() -> list[RunSummary]:
            for number in numbers:
                runs.delete(home, number)
            return runs.listing(home)

        def deleted(cards: list[RunSummary]) -> None:
            self.fill(cards)
            text = ngettext("{n:,} run deleted.", "{n:,} runs deleted.", len(numbers))
            self._context.notice.show(
                text.format(n=len(numbers)), _("Undo"), lambda: self._restore(numbers), of=self
            )

        self._context.background.run(work, deleted, self._failed)

    def _restore(self, numbers: Sequence[int]) -> None:
        home = self._context.home

        def work() -> list[RunSummary]:
            for number in numbers:
                runs.restore(home, number)
            return runs.listing(home)

        def restored(cards: list[RunSummary]) -> None:
            self.fill(cards)
            text = ngettext("{n:,} run is back.", "{n:,} runs are back.", len(numbers))
            self._context.notice.show(text.format(n=len(numbers)), of=self)

        self._context.background.run(work, restored, self._failed)

    def _double_clicked(self, event: tk.Event[ttk.Treeview]) -> None:
        if self.tree.identify_row(event.y):
            self.open()

    def _failed(self, sentence: str) -> None:
        self._context.notice.show(sentence, kind="bad", of=self)
        self.load()
