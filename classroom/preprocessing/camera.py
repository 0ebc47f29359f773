"""Reads a camera, or a video file in its place, and looks for a digit in each frame.

The camera's tab takes the newest frame; reading and looking happen on a thread.
"""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _
from classroom.preprocessing.images import Box, Grey
from classroom.preprocessing.page import Page
from classroom.preprocessing.photos import AUTOMATIC, read_page
from classroom.preprocessing.region import Region
from classroom.preprocessing.thresholding import Threshold

log = logging.getLogger(__name__)

# The largest side of the region, and the largest width of a shown frame, in pixels.
REGION_SIDE, SHOWN_WIDTH = 320, 640
# Frames a second of a video file that does not say its rate.
DEFAULT_RATE = 25.0
# How long `Camera.join` waits for the driver.
JOIN_SECONDS = 2.0


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame in which a digit was looked for.

    Attributes
    ----------
    picture : array of shape (h, w, 3), uint8
        Red, green, blue; at most 640 pixels wide.
    box : tuple of int
        The region in pixels of `picture`: left, top, right, bottom.
    page : Page
        The digits of the region, with every step.
    digit : array of shape (28, 28), uint8, or None
        The largest digit of the region.
    """

    picture: NDArray[np.uint8]
    box: Box
    page: Page
    digit: Grey | None


class Camera:
    """Reads frames on its own thread and keeps the newest one.

    Parameters
    ----------
    source : str
        A camera's number, ``"0"`` for the first, or the path of a video file.
    region : Region or None
        The region of the first frame; None: the centre of the frame.

    Attributes
    ----------
    region : Region
        Where a digit is looked for. It can be changed at any time, for the next frame.
    threshold : Threshold
        How ink is separated from the background. It can be changed like `region`.
    failure : str or None
        Why there are no more frames, as a sentence for the student; None while there are.
    """

    def __init__(self, source: str, region: Region | None = None) -> None:
        self.source = source.strip()
        self.region = region or Region()
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
        """Return the newest frame; None where it was returned before, or there is none."""
        newest, self._newest = self._newest, None
        return newest

    def stop(self) -> None:
        """Stop reading frames, and free the camera for other programs; does not wait."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the camera is free, at most two seconds: some drivers never answer."""
        self._thread.join(JOIN_SECONDS)

    # --- on the thread --------------------------------------------------------
    def _work(self) -> None:
        try:
            self._read_all()
        except Exception:
            log.exception("the camera failed")
            self.failure = _("The camera failed; the log file has the details.")

    def _read_all(self) -> None:
        # Imported here, on the thread: importing OpenCV takes too long for Tk's thread.
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
            # A file is read at its own rate; a camera itself sets the pace of `read`.
            pause = 1 / (video.get(cv2.CAP_PROP_FPS) or DEFAULT_RATE) if is_file else 0.0
            due = time.monotonic()
            while not self._stop.is_set():
                there, picture = video.read()
                if not there:
                    self.failure = self._no_frame(is_file)
                    return
                self._newest = look(np.asarray(picture, np.uint8), self.region, self.threshold)
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


def look(picture: NDArray[np.uint8], region: Region, threshold: Threshold) -> Frame:
    """Look for a digit in a region of a frame, and return what was found.

    Parameters
    ----------
    picture : array of shape (h, w, 3), uint8
        Blue, green, red, as OpenCV reads it.
    region : Region
    threshold : Threshold
    """
    import cv2

    if picture.shape[1] > SHOWN_WIDTH:
        height = max(1, round(picture.shape[0] * SHOWN_WIDTH / picture.shape[1]))
        size = (SHOWN_WIDTH, height)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    box = region.box(picture.shape[1], picture.shape[0])
    left, top, right, bottom = box
    grey = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    if right - left > REGION_SIDE:
        grey = cv2.resize(grey, (REGION_SIDE, REGION_SIDE), interpolation=cv2.INTER_AREA)
    page = read_page(np.asarray(grey, np.uint8), threshold)
    largest = max(page.found, key=lambda digit: _area(digit.box), default=None)
    shown = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
    return Frame(shown, box, page, largest.image if largest else None)


def _area(box: Box | None) -> int:
    return (box[2] - box[0]) * (box[3] - box[1]) if box else 0
