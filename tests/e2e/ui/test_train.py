"""The tab *Train*: the words without an engine, the story with a real one."""

import os
import signal
import tkinter as tk
from datetime import datetime
from pathlib import Path
from tkinter import ttk

import pytest
from support import keep_some, until

from classroom.engine import versions
from classroom.engine.messages import EpochDone, Retrained
from classroom.engine.versions import Line, Rejected, Version
from classroom.evaluation.results import Epoch, LedgerLine, Score
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start
from classroom.ui.app import App
from classroom.ui.core.controls import State
from classroom.ui.core.texts import exam_text, local_time, percent_text
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.train.before_after import change
from classroom.ui.train.panel import TrainPanel, plan

LONG = 110.0


# --- words ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after", "text", "style"),
    [
        (Score(17, 20), Score(20, 20), "▲ 3 more right", "Good.TLabel"),
        (Score(9931, 10000), Score(8925, 10000), "▼ 1,006 fewer right", "Bad.TLabel"),
        (Score(5, 5), Score(5, 5), "= no change", "Muted.TLabel"),
        (Score(0, 0), Score(5, 5), "", "Muted.TLabel"),
        (Score(0, 0), Score(0, 0), "", "Muted.TLabel"),
    ],
)
def test_a_change_is_said_in_words_not_by_colour_alone(
    before: Score, after: Score, text: str, style: str
) -> None:
    assert change(before, after) == (text, style)


def test_the_plan_counts_what_will_be_learnt_and_what_tests_it() -> None:
    assert "your 1 practice digit " in plan(1, 1)
    assert "your 1 exam digit," in plan(1, 1)
    assert "your 1,234 practice digits " in plan(1234, 17)
    assert "your 17 exam digits," in plan(1234, 17)
    assert "no exam digit of yours yet" in plan(2, 0)


def test_scores_that_are_not_there_are_dashes() -> None:
    assert exam_text(Score(17, 20)) == "17 of 20"
    assert percent_text(Score(9841, 10000)) == "98.41%"
    assert {exam_text(None), exam_text(Score(0, 0)), percent_text(None)} == {"–"}


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    shown = local_time("2025-11-20T09:30:00+00:00")
    assert datetime.strptime(shown, "%Y-%m-%d %H:%M").astimezone().timestamp() == 1763631000
    assert local_time("") == "as shipped"


# --- the window -------------------------------------------------------------
@pytest.fixture
def panel(app: App) -> TrainPanel:
    found = app.panels[TrainPanel]
    assert isinstance(found, TrainPanel)
    app.select_tab(TrainPanel)
    return found


def settle(app: App) -> None:
    until(app.root, lambda: not app.background.busy)


def ready(app: App) -> None:
    until(app.root, lambda: app.controls.state is State.READY, LONG)
    settle(app)


def texts(widget: tk.Misc) -> list[str]:
    """All that labels below `widget` say, in the order in which they were made."""
    own = [str(widget.cget("text"))] if isinstance(widget, ttk.Label) else []
    return own + [text for child in widget.winfo_children() for text in texts(child)]


def rows(panel: TrainPanel) -> list[list[str]]:
    tree = panel.versions.tree
    return [[str(cell) for cell in tree.item(row, "values")] for row in tree.get_children()]


def test_without_digits_there_is_nothing_to_learn_and_the_first_ones_are_counted_at_once(
    app: App, panel: TrainPanel, home: Path, drawn: list[StrokesLine]
) -> None:
    ready(app)
    assert "Draw and keep a few digits first" in panel.plan.cget("text")
    assert panel.retrain_button.instate(["disabled"])
    app.root.event_generate("<Control-r>")
    assert app.controls.state is State.READY
    panel.draw_button.invoke()
    app.root.update()
    assert app.tabs.select() == str(app.panels[DrawPanel])

    keep_some(home, drawn, 6)
    app.samples_changed()
    settle(app)
    assert "practice digit" in panel.plan.cget("text")
    assert not panel.draw_button.winfo_ismapped()
    assert panel.retrain_button.instate(["!disabled"])


