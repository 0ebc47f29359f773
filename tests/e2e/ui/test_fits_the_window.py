"""What the tab *Compare* shows is whole, and of the comparison that it is said to be of."""

from collections.abc import Callable
from pathlib import Path
from tkinter import font, ttk

import numpy as np
import pytest
from support import until

from classroom.engine.versions import Line, Version, new_folder, write_metadata
from classroom.evaluation import runs
from classroom.evaluation.results import Evaluation, Result, TestSet
from classroom.evaluation.runs import Data, Run
from classroom.plots.request import entries_of
from classroom.starts import Start
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.compare.results_table import SHOWN
from classroom.ui.core.controls import State
from classroom.ui.train.panel import TrainPanel

FOUR = ("lenet5_average", "svm_features", "knn_features", "lenet5_dilated")
LONG_NAME = "Maximilian-Alexander von Hohenlohe-Langenburg"
SIZES = ["1000x700", "1600x1000"]


def evaluation(count: int, seed: int, writers: tuple[str, ...] = ()) -> Evaluation:
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 10, count).astype(np.uint8)
    answers = np.where(chance.random(count) < 0.95, labels, (labels + 1) % 10)
    everybody = tuple(writers[place % len(writers)] for place in range(count)) if writers else ()
    ids = np.arange(count) if writers else None
    return Evaluation(labels, np.eye(10, dtype=np.float32)[answers], ids, everybody)


def result(name: str, exam: int, *, unseen: bool) -> Result:
    writers = (LONG_NAME, "Ann")
    return Result(
        name,
        12345.6,
        0.4,
        evaluation(10_000, 1),
        evaluation(exam, 2, writers),
        unseen=evaluation(exam, 3, writers) if unseen else None,
    )


@pytest.fixture
def keep(home: Path) -> Callable[..., Run]:
    """A function that keeps a run of these classifiers, and returns it."""

    def kept(names: tuple[str, ...], exam: int = 12_345, *, unseen: bool = True) -> Run:
        data = Data(60_000, 4567, "own", "mnist", 4567, exam, 30, (1,) * 10, 1000, 1000)
        results = [result(name, exam, unseen=unseen) for name in names]
        return runs.read(home, runs.keep(home, results, 0, data).number)

    return kept


@pytest.fixture
def panel(app: App) -> ComparePanel:
    found = app.panels[ComparePanel]
    assert isinstance(found, ComparePanel)
    until(app.root, lambda: app.controls.state is State.READY)
    app.select_tab(ComparePanel)
    return found


def cut_off(tree: ttk.Treeview) -> list[str]:
    """Return the texts that are wider than their column."""
    cells = font.Font(tree, font=ttk.Style(tree).lookup("Treeview", "font"))
    headings = font.Font(tree, font=ttk.Style(tree).lookup("Treeview.Heading", "font"))
    found = []
    for place, column in enumerate(tree["columns"]):
        texts = [(str(tree.item(row, "values")[place]), cells) for row in tree.get_children()]
        texts.append((str(tree.heading(column, "text")), headings))
        room = int(tree.column(column, "width")) - 8  # Tk's own padding
        found += [text for text, letters in texts if letters.measure(text) > room]
    return found


def columns_in_view(tree: ttk.Treeview) -> bool:
    """Whether all columns that are shown lie within the table as it is on the screen."""
    return bool(tree.xview() == (0.0, 1.0))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True])
def test_no_figure_is_cut_off_and_no_column_lost(
    app: App, panel: ComparePanel, keep: Callable[..., Run], size: str, dark: bool
) -> None:
    run = keep(FOUR)
    app.theme.set(dark)
    app.root.geometry(size)
    panel.show_run(run)
    app.root.update()
    tree = panel.table.tree
    assert "12,345" in str(tree.item("svm_features", "values")[2])
    assert set(tree["displaycolumns"]) == {*SHOWN, "unseen"}
    assert cut_off(tree) == []
    assert columns_in_view(tree)
    # The writers' list pushes nothing out of the row.
    save = panel.plot_pane.save_button
    assert save.winfo_width() >= save.winfo_reqwidth()
    assert save.winfo_rootx() + save.winfo_width() <= panel.winfo_rootx() + panel.winfo_width()


