"""The plots of a comparison, each one click away; saved as files; and what lies behind a click."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from classroom import plots
from classroom.evaluation import LearningPoint
from classroom.i18n import _
from classroom.plots import PLOTS
from classroom.scene import Entry, Scene
from classroom.ui.mistakes import Mistakes
from classroom.ui.plot_choices import PlotChoices
from classroom.ui.plot_view import PlotView, beside_the_window
from classroom.ui.scored_images import Pictures, PictureSource
from classroom.ui.verdicts import Verdicts
from classroom.ui.wrapping import wrap

if TYPE_CHECKING:
    from classroom.ui.app import App

WORDS = "words"
FILES = {".png": _("Picture (PNG)"), ".svg": _("Drawing (SVG)"), ".csv": _("Numbers (CSV)")}


class Lab(ttk.Frame):
    """One plot at a time.

    Parameters
    ----------
    parent : ttk.Frame
    app : App

    Attributes
    ----------
    choices : PlotChoices
    view : PlotView
    words : Verdicts
    mistakes : Mistakes
        One of the last three is on the screen.
    """

    def __init__(self, parent: ttk.Frame, app: App) -> None:
        super().__init__(parent)
        self._app = app
        self._sentence = ""
        self._pictures: Pictures = {}
        self._source = PictureSource(app)
        px = app.theme.px
        self.columnconfigure(0, weight=1)
        self.rowconfigure(3, weight=1)
        self.plot = tk.StringVar(self, next(iter(PLOTS)))
        bar = ttk.Frame(self)
        bar.grid(row=1, column=0, sticky="ew", pady=px(4))
        self.choices = PlotChoices(bar, app, self.draw)
        self.choices.pack(side="left")
        self._make_plot_buttons()
        self._make_save_button(bar)
        self.what = ttk.Label(self, style="Muted.TLabel")
        self.what.grid(row=2, column=0, sticky="ew")
        wrap(self.what)
        self.view = PlotView(self, app.theme, px(900), px(200), self._clicked)
        self.words = Verdicts(self, app.theme)
        self.mistakes = Mistakes(self, app, self.draw)
        self._put(self.view)

    # --- the parts ------------------------------------------------------------
    def _make_plot_buttons(self) -> None:
        px = self._app.theme.px
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
            self._app.controls.add(button, when=self._any)
            self.plot_buttons[name] = button

    def _make_save_button(self, bar: ttk.Frame) -> None:
        self.save_button = ttk.Menubutton(bar, text=_("Save"))
        self.save_menu = tk.Menu(self.save_button, tearoff=False, postcommand=self._offer_files)
        for ending, title in FILES.items():
            self.save_menu.add_command(label=title, command=partial(self.ask_save, ending))
        self.save_button.configure(menu=self.save_menu)
        self.save_button.pack(side="right")
        self._app.controls.add(self.save_button, when=self._any)

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
    def show(self, entries: Sequence[Entry]) -> None:
        """Show these classifiers; the choices stay as they are."""
        self.choices.offer(entries, self.choices.points)
        self.draw()

    def show_study(self, points: Sequence[LearningPoint]) -> None:
        """Take over what a study measured; the plot *Learning* shows it."""
        self.choices.offer(self.choices.entries, points)
        self.draw()

    def say(self, sentence: str) -> None:
        """Forget the classifiers; say this in place of their plots."""
        self._sentence = sentence
        self.choices.offer((), self.choices.points)
        self.draw()

    def theme_changed(self) -> None:
        """Draw again in the theme's colours."""
        self.view.theme_changed()
        self.words.theme_changed()
        self.mistakes.theme_changed()

    # --- drawing --------------------------------------------------------------
    def draw(self) -> None:
        """Draw what is chosen, or say why it cannot be."""
        name, scene = self.plot.get(), self.choices.scene
        self._source.forget()
        self.choices.form(percent=name == "confusion", digit=name in ("roc", "precision"))
        self.what.configure(text=plots.what(name, scene) if name in PLOTS and self._any() else "")
        if name == WORDS and self._any():
            self._put(self.words)
            self.words.show(scene)
            return
        self._put(self.view)
        why_empty = PLOTS[name].why_empty(scene) if name in PLOTS else self._sentence
        if why_empty and not self.choices.entries and name != "learning":
            why_empty = self._sentence
        if why_empty:
            self.view.say(why_empty)
        elif name == "disagree":
            places = plots.places_in_question(scene)
            evaluation = scene.answers[0].evaluation
            show = partial(self._draw_gallery, scene)
            self._source.fetch(scene.test_set, evaluation, places, show)
        else:
            self.view.show(plots.drawing(name, scene))

    def _draw_gallery(self, scene: Scene, pictures: Pictures) -> None:
        self._pictures = pictures
        if not pictures:
            self.view.say(_("The digits in question are not among yours any more."))
            return
        self.view.show(plots.drawing("disagree", replace(scene, pictures=pictures)))

    def _clicked(self, label: str, x: float, y: float) -> None:
        """Open the digits of a cell, or the digit of a tile."""
        scene, name = self.choices.scene, self.plot.get()
        if name == "confusion" and label.isdecimal():
            self._put(self.mistakes)
            self.mistakes.cell(scene, int(label), round(y), round(x))
        elif name == "disagree":
            from classroom.displays_digits import gallery_place

            place = gallery_place(label, x, y)
            if place < len(self._pictures):
                self._put(self.mistakes)
                self.mistakes.disputed(scene, list(self._pictures)[place])

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
        name = self.plot.get()
        scene = replace(self.choices.scene, pictures=self._pictures)

        def work() -> None:
            from classroom import plot_files

            with beside_the_window():
                plot_files.save(name, scene, file)

        def saved(_nothing: None) -> None:
            self._app.notice.show(_("Saved as {file}.").format(file=file), kind="good")

        def failed(sentence: str) -> None:
            self._app.notice.show(sentence, kind="bad")

        self._app.background.run(work, saved, failed)
