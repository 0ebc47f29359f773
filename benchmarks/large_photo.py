"""How long the window takes with a photo of 12 megapixels, and how long its event loop pauses.

Takes a strokes file. The photo is made by script from real strokes and saved
as a phone saves it. It is opened in the tab Photo; then the threshold's slider
is dragged as fast as the window follows. The memory is what the window's
process needed at most for it.
"""

import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import results
import sheets
from pauses import Heartbeat
from window import opened, until

MEGAPIXELS = 12
PAUSE_MILLISECONDS, WHOLE_SECONDS, SLIDER_MILLISECONDS = 50, 2.0, 400
DRAGS = 20


def large_photo(file: Path, strokes: Path, seed: int) -> int:
    """Write a photo of so many megapixels; return how many digits are on it."""
    from PIL import Image

    chance = np.random.default_rng(seed)
    paper, written = sheets.scatter(sheets.strokes_of(strokes), chance)
    photo, _transform = sheets.photograph(paper, chance, turned=False)
    scale = (MEGAPIXELS * 1e6 / photo.size) ** 0.5
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    large = Image.fromarray(photo).resize(size, Image.Resampling.BICUBIC).convert("RGB")
    large.save(file, quality=92)
    return len(written)


def peak_mebibytes() -> float:
    """Return the most memory that this process has had."""
    unit = 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024


def measure(app: "App", file: Path) -> dict[str, list[float]]:  # noqa: F821
    """Open the photo, then drag the slider; return seconds, pauses and what was found."""
    from classroom.ui.photo.panel import PhotoPanel

    panel = app.panels[PhotoPanel]
    app.select_tab(PhotoPanel)
    until(app, lambda: app.client.ready)

    def settle() -> None:
        until(app, lambda: not panel.working and not panel.proposals.waiting)
        until(app, lambda: not app.background.busy)

    before = peak_mebibytes()
    heart = Heartbeat(app)
    start = time.perf_counter()
    panel.open(file)
    settle()
    whole = time.perf_counter() - start
    opening, found = heart.stop(), len(panel.boxes.marked)
    heart, looks = Heartbeat(app), []
    for level in np.linspace(40, 110, DRAGS):
        start = time.perf_counter()
        panel.side.slider.set(level)
        until(app, lambda: not panel.working)
        looks.append(1000 * (time.perf_counter() - start))
    settle()
    return {
        "whole": [whole],
        "opening": opening,
        "dragging": heart.stop(),
        "looks": looks,
        "found": [float(found)],
        "memory": [peak_mebibytes() - before],
    }


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("strokes", type=Path)
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")
    options = parser.parse_args()
    with results.display(), results.fresh_home(options) as home:
        file = home / "photo.jpg"
        # Made in another process: what that takes is not the window's memory.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
            written = other.submit(large_photo, file, options.strokes, options.seed).result()
        with opened(home) as app:
            told = measure(app, file)
    figures = [
        results.Figure(
            "from Open to every label, s", told["whole"], "{:.1f}", at_most=WHOLE_SECONDS
        ),
        results.Figure(
            "longest pause while it is opened, ms",
            [max(told["opening"])],
            "{:.0f}",
            at_most=PAUSE_MILLISECONDS,
        ),
        results.Figure(
            "longest pause while the slider is dragged, ms",
            [max(told["dragging"])],
            "{:.0f}",
            at_most=PAUSE_MILLISECONDS,
        ),
        results.Figure(
            "one step of the slider, ms",
            [float(np.median(told["looks"]))],
            "{:.0f}",
            at_most=SLIDER_MILLISECONDS,
        ),
        results.Figure(f"digits found, of {written}", told["found"], "{:.0f}"),
        results.Figure("more memory at its peak, MiB", told["memory"], "{:.0f}"),
    ]
    results.record("A photo of 12 megapixels", results.table(figures), options)


if __name__ == "__main__":
    main()
