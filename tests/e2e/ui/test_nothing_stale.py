"""What the window shows when its engine hangs, is gone, or has answered: nothing stale, no wait."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from gallery_support import choose, keep_three_of_each, opened
from PIL import Image
from support import draw, until

from classroom.preprocessing.camera import Frame, look
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.region import Region
from classroom.preprocessing.strokes import StrokesLine
from classroom.preprocessing.thresholding import Threshold
from classroom.ui.app import App
from classroom.ui.core.controls import State
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.photo.camera_panel import CameraPanel
from classroom.ui.photo.panel import PhotoPanel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows stops no process")

SEVEN = [[(120.0, 100.0), (280.0, 100.0), (180.0, 330.0)]]
# What makes a square of the seven, so that neither picture nor answer can stay.
MORE = [[(120.0, 100.0), (120.0, 330.0), (280.0, 330.0), (280.0, 100.0)]]
# A glance a second or two, while nothing is awaited.
GLANCES = 4


def ready(app: App) -> None:
    until(app.root, lambda: app.controls.state is State.READY)


def stop_engine(app: App) -> int:
    pid = app.client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    return pid


def kill_engine(app: App) -> None:
    pid = app.client.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(app.root, lambda: app.client.pid != pid)


def glances(app: App, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how often the window looks for answers within a second."""
    count, over = [0], [False]
    poll = app.client.poll

    def counted() -> list:  # type: ignore[type-arg]
        count[0] += 1
        return poll()

    with monkeypatch.context() as patch:
        patch.setattr(app.client, "poll", counted)
        app.root.after(1000, lambda: over.__setitem__(0, True))
        until(app.root, lambda: over[0])
    return count[0]


@pytest.fixture
def draw_panel(app: App) -> DrawPanel:
    found = app.panels[DrawPanel]
    assert isinstance(found, DrawPanel)
    return found


@pytest.fixture
def camera(app: App) -> CameraPanel:
    app.select_tab(CameraPanel)
    found = app.panels[CameraPanel]
    assert isinstance(found, CameraPanel)
    return found


def page_of(line: StrokesLine, height: int, width: int) -> np.ndarray:
    page = np.full((height, width), 220, np.uint8)
    ink = Image.fromarray(from_strokes(line.strokes)).resize((160, 160))
    top, left = (height - 160) // 2, (width - 160) // 2
    page[top : top + 160, left : left + 160] -= (np.asarray(ink) * 0.7).astype(np.uint8)
    return page


def frame_of(line: StrokesLine) -> Frame:
    picture = np.repeat(page_of(line, 360, 480)[:, :, None], 3, axis=2)
    return look(picture, Region(), Threshold())


@pytest.fixture
def photo(tmp_path: Path, drawn: list[StrokesLine]) -> Path:
    file = tmp_path / "page.png"
    Image.fromarray(page_of(drawn[0], 400, 600)).save(file)
    return file


def preview_of(panel: DrawPanel) -> np.ndarray:
    """Return what *What they see* shows, as 28x28 grey levels."""
    picture = panel.preview._picture
    shown = Image.new("L", (picture.width(), picture.height()))
    tk = panel.tk
    shown.putdata(
        [
            int(tk.splitlist(tk.call(str(picture), "get", x, y))[0])
            for y in range(picture.height())
            for x in range(picture.width())
        ]
    )
    return np.asarray(shown.resize((28, 28), Image.Resampling.NEAREST))


def test_a_stroke_for_an_engine_that_hangs_leaves_nothing_stale_and_is_answered_by_the_next(
    app: App, draw_panel: DrawPanel
) -> None:
    ready(app)
    draw(app, SEVEN)
    answers = draw_panel.answers.values()
    until(app.root, lambda: all(answer.digit.cget("text") == "7" for answer in answers))
    pid = stop_engine(app)
    draw(app, MORE)
    ink = draw_panel.paper.ink
    until(app.root, lambda: all(answer.digit.cget("text") == "–" for answer in answers), 3)
    assert app.client.pid == pid
    assert {answer.sureness.cget("text") for answer in answers} == {"No answer yet"}
    assert (preview_of(draw_panel) == from_strokes(ink.strokes)).all()
    # What is drawn on is seen, answered or not.
    draw(app, [[(200.0, 150.0), (200.0, 250.0)]])
    assert (preview_of(draw_panel) == from_strokes(ink.strokes)).all()
    until(app.root, lambda: "did not answer" in app.notice.text, 10)
    until(app.root, lambda: all(answer.digit.cget("text") != "–" for answer in answers))
    assert (preview_of(draw_panel) == from_strokes(ink.strokes)).all()
    assert app.client.pid != pid


