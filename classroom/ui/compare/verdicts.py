"""The tab *Compare*'s words: how far each score can be trusted, and which differences are real."""

from __future__ import annotations

import tkinter as tk
from itertools import combinations
from tkinter import ttk

from classroom.evaluation.statistics import PairedComparison
from classroom.evaluation.verdicts import interval_text, verdict
from classroom.i18n import _
from classroom.plots.request import PlotRequest
from classroom.ui.core.theme import Theme


def sentences(request: PlotRequest) -> tuple[list[str], list[str]]:
    """Return each score with its interval, and "Is it real?" for each two, in words."""
    answers = request.answers
    scores = [
        _("{title}: {words}.").format(title=each.title, words=interval_text(each.evaluation.score))
        for each in answers
    ]
    pairs = [
        verdict(first.title, second.title, PairedComparison.of(first.evaluation, second.evaluation))
        for first, second in combinations(answers, 2)
    ]
    return scores, pairs


class Verdicts(ttk.Frame):
    """Text to read, scrolled where it is long.

    Parameters
    ----------
    parent : ttk.Frame
    theme : Theme
    """

    def __init__(self, parent: ttk.Frame, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.text = tk.Text(
            self, wrap="word", height=1, borderwidth=0, highlightthickness=0, cursor="arrow",
            font="SunValleyBodyFont", state="disabled", spacing3=theme.px(5),
        )  # fmt: skip
        self.text.grid(row=0, column=0, sticky="nsew")
        bar = ttk.Scrollbar(self, command=self.text.yview)
        bar.grid(row=0, column=1, sticky="ns")
        self.text.configure(yscrollcommand=bar.set)
        self.text.tag_configure("heading", font="SunValleyBodyStrongFont", spacing1=theme.px(6))
        self.theme_changed()

    def show(self, request: PlotRequest) -> None:
        """Say what can be said of `request`, or why there is nothing to say."""
        scores, pairs = sentences(request)
        parts: list[tuple[str, str]] = []
        if request.why_empty:
            parts.append((request.why_empty, ""))
        if scores:
            parts.append((_("On other digits like these, 95 times of 100"), "heading"))
            parts += [(sentence, "") for sentence in scores]
        if pairs:
            parts.append((_("Is it real?"), "heading"))
            parts += [(sentence, "") for sentence in pairs]
        self.text.configure(state="normal")
        self.text.delete("1.0", "end")
        for text, tag in parts:
            self.text.insert("end", text + "\n", tag)
        self.text.configure(state="disabled")

    def theme_changed(self) -> None:
        """Take the colours of the theme in force."""
        palette = self._theme.palette
        self.text.configure(background=palette.background, foreground=palette.foreground)
