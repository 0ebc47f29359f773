"""How many frames a second the tab *Camera* shows, with every step and the CNN's answer.

A video file, made by script from strokes of the lesson at 640 x 480 and 60
frames a second, stands in for a camera, so that the camera is not what limits
it. The real window plays it, and the real engine answers.
"""

import tempfile
import time
from pathlib import Path

import results
from window import opened, until

AT_LEAST = 15
RATE, SIZE = 60, (640, 480)


def make_video(file: Path, seconds: float) -> None:
    """Write a video of digits that move over paper, with a camera's noise."""
    import cv2
    import numpy as np
    from PIL import Image

    from classroom.preprocessing.digits import from_strokes
    from classroom.preprocessing.strokes import read_strokes_file

    lines = list(read_strokes_file(results.LESSON))
    chance = np.random.default_rng(0)
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"MJPG"), RATE, SIZE)
    light = np.linspace(1.0, 0.7, SIZE[0])
    for number in range(round(seconds * RATE)):
        ink = Image.fromarray(from_strokes(lines[number // RATE % len(lines)].strokes))
        paper = np.full((SIZE[1], SIZE[0]), 225.0)
        left = 220 + round(30 * np.sin(number / 15))
        paper[130:330, left : left + 200] -= np.asarray(ink.resize((200, 200))) * 0.7
        paper = paper * light + chance.normal(0, 4, paper.shape)
        grey = np.clip(paper, 0, 255).astype(np.uint8)
        writer.write(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    writer.release()


def rates(app: "App", file: Path, seconds: int) -> tuple[list[float], int]:  # noqa: F821
    """Return the number of frames shown in each second, and the number of answers shown."""
    from classroom.ui.photo.camera_panel import CameraPanel

    panel = app.panels[CameraPanel]
    app.select_tab(CameraPanel)
    app.root.update()
    panel.source.set(str(file))
    panel.start_or_stop()
    until(app, lambda: panel.shown_frames > RATE and panel.answer is not None)
    shown, answered = [], 0
    for _ in range(seconds):
        before, began = panel.shown_frames, time.perf_counter()
        until(app, lambda began=began: time.perf_counter() - began >= 1)
        shown.append((panel.shown_frames - before) / (time.perf_counter() - began))
        answered += panel.answer is not None
    panel.stop()
    return shown, answered


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("--seconds", type=int, default=30, metavar="N", help="default: %(default)s")
    options = parser.parse_args()
    with (
        results.display(),
        tempfile.TemporaryDirectory() as folder,
        results.fresh_home(options) as home,
        opened(home) as app,
    ):
        file = Path(folder) / "digits.avi"
        # The video outlasts the measurement, also where the start takes long.
        make_video(file, options.seconds + 20)
        shown, answered = rates(app, file, options.seconds)
    figures = [
        results.Figure("frames shown a second", shown, "{:.1f}", at_least=AT_LEAST, judged="min"),
    ]
    body = f"{results.table(figures)}\n\nWith an answer in {answered} of {len(shown)} seconds."
    results.record("Camera", body, options)


if __name__ == "__main__":
    main()
