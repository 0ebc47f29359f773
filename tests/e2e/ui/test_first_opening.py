"""Which network a home starts from when the window opens it, and the switch in *Train*."""

import gc
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from places import DATA
from store_support import POSIX, read_only
from support import base, draw, keep_some, make_version, until

from classroom.classifiers.cnn import Cnn
from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Checksums
from classroom.engine import versions
from classroom.engine.messages import Prediction, Recognised, Report
from classroom.engine.versions import Line
from classroom.paths import store_url
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start
from classroom.ui.app import App
from classroom.ui.core.controls import State
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.train.panel import TrainPanel

Opening = Callable[[Path], App]


@pytest.fixture
def opening(display: str, checksums: Checksums) -> Iterator[Opening]:
    """A function that opens a window, and closes the one that it opened before."""
    windows: list[App] = []

    def close() -> None:
        window = None
        while windows:
            window = windows.pop()
            window.panels[DrawPanel].unsaved.clear()  # type: ignore[attr-defined]
            window.close()
        del window
        # As between tests: no other thread may free what belonged to the window.
        gc.collect()

    def open_window(home: Path) -> App:
        close()
        windows.append(App(home, checksums))
        until(windows[0].root, lambda: len(windows[0].panels) == 6 and windows[0].client.ready)
        return windows[0]

    yield open_window
    close()


def chosen(home: Path) -> str | None:
    file = home / "models" / "start.json"
    return json.loads(file.read_text())["start"] if file.exists() else None


def train(app: App) -> TrainPanel:
    panel = app.panels[TrainPanel]
    assert isinstance(panel, TrainPanel)
    return panel


def in_use(app: App) -> Start | None:
    """Return the start that *Train* shows, when the engine is at leisure."""
    until(app.root, lambda: app.controls.state is State.READY and not app.background.busy)
    return train(app).start_switch.selected


def test_an_empty_home_starts_from_mnist_only_and_stays_there(
    opening: Opening, prepared: Path, drawn: list[StrokesLine]
) -> None:
    app = opening(prepared)
    assert in_use(app) is Start.MNIST_ONLY
    assert train(app).start_switch.explanation.cget("text") == Start.MNIST_ONLY.explanation
    assert chosen(prepared) == "mnist_only"
    keep_some(prepared, drawn, 3)
    assert in_use(opening(prepared)) is Start.MNIST_ONLY


def test_a_home_that_is_not_there_yet_starts_from_mnist_only(
    opening: Opening, tmp_path: Path
) -> None:
    opening(tmp_path / "new" / "home")
    assert chosen(tmp_path / "new" / "home") == "mnist_only"


def with_a_sample(home: Path, drawn: list[StrokesLine]) -> None:
    keep_some(home, drawn, 1)


def with_a_deleted_writer(home: Path, drawn: list[StrokesLine]) -> None:
    keep_some(home, drawn, 1)
    with Dataset(store_url(home)) as store:
        store.purge_writer(drawn[0].writer or "")


def with_a_version(home: Path, _drawn: list[StrokesLine]) -> None:
    make_version(home, 1)


def with_a_damaged_choice(home: Path, _drawn: list[StrokesLine]) -> None:
    (home / "models" / "start.json").write_text("{")


@pytest.mark.parametrize(
    "use", [with_a_sample, with_a_deleted_writer, with_a_version, with_a_damaged_choice]
)
def test_a_home_that_was_used_stays_on_the_base_line(
    opening: Opening,
    prepared: Path,
    drawn: list[StrokesLine],
    use: Callable[[Path, list[StrokesLine]], None],
) -> None:
    use(prepared, drawn)
    assert in_use(opening(prepared)) is Start.BASE
    assert in_use(opening(prepared)) is Start.BASE


def test_a_home_of_before_stays_on_the_base_line(opening: Opening, prepared: Path) -> None:
    with zipfile.ZipFile(DATA / "home-of-before.zip") as archive:
        archive.extractall(prepared)
    assert in_use(opening(prepared)) is Start.BASE


