"""The plot of calibration, known as the reliability diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.evaluation import metrics
from classroom.evaluation.statistics import wilson
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.request import Answers
from classroom.plots.style import SMALL, Style, in_percent, row_of_axes, style_axes
from classroom.plots.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Calibration(Plot):
    """The accuracy of the answers in each bin of confidence."""

    name = "calibration"
    rank = 6
    title = _("Calibration")
    question = _("Of the answers that are 80% sure, 80% should be right: on the broken line.")
    uses_probabilities = True

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw a point with a 95% interval for each bin, and the line of perfect calibration."""
        answers = self.request.answers
        axes = row_of_axes(figure, len(answers), widest=1.3)
        for ax, each in zip(axes, answers, strict=True):
            self._draw_bins(ax, each, style)
            style_axes(ax, style, each.title, grid="both")
            ax.set_xlim(0, 1.02)
            ax.set_ylim(0, 1.02)
            in_percent(ax.xaxis, ax.yaxis)
            ax.set_xlabel(_("How sure"))
        axes[0].set_ylabel(_("Right of those"))

    @staticmethod
    def _draw_bins(ax: Axes, each: Answers, style: Style) -> None:
        found = metrics.calibration(each.evaluation)
        filled = found.counts > 0
        confidence, accuracy = found.confidence[filled], found.accuracy[filled]
        ax.plot([0, 1], [0, 1], "--", color=style.muted, linewidth=1)
        ends = [
            wilson(round(share * int(count)), int(count))
            for share, count in zip(accuracy, found.counts[filled], strict=True)
        ]
        low, high = np.array(ends, np.float64).reshape(-1, 2).T
        ax.vlines(confidence, low, high, color=each.colour, linewidth=1, alpha=0.7)
        ax.plot(confidence, accuracy, "-o", ms=4, linewidth=1.2, color=each.colour)
        if not np.isnan(found.error):
            text = _("ECE {error:.2%}").format(error=found.error)
            ax.text(
                0.03, 0.94, text, transform=ax.transAxes, va="top", color=style.foreground,
                fontsize=SMALL + 1,
            )  # fmt: skip

    def table(self) -> Table:
        """Return the mean confidence and the accuracy of each bin that is not empty."""
        rows: list[tuple[Any, ...]] = []
        for each in self.request.answers:
            found = metrics.calibration(each.evaluation)
            bins = zip(found.counts, found.confidence, found.accuracy, strict=True)
            rows += [
                (each.title, found.error, int(count), float(sure), float(right))
                for count, sure, right in bins
                if count
            ]
        return Table(("classifier", "ece", "digits", "confidence", "accuracy"), rows)
