"""Who was fooled by which digit: counted without a window, and said in the tab *Draw*."""

import numpy as np
import pytest
from support import draw, until

from classroom.datasets.dataset import Dataset
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.core.controls import State
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.draw.running_score import Drawing, RunningScore

SEVEN = [[(120.0, 100.0), (280.0, 100.0), (180.0, 330.0)]]
OTHER_SEVEN = [[(110.0, 90.0), (290.0, 100.0), (170.0, 320.0)]]
NAMES = ("cnn", "svm", "knn")


def drawing(label: int, writer: str = "Ann", **answers: int) -> Drawing:
    return Drawing([], np.zeros((28, 28), np.uint8), label, writer, None, answers)


def test_a_digit_counts_for_its_writer_and_for_who_has_answered() -> None:
    score = RunningScore()
    assert score.sentence("Ann", NAMES) == ""
    score.add(1, drawing(1, cnn=7, svm=1))
    score.add(2, drawing(1, cnn=1, svm=1, knn=7))
    score.add(3, drawing(1, "Bob", cnn=7))
    assert score.fooled("Ann") == {"cnn": (1, 2), "svm": (0, 2), "knn": (1, 1)}
    assert score.fooled(" Bob ") == {"cnn": (1, 1)}
    sentence = score.sentence("Ann", NAMES)
    assert "Ann" in sentence
    assert "since the window was opened" in sentence
    assert "fooled: CNN 1 of 2, SVM 0 of 2, k-NN 1 of 1" in sentence
    assert score.sentence("Ann", ("svm", "lenet5")).endswith("fooled: SVM 0 of 2")


def test_what_becomes_of_a_sample_changes_the_score() -> None:
    score = RunningScore()
    for number in (1, 2):
        score.add(number, drawing(1, cnn=7))
    score.update((1, 2), {1: None, 2: 7})
    assert score.fooled("Ann") == {"cnn": (0, 1)}
    score.update((1, 2), {1: 1, 2: 7})
    assert score.fooled("Ann") == {"cnn": (1, 2)}
    # It is gone for good, and its number belongs to another sample later.
    score.update((1, 2), {2: 7})
    score.update((1, 2), {1: 1, 2: 7})
    assert score.numbers == (2,)
    assert score.fooled("Ann") == {"cnn": (0, 1)}
    score.begin_anew()
    assert score.sentence("Ann", NAMES) == ""


@pytest.fixture
def panel(app: App) -> DrawPanel:
    found = app.panels[DrawPanel]
    assert isinstance(found, DrawPanel)
    return found


def answered(app: App, panel: DrawPanel, digit: str) -> None:
    """Wait until all columns show this answer to what is drawn."""
    until(app.root, lambda: app.controls.state is State.READY, 120)
    until(
        app.root,
        lambda: all(answer.digit.cget("text") == digit for answer in panel.answers.values()),
    )
    until(app.root, lambda: not app.client.predicting)


def score_ends(app: App, panel: DrawPanel, end: str) -> None:
    until(app.root, lambda: str(panel.score_label.cget("text")).endswith(end))


def test_the_line_at_keeping_says_who_was_right_and_the_score_counts_it(
    app: App, panel: DrawPanel
) -> None:
    app.writer.set("Ann")
    draw(app, SEVEN)
    answered(app, panel, "7")
    assert panel.score_label.cget("text") == ""
    panel.keep(1)
    until(app.root, lambda: "Kept as 1. CNN: 7 ✗, SVM: 7 ✗, k-NN: 7 ✗." in app.notice.text)
    score_ends(app, panel, "fooled: CNN 1 of 1, SVM 1 of 1, k-NN 1 of 1")
    draw(app, OTHER_SEVEN)
    answered(app, panel, "7")
    assert str(panel.score_label.cget("text")).endswith("k-NN 1 of 1"), "it is not kept yet"
    panel.keep(7)
    until(app.root, lambda: "Kept as 7. CNN: 7 ✓, SVM: 7 ✓, k-NN: 7 ✓." in app.notice.text)
    score_ends(app, panel, "fooled: CNN 1 of 2, SVM 1 of 2, k-NN 1 of 2")
    app.writer.set("Bob")
    assert panel.score_label.cget("text") == ""
    app.writer.set("Ann")
    # *Undo* takes the second out.
    app.notice.button.invoke()
    score_ends(app, panel, "fooled: CNN 1 of 1, SVM 1 of 1, k-NN 1 of 1")
    with Dataset(store_url(app.home)) as elsewhere:
        (first,) = [sample.id for sample in elsewhere.samples()]
        assert first is not None
        # Deletion, correction and restoring are seen, at another window too.
        elsewhere.delete([first])
        score_ends(app, panel, "")
        until(app.root, lambda: panel.score_label.cget("text") == "")
        elsewhere.restore([first])
        score_ends(app, panel, "CNN 1 of 1, SVM 1 of 1, k-NN 1 of 1")
        elsewhere.relabel([first], 7)
        score_ends(app, panel, "CNN 0 of 1, SVM 0 of 1, k-NN 0 of 1")


def test_an_answer_that_comes_after_keeping_completes_the_line(app: App, panel: DrawPanel) -> None:
    draw(app, SEVEN)
    assert app.controls.state is State.STARTING
    panel.keep(1)
    until(app.root, lambda: not app.background.busy)
    assert app.notice.text == "Kept as 1. It is for practice."
    draw(app, OTHER_SEVEN)
    # The next drawing does not take the place of the question.
    until(app.root, lambda: app.notice.text.startswith("Kept as 1. CNN: 7 ✗"))
    assert app.notice.button.winfo_viewable()
    score_ends(app, panel, "fooled: CNN 1 of 1")


def test_an_answer_that_comes_late_does_not_change_the_next_line(
    app: App, panel: DrawPanel
) -> None:
    draw(app, SEVEN)
    assert app.controls.state is State.STARTING
    panel.keep(1)
    until(app.root, lambda: not app.background.busy)
    # What was kept already has a line without answers.
    draw(app, SEVEN)
    panel.keep(1)
    until(app.root, lambda: "kept already" in app.notice.text)
    score_ends(app, panel, "fooled: CNN 1 of 1")
    assert "kept already" in app.notice.text
    assert "CNN" not in app.notice.text


def test_guided_collection_has_the_line_and_the_score_too(
    app: App, panel: DrawPanel, drawn: list[StrokesLine]
) -> None:
    panel.guide.each.set("1")
    panel.guide.start_button.invoke()
    called = panel.guide.digit
    draw(app, SEVEN)
    answered(app, panel, "7")
    panel.keep_called()
    mark = "✓" if called == 7 else "✗"
    until(app.root, lambda: f"Kept as {called}. CNN: 7 {mark}" in app.notice.text)
    score_ends(app, panel, "k-NN 0 of 1" if called == 7 else "k-NN 1 of 1")
    panel.guide.back()
    until(app.root, lambda: panel.score_label.cget("text") == "")
