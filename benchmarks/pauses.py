"""How long the window's event loop pauses while a retraining or a comparison runs.

A timer asks to be called every 5 ms; what it is late is a pause, in which the
window would not have followed the pen. The tab with the job's progress, curves and
plots is open, and is redrawn as the reports come in.
"""

import time

import results
from window import opened, until

BEAT_MILLISECONDS = 5


class Heartbeat:
    """Notes how late each beat is, in milliseconds."""

    def __init__(self, app: "App") -> None:  # noqa: F821
        self.late: list[float] = []
        self._root = app.root
        self._last = time.perf_counter()
        self._timer = self._root.after(BEAT_MILLISECONDS, self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, 1000 * (now - self._last) - BEAT_MILLISECONDS))
        self._last = now
        self._timer = self._root.after(BEAT_MILLISECONDS, self._beat)

    def stop(self) -> list[float]:
        """Return what was noted."""
        self._root.after_cancel(self._timer)
        return self.late


def while_retraining(app: "App") -> list[float]:  # noqa: F821
    """Press Retrain with 30 own samples; follow it to the end of the last curve."""
    from classroom.ui.core.controls import State
    from classroom.ui.train.panel import TrainPanel

    panel = app.panels[TrainPanel]
    app.select_tab(TrainPanel)
    # The samples were kept behind the window's back.
    app.samples_changed()
    until(app, lambda: "disabled" not in panel.retrain_button.state())
    heart = Heartbeat(app)
    panel.retrain_button.invoke()
    until(app, lambda: app.controls.state is State.READY and not panel.curves.busy)
    return heart.stop()


def while_comparing(app: "App", mnist: int) -> list[float]:  # noqa: F821
    """Press Compare; follow it to the end of the last plot."""
    from classroom.ui.compare.panel import ComparePanel
    from classroom.ui.core.controls import State

    panel = app.panels[ComparePanel]
    app.select_tab(ComparePanel)
    until(app, lambda: "disabled" not in panel.compare_button.state())
    panel.mnist_count.set(mnist)
    heart = Heartbeat(app)
    panel.compare_button.invoke()
    drawn = (panel.bars, panel.plot_pane.view)
    until(
        app,
        lambda: app.controls.state is State.READY and not any(plot.busy for plot in drawn),
        seconds=1200,
    )
    assert len(panel.results) == 3, "a classifier is missing"
    return heart.stop()


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument(
        "--mnist", type=int, default=10_000, metavar="N", help="default: %(default)s"
    )
    options = parser.parse_args()
    with results.display(), results.fresh_home(options) as home:
        results.keep_own(home, 30)
        with opened(home) as app:
            retraining = while_retraining(app)
            comparing = while_comparing(app, options.mnist)
    title = f"pause during a comparison on {options.mnist:,}"
    figures = [
        results.Figure("pause during a retraining", retraining, "{:.1f} ms", 50, judged="p99"),
        results.Figure(title, comparing, "{:.1f} ms", 50, judged="p99"),
    ]
    note = f"n: beats, one every {BEAT_MILLISECONDS} ms. Pauses over 50 ms: "
    counts = [sum(late > 50 for late in lates) for lates in (retraining, comparing)]
    note += f"{counts[0]} during the retraining, {counts[1]} during the comparison."
    results.record("Pauses", f"{results.table(figures)}\n\n{note}", options)


if __name__ == "__main__":
    main()
