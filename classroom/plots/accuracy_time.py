"""The plot of accuracy against the time to fit and to predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.evaluation.results import Evaluation
from classroom.evaluation.statistics import wilson
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.request import Entry
from classroom.plots.style import NORMAL, Style, in_percent, row_of_axes, style_axes
from classroom.plots.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The shortest time that is drawn: a logarithmic axis has no place for 0 seconds.
LEAST_SECONDS = 1e-4


class AccuracyTime(Plot):
    """The accuracy of each classifier against its time to fit and to predict, in seconds."""

    name = "time"
    rank = 9
    title = _("Time")
    question = _("What does a better answer cost in seconds?")

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw a named point with a 95% interval for each classifier; the upper left is best."""
        fit, predict = row_of_axes(figure, 2, shared=False)
        shown = self._shown()
        to_fit = [(entry, evaluation, entry.result.fit_seconds) for entry, evaluation in shown]
        to_predict = [
            (entry, evaluation, entry.result.predict_seconds) for entry, evaluation in shown
        ]
        _draw_points(fit, style, _("To fit"), to_fit)
        _draw_points(predict, style, _("To predict MNIST's test set"), to_predict)

    def _shown(self) -> list[tuple[Entry, Evaluation]]:
        found = [(entry, self.request.evaluation(entry.result)) for entry in self.request.entries]
        return [(entry, evaluation) for entry, evaluation in found if evaluation is not None]

    def table(self) -> Table:
        """Return the times, the scores and the intervals of the classifiers."""
        rows: list[tuple[Any, ...]] = []
        for entry, evaluation in self._shown():
            score = evaluation.score
            ends = wilson(score.correct, score.total)
            seconds = entry.result.fit_seconds, entry.result.predict_seconds
            rows.append((entry.title, *seconds, score.correct, score.total, *ends))
        columns = ("fit_seconds", "predict_seconds", "right", "total", "low", "high")
        return Table(("classifier", *columns), rows)


def _draw_points(
    ax: Axes, style: Style, title: str, points: list[tuple[Entry, Evaluation, float]]
) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    every = [max(seconds, LEAST_SECONDS) for _entry, _evaluation, seconds in points]
    by_time = sorted(zip(every, points, strict=True), key=lambda each: each[0])
    for place, (seconds, (entry, evaluation, _seconds)) in enumerate(by_time):
        score = evaluation.score
        ax.vlines(seconds, *wilson(score.correct, score.total), color=entry.colour, linewidth=1.6)
        ax.plot([seconds], [score.accuracy], "o", ms=7, color=entry.colour)
        # Names stand above and below their points in turn, so that neighbours do not overlap.
        ax.annotate(
            entry.title, (seconds, score.accuracy), (7, 0), textcoords="offset points",
            va=("bottom", "top")[place % 2], fontsize=NORMAL, color=style.foreground,
        )  # fmt: skip
    style_axes(ax, style, title, grid="both")
    ax.set_xscale("log")
    if every:
        # The names to the right of the points need room.
        ax.set_xlim(min(every) / 2, max(every) * 6)
    # With powers of ten alone, an axis from 2 to 9 seconds would have no tick.
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
    ax.xaxis.set_minor_locator(NullLocator())
    in_percent(ax.yaxis)
    ax.set_xlabel(_("Seconds"))
    ax.set_ylabel(_("Right, with 95% interval"))
