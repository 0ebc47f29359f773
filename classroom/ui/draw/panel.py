"""The tab *Draw*: draw a digit, see it recognised, say what it is, keep it."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

import numpy as np

from classroom.catalogue import NETWORK, OTHERS
from classroom.engine.messages import (
    ClassifierReady,
    Compared,
    EngineDied,
    JobCancelled,
    JobFailed,
    Prediction,
    Prepared,
    Progress,
    Ready,
    ReportSaved,
    Retrained,
    Studied,
    Unanswered,
    VersionInUse,
)
from classroom.i18n import A_DIGIT, _, ngettext
from classroom.preprocessing import digits
from classroom.preprocessing.images import Grey
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.panel import Panel
from classroom.ui.draw.answer_columns import AnswerColumns
from classroom.ui.draw.answer_tracker import AnswerTracker
from classroom.ui.draw.guided_collection import OF_EACH, GuidedCollection
from classroom.ui.draw.keeper import Keeper
from classroom.ui.draw.label_buttons import LabelButtons, next_digit
from classroom.ui.draw.paper import Paper
from classroom.ui.draw.running_score import Drawing
from classroom.ui.widgets.answer_bars import AnswerBars
from classroom.ui.widgets.labels import wrap
from classroom.ui.widgets.preview import Preview

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classroom.datasets.dataset import Dataset
    from classroom.engine.messages import Report
    from classroom.engine.versions import Fallback

# Screen pixels a side for each of the 28 x 28.
PREVIEW_FACTOR = 4


class DrawPanel(Panel):
    """Paper, what the classifiers see, what they say, and the buttons that keep a digit."""

    tab = Tab.DRAW
    title = _("Draw")

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, context)
        px = context.theme.px
        self._answering: set[str] = set()
        # Why the others do not answer, for a column that joins; and why once no job runs.
        self._why_silent = ""
        self._why_not_ready = _("Not ready")
        self._tracker = AnswerTracker(self, self._answers_are_late)
        self._counts = np.zeros((10, 2), np.int64)
        self.columnconfigure(0, weight=5)
        self.columnconfigure(2, weight=4)
        self.rowconfigure(0, weight=1)
        self.paper = Paper(self, context.theme, self._drawn)
        self.paper.grid(row=0, column=0, sticky="nsew")
        self.canvas = self.paper.canvas
        self.tools = self._make_tools()
        self.tools.grid(row=0, column=1, sticky="ns", padx=(px(16), px(8)))
        self.columns = AnswerColumns(self, context, self._columns_changed)
        self.columns.grid(row=0, column=2, sticky="nsew")
        self._make_choice()
        self.labels = LabelButtons(
            self, context.theme, context.controls, self.keep, lambda: bool(self.paper.ink)
        )
        self.labels.grid(row=1, column=0, columnspan=3, sticky="ew", pady=(px(12), 0))
        self.score_label = ttk.Label(self, style="Muted.TLabel")
        self.score_label.grid(row=2, column=0, columnspan=3, sticky="ew", pady=(px(4), 0))
        wrap(self.score_label)
        context.writer.trace_add("write", lambda *_change: self._show_score())
        self._make_foot()
        self.keeper = Keeper(self, self.guide, self._show_score)
        self.version = ttk.Label(self, style="Bad.TLabel")
        wrap(self.version)
        self._show_counts(self._counts)
        self._nobody_answers(_("Starting"))

    # --- the parts ----------------------------------------------------------
    def _make_tools(self) -> ttk.Frame:
        theme = self.context.theme
        px = theme.px
        tools = ttk.Frame(self)
        self.preview = Preview(tools, theme, PREVIEW_FACTOR, _("28 × 28 pixels"))
        self.preview.grid(sticky="w", pady=(0, px(14)))
        self.undo_button = ttk.Button(tools, text=_("Undo stroke"), command=self.undo)
        self.clear_button = ttk.Button(tools, text=_("Clear"), command=self.clear)
        for button in (self.undo_button, self.clear_button):
            button.grid(sticky="ew", pady=(0, px(6)))
            self.context.controls.add(button, when=lambda: bool(self.paper.ink))
        ttk.Label(tools, text=_("Your name"), style="Heading.TLabel").grid(
            sticky="w", pady=(px(10), px(4))
        )
        self.name_field = ttk.Entry(tools, textvariable=self.context.writer, width=9)
        self.name_field.grid(sticky="ew")
        self.name_field.bind("<FocusOut>", lambda _event: self.context.remember())
        self.name_field.bind("<Return>", lambda _event: self.canvas.focus_set())
        return tools

    def _make_foot(self) -> None:
        foot = ttk.Frame(self)
        foot.grid(row=3, column=0, columnspan=3, sticky="ew", pady=(self.context.theme.px(4), 0))
        foot.columnconfigure(0, weight=1)
        self.suggestion = ttk.Label(foot, style="Muted.TLabel")
        self.suggestion.grid(row=0, column=0, sticky="ew")
        wrap(self.suggestion)
        self.guide = GuidedCollection(foot, self.context, self._called)
        self.guide.grid(row=0, column=1, sticky="e")
        self.canvas.bind("<space>", lambda _event: self.keep_called())
        for key in ("<Return>", "<KP_Enter>"):
            self.canvas.bind(key, lambda _event: self._enter())
        self.canvas.bind("<BackSpace>", lambda _event: self.clear())
        self.canvas.bind("<Left>", lambda _event: self.guide.back())

    def _make_choice(self) -> None:
        px = self.context.theme.px
        ttk.Label(self.tools, text=_("Side by side"), style="Heading.TLabel").grid(
            sticky="w", pady=(px(14), px(4))
        )
        self.chooser = self.columns.chooser(self.tools)
        self.chooser.grid(sticky="ew")

    @property
    def answers(self) -> dict[str, AnswerBars]:
        """The columns, by the name of the classifier."""
        return self.columns.answers

    @property
    def unsaved(self) -> list[Drawing]:
        """The drawings that the store has refused so far."""
        return self.keeper.unsaved

    # --- what the student does ----------------------------------------------
    def undo(self) -> None:
        """Take the last stroke back."""
        self.paper.undo()

    def clear(self) -> None:
        """Leave an empty paper."""
        self.paper.clear()

    def keep(self, label: int) -> None:
        """Store what is drawn as a `label`; the paper is free for the next digit at once.

        A drawing that cannot be stored waits, and is tried again: it is never
        lost. An answer that the bars do not show yet is waited for, too.
        """
        if not self.paper.ink or self.paper.ink.pen_is_down:
            return
        fresh = {name: bars for name, bars in self.answers.items() if self._tracker.is_fresh(name)}
        answers = {name: bars.answer for name, bars in fresh.items() if bars.answer is not None}
        missing = tuple(name for name in self.answers if name not in fresh)
        strokes = self.paper.take()
        image = digits.from_strokes(strokes)
        writer, place = self.context.writer.get(), self.guide.take(label)
        self.keeper.keep(Drawing(strokes, image, label, writer, place, answers), missing)

    def keep_called(self) -> None:
        """Store what is drawn as the digit that is called."""
        if self.guide.digit is not None:
            self.keep(self.guide.digit)

    def _enter(self) -> None:
        """Keep the digit that is called; where none is, let the keyboard choose a label."""
        if self.guide.digit is not None:
            self.keep_called()
        elif self.paper.ink:
            self.labels.choose()

    def _called(self) -> None:
        self.paper.call(self.guide.digit)
        self._say_what_next()
        if self.guide.running:
            self.canvas.focus_set()

    # --- what the classifiers say ---------------------------------------------
    def _drawn(self) -> None:
        self.context.controls.refresh()
        self._suggest()
        if not self.paper.ink:
            self.context.client.forget_prediction()
            self._tracker.reset()
            self.preview.show(None)
            if self.labels.has_focus:
                # Its buttons cannot be pressed any more.
                self.canvas.focus_set()
            for name in self._answering & self.answers.keys():
                self.answers[name].clear()
            return
        if self.context.client.ready:
            self._tracker.asked(self.context.client.predict(self._image, self.columns.names))
            self.context.expect_reports()
        if self._tracker.is_late or not self.context.client.ready:
            # Nobody takes the picture; it shows all the same what is drawn.
            self._image()

    def _image(self) -> Grey:
        image = digits.from_strokes(self.paper.ink.strokes)
        self.preview.show(image)
        return image

    def receive(self, report: Report) -> None:
        """Show predictions, and why there are none yet."""
        if self.keeper.takes(report):
            return
        match report:
            case Prediction(classifier=name, probabilities=probabilities):
                self._tracker.answered(report.request_id, name, done=report.done)
                self._show_answer(name, probabilities)
            case Unanswered(request_id=number) if self._tracker.is_newest(number):
                self._tracker.reset()
                self._clear_stale(_("No answer"))
            case Ready(fallback=fallback):
                self._say_version(fallback)
                self._answering = {NETWORK, *OTHERS}
                for shown in self._answering & self.answers.keys():
                    self.answers[shown].clear()
                self._drawn()
            case Prepared(fallback=fallback) | VersionInUse(fallback=fallback):
                self._say_version(fallback)
            case Retrained():
                self._say_version(None)
            case ClassifierReady(classifier=name):
                if name in self.answers and name not in self._answering:
                    self.answers[name].clear()
                self._answering.add(name)
                self._drawn()
            case Progress():
                self._say_why_silent(_("Getting ready"))
            case JobFailed(needs_mnist=needs_mnist):
                if needs_mnist:
                    self._why_not_ready = _("Needs MNIST")
                self._say_why_silent(self._why_not_ready)
            case JobCancelled() | Compared() | Studied() | ReportSaved():
                self._say_why_silent(self._why_not_ready)
            case EngineDied(restarting=restarting):
                self._why_not_ready = _("Not ready")
                self._tracker.reset()
                self._nobody_answers(_("Starting") if restarting else _("Not running"))
                if self.paper.ink:
                    self._image()

    def _say_version(self, fallback: Fallback | None) -> None:
        """Say as long as it is so that another version answers than the one that was chosen."""
        if fallback is None:
            self.version.grid_remove()
        else:
            self.version.configure(text=fallback.short)
            self.version.grid(row=4, column=0, columnspan=3, sticky="ew")

    def _show_answer(self, name: str, probabilities: NDArray[np.float32] | None) -> None:
        answer = self.answers.get(name)
        if answer is None:
            return  # its column is gone since the question was asked
        if probabilities is not None:
            answer.show(probabilities)
        elif name in OTHERS:
            answer.clear(_("Compare it anew"))
        elif name in self._answering:
            answer.clear(_("No answer"))

    def _answers_are_late(self) -> None:
        """Show the drawing as it is, and nothing that was said of it as it was before."""
        if self.paper.ink:
            self._image()
            self._clear_stale(_("No answer yet"))

    def _clear_stale(self, text: str) -> None:
        for name in self._answering & self.answers.keys():
            if not self._tracker.is_fresh(name):
                self.answers[name].clear(text)

    def _columns_changed(self) -> None:
        for name, answer in self.answers.items():
            answer.clear("" if name in self._answering else self._why_silent)
        self._drawn()
        self._show_score()

    def _nobody_answers(self, why: str) -> None:
        """Say in each column why its classifier does not answer."""
        self._answering, self._why_silent = set(), why
        for answer in self.answers.values():
            answer.clear(why)

    def _say_why_silent(self, text: str) -> None:
        self._why_silent = text
        for name in self.answers.keys() - self._answering - {NETWORK}:
            self.answers[name].clear(text)

    # --- what is kept ---------------------------------------------------------
    def store_changed(self) -> None:
        """Try what could not be kept before: there is another store."""
        self.guide.forget_numbers()
        self.keeper.store_changed()

    def samples_changed(self) -> None:
        """Count again."""
        score = self.keeper.score
        numbers = score.numbers

        def read(dataset: Dataset) -> tuple[NDArray[np.int64], dict[int, int | None]]:
            return dataset.counts(), dataset.labels(numbers)

        def show(found: tuple[NDArray[np.int64], dict[int, int | None]]) -> None:
            counts, labels = found
            self._show_counts(counts)
            score.update(numbers, labels)
            self._show_score()

        self.context.store.run(read, show)

    def _show_counts(self, counts: NDArray[np.int64]) -> None:
        self._counts = counts
        self.labels.show(counts)
        self._say_what_next()

    def _show_score(self) -> None:
        """Say how many of the writer's digits fooled each classifier that has a column."""
        writer, names = self.context.writer.get(), self.columns.names
        self.score_label.configure(text=self.keeper.score.sentence(writer, names))

    def _suggest(self) -> None:
        """Colour the button of the next step, if it is not to draw or to choose a label."""
        if self.paper.ink:
            self.guide.suggest(False)
            return
        of_each = self._counts.sum(axis=1)
        is_begun = self.guide.round is not None
        self.guide.suggest(is_begun or bool(of_each.any() and of_each.min() < OF_EACH))

    def _say_what_next(self) -> None:
        kept = int(self._counts.sum())
        total = ngettext("{n:,} digit kept.", "{n:,} digits kept.", kept).format(n=kept)
        advice = _("Next, draw {a_digit}: press its key or its button when it is done.")
        text = self.guide.sentence or advice.format(a_digit=A_DIGIT[next_digit(self._counts)])
        self.suggestion.configure(text=f"{total} {text}" if kept else text)
        self._suggest()

    def shown(self) -> None:
        """Put the keyboard where the digit keys mean labels."""
        self.canvas.focus_set()

    def theme_changed(self) -> None:
        """Redraw the paper and the bars."""
        self.paper.recolour()
        for answer in self.answers.values():
            answer.recolour()
