"""Draws curves over all thresholds, one digit against the rest.

The plots of ROC and of precision and recall share it.
"""

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

# The axes reach from the best corner to this multiple of the distance at which the worst
# curve passes that corner, and that distance counts as at least `NEAREST`.
ZOOM = 4.0
NEAREST = 0.002
LINE_WIDTH = 1.4
CLASSIFIER_DASHES = ("-", "--", "-.", ":")
# A legend with more entries gets two columns, which cover less of the curves.
LONGEST_COLUMN = 6


@dataclass(frozen=True)
class Curve:
    """One curve, and how it is drawn.

    Attributes
    ----------
    label : str
        The text in the legend.
    colour : str
        As ``#rrggbb``.
    dashes : str
        A line style of Matplotlib, such as ``"--"``.
    evaluation : Evaluation
    digit : int
        The digit that is set against the rest.
    """

    label: str
    colour: str
    dashes: str
    evaluation: Evaluation
    digit: int


def curves_by_axes(request: PlotRequest, style: Style) -> list[tuple[str, list[Curve]]]:
    """Return the title and the curves of each axes.

    Each classifier has its own axes with a curve a digit; where the request names one
    digit, one axes has a curve a classifier.
    """
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
    """Return the digits that a request sets against the rest."""
    return range(DIGITS) if request.digit is None else (request.digit,)


def zoom(distances: Sequence[tuple[Points, Points]]) -> tuple[float, float]:
    """Return how much of each axis shows the corner where the curves differ, 0 to 1.

    Parameters
    ----------
    distances : sequence of two arrays
        For each curve the distances of its points to the best corner, across and down.
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
    """Draw one curve with a figure, such as its AUC, behind its label in the legend."""
    said = _("none") if np.isnan(figure) else f"{figure:.4f}"
    ax.plot(
        x, y, curve.dashes, drawstyle=steps, color=curve.colour, linewidth=LINE_WIDTH,
        label=f"{curve.label}  {said}",
    )  # fmt: skip


def legend_columns(count: int) -> int:
    """Return the number of columns of a legend with `count` entries."""
    return 2 if count > LONGEST_COLUMN else 1
