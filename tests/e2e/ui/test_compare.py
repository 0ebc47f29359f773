"""The tab *Compare*: the table's words, and a comparison by a real engine."""

import tkinter as tk
from collections.abc import Iterator
from pathlib import Path
from tkinter import ttk

import numpy as np
import pytest
from support import keep_some, until

from classroom.evaluation.results import Evaluation, Result, TestSet
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.compare.results_table import ResultsTable, row_text, seconds_text
from classroom.ui.core.controls import State
from classroom.ui.core.theme import Theme

LONG = 110.0


def evaluation(correct: int, total: int) -> Evaluation:
    labels = np.arange(total, dtype=np.uint8) % 10
    answers = labels.copy()
    answers[correct:] = (answers[correct:] + 1) % 10
    return Evaluation(labels, np.eye(10, dtype=np.float32)[answers])


# --- words ------------------------------------------------------------------
def test_a_row_says_all_that_was_measured() -> None:
    result = Result("svm", 12.34, 0.81, evaluation(9841, 10000), evaluation(17, 20))
    name, mnist, exam, precision, recall, f1, fit, predict = row_text(result)
    assert (name, mnist, exam) == ("SVM", "98.41%", "17 of 20")
    assert all(text.endswith("%") for text in (precision, recall, f1))
    assert recall == "98.41%"
    assert (fit, predict) == ("12.3 s", "810 ms")


def test_a_row_without_an_exam_has_a_dash() -> None:
    assert row_text(Result("cnn", 1, 1, evaluation(9, 10), None))[2] == "–"


def test_times_have_a_unit_that_fits() -> None:
    assert [seconds_text(s) for s in (0.0004, 0.04, 1.26, 1234.5)] == [
        "0 ms",
        "40 ms",
        "1.3 s",
        "1,234.5 s",
    ]


@pytest.fixture
def root(display: str) -> Iterator[tk.Tk]:
    root = tk.Tk()
    yield root
    root.destroy()


def test_why_a_classifier_failed_is_said_below_the_others(root: tk.Tk) -> None:
    table = ResultsTable(root, Theme(root))  # type: ignore[arg-type]
    table.pack()
    table.add(Result("cnn", 1.0, 1.0, evaluation(9, 10), None))
    table.add(Result("knn", 0.0, 0.0, None, None, "There was not enough memory."))
    root.update()
    shown = [table.tree.item(row, "values") for row in table.tree.get_children()]
    assert shown[1][:3] == ("k-NN", "failed", "–")
    assert table.errors.cget("text") == "k-NN: There was not enough memory."
    assert table.errors.winfo_ismapped()
    # Leaving one writer out reports all of them anew.
    table.add(Result("cnn", 1.0, 1.0, evaluation(9, 10), None, unseen=evaluation(3, 4)))
    table.add(Result("knn", 0.0, 0.0, None, None, "There was not enough memory."))
    assert table.tree.get_children() == ("cnn", "knn")
    assert "3 of 4" in table.tree.item("cnn", "values")
    assert table.errors.cget("text") == "k-NN: There was not enough memory."
    table.clear()
    root.update()
    assert not table.tree.get_children()
    assert not table.errors.winfo_ismapped()


# --- the window -------------------------------------------------------------
@pytest.fixture
def panel(app: App) -> ComparePanel:
    found = app.panels[ComparePanel]
    assert isinstance(found, ComparePanel)
    app.select_tab(ComparePanel)
    return found


def ready(app: App) -> None:
    until(app.root, lambda: app.controls.state is State.READY, LONG)
    until(app.root, lambda: not app.background.busy)


def names(panel: ComparePanel) -> list[str]:
    tree = panel.table.tree
    return [str(tree.item(row, "values")[0]) for row in tree.get_children()]


def tick(panel: ComparePanel, title: str) -> ttk.Checkbutton:
    waiting: list[tk.Misc] = [panel]
    while waiting:
        widget = waiting.pop()
        waiting += widget.winfo_children()
        if isinstance(widget, ttk.Checkbutton) and widget.cget("text") == title:
            return widget
    raise AssertionError(title)


def test_before_the_first_comparison_it_says_what_will_be_seen(
    app: App, panel: ComparePanel
) -> None:
    until(app.root, lambda: not app.background.busy)
    assert "learn from the same digits" in panel.plot_pane.view.sentence
    assert "once you keep some" in panel.outcome.cget("text")
    assert all(
        button.instate(["disabled"]) for button in panel.plot_pane.choices.test_set_buttons.values()
    )


def test_a_sentence_that_is_too_long_for_its_row_takes_two_lines(
    app: App, panel: ComparePanel
) -> None:
    until(app.root, lambda: not app.background.busy)
    app.root.geometry("1000x700")
    panel.run_bar.stale.configure(text="Out of date")
    panel.outcome.configure(text="Run 12. " + 7 * "Trained on 60,000 digits. ")
    app.root.update()
    outcome = panel.outcome
    assert outcome.winfo_reqwidth() <= outcome.winfo_width()
    assert outcome.winfo_reqheight() <= outcome.winfo_height()
    assert outcome.winfo_x() + outcome.winfo_width() <= panel.run_bar.winfo_x()


def test_a_comparison_from_the_first_row_to_the_own_exam(
    app: App, panel: ComparePanel, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 12)
    app.samples_changed()
    ready(app)
    assert "practice digits are added" in panel.outcome.cget("text")
    panel.size_buttons[0].invoke()
    tick(panel, "CNN").invoke()
    panel.compare_button.invoke()
    assert app.controls.state is State.RUNNING
    until(app.root, lambda: names(panel) == ["SVM"], LONG)
    ready(app)
    assert names(panel) == ["SVM", "k-NN"]
    assert "Trained on 1,000 MNIST digits and" in panel.outcome.cget("text")
    for row in panel.table.tree.get_children():
        values = [str(value) for value in panel.table.tree.item(row, "values")]
        assert float(values[1].rstrip("%")) > 70
        assert " of " in values[2]
    until(app.root, lambda: not panel.plot_pane.view.busy and not panel.bars.busy)
    assert panel.plot_pane.view.sentence == ""

    drawn_again: list[object] = []
    panel.plot_pane.view.bind("<<Drawn>>", drawn_again.append)
    panel.plot_pane.choices.test_set_buttons[TestSet.OWN_EXAM].invoke()
    until(app.root, lambda: bool(drawn_again))
    app.switch_theme()
    until(app.root, lambda: not panel.plot_pane.view.busy and not panel.bars.busy)
    assert len(drawn_again) >= 2


def test_it_needs_a_classifier_and_can_be_cancelled_and_started_again(
    app: App, panel: ComparePanel
) -> None:
    ready(app)
    for title in ("CNN", "SVM", "k-NN"):
        assert panel.compare_button.instate(["!disabled"])
        tick(panel, title).invoke()
    assert panel.compare_button.instate(["disabled"])
    tick(panel, "SVM").invoke()
    panel.size_buttons[0].invoke()
    panel.compare_button.invoke()
    until(app.root, lambda: "Step" in app.status.label.cget("text"), LONG)
    app.status.cancel_button.invoke()
    ready(app)
    assert "Cancelled" in panel.outcome.cget("text")
    assert panel.compare_button.instate(["!disabled"])
    panel.compare_button.invoke()
    assert not names(panel)
    app.status.cancel_button.invoke()
    ready(app)
