"""The window while the shipped version answers in place of the one that was chosen."""

from pathlib import Path

import pytest
from support import base, make_version, until

from classroom.datasets.mnist_files import Checksums
from classroom.engine import versions
from classroom.ui.app import App
from classroom.ui.core.controls import State
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.train.panel import TrainPanel

LONG = 110.0


@pytest.fixture
def prepared(prepared: Path) -> Path:
    """A home in which version 6 is chosen, and its SVM is damaged or its network is gone."""
    for number in (5, 6):
        make_version(prepared, number)
    versions.set_current(base(prepared), 6)
    return prepared


@pytest.fixture(params=["cnn.keras", "svm.npz"])
def broken(request: pytest.FixtureRequest, prepared: Path) -> str:
    file = versions.folder(base(prepared), 6) / request.param
    file.write_bytes(file.read_bytes()[:-3000])
    return str(request.param)


def first_column(app: App) -> list[str]:
    panel = app.panels[TrainPanel]
    assert isinstance(panel, TrainPanel)
    tree = panel.versions.tree
    return [str(tree.item(row, "values")[0]) for row in tree.get_children()]


def settled(app: App) -> None:
    def ready() -> bool:
        return app.controls.state is State.READY and "svm" in app.panels[DrawPanel]._answering  # type: ignore[attr-defined]

    until(app.root, ready, LONG)
    until(app.root, lambda: not app.background.busy)


def test_notice_draw_train_and_the_table_say_which_version_answers(
    broken: str, app: App, checksums: Checksums
) -> None:
    settled(app)
    draw, train = app.panels[DrawPanel], app.panels[TrainPanel]
    assert isinstance(draw, DrawPanel)
    assert isinstance(train, TrainPanel)
    assert app.notice.kind == "bad"
    assert "Version 6 was chosen, but cannot be used" in app.notice.text
    assert broken in app.notice.text
    assert draw.version.winfo_ismapped()
    assert draw.version.cget("text") == "Version 0 answers: version 6 cannot be used."
    app.notice.button.invoke()
    app.root.update()
    assert app.tabs.select() == str(train)
    assert train.versions.warning.winfo_ismapped()
    assert broken in train.versions.warning.cget("text")
    assert first_column(app) == ["6 (damaged)", "5", "0 (in use)"]

    # Another choice ends it, and everything says so.
    train.use_version(5)
    settled(app)
    assert first_column(app) == ["6", "5 (in use)", "0"]
    assert not train.versions.warning.winfo_ismapped()
    app.select_tab(DrawPanel)
    app.root.update()
    assert not draw.version.winfo_ismapped()


def test_a_choice_made_elsewhere_holds_from_the_next_start_on(app: App) -> None:
    settled(app)
    assert first_column(app) == ["6 (in use)", "5", "0"]
    assert not app.panels[DrawPanel].version.winfo_ismapped()  # type: ignore[attr-defined]
    # As another window does, or `retrain` on the command line.
    versions.set_current(base(app.home), 5)
    app.select_tab(TrainPanel)
    app.panels[TrainPanel].shown()
    settled(app)
    assert first_column(app) == ["6 (in use)", "5 (next start)", "0"]


def test_a_version_without_its_card_stays_in_the_table(app: App) -> None:
    settled(app)
    (versions.folder(base(app.home), 5) / "version.json").unlink()
    train = app.panels[TrainPanel]
    assert isinstance(train, TrainPanel)
    app.select_tab(TrainPanel)
    train.shown()
    settled(app)
    assert first_column(app) == ["6 (in use)", "5 (damaged)", "0"]
    train.versions.tree.selection_set("5")
    app.root.update()
    assert train.versions.button.instate(["disabled"])
