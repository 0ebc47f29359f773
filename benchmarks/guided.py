"""Sixty digits by pen and keyboard: how long guided collection takes, at a student's pace.

The window's own events stand in for a hand: Tab and Space to begin, then each
digit that is called is drawn point by point within the time that a student
takes, and kept with Space. The pointer never leaves the paper.
"""

import time

import results
from window import opened, until

DIGITS, AT_MOST = 60, 300


def wait(app: "App", until_then: float) -> None:  # noqa: F821
    until(app, lambda: time.monotonic() >= until_then)


def write(app: "App", strokes: list, seconds: float) -> None:  # noqa: F821
    """Draw strokes, their points spread over some seconds."""
    from classroom.ui.draw.panel import DrawPanel

    canvas = app.panels[DrawPanel].canvas
    scale = canvas.winfo_width() / 400
    pause = seconds / sum(len(stroke) for stroke in strokes)
    due = time.monotonic()
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            kind = "<B1-Motion>" if number else "<ButtonPress-1>"
            canvas.event_generate(kind, x=round(x * scale), y=round(y * scale))
            due += pause
            wait(app, due)
        canvas.event_generate("<ButtonRelease-1>", x=round(x * scale), y=round(y * scale))


def begin(app: "App") -> None:  # noqa: F821
    """Come to the button with Tab alone, and press it with Space."""
    from classroom.ui.draw.panel import DrawPanel

    panel = app.panels[DrawPanel]
    app.select_tab(DrawPanel)
    app.root.update()
    panel.canvas.focus_force()
    for _widget in range(50):
        at = app.root.focus_get()
        if at is panel.guide.start_button:
            break
        if at is panel.guide.each_field:
            # From five of each to six.
            at.event_generate("<Up>")
            app.root.update()
        at.tk_focusNext().focus_force()
        app.root.update()
    app.root.focus_get().event_generate("<space>")
    until(app, lambda: panel.guide.running)


def collect(app: "App", lines: list, pen: float, look: float) -> list[float]:  # noqa: F821
    """Write what is called; return how long after each Space the next call came, in ms."""
    from classroom.ui.draw.panel import DrawPanel

    panel, took = app.panels[DrawPanel], []
    while (called := panel.guide.digit) is not None:
        wait(app, time.monotonic() + look)
        # Another one each time, as a student's would be.
        found = [one for one in lines if one.label == called]
        write(app, found[len(took) // 10 % len(found)].strokes, pen)
        done, began = panel.guide.round.done, time.perf_counter()
        app.root.focus_get().event_generate("<space>")
        until(app, lambda done=done: panel.guide.round is None or panel.guide.round.done > done)
        app.root.update_idletasks()
        took.append(1000 * (time.perf_counter() - began))
    return took


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("--pen", type=float, default=3.0, metavar="S", help="seconds for a digit")
    parser.add_argument("--look", type=float, default=1.0, metavar="S", help="before it is begun")
    options = parser.parse_args()
    from classroom.datasets.dataset import Dataset
    from classroom.paths import store_url
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    lines = [one for one in read_strokes_file(results.LESSON) if isinstance(one, StrokesLine)]
    with results.display(), results.fresh_home(options) as home:
        with opened(home) as app:
            began = time.monotonic()
            begin(app)
            took = collect(app, lines, options.pen, options.look)
            until(app, lambda: not app.background.busy)
            whole = time.monotonic() - began
        with Dataset(store_url(home)) as store:
            counts = store.counts().sum(axis=1)
    figures = [
        results.Figure(f"{len(took)} digits, from the first key", [whole], "{:.0f} s", AT_MOST),
        results.Figure("kept of each digit", [counts.min()], "{:.0f}", at_least=DIGITS // 10),
        results.Figure("from Space to the next call", took, "{:.1f} ms"),
    ]
    note = f"At {options.look:g} s to look and {options.pen:g} s to write a digit."
    results.record(
        "Sixty digits by pen and keyboard", f"{results.table(figures)}\n\n{note}", options
    )


if __name__ == "__main__":
    main()
