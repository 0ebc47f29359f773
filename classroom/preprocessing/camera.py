"""A camera, or a video file in place of one: frames are taken and looked at on a thread."""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _
from classroom.preprocessing.images import Box, Grey
from classroom.preprocessing.photos import AUTOMATIC, Page, read_page
from classroom.preprocessing.region import Square
from classroom.preprocessing.thresholding import Threshold

log = logging.getLogger(__name__)

# The region is looked at with this side, in pixels; frames are shown with this width.
REGION_SIDE, SHOWN_WIDTH = 320, 640
DEFAULT_RATE = 25.0
JOIN_SECONDS = 2.0


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame that was looked at.

    Attributes
    ----------
    picture : array of shape (h, w, 3), uint8
        Red, green, blue; at most 640 wide.
    region : left, top, right, bottom
        Where a digit was looked for, in pixels of `picture`.
    page : Page
        What was found there, with every step.
    digit : array of shape (28, 28), uint8, or None
        The largest digit of the region.
    """

    picture: NDArray[np.uint8]
    region: Box
    page: Page
    digit: Grey | None


class Camera:
    """Reads frames on a thread of its own; only the newest is kept.

    Parameters
    ----------
    source : str
        A camera's number, ``"0"`` for the first, or the path of a video file.
    square : Square or None
        Where to look from the first frame on; None: in the middle.

    Attributes
    ----------
    square : Square
        Where a digit is looked for.
    threshold : Threshold
        Either may be changed at any time, and holds from the next frame on.
    failure : str or None
        Why there are no more frames, as a sentence for the student.
    """

    def __init__(self, source: str, square: Square | None = None) -> None:
        self.source = source.strip()
        self.square = square or Square()
        self.threshold = AUTOMATIC
        self.failure: str | None = None
        self._newest: Frame | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="camera", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether frames may still come."""
        return self._thread.is_alive()

    def take(self) -> Frame | None:
        """Return the newest frame, each only once; None where there is no new one."""
        newest, self._newest = self._newest, None
        return newest

    def stop(self) -> None:
        """Take no more frames, and free the camera for others; does not wait for that."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the camera is free, two seconds at most: some drivers never answer."""
        self._thread.join(JOIN_SECONDS)

    # --- on the thread --------------------------------------------------------
    def _work(self) -> None:
        try:
            self._read_all()
        except Exception:
            log.exception("the camera failed")
            self.failure = _("The camera failed; the log file has the details.")

    def _read_all(self) -> None:
        # Imported on the thread: OpenCV takes its time.
        import cv2

        is_file = not self.source.isdecimal()
        if is_file and not Path(self.source).is_file():
            self.failure = _(
                "{name} was not found. Give a camera's number, 0 for the first, or a video file."
            ).format(name=self.source or _("The camera"))
            return
        video = cv2.VideoCapture(self.source if is_file else int(self.source))
        try:
            if not video.isOpened():
                self.failure = self._no_opening(is_file)
                return
            # A file would be over in a moment; a camera sets the pace itself.
            pause = 1 / (video.get(cv2.CAP_PROP_FPS) or DEFAULT_RATE) if is_file else 0.0
            due = time.monotonic()
            while not self._stop.is_set():
                there, picture = video.read()
                if not there:
                    self.failure = self._no_frame(is_file)
                    return
                self._newest = look(np.asarray(picture, np.uint8), self.square, self.threshold)
                due = max(due + pause, time.monotonic() - pause)
                self._stop.wait(max(0.0, due - time.monotonic()))
        finally:
            video.release()

    def _no_opening(self, is_file: bool) -> str:
        if is_file:
            name = Path(self.source).name
            return _("{name} is no video that can be played. Try another one.").format(name=name)
        return _(
            "Camera {number} was not found, or another program is using it. "
            "Plug it in, close the other program, or try another number."
        ).format(number=self.source)

    def _no_frame(self, is_file: bool) -> str:
        if is_file:
            return _("The video is over. Start it again, or choose another one.")
        return _("The camera gives no more pictures. Plug it in again, and start once more.")


def look(picture: NDArray[np.uint8], square: Square, threshold: Threshold) -> Frame:
    """Look for a digit in a square of a frame.

    Parameters
    ----------
    picture : array of shape (h, w, 3), uint8
        Blue, green, red, as OpenCV reads it.
    square : Square
    threshold : Threshold
    """
    import cv2

    if picture.shape[1] > SHOWN_WIDTH:
        height = max(1, round(picture.shape[0] * SHOWN_WIDTH / picture.shape[1]))
        size = (SHOWN_WIDTH, height)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    region = square.box(picture.shape[1], picture.shape[0])
    left, top, right, bottom = region
    grey = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    if right - left > REGION_SIDE:
        grey = cv2.resize(grey, (REGION_SIDE, REGION_SIDE), interpolation=cv2.INTER_AREA)
    page = read_page(np.asarray(grey, np.uint8), threshold)
    largest = max(page.found, key=lambda digit: _area(digit.box), default=None)
    shown = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
    return Frame(shown, region, page, largest.image if largest else None)


def _area(box: Box | None) -> int:
    return (box[2] - box[0]) * (box[3] - box[1]) if box else 0
