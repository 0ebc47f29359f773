"""The camera's thread, with a video file in its place, and the tab on top of it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from support import until, wait_for

from classroom.datasets.dataset import Dataset
from classroom.paths import store_url
from classroom.preprocessing.camera import Camera, look
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.region import LEAST_SHARE, Region, square_towards
from classroom.preprocessing.strokes import StrokesLine
from classroom.preprocessing.thresholding import Threshold
from classroom.ui.app import App
from classroom.ui.photo.camera_panel import CameraPanel


@pytest.fixture
def picture(drawn: list[StrokesLine]) -> np.ndarray:
    """A frame with a digit on paper, and dirt far from the middle."""
    frame = np.full((360, 480), 220, np.uint8)
    ink = Image.fromarray(from_strokes(drawn[0].strokes)).resize((160, 160))
    frame[100:260, 160:320] -= (np.asarray(ink) * 0.7).astype(np.uint8)
    frame[5:60, 5:60] = 0
    return np.repeat(frame[:, :, None], 3, axis=2)


@pytest.fixture
def video(tmp_path: Path, picture: np.ndarray) -> Path:
    file = tmp_path / "digit.avi"
    height, width = picture.shape[:2]
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"MJPG"), 30, (width, height))
    for _ in range(15):
        writer.write(picture)
    writer.release()
    return file


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_the_digit_of_the_region_is_found(picture: np.ndarray, drawn: list[StrokesLine]) -> None:
    frame = look(picture, Region(), Threshold())
    assert frame.digit is not None
    assert difference(frame.digit, from_strokes(drawn[0].strokes)) < 15
    assert frame.box == (132, 72, 348, 288)
    assert look(np.full_like(picture, 200), Region(), Threshold()).digit is None


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nowhere.avi", "was not found"),
        ("", "was not found"),
        ("97", "Camera 97 was not found"),
        (__file__, "is no video"),
    ],
)
def test_what_cannot_be_opened_gets_a_sentence(source: str, says: str) -> None:
    camera = Camera(source)
    wait_for(lambda: not camera.running)
    assert camera.failure is not None
    assert says in camera.failure
    assert camera.take() is None


def test_a_video_is_played_to_its_end_and_each_frame_taken_once(video: Path) -> None:
    camera = Camera(str(video))
    wait_for(lambda: not camera.running)
    assert camera.failure is not None
    assert "video is over" in camera.failure
    assert camera.take() is not None
    assert camera.take() is None


def test_a_stopped_camera_is_free(video: Path) -> None:
    camera = Camera(str(video))
    wait_for(lambda: camera.take() is not None)
    camera.stop()
    camera.join()
    assert not camera.running
    assert camera.failure is None


def click(panel: CameraPanel) -> None:
    for kind in ("<ButtonPress-1>", "<ButtonRelease-1>"):
        panel.canvas.event_generate(kind, x=30, y=30)


def test_the_square_goes_where_it_is_dragged(app: App, video: Path) -> None:
    app.select_tab(CameraPanel)
    panel = app.panels[CameraPanel]
    assert isinstance(panel, CameraPanel)
    until(app.root, panel.winfo_ismapped)
    panel.source.set(str(video))
    click(panel)
    until(app.root, lambda: panel.frame is not None)
    before = panel.canvas.sides
    drag(panel, ((before[0] + before[2]) / 2, (before[1] + before[3]) / 2), (-40, 20))
    moved = panel.canvas.sides
    shift = [now - then for now, then in zip(moved, before, strict=True)]
    assert np.allclose(shift, (-40, 20, -40, 20), atol=2)
    drag(panel, moved[2:], (-60, -60))
    assert np.allclose(panel.canvas.sides, (*moved[:2], moved[2] - 60, moved[3] - 60), atol=2)
    before = panel.canvas.sides
    panel.canvas.focus_force()
    panel.canvas.event_generate("<Right>")
    assert panel.canvas.sides[0] > before[0]
    # The click alone stops it; no drag did.
    assert panel.camera is None or panel.camera.running
    assert panel.share.get() == panel.region.share < Region().share


def drag(panel: CameraPanel, start: tuple[float, ...], by: tuple[int, int]) -> None:
    x, y = (round(value) for value in start)
    panel.canvas.event_generate("<ButtonPress-1>", x=x, y=y)
    panel.canvas.event_generate("<B1-Motion>", x=x + by[0] // 2, y=y + by[1] // 2)
    panel.canvas.event_generate("<B1-Motion>", x=x + by[0], y=y + by[1])
    panel.canvas.event_generate("<ButtonRelease-1>", x=x + by[0], y=y + by[1])


def test_the_square_stays_in_the_frame() -> None:
    assert Region.of((-100, 500, 50, 650), 640, 480).box(640, 480) == (0, 330, 150, 480)
    assert Region.of((10, 10, 11, 11), 640, 480).share == LEAST_SHARE
    assert Region(share=5).box(640, 480) == (80, 0, 560, 480)
    assert square_towards((10, 10), (40, 30)) == (10, 10, 40, 40)
    assert square_towards((10, 10), (0, -20)) == (-20, -20, 10, 10)


def test_live_answer_and_keeping(app: App, video: Path, drawn: list[StrokesLine]) -> None:
    app.select_tab(CameraPanel)
    panel = app.panels[CameraPanel]
    assert isinstance(panel, CameraPanel)
    until(app.root, lambda: app.client.ready)
    panel.source.set(str(video))
    click(panel)
    until(app.root, lambda: panel.answer is not None)
    # What is shown stays when the video is over, which would take the place of what Keep says.
    until(app.root, lambda: panel.camera is None)
    assert panel.answer == drawn[0].label
    panel.keep_button.invoke()
    until(app.root, lambda: "Kept" in app.notice.text)
    with Dataset(store_url(app.home)) as store:
        (sample,) = store.samples()
    assert (sample.label, sample.origin) == (drawn[0].label, "camera")
    app.notice.button.invoke()
    until(app.root, lambda: "not kept any more" in app.notice.text)
    with Dataset(store_url(app.home)) as store:
        assert not store.samples()
    panel.stop()
    panel.source.set("nowhere.avi")
    panel.button.invoke()
    until(app.root, lambda: "nowhere.avi was not found" in app.notice.text)
    assert panel.button.cget("text") == "Start"
