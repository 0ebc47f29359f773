"""How sure a classifier is, and whether rightly so; more of `classroom.displays`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classroom.certainty import wilson
from classroom.evaluation import Evaluation
from classroom.i18n import _
from classroom.metrics import Calibration, confidence_counts
from classroom.plot_key import Line, draw_key
from classroom.plot_scales import number_across, number_up, percent
from classroom.plot_style import SMALL, Style, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class ConfidenceDisplay:
    """How sure a classifier was where it was right, and where it was wrong.

    Attributes
    ----------
    evaluation : Evaluation
    title : str
    style : Style
    colour : str
        Of the right answers, as ``#rrggbb``.
    """

    evaluation: Evaluation
    title: str
    style: Style
    colour: str

    def plot(self, *, ax: Axes) -> None:
        """Draw two histograms, each in per cent of its own answers.

        In counts the wrong ones, a hundredth of all, would not be seen.
        """
        edges, right, wrong = confidence_counts(self.evaluation)
        all_right, all_wrong = int(right.sum()), int(wrong.sum())
        ax.stairs(right / max(1, all_right), edges, fill=True, facecolor=self.colour, alpha=0.55)
        black = self.style.foreground
        ax.stairs(wrong / max(1, all_wrong), edges, color=black, linewidth=1.4, zorder=3)
        dress(ax, self.style, self.title)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1.02)
        number_across(ax, self.style, percent)
        number_up(ax, self.style, percent)
        ax.set_xlabel(_("How sure"))
        ax.set_ylabel(_("Share of them"))
        lines = [
            Line(_("right: {n:,}").format(n=all_right), self.colour, width=7, alpha=0.55),
            Line(_("wrong: {n:,}").format(n=all_wrong), black),
        ]
        draw_key(ax, lines, self.style, "upper left")


@dataclass(frozen=True, eq=False)
class ReliabilityDisplay:
    """Of the answers that were so sure, how many were right.

    Attributes
    ----------
    calibration : Calibration
    title : str
    style : Style
    colour : str
        Of the points, as ``#rrggbb``.
    """

    calibration: Calibration
    title: str
    style: Style
    colour: str

    def plot(self, *, ax: Axes) -> None:
        """Draw a point with a 95% interval for each bin, and the line of perfect calibration."""
        filled = self.calibration.counts > 0
        confidence = self.calibration.confidence[filled]
        accuracy = self.calibration.accuracy[filled]
        counts = self.calibration.counts[filled]
        ax.plot([0, 1], [0, 1], "--", color=self.style.muted, linewidth=1)
        ends = [
            wilson(round(share * int(count)), int(count))
            for share, count in zip(accuracy, counts, strict=True)
        ]
        low, high = np.array(ends, np.float64).reshape(-1, 2).T
        ax.vlines(confidence, low, high, color=self.colour, linewidth=1, alpha=0.7)
        ax.plot(confidence, accuracy, "-o", ms=4, linewidth=1.2, color=self.colour)
        dress(ax, self.style, self.title)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(0, 1.02)
        ax.set_ylim(0, 1.02)
        number_across(ax, self.style, percent, grid=True)
        number_up(ax, self.style, percent, grid=True)
        ax.set_xlabel(_("How sure"))
        ax.set_ylabel(_("Right of those"))
        error = self.calibration.error
        text = _("ECE {error:.2%}").format(error=error) if not np.isnan(error) else ""
        ax.text(0.03, 0.94, text, transform=ax.transAxes, va="top", color=self.style.foreground,
                fontsize=SMALL + 1)  # fmt: skip