def test_another_database_is_asked_too(
    opening: Opening,
    prepared: Path,
    tmp_path: Path,
    drawn: list[StrokesLine],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLASSROOM_DATABASE", f"sqlite:///{tmp_path / 'class.sqlite'}")
    keep_some(prepared, drawn, 1)
    assert not (prepared / "data" / "samples.sqlite").exists()
    assert in_use(opening(prepared)) is Start.BASE
    (prepared / "models" / "start.json").unlink()
    monkeypatch.setenv("CLASSROOM_DATABASE", f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert in_use(opening(prepared)) is Start.MNIST_ONLY


@POSIX
def test_a_home_that_cannot_be_written_is_on_the_base_line(
    opening: Opening, prepared: Path
) -> None:
    with read_only(prepared):
        app = opening(prepared)
        until(app.root, lambda: train(app).start_switch.selected is not None)
        assert train(app).start_switch.selected is Start.BASE
        # Nobody has chosen anything, so there is nothing to say of a choice.
        assert "network" not in app.notice.text
        assert "ersion" not in app.notice.text
    assert chosen(prepared) is None


# --- the switch --------------------------------------------------------------------------
def said_by(app: App, strokes: StrokesLine) -> np.ndarray:
    """Return what *Draw* is told by the CNN about a digit that is drawn now."""
    heard: list[Report] = []
    panel = app.panels[DrawPanel]
    receive = panel.receive
    panel.receive = lambda report: (heard.append(report), receive(report))  # type: ignore
    app.select_tab(DrawPanel)
    draw(app, strokes.strokes)
    until(app.root, lambda: not app.client.predicting)
    panel.paper.clear()  # type: ignore[attr-defined]
    panel.receive = receive  # type: ignore[method-assign]
    answers = [one for one in heard if isinstance(one, Prediction) and one.classifier == "cnn"]
    assert answers[-1].probabilities is not None
    return answers[-1].probabilities


def test_the_switch_changes_what_answers_and_is_remembered(
    opening: Opening, prepared: Path, drawn: list[StrokesLine]
) -> None:
    app = opening(prepared)
    assert in_use(app) is Start.MNIST_ONLY
    before = said_by(app, drawn[0])
    switch = train(app).start_switch
    switch.buttons[Start.BASE].invoke()
    # While it is loaded nothing else can be pressed.
    assert all(button.instate(["disabled"]) for button in switch.buttons.values())
    assert in_use(app) is Start.BASE
    assert train(app).outcome.cget("text") == (
        "“Shown other strokes too”: the shipped version is in use now."
    )
    assert switch.explanation.cget("text") == Start.BASE.explanation
    after = said_by(app, drawn[0])
    assert not np.allclose(before, after, atol=1e-4)
    assert in_use(opening(prepared)) is Start.BASE


def test_train_lists_the_versions_of_the_line(opening: Opening, prepared: Path) -> None:
    make_version(prepared, 2, Start.MNIST_ONLY)
    make_version(prepared, 5)
    versions.set_line(Line(prepared, Start.MNIST_ONLY))
    app = opening(prepared)
    tree = train(app).versions.tree
    assert in_use(app) is Start.MNIST_ONLY
    assert tree.get_children() == ("2", "0")
    train(app).use_version(2)
    assert in_use(app) is Start.MNIST_ONLY
    train(app).start_switch.buttons[Start.BASE].invoke()
    assert in_use(app) is Start.BASE
    assert tree.get_children() == ("5", "0")
    train(app).start_switch.buttons[Start.MNIST_ONLY].invoke()
    assert in_use(app) is Start.MNIST_ONLY
    assert train(app).outcome.cget("text") == "“Knows MNIST only”: version 2 is in use now."
    assert train(app).versions.current == 2


def test_a_switch_in_vain_leaves_the_line_selected_that_is_in_use(
    opening: Opening, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opening(prepared)
    assert in_use(app) is Start.MNIST_ONLY
    file = prepared / "models" / "start.json"
    # Nothing can take the place of a folder that is not empty.
    file.unlink()
    (file / "in the way").mkdir(parents=True)
    train(app).start_switch.buttons[Start.BASE].invoke()
    assert in_use(app) is Start.MNIST_ONLY
    assert "could not be written" in app.notice.text


# --- pictures ----------------------------------------------------------------------------
def test_pictures_are_read_by_the_base_line(
    opening: Opening, prepared: Path, drawn: list[StrokesLine]
) -> None:
    app = opening(prepared)
    assert in_use(app) is Start.MNIST_ONLY
    heard: list[Recognised] = []
    panel = train(app)
    receive = panel.receive
    panel.receive = lambda report: (  # type: ignore[method-assign]
        heard.append(report) if isinstance(report, Recognised) else None,
        receive(report),
    )[1]
    images = np.stack([from_strokes(line.strokes) for line in drawn[:20]])
    app.client.recognise(images)
    app.expect_reports()
    until(app.root, lambda: bool(heard))
    network = Cnn.load(Start.BASE.file)
    assert np.allclose(heard[0].probabilities, network.predict_proba(images), atol=1e-4)
    other = Cnn.load(Start.MNIST_ONLY.file).predict_proba(images)
    assert not np.allclose(heard[0].probabilities, other, atol=1e-2)


def test_a_damaged_version_of_the_base_line_is_said_when_pictures_need_it(
    opening: Opening, prepared: Path
) -> None:
    make_version(prepared, 5)
    versions.set_current(base(prepared), 5)
    versions.set_line(Line(prepared, Start.MNIST_ONLY))
    (versions.folder(base(prepared), 5) / "cnn.keras").write_bytes(b"half")
    app = opening(prepared)
    assert in_use(app) is Start.MNIST_ONLY
    assert "Version 5" not in app.notice.text
    app.client.recognise(np.zeros((1, 28, 28), np.uint8))
    app.expect_reports()
    until(app.root, lambda: "Version 5 was chosen" in app.notice.text)
    assert Start.BASE.title in app.notice.text
