"""The plots in the tab *Compare*: from a cell of a confusion matrix to the answers to one image."""

import csv
import gc
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tkinter import filedialog

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from support import keep_some, until

from classroom.catalogue import TITLES
from classroom.datasets import mnist
from classroom.datasets.dataset import Dataset, Part
from classroom.datasets.mnist_files import Mnist
from classroom.evaluation.results import (
    Evaluation,
    Labels,
    LearningPoint,
    Probabilities,
    Result,
    Score,
    TestSet,
)
from classroom.paths import store_url
from classroom.plots.registry import PLOTS
from classroom.plots.request import entries_of
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.compare.plot_pane import PlotPane


def sure(labels: Labels, share: float = 0.8) -> Probabilities:
    """Answers that are all right, and that sure."""
    probabilities = np.full((len(labels), 10), (1 - share) / 9, np.float32)
    probabilities[np.arange(len(labels)), labels] = share
    return probabilities


@pytest.fixture
def pane(app: App) -> PlotPane:
    panel = app.panels[ComparePanel]
    assert isinstance(panel, ComparePanel)
    app.select_tab(ComparePanel)
    app.root.update()
    return panel.plot_pane


def settled(app: App, pane: PlotPane) -> None:
    until(app.root, lambda: not pane.view.busy and not app.background.busy)


def click(pane: PlotPane, label: str, x: float, y: float) -> None:
    """Click at a point of the data of the axes with this label."""
    figure = pane.view.figure
    assert figure is not None
    (ax,) = (ax for ax in figure.axes if ax.get_label() == label)
    across, up = ax.transData.transform((x, y))
    height = figure.bbox.height
    pane.view.image.event_generate("<Button-1>", x=round(across), y=round(height - up))


@pytest.fixture
def on_mnist(small_mnist: Mnist) -> tuple[list[Result], list[int]]:
    """A CNN that is right, an SVM that takes two fours for nines; and their places."""
    labels = small_mnist.test_labels
    fours = [int(place) for place in np.flatnonzero(labels == 4)[:2]]
    mistaken = sure(labels)
    for place, share in zip(fours, (0.6, 0.7), strict=True):
        mistaken[place] = sure(np.array([9], np.uint8), share)
    right = Result("cnn", 1.0, 0.1, Evaluation(labels, sure(labels)), None)
    return [right, Result("svm", 2.0, 0.2, Evaluation(labels, mistaken), None)], fours


