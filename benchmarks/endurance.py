"""Hours of drawing and retraining by script: whether anything grows, or gets stuck.

The window draws and keeps, looks through the digits, takes back, and retrains,
again and again. Memory, file handles and processes are read from /proc, so on
Linux only, always at the same point of a round, and the last rounds are set
against the early ones. Of the memory, what is resident, and the part of it that
is in no file; not PSS, which falls when another program that shares the
libraries is started. At the end the engine is killed in every state, and the
time is taken until it answers again.
"""

import os
import random
import signal
import statistics
import sys
import time
from pathlib import Path

import results
from memory import descendants, sizes_of
from window import opened, until

# The first rounds load what is loaded once.
WARM = 3
DIGITS_A_ROUND = 20


def play_round(app: "App", lines: list, chance: random.Random) -> None:  # noqa: F821
    """Draw, keep, look, take back, retrain."""
    from classroom.ui.core.controls import State
    from classroom.ui.draw.panel import DrawPanel
    from classroom.ui.samples.panel import SamplesPanel
    from classroom.ui.train.panel import TrainPanel

    app.select_tab(DrawPanel)
    for line in chance.sample(lines, DIGITS_A_ROUND):
        draw(app, line.strokes, chance)
        app.panels[DrawPanel].keep(line.label)
        until(app, lambda: not app.background.busy)
    panel = app.panels[SamplesPanel]
    app.select_tab(SamplesPanel)
    until(app, lambda: not app.background.busy and not panel.gallery._incomplete)
    for fraction in (0.3, 0.9, 0.0):
        panel.gallery.canvas.yview_moveto(fraction)
        until(app, lambda: not panel.gallery._incomplete)
    # As many as were drawn are taken back now and then, so that the store stays one size.
    for _edit in range(DIGITS_A_ROUND - 2):
        panel.editor.undo()
        until(app, lambda: not app.background.busy)
    app.select_tab(TrainPanel)
    train = app.panels[TrainPanel]
    until(app, lambda: "disabled" not in train.retrain_button.state())
    train.retrain_button.invoke()
    until(app, lambda: app.controls.state is State.READY and not train.curves.busy)


def draw(app: "App", strokes: list, chance: random.Random) -> None:  # noqa: F821
    """Draw strokes with the mouse, each time a little elsewhere."""
    from classroom.ui.draw.panel import DrawPanel

    canvas = app.panels[DrawPanel].canvas
    scale, right = canvas.winfo_width() / 400, chance.uniform(-8, 8)
    for stroke in strokes:
        points = [(round((x + right) * scale), round(y * scale)) for x, y in stroke]
        canvas.event_generate("<ButtonPress-1>", x=points[0][0], y=points[0][1])
        for x, y in points[1:]:
            canvas.event_generate("<B1-Motion>", x=x, y=y)
        canvas.event_generate("<ButtonRelease-1>", x=points[-1][0], y=points[-1][1])
    app.root.update()


def measure() -> dict[str, float]:
    """Return memory in MiB, file handles and processes: this process and those it has started."""
    everyone = [os.getpid(), *descendants(os.getpid())]
    found = {}
    for title, name in (("resident", "Rss"), ("in no file", "Anonymous")):
        sizes = sizes_of(everyone, name)
        found[f"window, {title}, MiB"] = sizes[0]
        found[f"all processes, {title}, MiB"] = sum(sizes)
    found["file handles"] = float(sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in everyone))
    found["processes"] = float(len(everyone))
    return found


def kill_in_every_state(app: "App") -> dict[str, float]:  # noqa: F821
    """Kill the engine; return the seconds until it answers again, by what it was doing."""
    from classroom.ui.compare.panel import ComparePanel
    from classroom.ui.core.controls import State
    from classroom.ui.train.panel import TrainPanel

    def starting() -> None:
        app.client.stop()
        app.client.start()
        app.expect_reports()

    def retraining() -> None:
        app.panels[TrainPanel].retrain_button.invoke()

    def comparing() -> None:
        app.panels[ComparePanel].compare_button.invoke()

    def cancelling() -> None:
        retraining()
        wait(app, 1.0)
        app.cancel()

    found = {}
    for act in (lambda: None, starting, retraining, comparing, cancelling):
        until(app, lambda: app.controls.state is State.READY)
        # Three deaths within half a minute count as an engine that cannot come up.
        wait(app, 31)
        act()
        wait(app, {starting: 0.5, cancelling: 0.0}.get(act, 2.0))
        name = "idle" if act.__name__ == "<lambda>" else act.__name__
        pid = app.client.pid
        began = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        until(app, lambda pid=pid: app.client.pid != pid and app.client.ready)
        found[name] = time.perf_counter() - began
    return found


def wait(app: "App", seconds: float) -> None:  # noqa: F821
    end = time.monotonic() + seconds
    until(app, lambda: time.monotonic() > end)


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument(
        "--minutes", type=float, default=120, metavar="M", help="default: %(default)s"
    )
    options = parser.parse_args()
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    lines = [one for one in read_strokes_file(results.LESSON) if isinstance(one, StrokesLine)]
    chance, rounds = random.Random(0), []
    with results.display(), results.fresh_home(options) as home:
        results.keep_own(Path(home), 30)
        with opened(home) as app:
            began = time.monotonic()
            end = began + 60 * options.minutes
            while time.monotonic() < end or len(rounds) < WARM + 2:
                play_round(app, lines, chance)
                rounds.append(measure())
                # Two hours are long: whoever waits may look.
                print(len(rounds), rounds[-1], file=sys.stderr, flush=True)
            minutes = (time.monotonic() - began) / 60
            killed = kill_in_every_state(app)
    figures = [growth(name, [one[name] for one in rounds[WARM:]]) for name in rounds[0]]
    figures += [
        results.Figure(f"engine killed while {name}: ready again", [took], "{:.1f} s", 5.0)
        for name, took in killed.items()
    ]
    note = (
        f"{len(rounds)} rounds of {DIGITS_A_ROUND} digits and a retraining in "
        f"{minutes:.0f} minutes. Growth: the median of the last third of the rounds "
        f"against that of the first, after {WARM} to warm up."
    )
    results.record("Endurance", f"{results.table(figures)}\n\n{note}", options)


def growth(name: str, values: list[float]) -> results.Figure:
    """Return by how much the last third is above the first, in per cent."""
    third = max(1, len(values) // 3)
    before, after = statistics.median(values[:third]), statistics.median(values[-third:])
    title = f"growth of {name} (from {before:.0f})"
    return results.Figure(title, [100 * (after / before - 1)], "{:+.1f}%", 5.0, judged="max")


if __name__ == "__main__":
    main()
