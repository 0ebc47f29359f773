"""Curves over all thresholds: ROC, and precision against recall; more of `classroom.displays`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.i18n import _
from classroom.metrics import PrecisionRecall, Roc
from classroom.plot_key import Line, draw_key
from classroom.plot_scales import number_across, number_up, shortly
from classroom.plot_style import Style, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# How far around the corner the worst curve's nearest point still lies within the plot.
ZOOM = 4.0
NEAREST = 0.002


@dataclass(frozen=True, eq=False)
class RocDisplay:
    """The share of a digit that is found, against the share of the rest taken for it.

    Attributes
    ----------
    curves : sequence of Line and Roc
    title : str
    style : Style
    zoom : tuple of float, optional
        How much of each axis is shown, from the best corner, as `roc_zoom` gives it; to be
        the same for plots that are compared.
    """

    curves: Sequence[tuple[Line, Roc]]
    title: str
    style: Style
    zoom: tuple[float, float] | None = None

    def plot(self, *, ax: Axes) -> None:
        """Draw the curves near the corner where they differ; the legend has the AUC."""
        right, down = self.zoom or roc_zoom([curve for _line, curve in self.curves])
        for line, curve in self.curves:
            _draw(ax, line, curve.false_alarms, curve.hits)
        ax.set_xlim(0, right)
        ax.set_ylim(1 - down, 1 + down / 50)
        _finish(ax, self.style, self.title)
        figures = [(line, curve.auc) for line, curve in self.curves]
        draw_key(ax, _with_figures(figures), self.style, "lower right", _("AUC"))
        ax.set_xlabel(_("Other digits taken for it"))
        ax.set_ylabel(_("Found"))


@dataclass(frozen=True, eq=False)
class PrecisionRecallDisplay:
    """How many of those called a digit are one, against how many of that digit are found.

    Attributes
    ----------
    curves : sequence of Line and PrecisionRecall
    title : str
    style : Style
    zoom : tuple of float, optional
        As `precision_recall_zoom` gives it.
    """

    curves: Sequence[tuple[Line, PrecisionRecall]]
    title: str
    style: Style
    zoom: tuple[float, float] | None = None

    def plot(self, *, ax: Axes) -> None:
        """Draw the curves near the corner where they differ; the legend has their averages."""
        left, down = self.zoom or precision_recall_zoom([curve for _line, curve in self.curves])
        for line, curve in self.curves:
            _draw(ax, line, curve.recall, curve.precision, "steps-pre")
        ax.set_xlim(1 - left, 1 + left / 50)
        ax.set_ylim(1 - down, 1 + down / 50)
        _finish(ax, self.style, self.title)
        figures = [(line, curve.average_precision) for line, curve in self.curves]
        draw_key(ax, _with_figures(figures), self.style, "lower left", _("Average precision"))
        ax.set_xlabel(_("Found (recall)"))
        ax.set_ylabel(_("Right of those (precision)"))


def roc_zoom(curves: Sequence[Roc]) -> tuple[float, float]:
    """Return how much of the x and the y axis shows where the curves differ, each 0 to 1."""
    return _zoom([(curve.false_alarms, 1 - curve.hits) for curve in curves])


def precision_recall_zoom(curves: Sequence[PrecisionRecall]) -> tuple[float, float]:
    """Return how much of the x and the y axis shows where the curves differ, each 0 to 1."""
    return _zoom([(1 - curve.recall, 1 - curve.precision) for curve in curves])


def _zoom(
    distances: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> tuple[float, float]:
    """Return the room that the point nearest to the best corner needs on each curve."""
    across, down = NEAREST, NEAREST
    for x, y in distances:
        if not np.isnan(x + y).all():
            nearest = int(np.nanargmin(x + y))
            across, down = max(across, float(x[nearest])), max(down, float(y[nearest]))
    return min(1.0, ZOOM * across), min(1.0, ZOOM * down)


def _draw(
    ax: Axes,
    line: Line,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    steps: str = "default",
) -> None:
    ax.plot(x, y, line.dashes, drawstyle=steps, color=line.colour, linewidth=line.width)


def _finish(ax: Axes, style: Style, title: str) -> None:
    dress(ax, style, title)
    ax.spines[["top", "right"]].set_visible(False)
    number_across(ax, style, shortly, grid=True)
    number_up(ax, style, shortly, grid=True)


def _with_figures(lines: Sequence[tuple[Line, float]]) -> list[Line]:
    """Return the lines with the figure of each behind its label."""
    return [replace(line, label=f"{line.label}  {_figure(figure)}") for line, figure in lines]


def _figure(value: float) -> str:
    return _("none") if np.isnan(value) else f"{value:.4f}"
