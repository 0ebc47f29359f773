"""Two windows on one store, both drawing: no digit is lost, and each window sees the other's.

Each window is a process of its own that draws and keeps digits. Measured is the time from
keeping a digit to the moment at which the other window counts it.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import results

NEVER = float("inf")


def draw(home: Path, seed: int, count: int) -> dict[str, list[float]]:
    """Draw and keep digits; return the times of keeping, and of each count that was shown."""
    import numpy as np
    from window import opened, until

    from classroom.ui.draw.panel import DrawPanel

    kept: list[float] = []
    seen: list[tuple[float, int]] = []
    chance = np.random.default_rng(seed)
    with opened(home) as app:
        panel = app.panels[DrawPanel]
        app.select_tab(DrawPanel)
        app.writer.set(f"writer {seed}")
        show, confirm = panel._show_counts, panel._confirm

        def counted(counts: "np.ndarray") -> None:
            show(counts)
            seen.append((time.time(), int(counts.sum())))

        def confirmed(*arguments: object) -> None:
            kept.append(time.time())
            confirm(*arguments)

        panel._show_counts, panel._confirm = counted, confirmed
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(count):
            side = panel.canvas.winfo_width()
            points = chance.integers(side // 5, 4 * side // 5, (6, 2)).tolist()
            panel.canvas.event_generate("<ButtonPress-1>", x=points[0][0], y=points[0][1])
            for x, y in points[1:]:
                panel.canvas.event_generate("<B1-Motion>", x=x, y=y)
            panel.canvas.event_generate("<ButtonRelease-1>", x=points[-1][0], y=points[-1][1])
            panel.keep(number % 10)
            until(app, lambda number=number: len(kept) == number + 1)
            pause = time.monotonic() + 0.3
            until(app, lambda pause=pause: time.monotonic() > pause)
        end = time.monotonic() + 5
        until(app, lambda: time.monotonic() > end)
    return {"kept": kept, "seen": [list(one) for one in seen]}  # type: ignore[list-item]


def main() -> None:
    parser = results.parser(__doc__, runs=60)
    parser.add_argument("--window", nargs=2, metavar=("HOME", "SEED"), default=None)
    options = parser.parse_args()
    if options.window:
        home, seed = options.window
        print(json.dumps(draw(Path(home), int(seed), options.runs)))
        return
    with results.display(), results.fresh_home(options) as home:
        command = [sys.executable, __file__, "--runs", str(options.runs), "--window", str(home)]
        windows = [
            subprocess.Popen(
                [*command, seed], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for seed in ("1", "2")
        ]
        for window in windows:
            if not window.stdout.readline():
                raise SystemExit("a window has ended too early")
        told = []
        for window in windows:
            window.stdin.write("\n")
            window.stdin.flush()
        for window in windows:
            told.append(json.loads(window.communicate(timeout=600)[0].splitlines()[-1]))
        from classroom.datasets.dataset import Dataset
        from classroom.paths import store_url

        with Dataset(store_url(home)) as store:
            total = store.stats()["total"]
    figures = [
        results.Figure(
            "digits of both that are missing",
            [2 * options.runs - total],
            "{:.0f}",
            0,
            judged="max",
        ),
        results.Figure("kept here, seen there", delays(told), "{:.2f} s", 2.0, judged="max"),
    ]
    results.record("Two windows on one store", results.table(figures), options)


def delays(told: list[dict[str, list[float]]]) -> list[float]:
    """Return, for each digit, the seconds until the other window counted it."""
    moments = sorted(moment for one in told for moment in one["kept"])
    found = []
    for mine, other in (told, reversed(told)):
        for moment in mine["kept"]:
            there = sum(1 for one in moments if one <= moment)
            later = (at for at, sums in other["seen"] if sums >= there and at >= moment)
            found.append(next(later, NEVER) - moment)
    return found


if __name__ == "__main__":
    main()