def test_an_engine_ended_by_a_cancel_leaves_no_bars(
    app: App, draw_panel: DrawPanel, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_three_of_each(home, drawn)
    ready(app)
    draw(app, SEVEN)
    answers = draw_panel.answers.values()
    until(app.root, lambda: all(answer.digit.cget("text") == "7" for answer in answers))
    app.start(app.client.retrain)
    stop_engine(app)
    app.cancel()
    until(app.root, lambda: not app.client.ready, 10)
    assert {answer.sureness.cget("text") for answer in answers} == {"Starting"}
    until(app.root, lambda: all(answer.digit.cget("text") == "7" for answer in answers))


def test_after_a_photo_the_cnn_looks_at_the_own_digits_and_the_window_rests(
    app: App,
    photo: Path,
    home: Path,
    drawn: list[StrokesLine],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = keep_three_of_each(home, drawn)
    ready(app)
    app.samples_changed()
    photo_panel = app.panels[PhotoPanel]
    assert isinstance(photo_panel, PhotoPanel)
    app.select_tab(PhotoPanel)
    photo_panel.open(photo)
    until(app.root, lambda: [one.label for one in photo_panel.boxes.marked] == [drawn[0].label])
    samples = opened(app, len(some))
    until(app.root, lambda: not samples.cnn_scores.missing)
    ready(app)
    assert glances(app, monkeypatch) <= GLANCES


def test_after_a_frame_of_the_camera_the_window_rests(
    app: App, camera: CameraPanel, drawn: list[StrokesLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(app)
    camera._show(frame_of(drawn[0]))
    until(app.root, lambda: camera.answer == drawn[0].label)
    assert glances(app, monkeypatch) <= GLANCES


def test_a_photo_for_an_engine_that_hangs_is_read_by_the_next(
    app: App, photo: Path, drawn: list[StrokesLine]
) -> None:
    ready(app)
    panel = app.panels[PhotoPanel]
    assert isinstance(panel, PhotoPanel)
    app.select_tab(PhotoPanel)
    stop_engine(app)
    panel.open(photo)
    until(app.root, lambda: not panel.working and len(panel.boxes.marked) == 1)
    assert panel.boxes.marked[0].label is None
    until(app.root, lambda: panel.boxes.marked[0].label == drawn[0].label, 40)
    assert not panel.proposals.waiting


def test_no_frame_of_the_camera_gets_the_label_of_an_earlier_one(
    app: App, camera: CameraPanel, drawn: list[StrokesLine]
) -> None:
    one = drawn[0]
    other = next(line for line in drawn if line.label != one.label)
    ready(app)
    camera._show(frame_of(one))
    until(app.root, lambda: camera.answer == one.label)
    stop_engine(app)
    camera._show(frame_of(other))
    # Frames come all the time; none of them is answered any more.
    shown = frame_of(other)
    until(app.root, lambda: camera._show(shown) or camera.answer is None, 3)
    assert camera.keep_button.instate(["disabled"])
    until(app.root, lambda: "did not answer" in app.notice.text, 10)
    until(app.root, lambda: camera.answer == other.label)


def test_where_no_engine_comes_any_more_nothing_waits_for_it(
    app: App,
    photo: Path,
    home: Path,
    drawn: list[StrokesLine],
    draw_panel: DrawPanel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = keep_three_of_each(home, drawn)
    app.samples_changed()
    photo_panel = app.panels[PhotoPanel]
    assert isinstance(photo_panel, PhotoPanel)
    stop_engine(app)
    photo_panel.open(photo)
    until(app.root, lambda: photo_panel.proposals.waiting)
    while app.client.pid is not None:
        kill_engine(app)
    assert not photo_panel.proposals.waiting
    samples = opened(app, len(some))
    choose(samples.filter_bar.kinds, "CNN wrong")
    until(app.root, lambda: "could not look" in samples.empty.label.cget("text"))
    draw(app, SEVEN)
    # A column that is opened now does not wait either.
    draw_panel.columns.chosen["svm"].set(False)
    draw_panel.columns._ticked()
    draw_panel.columns.chosen["svm"].set(True)
    draw_panel.columns._ticked()
    said = {answer.sureness.cget("text") for answer in draw_panel.answers.values()}
    assert said == {"Not running"}
    assert glances(app, monkeypatch) <= GLANCES


def test_to_close_with_an_engine_that_hangs_does_not_take_long(app: App) -> None:
    ready(app)
    pid = stop_engine(app)
    app.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