def test_from_a_confusion_cell_to_what_everybody_says_of_an_image(
    app: App, pane: PlotPane, on_mnist: tuple[list[Result], list[int]]
) -> None:
    results, fours = on_mnist
    failed = Result("knn", 0.0, 0.0, None, None, "There was not enough memory.")
    pane.show(entries_of([*results, failed]))
    settled(app, pane)
    click(pane, "1", 9, 4)
    mistakes = pane.mistakes
    until(app.root, lambda: len(mistakes.gallery.selection.chosen) == 1)
    assert mistakes.winfo_ismapped()
    assert not pane.view.winfo_ismapped()
    chosen = [mistakes.digit.get(), mistakes.taken_for.get(), mistakes.by.get()]
    assert chosen == ["4", "9", TITLES["svm"]]
    # The surest mistake comes first; the other is the tile to its right.
    assert f"number {fours[1]} of" in mistakes.about.cget("text")
    painter = mistakes.gallery._painter
    top = mistakes.gallery._grid.span(0)[1] - painter.tile // 2
    mistakes.gallery.canvas.event_generate("<ButtonPress-1>", x=painter.tile * 3 // 2 + 8, y=top)
    assert f"This is a 4, number {fours[0]} of" in mistakes.about.cget("text")
    said = [
        (answer.digit.cget("text"), answer.sureness.cget("text")) for answer in mistakes.answers
    ]
    assert said == [("4", "80% sure"), ("9", "60% sure")]

    mistakes.by.current(0)
    mistakes.by.event_generate("<<ComboboxSelected>>")
    until(app.root, lambda: "no digit like this" in mistakes.about.cget("text"))
    mistakes.back_button.invoke()
    settled(app, pane)
    assert pane.view.winfo_ismapped()
    assert pane.view.sentence == ""


def test_digits_that_cannot_be_read_leave_none_of_those_shown_before(
    app: App, pane: PlotPane, on_mnist: tuple[list[Result], list[int]]
) -> None:
    results, fours = on_mnist
    pane.show(entries_of(results))
    settled(app, pane)
    click(pane, "1", 9, 4)
    mistakes = pane.mistakes
    until(app.root, lambda: f"number {fours[1]} of" in mistakes.about.cget("text"))
    mnist.cache_file(app.home).unlink()
    # Right answers this time, of which there are many.
    mistakes.taken_for.current(4)
    mistakes.taken_for.event_generate("<<ComboboxSelected>>")
    until(app.root, lambda: not app.background.busy)
    assert mistakes.about.cget("text") == "These digits cannot be shown."
    assert not mistakes.gallery.selection.chosen
    assert {answer.digit.cget("text") for answer in mistakes.answers} == {"–"}


def test_a_disputed_digit_opens_with_the_answers_to_it(
    app: App, pane: PlotPane, on_mnist: tuple[list[Result], list[int]]
) -> None:
    results, fours = on_mnist
    pane.show(entries_of(results))
    pane.plot_buttons["disagree"].invoke()
    settled(app, pane)
    figure = pane.view.figure
    assert figure is not None
    (ax,) = figure.axes
    assert [caption.get_text() for caption in ax.texts] == ["4: 4 9", "4: 4 9"]
    click(pane, str(ax.get_label()), 16 + 32, 16)
    until(app.root, lambda: f"number {fours[0]} of" in pane.mistakes.about.cget("text"))
    assert [answer.digit.cget("text") for answer in pane.mistakes.answers] == ["4", "9"]


def test_disputed_digits_that_were_deleted_since_are_said_to_be_gone(
    app: App, pane: PlotPane, on_mnist: tuple[list[Result], list[int]]
) -> None:
    labels = np.array([4, 4], np.uint8)
    ids, writers = np.array([998, 999]), ("ann", "ann")
    said = sure(labels), sure(np.array([9, 9], np.uint8))
    exams = [Evaluation(labels, each, ids, writers) for each in said]
    results = [
        replace(result, own_exam=exam) for result, exam in zip(on_mnist[0], exams, strict=True)
    ]
    pane.show(entries_of(results))
    pane.choices.test_set_buttons[TestSet.OWN_EXAM].invoke()
    pane.plot_buttons["disagree"].invoke()
    settled(app, pane)
    assert pane.view.sentence == "The digits in question are not among yours any more."


def test_every_plot_of_every_set_is_one_click_away_and_can_be_saved(
    app: App,
    pane: PlotPane,
    on_mnist: tuple[list[Result], list[int]],
    home: Path,
    drawn: list[StrokesLine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "learn from the same digits" in pane.view.sentence
    keep_some(home, drawn, 40)
    with Dataset(store_url(home)) as store:
        _images, labels, ids, writers = store.identified(Part.EXAM)
    exam = Evaluation(labels, sure(labels), ids, writers)
    test = on_mnist[0][1].mnist_test
    pane.show(entries_of([Result("svm", 1.0, 0.1, test, exam)]))
    for name, button in pane.plot_buttons.items():
        button.invoke()
        settled(app, pane)
        empty = name in ("epochs", "learning", "disagree")
        assert pane.view.sentence.endswith("." if empty else ""), name
    assert "somewhere between" in pane.words.text.get("1.0", "end")

    pane.choices.writer.current(1)
    pane.choices.writer.event_generate("<<ComboboxSelected>>")
    assert pane.choices.test_set.get() == TestSet.OWN_EXAM

    pane.plot_buttons["digits"].invoke()
    settled(app, pane)
    for ending in (".csv", ".svg", ".png"):
        file = tmp_path / f"plot{ending}"
        monkeypatch.setattr(filedialog, "asksaveasfilename", lambda file=file, **_: str(file))
        pane.ask_save(ending)
        settled(app, pane)
        assert file.stat().st_size > 100
    with (tmp_path / "plot.csv").open(encoding="utf-8") as lines:
        first = sorted(set(writers), key=str.casefold)[0]
        counted = sum(int(row["total"]) for row in csv.DictReader(lines))
        assert counted == sum(writer == first for writer in writers)

    pane.plot.set("words")
    pane.save(tmp_path / "not there" / "plot.csv")
    settled(app, pane)
    assert "cannot be written" in app.notice.label.cget("text")


def kept(app: App) -> Counter[str]:
    """How much there is of what a plot is made of."""
    gc.unfreeze()
    gc.collect()
    kinds = (Figure, Axes, Artist, RendererAgg, Evaluation)
    alive = gc.get_objects()
    found = Counter(kind.__name__ for each in alive for kind in kinds if isinstance(each, kind))
    found["images"] = len(app.root.tk.splitlist(app.root.tk.call("image", "names")))
    return found


@pytest.mark.long
def test_plots_that_are_opened_again_and_again_leave_nothing_behind(
    app: App, pane: PlotPane, on_mnist: tuple[list[Result], list[int]]
) -> None:
    pane.show(entries_of(on_mnist[0]))
    counted = []
    for rounds in (2, 3):
        for _round in range(rounds):
            for button in pane.plot_buttons.values():
                button.invoke()
                settled(app, pane)
        pane.plot_buttons["confusion"].invoke()
        settled(app, pane)
        counted.append(kept(app))
    assert counted[0]["Figure"] >= 1
    assert counted[1] <= counted[0]


def test_one_without_an_exam_cannot_be_asked_for_it(
    app: App, pane: PlotPane, on_mnist: tuple[list[Result], list[int]]
) -> None:
    pane.show(entries_of(on_mnist[0]))
    assert pane.choices.test_set_buttons[TestSet.OWN_EXAM].instate(["disabled"])
    assert pane.choices.writer.instate(["disabled"])
    for entry in (0, 1):
        pane.choices.menu.invoke(entry)
    assert "Tick one under" in pane.view.sentence
    pane.plot_buttons[next(iter(PLOTS))].invoke()
    assert pane.choices.shown.cget("text") == "Shown: 0 of 2"


def test_a_new_comparison_takes_the_last_study_away(app: App, pane: PlotPane) -> None:
    panel = app.panels[ComparePanel]
    assert isinstance(panel, ComparePanel)
    until(app.root, lambda: panel.compare_button.instate(["!disabled"]))
    pane.plot.set("learning")
    pane.show_study([LearningPoint("knn", size, 0, 0, Score(9, 10), None) for size in (50, 100)])
    settled(app, pane)
    assert pane.view.sentence == ""
    panel.compare_button.invoke()
    settled(app, pane)
    assert "needs a study" in pane.view.sentence
    app.status.cancel_button.invoke()
    until(app.root, lambda: panel.compare_button.instate(["!disabled"]))
