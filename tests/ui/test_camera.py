"""The camera's thread, with a video file in its place, and the tab on top of it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from support import until, wait_for

from classroom.camera import Camera, look
from classroom.dataset import Dataset
from classroom.digits import from_strokes
from classroom.ink_finding import Threshold
from classroom.paths import store_url
from classroom.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.camera import CameraPanel


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
    frame = look(picture, 0.6, Threshold())
    assert frame.digit is not None
    assert difference(frame.digit, from_strokes(drawn[0].strokes)) < 15
    assert frame.region == (132, 72, 348, 288)
    assert look(np.full_like(picture, 200), 0.6, Threshold()).digit is None


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


def test_live_answer_and_keeping(app: App, video: Path, drawn: list[StrokesLine]) -> None:
    app.select_tab(CameraPanel)
    panel = app.panels[CameraPanel]
    assert isinstance(panel, CameraPanel)
    until(app.root, lambda: app.client.ready)
    panel.source.set(str(video))
    panel.canvas.event_generate("<Button-1>", x=30, y=30)
    until(app.root, lambda: panel.answer is not None)
    assert panel.answer == drawn[0].label
    panel.keep_button.invoke()
    until(app.root, lambda: "Kept" in app.notice.text)
    with Dataset(store_url(app.home)) as store:
        (sample,) = store.samples()
    assert (sample.label, sample.origin) == (drawn[0].label, "camera")
    panel.stop()
    panel.source.set("nowhere.avi")
    panel.button.invoke()
    until(app.root, lambda: "nowhere.avi was not found" in app.notice.text)
    assert panel.button.cget("text") == "Start"
