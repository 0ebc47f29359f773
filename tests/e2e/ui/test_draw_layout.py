"""The tab *Draw* in the smallest window: legible bars, nothing cut off, one coloured button."""

import tkinter as tk
from tkinter import ttk

import numpy as np
import pytest
from support import draw, until

from classroom.ui.app import App
from classroom.ui.core.theme import LIGHT
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.widgets.answer_bars import AnswerBars, text_colour

ONE = [[(200.0, 60.0), (200.0, 340.0)]]
# Twice what it was.
BAR = 114


@pytest.fixture
def panel(app: App) -> DrawPanel:
    found = app.panels[DrawPanel]
    assert isinstance(found, DrawPanel)
    return found


def widgets_in(parent: tk.Misc) -> list[tk.Misc]:
    """Return all widgets below this one that are on the screen."""
    found = []
    for child in parent.winfo_children():
        if child.winfo_viewable():
            found += [child, *widgets_in(child)]
    return found


def cut_off(parent: tk.Misc) -> list[str]:
    """Return the widgets that do not lie within their parents, or have not the room they need."""
    texts = (ttk.Label, ttk.Button, ttk.Menubutton)
    found = []
    for widget in widgets_in(parent):
        above = widget.nametowidget(widget.winfo_parent())
        inside = (
            widget.winfo_x() >= 0
            and widget.winfo_y() >= 0
            and widget.winfo_x() + widget.winfo_width() <= above.winfo_width()
            and widget.winfo_y() + widget.winfo_height() <= above.winfo_height()
        )
        room = not isinstance(widget, texts) or (
            widget.winfo_width() >= widget.winfo_reqwidth()
            and widget.winfo_height() >= widget.winfo_reqheight()
        )
        if not (inside and room):
            found.append(f"{widget} {widget.winfo_geometry()} {above.winfo_geometry()}")
    return found


def track(bars: AnswerBars) -> float:
    """Return the length of a bar for 100%."""
    left, _top, right, _bottom = bars.bars.coords(bars._items[0][1])
    return right - left


def coloured(panel: DrawPanel) -> list[tk.Misc]:
    return [
        widget
        for widget in widgets_in(panel)
        if isinstance(widget, ttk.Button) and str(widget.cget("style")) == "Accent.TButton"
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_three_columns_have_legible_bars_and_nothing_is_cut_off(
    app: App, panel: DrawPanel, dark: bool
) -> None:
    if dark:
        app.theme_button.invoke()
    app.root.geometry("1000x700")
    app.writer.set("Maximilian-Alexander von Hohenlohe-Langenburg")
    draw(app, ONE)
    panel.keep(1)
    until(app.root, lambda: "CNN" in panel.score_label.cget("text"))
    panel.guide.start_button.invoke()
    draw(app, ONE)
    sure = np.zeros(10, np.float32)
    sure[1] = 1
    unsure = np.full(10, 0.1, np.float32)
    for shown in (sure, unsure):
        for answer in panel.answers.values():
            answer.show(shown)
        app.root.update()
        assert cut_off(panel) == []
        assert len(panel.answers) == 3
        for answer in panel.answers.values():
            assert track(answer) >= BAR
            left, top, right, bottom = answer.bars.bbox("all")
            assert left >= 0
            assert top >= 0
            assert right <= answer.bars.winfo_width()
            assert bottom <= answer.bars.winfo_height()
    assert panel.canvas.winfo_width() >= app.theme.px(370)


def test_the_percentage_is_legible_on_every_bar() -> None:
    assert text_colour("#0072b2") == "#ffffff"
    assert text_colour("#e69f00") == text_colour("#009e73") == "#000000"
    assert text_colour(LIGHT.paper) == "#000000"


def test_the_coloured_button_is_the_next_step_and_never_a_label(app: App, panel: DrawPanel) -> None:
    assert coloured(panel) == [], "nothing is kept: the next step is to draw"
    draw(app, ONE)
    assert coloured(panel) == []
    panel.keep(1)
    until(app.root, lambda: coloured(panel) == [panel.guide.start_button])
    draw(app, [[(150.0, 60.0), (200.0, 340.0)]])
    assert coloured(panel) == [], "the next step is to choose a label"
    panel.clear()
    panel.guide.start_button.invoke()
    app.root.update()
    assert coloured(panel) == [], "the next step is to draw the digit that is called"
    panel.guide.pause_button.invoke()
    app.root.update()
    assert coloured(panel) == [panel.guide.pause_button]
