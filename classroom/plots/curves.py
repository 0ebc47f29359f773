"""Curves over all thresholds, one digit against the rest: what ROC and precision have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.evaluation.results import DIGITS, Evaluation
from classroom.i18n import _
from classroom.plots.request import PlotRequest
from classroom.plots.style import Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = NDArray[np.float64]

# How far around the corner the worst curve's nearest point still lies within the plot.
ZOOM = 4.0
NEAREST = 0.002
LINE_WIDTH = 1.4
CLASSIFIER_DASHES = ("-", "--", "-.", ":")
# A legend of more rows, in two columns, covers less of the curves.
LONGEST_COLUMN = 6


@dataclass(frozen=True)
class Curve:
    """Whose curve it is and how it is drawn: its label, its colour as ``#rrggbb``, its dashes."""

    label: str
    colour: str
    dashes: str
    evaluation: Evaluation
    digit: int


def curves_by_axes(request: PlotRequest, style: Style) -> list[tuple[str, list[Curve]]]:
    """Return what is drawn in which axes: each classifier's ten digits, or all at one digit."""
    if request.digit is None:
        dashes = ["-"] * 5 + ["--"] * 5
        return [
            (
                each.title,
                [
                    Curve(str(digit), style.digits[digit], dashes[digit], each.evaluation, digit)
                    for digit in range(DIGITS)
                    if (each.evaluation.labels == digit).any()
                ],
            )
            for each in request.answers
        ]
    curves = [
        Curve(
            each.title, each.colour, CLASSIFIER_DASHES[number % 4], each.evaluation, request.digit
        )
        for number, each in enumerate(request.answers)
    ]
    return [(_("{digit} against the rest").format(digit=request.digit), curves)]


def digits_of(request: PlotRequest) -> Sequence[int]:
    """Return the digits that are set against the rest."""
    return range(DIGITS) if request.digit is None else (request.digit,)


def zoom(distances: Sequence[tuple[Points, Points]]) -> tuple[float, float]:
    """Return how much of the x and the y axis shows where curves differ, each 0 to 1.

    Parameters
    ----------
    distances : sequence of two arrays
        Of each curve, how far its points are from the best corner, across and down.
    """
    across, down = NEAREST, NEAREST
    for x, y in distances:
        if not np.isnan(x + y).all():
            nearest = int(np.nanargmin(x + y))
            across, down = max(across, float(x[nearest])), max(down, float(y[nearest]))
    return min(1.0, ZOOM * across), min(1.0, ZOOM * down)


def draw_curve(
    ax: Axes, curve: Curve, x: Points, y: Points, figure: float, steps: str = "default"
) -> None:
    """Draw one curve, with a figure behind its label in the legend."""
    said = _("none") if np.isnan(figure) else f"{figure:.4f}"
    ax.plot(
        x, y, curve.dashes, drawstyle=steps, color=curve.colour, linewidth=LINE_WIDTH,
        label=f"{curve.label}  {said}",
    )  # fmt: skip


def legend_columns(count: int) -> int:
    """Return in how many columns a legend of `count` curves is written."""
    return 2 if count > LONGEST_COLUMN else 1
