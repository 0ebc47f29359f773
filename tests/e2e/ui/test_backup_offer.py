"""A damaged store, and a writer who is to be forgotten, in the real window."""

from pathlib import Path

import numpy as np
import pytest
from gallery_support import choose, opened, settle
from support import keep_some, until

from classroom import logs, paths
from classroom.cli import main
from classroom.datasets import backups
from classroom.datasets.dataset import Dataset, Part
from classroom.evaluation import runs
from classroom.evaluation.results import Evaluation, Result
from classroom.preferences import Preferences
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel


@pytest.fixture
def damaged(home: Path, drawn: list[StrokesLine]) -> Path:
    """A store that cannot be opened, with a backup of ten digits."""
    keep_some(home, drawn, 10)
    store = home / "data" / "samples.sqlite"
    assert backups.make(store)
    store.write_bytes(b"\xa5" * store.stat().st_size)
    return store


def test_a_damaged_store_is_replaced_by_its_backup_when_the_student_agrees(
    damaged: Path, questions: list[str], app: App
) -> None:
    until(app.root, lambda: "10 digits again" in app.notice.text)
    panel = opened(app, 10)
    [question] = questions
    assert "samples.sqlite, is damaged" in question
    assert "newest automatic backup is of" in question
    assert len(panel.filtered) == 10
    assert len(backups.set_aside(damaged)) == 1


def test_a_writer_is_deleted_for_good_after_a_question(
    home: Path, drawn: list[StrokesLine], questions: list[str], app: App
) -> None:
    keep_some(home, drawn, 60)
    app.writer.set("Ben")
    with Dataset(paths.store_url(home)) as store:
        theirs = int(store.counts("Ben").sum())
    assert 0 < theirs < 60
    panel = opened(app, 60)
    button = panel.delete_writer_button
    assert button.instate(["disabled"])
    choose(panel.filter_bar.writers, "Ben")
    app.backups.back_up()
    until(app.root, lambda: len(backups.listing(home / "data" / "samples.sqlite")) == 1)
    button.invoke()
    until(app.root, lambda: len(panel.samples) == 60 - theirs)
    settle(app)
    assert "every digit of Ben" in questions[0]
    assert f"{theirs} digits of Ben are deleted for good" in app.notice.text
    assert app.writer.get() == ""
    assert "Ben" not in panel.filter_bar.writers["values"]
    for file in (home / "data").rglob("*.sqlite*"):
        assert b"Ben" not in file.read_bytes()


def test_who_is_deleted_elsewhere_is_forgotten_by_the_window_too(
    app: App, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 60)
    with Dataset(paths.store_url(home)) as dataset:
        _images, labels, ids, writers = dataset.identified(Part.EXAM)
    sure = np.eye(10, dtype=np.float32)[labels]
    test, own = Evaluation(labels, sure), Evaluation(labels, sure, ids, writers)
    data = runs.Data(1, 0, "own", "mnist", labels=(1,) * 10)
    number = runs.keep(home, [Result("knn", 1.0, 1.0, test, own)], 0, data).number
    compare = app.panels[ComparePanel]
    assert isinstance(compare, ComparePanel)
    compare.run_bar._opened(runs.read(home, number))
    app.writer.set("Ben")
    app.context.remember()
    app.samples_changed()
    settle(app)
    assert "Ben" in compare.plot_pane.choices.writer["values"]
    assert main.main(["--home", str(home), "dataset", "delete-writer", "Ben"]) == 0
    logs.configure(home / "elsewhere")
    until(app.root, lambda: "deleted writer 1" in compare.plot_pane.choices.writer["values"])
    assert "Ben" not in compare.plot_pane.choices.writer["values"]
    assert app.writer.get() == ""
    app.context.remember()
    assert Preferences.load(home).writer == ""
