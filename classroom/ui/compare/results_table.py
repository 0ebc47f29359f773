"""The table of a comparison: a row for each classifier, as soon as it is there."""

from __future__ import annotations

from tkinter import ttk
from typing import Literal

from classroom.catalogue import TITLES
from classroom.evaluation.results import Result
from classroom.i18n import _
from classroom.ui.core.texts import NOTHING, exam_text, percent_text
from classroom.ui.core.theme import Theme
from classroom.ui.widgets.column_widths import fit_columns
from classroom.ui.widgets.labels import wrap

ROWS = 3
# Column, its title, and its alignment.
COLUMNS: tuple[tuple[str, str, Literal["w", "e"]], ...] = (
    ("classifier", _("Classifier"), "w"),
    ("mnist", _("MNIST test"), "e"),
    ("exam", _("Own exam"), "e"),
    ("precision", _("Precision"), "e"),
    ("recall", _("Recall"), "e"),
    ("f1", _("F1"), "e"),
    ("fit", _("Fit"), "e"),
    ("predict", _("Predict"), "e"),
)
UNSEEN: tuple[str, str, Literal["w", "e"]] = ("unseen", _("New hand"), "e")
SHOWN = [column for column, *_rest in COLUMNS]
# By leaving one writer out: beside the own exam.
WITH_UNSEEN = [*SHOWN[:3], "unseen", *SHOWN[3:]]


def seconds_text(seconds: float) -> str:
    """Return a time such as "12.3 s" or "40 ms"."""
    if seconds < 1:
        return _("{milliseconds:,.0f} ms").format(milliseconds=1000 * seconds)
    return _("{seconds:,.1f} s").format(seconds=seconds)


def row_text(result: Result) -> tuple[str, ...]:
    """Return what the table says of `result`, a text for each column."""
    name = TITLES.get(result.classifier, result.classifier)
    if result.mnist_test is None:
        return (name, _("failed"), *(NOTHING for _column in COLUMNS[2:]))
    test = result.mnist_test
    return (
        name,
        percent_text(test.score),
        exam_text(result.own_exam.score if result.own_exam else None),
        *(f"{value:.2%}" for value in (test.precision, test.recall, test.f1)),
        seconds_text(result.fit_seconds),
        seconds_text(result.predict_seconds),
    )


class ResultsTable(ttk.Frame):
    """Rows of figures; why one failed is said below them.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    """

    def __init__(self, parent: ttk.Frame, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.columnconfigure(0, weight=1)
        self.tree = ttk.Treeview(
            self,
            columns=[*SHOWN, "unseen"],
            displaycolumns=SHOWN,
            show="headings",
            height=ROWS,
        )
        for column, title, anchor in (*COLUMNS, UNSEEN):
            self.tree.heading(column, text=title, anchor=anchor)
            self.tree.column(column, anchor=anchor)
        fit_columns(self.tree, theme)
        self.tree.grid(row=0, column=0, sticky="ew")
        self._why: dict[str, str] = {}
        self.errors = ttk.Label(self, style="Bad.TLabel", justify="left")
        wrap(self.errors)

    def clear(self) -> None:
        """Leave an empty table."""
        self.tree.delete(*self.tree.get_children())
        self.tree.configure(displaycolumns=SHOWN)
        fit_columns(self.tree, self._theme)
        self.tree.configure(height=ROWS)
        self._why.clear()
        self.errors.configure(text="")
        self.errors.grid_remove()

    def mark(self, outdated: bool) -> None:
        """Grey the figures that no longer fit the own samples, or take that back."""
        self.tree.tag_configure("outdated", foreground=self._theme.palette.muted)
        for row in self.tree.get_children():
            self.tree.item(row, tags=("outdated",) if outdated else ())

    def add(self, result: Result) -> None:
        """Add a row, or the reason why there are no figures."""
        unseen = exam_text(result.unseen.score if result.unseen else None)
        values = (*row_text(result), unseen)
        if self.tree.exists(result.classifier):
            self.tree.item(result.classifier, values=values)
        else:
            self.tree.insert("", "end", result.classifier, values=values)
        if result.unseen is not None:
            # The two side by side.
            self.tree.configure(displaycolumns=WITH_UNSEEN)
        fit_columns(self.tree, self._theme)
        self.tree.configure(height=max(ROWS, len(self.tree.get_children())))
        if result.error:
            name = TITLES.get(result.classifier, result.classifier)
            self._why[name] = _("{name}: {why}").format(name=name, why=result.error)
            self.errors.configure(text="\n".join(self._why.values()))
            self.errors.grid(row=1, column=0, sticky="ew", pady=(4, 0))
