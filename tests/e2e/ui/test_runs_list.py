"""The list of runs and the form of a study in a real window."""

from pathlib import Path

import pytest
from run_support import DATA, some_results
from support import keep_some, until

from classroom.datasets.dataset import Dataset
from classroom.engine.messages import Studied
from classroom.evaluation import runs
from classroom.evaluation.studies import StudyPlan
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.compare.run_bar import RunBar
from classroom.ui.compare.study_form import finished, sizes_of


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("100 1000", (100, 1000)),
        ("1,000 100 100", (100, 1000)),
        ("", ()),
        ("many", ()),
        ("9", ()),
        ("99999999999", ()),
    ],
)
def test_sizes_are_read_as_a_student_writes_them(text: str, sizes: tuple[int, ...]) -> None:
    assert sizes_of(text) == sizes


def test_what_became_of_a_study_is_said() -> None:
    said = finished(Studied(1, 3, 42, ("The memory was full.",)))
    assert said == "Done: 3 trainings computed, 42 found from before. The memory was full."


@pytest.fixture
def panel(app: App) -> ComparePanel:
    found = app.panels[ComparePanel]
    assert isinstance(found, ComparePanel)
    app.select_tab(ComparePanel)
    until(app.root, lambda: not app.background.busy)
    return found


def open_list(app: App, bar: RunBar) -> None:
    bar.runs_button.invoke()
    until(app.root, lambda: not app.background.busy)


def test_runs_are_opened_laid_side_by_side_deleted_and_brought_back(
    app: App, panel: ComparePanel, home: Path
) -> None:
    runs.keep(home, some_results(), 5, DATA)
    runs.keep(home, some_results()[:2], 6, DATA)
    bar = panel.run_bar
    open_list(app, bar)
    tree = bar.runs.tree
    assert tree.get_children() == ("2", "1")
    assert bar.runs.open_button.instate(["disabled"])
    tree.selection_set("1")
    app.root.update()
    bar.runs.open_button.invoke()
    until(app.root, lambda: len(panel.results) == 3)
    assert "Run 1. Trained on 1,000 MNIST digits" in panel.outcome.cget("text")
    assert len(panel.table.tree.get_children()) == 3
    # The exam by leaving one writer out stands beside the exam.
    assert "unseen" in panel.table.tree.cget("displaycolumns")
    assert not bar.runs.winfo_ismapped()

    open_list(app, bar)
    tree.selection_set("1", "2")
    app.root.update()
    bar.runs.beside_button.invoke()
    assert "different seeds, 5 and 6" in bar.runs.words.cget("text")
    assert len(bar.runs.beside.get_children()) == 3

    tree.selection_set("2")
    app.root.update()
    bar.runs.delete_button.invoke()
    until(app.root, lambda: tree.get_children() == ("1",))
    assert app.notice.text == "1 run deleted."
    app.notice.button.invoke()
    until(app.root, lambda: tree.get_children() == ("2", "1"))


def test_a_run_is_out_of_date_as_soon_as_the_samples_change(
    app: App, panel: ComparePanel, home: Path, drawn: list[StrokesLine]
) -> None:
    with Dataset(store_url(home)) as store:
        now = store.fingerprint()
    runs.keep(home, some_results(), 5, runs.Data(1000, 0, now, "m"))
    bar = panel.run_bar
    open_list(app, bar)
    bar.runs.tree.selection_set("1")
    app.root.update()
    bar.runs.open_button.invoke()
    until(app.root, lambda: len(panel.results) == 3)
    assert bar.stale.cget("text") == ""

    keep_some(home, drawn, 3)
    app.samples_changed()
    until(app.root, lambda: "Out of date" in str(bar.stale.cget("text")))
    assert str(bar.runs.tree.item("1", "values")[-1]) == "out of date"
    assert "outdated" in panel.table.tree.item("cnn", "tags")
    with Dataset(store_url(home)) as store:
        store.delete(sample.id or 0 for sample in store.samples())
    app.samples_changed()
    until(app.root, lambda: bar.stale.cget("text") == "")


def test_a_study_asks_for_what_the_form_says(app: App, panel: ComparePanel) -> None:
    form = panel.run_bar.study
    panel.run_bar.study_button.invoke()
    app.root.update()
    assert form.winfo_ismapped()
    form.sizes.set("rubbish")
    assert form.plan is None
    assert "such as 100 1000" in form.said.cget("text")
    form.sizes.set("100 1000")
    form.seeds.set("99")
    assert form.plan is None
    form.seeds.set("2")
    form.without_own.set(True)
    assert form.plan == StudyPlan((100, 1000), (0, 1), ("cnn", "svm", "knn"), (0, None))
    form.close_button.invoke()
    app.root.update()
    assert not form.winfo_ismapped()
