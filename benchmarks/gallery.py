"""How smooth *My digits* stays with 100,000 samples.

Opening the tab counts until the pictures in sight are drawn. A scroll counts
from the event to the last picture in sight, wherever in the store they lie.
Keeping counts from the call until the digit is on the disk.
"""

import itertools
import random
import time
from pathlib import Path

import numpy as np
import results
from window import opened, until

SCROLLS, KEPT = 200, 200


def fill(home: Path, count: int) -> None:
    """Keep `count` digits of many writers, those of the lesson with other pixels."""
    from classroom.datasets.dataset import Dataset, Sample
    from classroom.paths import store_url
    from classroom.preprocessing.digits import from_strokes
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    lines = [one for one in read_strokes_file(results.LESSON) if isinstance(one, StrokesLine)]
    drawn = [(from_strokes(line.strokes), line) for line in lines if line.label is not None]
    generator = np.random.default_rng(0)

    def samples() -> "itertools.chain[Sample]":
        for number in range(count):
            image, line = drawn[number % len(drawn)]
            changed = image.copy()
            changed[::27, 3:9] = generator.integers(0, 60, (2, 6), dtype=np.uint8)
            yield Sample(changed, line.label, f"writer {number % 67}", "import", line.strokes)

    with Dataset(store_url(home)) as store:
        every = samples()
        while part := list(itertools.islice(every, 10_000)):
            store.keep_many(part)


def open_tab(app: "App", count: int) -> float:  # noqa: F821
    """Open the tab; return the seconds until its pictures are drawn."""
    from classroom.ui.samples.panel import SamplesPanel

    panel = app.panels[SamplesPanel]
    began = time.perf_counter()
    app.select_tab(SamplesPanel)
    until(app, lambda: len(panel.samples) == count and complete(panel))
    app.root.update_idletasks()
    return time.perf_counter() - began


def complete(panel: "SamplesPanel") -> bool:  # noqa: F821
    """Whether every picture in sight is drawn."""
    gallery = panel.gallery
    return bool(gallery._drawn) and not gallery._incomplete


def scroll(app: "App") -> list[float]:  # noqa: F821
    """Turn the wheel, and jump to anywhere; return how long each took, in milliseconds."""
    from classroom.ui.samples.panel import SamplesPanel

    panel, chance = app.panels[SamplesPanel], random.Random(0)
    canvas, took = panel.gallery.canvas, []
    for number in range(SCROLLS):
        began = time.perf_counter()
        if number % 4:
            canvas.event_generate("<Button-5>")
        else:
            canvas.yview_moveto(chance.random())
        app.root.update_idletasks()
        until(app, lambda: complete(panel))
        app.root.update_idletasks()
        took.append(1000 * (time.perf_counter() - began))
    return took


def keep(home: Path) -> list[float]:
    """Keep digits one by one; return how long each took, in milliseconds."""
    from classroom.datasets.dataset import Dataset, Sample
    from classroom.paths import store_url

    generator, took = np.random.default_rng(1), []
    with Dataset(store_url(home)) as store:
        for number in range(KEPT):
            image = generator.integers(0, 256, (28, 28), dtype=np.uint8)
            strokes = [[(float(x), float(number)) for x in range(60)]]
            sample = Sample(image, number % 10, "writer 1", "drawn", strokes)
            began = time.perf_counter()
            store.keep(sample)
            took.append(1000 * (time.perf_counter() - began))
    return took


def one_window(home: Path, count: int) -> tuple[float, list[float]]:
    """Return what `open_tab` and `scroll` return, in a window of their own."""
    with opened(home) as app:
        return open_tab(app, count), scroll(app)


def main() -> None:
    parser = results.parser(__doc__, runs=3)
    parser.add_argument(
        "--samples", type=int, default=100_000, metavar="N", help="default: %(default)s"
    )
    options = parser.parse_args()
    opening, scrolling = [], []
    with results.display(), results.fresh_home(options) as home:
        fill(home, options.samples)
        for _run in range(options.runs):
            seconds, milliseconds = one_window(home, options.samples)
            opening.append(seconds)
            scrolling += milliseconds
        keeping = keep(home)
    figures = [
        results.Figure("open the tab", opening, "{:.2f} s", 1.0, judged="max"),
        results.Figure("scroll", scrolling, "{:.1f} ms", 50),
        results.Figure("keep one digit, synchronous to disk", keeping, "{:.1f} ms", 20),
    ]
    note = (
        f"{options.samples:,} samples of 67 writers, with strokes; the CNN looks at them meanwhile."
    )
    results.record("A large gallery", f"{results.table(figures)}\n\n{note}", options)


if __name__ == "__main__":
    main()
