"""The plot of learning curves: accuracy against the number of training digits, from a study."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from classroom.catalogue import TITLES
from classroom.evaluation.results import LearningPoint, TestSet
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.style import SMALL, Style, in_percent, row_of_axes, style_axes
from classroom.plots.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Learnt = Literal["mnist", "own"]


class LearningCurve(Plot):
    """The mean accuracy over the seeds of a study, with a band from the worst to the best."""

    name = "learning"
    rank = 8
    title = _("Learning")
    question = _("What do more digits bring? The band is from the worst seed to the best.")
    needs_study = True

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw the curves over the numbers of MNIST digits, of own digits, or of both.

        Each number that the study varied has its own axes.
        """
        points = self.request.points
        varied: list[Learnt] = []
        if len({point.mnist for point in points}) > 1:
            varied.append("mnist")
        if len({point.own for point in points}) > 1:
            varied.append("own")
        varied = varied or ["mnist"]
        for ax, learnt in zip(row_of_axes(figure, len(varied), shared=False), varied, strict=True):
            self._draw_over(ax, learnt, style)

    def _draw_over(self, ax: Axes, learnt: Learnt, style: Style) -> None:
        from matplotlib.ticker import NullLocator

        points, test_set = self.request.points, self.request.test_set
        for name in dict.fromkeys(point.classifier for point in points):
            rows = learning_rows(points, name, learnt, test_set)
            if rows:
                size, mean, low, high = np.array(rows).T[:4]
                colour = style.colour(name)
                ax.fill_between(size, low, high, color=colour, alpha=0.2, linewidth=0)
                ax.plot(size, mean, "-o", ms=4, color=colour, label=TITLES.get(name, name))
        titles = {
            TestSet.MNIST: _("Right of MNIST's test set"),
            TestSet.OWN_EXAM: _("Right in the own exam"),
        }
        style_axes(ax, style, titles[test_set], grid="y")
        ax.set_xscale("symlog" if learnt == "own" else "log")
        sizes = sorted({getattr(point, learnt) for point in points})
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
        ax.xaxis.set_minor_locator(NullLocator())
        in_percent(ax.yaxis)
        ax.set_xlabel(_("Own digits learnt") if learnt == "own" else _("MNIST digits learnt"))
        if ax.lines:
            ax.legend(frameon=False, fontsize=SMALL, labelcolor=style.foreground)

    def table(self) -> Table:
        """Return the scores of each combination of the study."""
        rows: list[tuple[Any, ...]] = []
        for point in self.request.points:
            test, exam = point.mnist_test, point.own_exam
            own = (exam.correct, exam.total) if exam is not None else (None, None)
            sizes = (point.mnist, point.own, point.seed)
            rows.append((point.classifier, *sizes, test.correct, test.total, *own))
        scores = ("mnist_test_right", "mnist_test_total", "own_exam_right", "own_exam_total")
        return Table(("classifier", "mnist", "own", "seed", *scores), rows)

    def why_empty(self) -> str:
        """Return a sentence where there was no study, or no own exam when it ran."""
        points = self.request.points
        if not points:
            return _(
                "A learning curve needs a study: the same comparison, with more and more digits."
            )
        if not any(point.on(self.request.test_set) for point in points):
            return _("There was no own exam when the study ran.")
        return ""


def learning_rows(
    points: Sequence[LearningPoint], classifier: str, learnt: Learnt, test_set: TestSet
) -> list[tuple[int, float, float, float, int]]:
    """Return one classifier's accuracy for each training size, by rising size.

    Parameters
    ----------
    points : sequence of LearningPoint
    classifier : str
    learnt : {"mnist", "own"}
        Which digits the size counts.
    test_set : TestSet

    Returns
    -------
    list of tuple
        The size, the mean, the lowest and the highest accuracy, and the number of seeds.
    """

    def size(point: LearningPoint) -> int:
        return int(getattr(point, learnt))

    rows = []
    mine = sorted((point for point in points if point.classifier == classifier), key=size)
    for learnt_digits, same in groupby(mine, key=size):
        scores = [point.on(test_set) for point in same]
        shares = [score.accuracy for score in scores if score is not None and score.total]
        if shares:
            mean = float(np.mean(shares))
            rows.append((learnt_digits, mean, min(shares), max(shares), len(shares)))
    return rows
