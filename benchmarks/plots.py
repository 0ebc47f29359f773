"""How quickly the plots of a comparison come, and what they cost the window.

A comparison runs in the real window; then its plots are opened by their buttons. A switch
is timed from the press of the button until the finished picture is on the screen.
"""

import gc
import os
import random
import time
from collections.abc import Callable

import results
from memory import MIB, rollup
from pauses import Heartbeat
from window import opened, until

SEED = 0


def compared(app: "App", mnist: int) -> "PlotPane":  # noqa: F821
    """Press Compare, wait for all rows, and return the plot pane with points of a study."""
    from classroom.evaluation.results import LearningPoint, Score
    from classroom.ui.compare.panel import ComparePanel
    from classroom.ui.core.controls import State

    panel = app.panels[ComparePanel]
    app.select_tab(ComparePanel)
    app.samples_changed()
    until(app, lambda: "disabled" not in panel.compare_button.state())
    panel.mnist_count.set(mnist)
    panel.compare_button.invoke()
    until(app, lambda: app.controls.state is State.READY, seconds=1200)
    assert len(panel.results) == 3, "a classifier is missing"
    # A real study takes too long; the time to draw one depends only on the number of points.
    sizes, seeds = (100, 1000, 10_000, 60_000), range(3)
    panel.plot_pane.show_study(
        [
            LearningPoint(result.classifier, size, 0, seed, Score(90 + seed, 100), None)
            for result in panel.results
            for size in sizes
            for seed in seeds
        ]
    )
    settle(app, panel.plot_pane)
    return panel.plot_pane


def settle(app: "App", pane: "PlotPane") -> None:  # noqa: F821
    until(app, lambda: not pane.view.busy and not app.background.busy)


def timed(app: "App", pane: "PlotPane", press: Callable[[], object]) -> float:  # noqa: F821
    """Return the milliseconds from a press to the finished picture."""
    began = time.perf_counter()
    press()
    settle(app, pane)
    app.root.update_idletasks()
    return 1000 * (time.perf_counter() - began)


def all_plots(app: "App", pane: "PlotPane") -> float:  # noqa: F821
    """Open each plot once, and return the seconds that it takes."""
    from classroom.plots.registry import PLOTS

    return sum(timed(app, pane, pane.plot_buttons[name].invoke) for name in PLOTS) / 1000


def view_of(pane: "PlotPane") -> tuple[object, ...]:  # noqa: F821
    """Return the choice: the plot, the digits, the classifiers."""
    request = pane.choices.request
    shown = tuple(entry.title for entry in request.entries)
    return pane.plot.get(), request.test_set, shown


def switches(
    app: "App",  # noqa: F821
    pane: "PlotPane",  # noqa: F821
    count: int,
) -> tuple[list[float], list[float]]:
    """Switch plot, set and classifier in a random order.

    Returns
    -------
    new, again : list of float
        Milliseconds of switches to what was not seen before, and to what was.
    """
    from classroom.plots.registry import PLOTS

    choices = pane.choices
    presses = [pane.plot_buttons[name].invoke for name in PLOTS]
    presses += [button.invoke for button in choices.test_set_buttons.values()]
    presses += [lambda: choices.menu.invoke(0)] * 2
    order = random.Random(SEED)
    seen: set[tuple[object, ...]] = set()
    new: list[float] = []
    again: list[float] = []
    for _switch in range(count):
        taken = timed(app, pane, order.choice(presses))
        view = view_of(pane)
        (again if view in seen else new).append(taken)
        seen.add(view)
    choices.hidden.clear()
    choices.test_set_buttons["mnist_test"].invoke()
    settle(app, pane)
    return new, again


def memory() -> float:
    """Return the anonymous memory of the window's process in MiB.

    Pages of files are left out: they count less the more processes share them, so that the
    figure would depend on other programs.
    """
    gc.collect()
    return rollup(os.getpid())["Pss_Anon"] / MIB


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument(
        "--mnist", type=int, default=60_000, metavar="N", help="default: %(default)s"
    )
    parser.add_argument("--switches", type=int, default=300, metavar="N", help="default: 300")
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="default: 50")
    options = parser.parse_args()
    with results.display(), results.fresh_home(options) as home:
        results.keep_own(home, 30)
        with opened(home) as app:
            app.root.geometry("1600x1000")
            pane = compared(app, options.mnist)
            heart = Heartbeat(app)
            ten = all_plots(app, pane)
            late = heart.stop()
            once = memory()
            for _round in range(options.rounds):
                all_plots(app, pane)
            often = memory()
            heart = Heartbeat(app)
            new, again = switches(app, pane, options.switches)
            late += heart.stop()
    title = f"ten plots after a comparison on {options.mnist:,}"
    figures = [
        results.Figure("switch of plot, set or classifier", new + again, "{:.0f} ms", 400),
        results.Figure("of these, to what was not seen before", new, "{:.0f} ms", 400),
        results.Figure("pause of the window meanwhile", late, "{:.1f} ms", 50, judged="p99"),
    ]
    single = [
        results.Figure(title, [ten], "{:.2f} s", 3),
        results.Figure("memory with all plots opened once, without files", [once], "{:.1f} MiB"),
        results.Figure(f"growth after {options.rounds} times", [often - once], "{:.1f} MiB", 2),
    ]
    note = (
        "In a window of 1600×1000. No picture is kept: what was seen before is drawn anew. "
        f"{len(new)} of the {len(new + again)} switches led to a view, which is a plot, a set and "
        "the classifiers shown, that was not there earlier among them. The growth's goal, none, is "
        "taken as at most 2 MiB of noise."
    )
    body = "\n\n".join([results.table(figures), results.table(single), note])
    results.record("Plots", body, options)


if __name__ == "__main__":
    main()