@pytest.mark.parametrize("size", SIZES)
def test_the_bars_have_the_room_that_the_table_leaves(
    app: App, panel: ComparePanel, keep: Callable[..., Run], size: str
) -> None:
    few, many = keep(("cnn", "svm", "knn"), 123, unseen=False), keep(FOUR)
    app.root.geometry(size)
    for run in (few, many, few):
        panel.show_run(run)
        app.root.update()
        assert columns_in_view(panel.table.tree)
        right = panel.table.winfo_x() + panel.table.winfo_width()
        if panel.bars.winfo_ismapped():
            assert right <= panel.bars.winfo_x()
            assert panel.bars.winfo_width() >= app.theme.px(200)
    assert panel.bars.winfo_ismapped()
    assert panel.table.tree["displaycolumns"] == tuple(SHOWN)


@pytest.mark.parametrize("size", SIZES)
def test_the_lists_of_runs_and_versions_cut_nothing_off(
    app: App, panel: ComparePanel, keep: Callable[..., Run], size: str, home: Path
) -> None:
    keep(FOUR)
    keep(FOUR, 123)
    app.root.geometry(size)
    panel.run_bar.runs_button.invoke()
    until(app.root, lambda: len(panel.run_bar.runs.tree.get_children()) == 2)
    panel.run_bar.runs.tree.selection_set("1", "2")
    panel.run_bar.runs.lay_beside()
    app.root.update()
    assert cut_off(panel.run_bar.runs.tree) == []
    assert cut_off(panel.run_bar.runs.beside) == []
    assert columns_in_view(panel.run_bar.runs.beside)
    # What is wider than the window can be moved there.
    bars = [
        bar
        for bar in panel.run_bar.runs.winfo_children()
        if isinstance(bar, ttk.Scrollbar) and str(bar.cget("orient")) == "horizontal"
    ]
    assert [bar.winfo_ismapped() for bar in bars] == [not columns_in_view(panel.run_bar.runs.tree)]
    score = result("cnn", 12_345, unseen=False).own_exam
    assert score is not None
    with new_folder(Line(home, Start.MNIST_ONLY), 1) as (folder, _number):
        exams = dict.fromkeys(("cnn", "svm", "knn"), score.score)
        write_metadata(
            folder,
            Version(
                1,
                "2026-03-04T10:30:00+00:00",
                4567,
                10_000,
                own_exam=exams,
                start=Start.MNIST_ONLY,
            ),
        )
    app.select_tab(TrainPanel)
    train = app.panels[TrainPanel]
    assert isinstance(train, TrainPanel)
    until(app.root, lambda: len(train.versions.tree.get_children()) == 2)
    assert cut_off(train.versions.tree) == []


def test_no_plot_of_the_last_comparison_stays_under_the_next(
    app: App, panel: ComparePanel, keep: Callable[..., Run]
) -> None:
    first, second = keep(FOUR, 30), keep(("cnn", "knn"), 40)

    def drawn() -> None:
        until(app.root, lambda: not panel.plot_pane.view.busy and not panel.bars.busy)
        assert panel.plot_pane.view.image.winfo_ismapped()

    panel.show_run(first)
    drawn()
    panel.show_run(second)
    app.root.update_idletasks()
    assert not panel.plot_pane.view.image.winfo_ismapped()
    assert not panel.bars.image.winfo_ismapped()
    assert panel.plot_pane.view.sentence == "Drawing …"
    drawn()
    # Neither does one plot stay under the name of another, nor that of all under one writer's.
    panel.plot_pane.plot_buttons["roc"].invoke()
    app.root.update_idletasks()
    assert panel.plot_pane.view.sentence == "Drawing …"
    drawn()
    panel.plot_pane.choices.test_set_buttons[TestSet.OWN_EXAM].invoke()
    app.root.update_idletasks()
    assert panel.plot_pane.view.sentence == "Drawing …"
    drawn()
    # One more row of the same comparison does not make the others vanish.
    panel.plot_pane.show(panel.plot_pane.choices.entries)
    app.root.update_idletasks()
    assert panel.plot_pane.view.image.winfo_ismapped()


def test_pictures_that_cannot_be_fetched_leave_no_other_plot(
    app: App, panel: ComparePanel, keep: Callable[..., Run], home: Path
) -> None:
    panel.show_run(keep(("cnn", "knn"), 30))
    until(app.root, lambda: not panel.plot_pane.view.busy)
    (home / "data" / "mnist.npz").write_bytes(b"no more")
    one, other = evaluation(500, 1), evaluation(500, 2)
    other = Evaluation(one.labels, other.probabilities)
    two = [Result("cnn", 1, 1, one, None), Result("svm", 1, 1, other, None)]
    panel.plot_pane.show(entries_of(two), anew=True)
    panel.plot_pane.plot_buttons["disagree"].invoke()
    until(app.root, lambda: not app.background.busy)
    assert not panel.plot_pane.view.image.winfo_ismapped()
    assert "mnist.npz" in panel.plot_pane.view.sentence
