"""How long a retraining with 30 own samples takes, from the click to the scores in the window.

*Retrain* is clicked in the real window, and answered by the real engine, once for each run and
each network to start from. SVM and k-NN of the shipped versions are fitted before, as they are
some seconds after the window has opened. The own samples are those of the lesson, or the first
of a strokes file.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import results
from window import opened, until

if TYPE_CHECKING:
    from classroom.starts import Start
    from classroom.ui.app import App

OWN_SAMPLES = 30
CNN_GOAL, ALL_GOAL = 6, 12


def one_retraining(app: "App") -> tuple[float, float]:
    """Click *Retrain*; return the seconds to the CNN's scores, and to those of all three."""
    from classroom.ui.core.controls import State
    from classroom.ui.train.panel import TrainPanel

    panel = app.panels[TrainPanel]
    began = time.perf_counter()
    panel.retrain_button.invoke()
    until(app, lambda: panel.before_after.winfo_ismapped())
    cnn = time.perf_counter() - began
    until(app, lambda: panel.before_after.question.winfo_ismapped())
    all_three = time.perf_counter() - began
    until(app, lambda: app.controls.state is State.READY)
    return cnn, all_three


def go_over(app: "App", start: "Start") -> None:
    """Take the versions of this start, as its switch in *Train* does."""
    from classroom.ui.core.controls import State
    from classroom.ui.train.panel import TrainPanel

    app.select_tab(TrainPanel)
    until(app, lambda: app.controls.state is State.READY)
    app.panels[TrainPanel].use_line(start)
    until(app, lambda: app.controls.state is State.READY)


def main() -> None:
    parser = results.parser(__doc__, runs=5)
    parser.add_argument("strokes", nargs="?", type=Path, default=results.LESSON)
    options = parser.parse_args()
    from classroom.starts import Start

    figures = []
    with results.display(), results.fresh_home(options) as home:
        results.keep_own(home, OWN_SAMPLES, options.strokes)
        with opened(home) as app:
            for start in Start:
                go_over(app, start)
                runs = [one_retraining(app) for _run in range(options.runs)]
                cnn, all_three = zip(*runs, strict=True)
                name = start.value
                figures += [
                    results.Figure(f"{name}: scores of the CNN", list(cnn), "{:.1f} s", CNN_GOAL),
                    results.Figure(f"{name}: all three", list(all_three), "{:.1f} s", ALL_GOAL),
                ]
    note = f"{OWN_SAMPLES} own samples for practice; seconds from the click."
    results.record("Retrain", f"{results.table(figures)}\n\n{note}", options)


if __name__ == "__main__":
    main()
