"""Two to four classifiers side by side: chosen in *Compare*, then in *Draw*."""

import json

from support import draw, until

from classroom import paths
from classroom.engine.trained_classifiers import TrainedClassifiers
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.core.controls import State
from classroom.ui.draw.answer_columns import AnswerColumns
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.widgets.classifier_menu import ClassifierMenu

LONG = 90
SEVEN = [[(120.0, 100.0), (280.0, 100.0), (180.0, 330.0)]]


def entries(chooser: ClassifierMenu) -> dict[str, str]:
    """Open the menu; return its entries and their states."""
    chooser.fill()
    last = chooser.menu.index("end")
    assert last is not None
    return {
        str(chooser.menu.entrycget(index, "label")): str(chooser.menu.entrycget(index, "state"))
        for index in range(last + 1)
        if chooser.menu.type(index) == "checkbutton"
    }


def choose(chooser: ClassifierMenu, title: str) -> None:
    """Tick a classifier in the menu, or untick it."""
    chooser.fill()
    chooser.menu.invoke(chooser.menu.index(title))


def ready(app: App) -> None:
    until(app.root, lambda: app.controls.state is State.READY, LONG)
    until(app.root, lambda: not app.background.busy)


def shown(panel: DrawPanel) -> list[str]:
    return [str(answer.digit.cget("text")) for answer in panel.answers.values()]


def test_what_was_compared_answers_under_the_pen(app: App) -> None:
    compare, panel = app.panels[ComparePanel], app.panels[DrawPanel]
    assert isinstance(compare, ComparePanel)
    assert isinstance(panel, DrawPanel)
    assert list(entries(panel.chooser)) == ["CNN", "SVM", "k-NN"]
    ready(app)

    app.select_tab(ComparePanel)
    for name in ("svm", "knn", "cnn"):
        compare.chosen[name].set(False)
    choose(compare.chooser, "LeNet-5")
    choose(compare.chooser, "k-NN + HOG")
    assert "2" in compare.chooser.cget("text")
    compare.size_buttons[0].invoke()
    compare.compare_button.invoke()
    ready(app)
    assert {result.classifier for result in compare.results} == {"lenet5", "knn_features"}
    assert not any(result.error for result in compare.results)

    app.select_tab(DrawPanel)
    for title in ("LeNet-5", "SVM"):
        choose(panel.chooser, title)
    choose(panel.chooser, "k-NN + HOG")
    assert panel.columns.names == ("cnn", "knn", "knn_features", "lenet5")
    draw(app, SEVEN)
    until(app.root, lambda: shown(panel) == ["7"] * 4)
    # remembered for the next start
    preferences = json.loads((app.home / "data" / "preferences.json").read_text())
    assert preferences["side_by_side"] == "cnn,knn,knn_features,lenet5"
    assert AnswerColumns(panel, app.context, lambda: None).names == panel.columns.names


def test_at_least_two_and_at_most_four_stand_side_by_side(app: App) -> None:
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    paths.trained(app.home).mkdir(parents=True)
    for name in ("lenet5.keras", "svm_features.npz", "rubbish.txt"):
        (paths.trained(app.home) / name).write_bytes(b"")
    assert list(entries(panel.chooser)) == ["CNN", "SVM", "k-NN", "SVM + HOG", "LeNet-5"]
    choose(panel.chooser, "LeNet-5")
    assert entries(panel.chooser)["SVM + HOG"] == "disabled"
    for title in ("SVM", "k-NN"):
        choose(panel.chooser, title)
    assert panel.columns.names == ("cnn", "lenet5")
    assert {name for name, state in entries(panel.chooser).items() if state == "disabled"} == {
        "CNN",
        "LeNet-5",
    }


def test_a_classifier_that_cannot_be_read_disturbs_no_other(app: App) -> None:
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    with TrainedClassifiers(app.home).place("lenet5") as file:
        file.write_bytes(b"rubbish")
    ready(app)
    choose(panel.chooser, "LeNet-5")
    draw(app, SEVEN)
    until(app.root, lambda: shown(panel) == ["7", "7", "7", "–"])
    until(app.root, lambda: "Compare it" in panel.answers["lenet5"].sureness.cget("text"))