def test_versions_are_listed_with_their_scores_the_newest_first(
    app: App, panel: TrainPanel, home: Path
) -> None:
    for number in (1, 2):
        path = versions.folder(Line(home, Start.MNIST_ONLY), number)
        path.mkdir(parents=True)
        exam = {"cnn": Score(15 + number, 20), "svm": Score(9, 20)}
        card = Version(
            number,
            "2025-11-20T09:30:00+00:00",
            30,
            10000,
            0,
            7.0,
            exam,
            {"cnn": Score(99, 100)},
            start=Start.MNIST_ONLY,
        )
        versions.write_metadata(path, card)
    ready(app)
    panel.shown()
    settle(app)
    shown = rows(panel)
    assert [row[0] for row in shown] == ["2", "1", "0 (in use)"]
    assert shown[0][2:] == ["30", "17 of 20", "9 of 20", "–", "99.00%", "–", "–"]
    assert shown[2][1] == "as shipped"


def test_the_table_shows_before_and_after_and_asks(app: App, panel: TrainPanel) -> None:
    lines = (
        LedgerLine("cnn", Score(17, 20), Score(20, 20), Score(9931, 10000), Score(9925, 10000)),
        LedgerLine("svm", Score(0, 0), Score(0, 0), Score(0, 0), Score(9841, 10000)),
    )
    panel.before_after.show(Version(3), 2, lines)
    panel.before_after.grid(row=2, column=0)
    app.root.update()
    shown = [text for text in texts(panel.before_after) if text]
    assert "Version 3 against version 2" in shown
    after = shown[shown.index("CNN") :]
    assert after[:5] == [
        "CNN",
        "17 of 20 → 20 of 20",
        "9,931 of 10,000 → 9,925 of 10,000",
        "▲ 3 more right",
        "▼ 6 fewer right",
    ]
    assert after[after.index("SVM") + 1 :][:2] == ["–", "– → 9,841 of 10,000"]
    assert panel.before_after.question.winfo_ismapped()
    panel.before_after.keep_button.invoke()
    app.root.update()
    assert not panel.before_after.question.winfo_ismapped()
    assert panel.before_after.table.winfo_ismapped()


@pytest.mark.parametrize("size", ["1000x700", "1600x1000"])
@pytest.mark.parametrize("dark", [False, True])
def test_a_rejected_training_says_so_and_shows_no_curves(
    app: App, panel: TrainPanel, size: str, dark: bool
) -> None:
    ready(app)
    app.theme.set(dark)
    app.root.geometry(size)
    many, more = Score(11_734, 12_345), Score(11_801, 12_345)
    test = Score(9931, 10_000), Score(9928, 10_000)
    lines = tuple(LedgerLine(name, many, more, *test) for name in ("cnn", "svm", "knn"))
    rejected = Rejected(Score(1030, 1043), Score(1012, 1043))
    note = "The CNN stayed as it shipped, and its training does not count. " * 4
    version = Version(1234, seconds=83.0, note=note, rejected=rejected)
    panel._job_id = 77
    panel.receive(EpochDone(77, Epoch(1, 3, 0.1, 0.9)))
    panel.receive(Retrained(77, version, 1233, lines))
    until(app.root, lambda: not panel.curves.busy)
    shown = [text for text in texts(panel.before_after) if text]
    assert shown[0] == "Version 1234 against version 1233"
    assert "as shipped: training rejected" in shown[: shown.index("SVM")]
    assert shown.count("as shipped: training rejected") == 1
    assert not panel.curves.image.winfo_ismapped()
    assert "it has no curves" in panel.curves.sentence
    # All of it can be read.
    whole = [panel.outcome, panel.curves._sentence, *panel.before_after.table.winfo_children()]
    for label in whole:
        assert label.winfo_width() >= label.winfo_reqwidth(), label.cget("text")
        assert label.winfo_height() >= label.winfo_reqheight(), label.cget("text")
        assert (
            label.winfo_rootx() + label.winfo_width()
            <= app.root.winfo_rootx() + app.root.winfo_width()
        )
    assert panel.outcome.cget("text").startswith("Done in 83 seconds: version 1234 is in use now.")
    # The next training begins with no curve of this one.
    panel._job_id = 78
    panel.receive(EpochDone(78, Epoch(1, 3, 0.2, 0.8)))
    assert [epoch.loss for epoch in panel._epochs] == [0.2]
    until(app.root, lambda: not panel.curves.busy)


