"""The plot of the accuracy on each digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classroom.evaluation.results import DIGITS, Evaluation
from classroom.evaluation.statistics import wilson
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.style import Style, in_percent, legend_above, row_of_axes, style_axes
from classroom.plots.tables import Table, share

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKERS = "osD^"


class PerDigit(Plot):
    """The accuracy of each classifier on each digit, with 95% confidence intervals."""

    name = "digits"
    rank = 2
    title = _("Per digit")
    question = _("How many of each digit are right? The line is the 95% interval.")

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw a point and its interval for each classifier and each digit that occurs."""
        (ax,) = row_of_axes(figure, 1, widest=6)
        answers = self.request.answers
        step = 0.8 / max(len(answers), 1)
        for number, each in enumerate(answers):
            shift = (number - (len(answers) - 1) / 2) * step
            rows = [
                (digit + shift, right / total, low, high)
                for digit, (right, total, low, high) in enumerate(digit_accuracy(each.evaluation))
                if total
            ]
            x, shares, low, high = np.array(rows).reshape(-1, 4).T
            ax.vlines(x, low, high, color=each.colour, linewidth=1.6)
            marker = MARKERS[number % len(MARKERS)]
            ax.plot(x, shares, marker, ms=5, color=each.colour, label=each.title)
        style_axes(ax, style, grid="y")
        ax.vlines(np.arange(DIGITS - 1) + 0.5, 0, 1, color=style.line, linewidth=0.5,
                  transform=ax.get_xaxis_transform())  # fmt: skip
        ax.set_xlim(-0.5, DIGITS - 0.5)
        ax.set_ylim(top=1 + 0.02 * (1 - ax.get_ylim()[0]))
        ax.set_xticks(range(DIGITS))
        in_percent(ax.yaxis)
        ax.set_xlabel(_("True digit"))
        ax.set_ylabel(_("Right, with 95% interval"))
        legend_above(ax, style)

    def table(self) -> Table:
        """Return the accuracy on each digit, with 95% confidence intervals."""
        rows = [
            (each.title, digit, right, total, share(right, total), low, high)
            for each in self.request.answers
            for digit, (right, total, low, high) in enumerate(digit_accuracy(each.evaluation))
        ]
        return Table(("classifier", "digit", "right", "total", "accuracy", "low", "high"), rows)


def digit_accuracy(evaluation: Evaluation) -> list[tuple[int, int, float, float]]:
    """Return the accuracy on each digit, 0 to 9.

    Returns
    -------
    list of tuple
        How many were right, out of how many, and both ends of the 95% interval.
    """
    hits, totals = np.diag(evaluation.confusion), evaluation.confusion.sum(axis=1)
    return [
        (int(right), int(total), *wilson(int(right), int(total)))
        for right, total in zip(hits, totals, strict=True)
    ]
