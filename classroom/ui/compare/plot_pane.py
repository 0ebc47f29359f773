"""The plots of a comparison, each one click away; saved as files; and what lies behind a click."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from classroom.evaluation.results import LearningPoint
from classroom.i18n import _
from classroom.plots.base import ConfusionCell, Plot
from classroom.plots.registry import PLOTS
from classroom.plots.request import Entry
from classroom.ui.compare.mistakes import Mistakes
from classroom.ui.compare.plot_choices import PlotChoices
from classroom.ui.compare.scored_images import Images, ImageSource
from classroom.ui.compare.verdicts import Verdicts
from classroom.ui.widgets.labels import wrap
from classroom.ui.widgets.plot_view import PlotView, beside_the_window

if TYPE_CHECKING:
    from classroom.ui.core.context import Context

WORDS = "words"
FILES = {".png": _("Picture (PNG)"), ".svg": _("Drawing (SVG)"), ".csv": _("Numbers (CSV)")}


class PlotPane(ttk.Frame):
    """One plot at a time.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context

    Attributes
    ----------
    choices : PlotChoices
    view : PlotView
    words : Verdicts
    mistakes : Mistakes
        One of the last three is on the screen.
    """

    def __init__(self, parent: ttk.Frame, context: Context) -> None:
        super().__init__(parent)
        self._context = context
        self._sentence = ""
        # Counts the comparisons that were shown: a plot of one is none of the next.
        self._comparison = 0
        self._pictures: Images = {}
        self._source = ImageSource(context)
        px = context.theme.px
        self.columnconfigure(0, weight=1)
        self.rowconfigure(3, weight=1)
        self.plot = tk.StringVar(self, next(iter(PLOTS)))
        bar = ttk.Frame(self)
        bar.grid(row=1, column=0, sticky="ew", pady=px(4))
        self.choices = PlotChoices(bar, context, self.draw)
        self.choices.pack(side="left")
        self._make_plot_buttons()
        self._make_save_button(bar)
        self.what = ttk.Label(self, style="Muted.TLabel")
        self.what.grid(row=2, column=0, sticky="ew")
        wrap(self.what)
        self.view = PlotView(self, context.theme, px(900), px(200), self._clicked)
        self.words = Verdicts(self, context.theme)
        self.mistakes = Mistakes(self, context, self.draw)
        self._put(self.view)

    # --- the parts ------------------------------------------------------------
    def _make_plot_buttons(self) -> None:
        px = self._context.theme.px
        row = ttk.Frame(self)
        row.grid(row=0, column=0, sticky="ew")
        titles = {**{name: plot.title for name, plot in PLOTS.items()}, WORDS: _("Is it real?")}
        self.plot_buttons: dict[str, ttk.Radiobutton] = {}
        for name, title in titles.items():
            button = ttk.Radiobutton(
                row,
                text=title,
                value=name,
                variable=self.plot,
                command=self.draw,
                style="Narrow.Toggle.TButton",
            )
            button.pack(side="left", padx=(0, px(2)))
            self._context.controls.add(button, when=self._any)
            self.plot_buttons[name] = button

    def _make_save_button(self, bar: ttk.Frame) -> None:
        self.save_button = ttk.Menubutton(bar, text=_("Save"))
        self.save_menu = tk.Menu(self.save_button, tearoff=False, postcommand=self._offer_files)
        for ending, title in FILES.items():
            self.save_menu.add_command(label=title, command=partial(self.ask_save, ending))
        self.save_button.configure(menu=self.save_menu)
        self.save_button.pack(side="right")
        self._context.controls.add(self.save_button, when=self._any)

    def _put(self, part: ttk.Frame) -> None:
        for each in (self.view, self.words, self.mistakes):
            if each is not part:
                each.grid_remove()
        if part is self.view:
            self.what.grid()
        else:
            self.what.grid_remove()
        part.grid(row=3, column=0, sticky="nsew")

    def _any(self) -> bool:
        return bool(self.choices.entries or self.choices.points)

    # --- what the panel calls -------------------------------------------------
    def show(self, entries: Sequence[Entry], *, anew: bool = False) -> None:
        """Show these classifiers; the choices stay as they are.

        Parameters
        ----------
        entries : sequence of Entry
        anew : bool
            Whether they are of another comparison than those before.
        """
        self._comparison += anew
        self.choices.offer(entries, self.choices.points)
        self.draw()

    def show_study(self, points: Sequence[LearningPoint]) -> None:
        """Take over what a study measured; the plot *Learning* shows it."""
        self.choices.offer(self.choices.entries, points)
        self.draw()

    def say(self, sentence: str) -> None:
        """Forget the classifiers and the study; say this in place of their plots."""
        self._sentence = sentence
        self._comparison += 1
        self.choices.offer((), ())
        self.draw()

    def theme_changed(self) -> None:
        """Draw again in the theme's colours."""
        self.view.theme_changed()
        self.words.theme_changed()
        self.mistakes.theme_changed()

    # --- drawing --------------------------------------------------------------
    @property
    def _plot(self) -> Plot | None:
        """The plot that is chosen, of what is chosen; None for "Is it real?"."""
        name = self.plot.get()
        return PLOTS[name](self.choices.request) if name in PLOTS else None

    def draw(self) -> None:
        """Draw what is chosen, or say why it cannot be."""
        plot = self._plot
        self._source.forget()
        self.choices.form(
            percent=plot is not None and plot.has_percent,
            digit=plot is not None and plot.has_digit,
        )
        self.what.configure(text=plot.explanation() if plot and self._any() else "")
        if plot is None and self._any():
            self._put(self.words)
            self.words.show(self.choices.request)
            return
        self._put(self.view)
        if plot is None or (not self.choices.entries and not plot.needs_study):
            why_empty = self._sentence
        else:
            why_empty = plot.why_empty()
        if plot is None or why_empty:
            self.view.say(why_empty)
            return
        places = plot.pictures_needed()
        of = self._of(plot)
        if places:
            self.view.expect(of)
            evaluation = plot.request.answers[0].evaluation
            show = partial(self._draw_with_pictures, plot)
            self._source.fetch(plot.request.test_set, evaluation, places, show, self.view.say)
        else:
            self.view.show(plot.draw, of)

    def _of(self, plot: Plot) -> Hashable:
        """Return what the plot shows: another plot is not to be taken for it, not for a moment."""
        asked = plot.request
        choices = asked.test_set, asked.writer, asked.percent, asked.digit
        return self._comparison, type(plot), choices

    def _draw_with_pictures(self, plot: Plot, pictures: Images) -> None:
        self._pictures = pictures
        if not pictures:
            self.view.say(_("The digits in question are not among yours any more."))
            return
        with_pictures = type(plot)(replace(plot.request, pictures=pictures))
        self.view.show(with_pictures.draw, self._of(plot))

    def _clicked(self, label: str, x: float, y: float) -> None:
        """Open the digits of a cell, or the digit of a tile."""
        plot = self._with_pictures(self._plot)
        target = plot.clicked(label, x, y) if plot else None
        if plot is None or target is None:
            return
        self._put(self.mistakes)
        if isinstance(target, ConfusionCell):
            self.mistakes.cell(plot.request, target.answer, target.true, target.predicted)
        else:
            self.mistakes.disputed(plot.request, list(self._pictures)[target.number])

    def _with_pictures(self, plot: Plot | None) -> Plot | None:
        return plot and type(plot)(replace(plot.request, pictures=self._pictures))

    # --- files ----------------------------------------------------------------
    def _offer_files(self) -> None:
        for place, ending in enumerate(FILES):
            drawn = self.plot.get() in PLOTS or ending == ".csv"
            self.save_menu.entryconfigure(place, state="normal" if drawn else "disabled")

    def ask_save(self, ending: str) -> None:
        """Ask where to, and save the plot, or its numbers."""
        name = filedialog.asksaveasfilename(
            parent=self,
            title=_("Save the plot"),
            initialfile=self.plot.get() + ending,
            defaultextension=ending,
            filetypes=[(FILES[ending], f"*{ending}")],
        )
        if name:
            self.save(Path(name))

    def save(self, file: Path) -> None:
        """Write the plot, or its numbers, as the file's ending says."""
        plot, request = self._with_pictures(self._plot), self.choices.request

        def work() -> None:
            from classroom.plots import export
            from classroom.plots.tables import verdicts

            with beside_the_window():
                if plot is not None:
                    export.save(plot, file)
                else:
                    export.save_table(verdicts(request), file)

        def saved(_nothing: None) -> None:
            self._context.notice.show(_("Saved as {file}.").format(file=file), kind="good", of=self)

        def failed(sentence: str) -> None:
            self._context.notice.show(sentence, kind="bad", of=self)

        self._context.background.run(work, saved, failed)