def test_retrain_cancel_retrain_go_back_and_use_again(
    app: App, panel: TrainPanel, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 12)
    app.samples_changed()
    ready(app)
    panel.start_switch.buttons[Start.BASE].invoke()
    ready(app)

    panel.retrain_button.invoke()
    until(app.root, lambda: "Step" in app.status.label.cget("text"), LONG)
    assert panel.retrain_button.instate(["disabled"])
    app.status.cancel_button.invoke()
    ready(app)
    assert "Cancelled; everything is as it was" in panel.outcome.cget("text")
    assert [row[0] for row in rows(panel)] == ["0 (in use)"]
    assert not panel.before_after.winfo_ismapped()

    shown: list[tuple[str, State, str]] = []
    show_so_far = panel.before_after.show_so_far

    def showing(lines: tuple[LedgerLine, ...]) -> None:
        show_so_far(lines)
        title, question = panel.before_after.title, panel.before_after.question
        shown.append((title.cget("text"), app.controls.state, question.winfo_manager()))

    panel.before_after.show_so_far = showing  # type: ignore[method-assign]
    app.root.focus_force()
    app.root.event_generate("<Control-r>")
    assert app.controls.state is State.RUNNING
    until(app.root, lambda: panel.before_after.winfo_ismapped(), LONG)
    ready(app)
    # The CNN's scores are there before those of SVM and k-NN, and nothing is asked yet.
    assert shown[0] == ("Known so far: CNN", State.RUNNING, "")
    until(app.root, lambda: not panel.curves.busy)
    settle(app)
    assert panel.before_after.question.winfo_ismapped()
    assert panel.curves.sentence == ""
    assert [row[0] for row in rows(panel)] == ["1 (in use)", "0"]
    said = " ".join(texts(panel.before_after))
    assert all(name in said for name in ("CNN", "SVM", "k-NN"))
    assert "of 500 → " in said

    panel.before_after.back_button.invoke()
    ready(app)
    assert [row[0] for row in rows(panel)] == ["1", "0 (in use)"]
    assert not panel.before_after.question.winfo_ismapped()
    assert versions.in_use(home)[0].number == 0

    tree = panel.versions.tree
    tree.focus_force()
    tree.selection_set("1")
    app.root.update()
    assert panel.versions.button.instate(["!disabled"])
    tree.event_generate("<Return>")
    ready(app)
    assert [row[0] for row in rows(panel)] == ["1 (in use)", "0"]
    assert versions.in_use(home)[0].number == 1
    assert panel.versions.button.instate(["disabled"])


@pytest.mark.skipif(os.name == "nt", reason="kills by a POSIX signal")
def test_an_engine_that_dies_while_it_trains_is_said_and_nothing_is_lost(
    app: App, panel: TrainPanel, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 12)
    app.samples_changed()
    ready(app)
    panel.retrain_button.invoke()
    until(app.root, lambda: "Step" in app.status.label.cget("text"), LONG)
    assert app.client.pid is not None
    until(app.root, lambda: panel.before_after.winfo_ismapped(), LONG)
    os.kill(app.client.pid, signal.SIGKILL)
    until(app.root, lambda: "engine stopped" in panel.outcome.cget("text"))
    assert not panel.before_after.winfo_ismapped()
    ready(app)
    assert [row[0] for row in rows(panel)] == ["0 (in use)"]
    assert panel.retrain_button.instate(["!disabled"])
