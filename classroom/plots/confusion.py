"""The plot of the confusion matrices, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.evaluation.results import DIGITS
from classroom.i18n import _
from classroom.plots.base import ConfusionCell, Plot
from classroom.plots.request import Answers
from classroom.plots.style import (
    NORMAL,
    POINTS_PER_INCH,
    SMALL,
    Style,
    in_percent,
    readable,
    style_axes,
    text_width,
)
from classroom.plots.tables import Table, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

Place = tuple[float, float, float, float]


class Confusion(Plot):
    """The confusion matrix of each classifier.

    The diagonal is grey, because it holds nearly all digits: on one colour scale with
    the errors it would hide them. All matrices share one scale. The axes of each have
    its place as their label ("0", "1", …), by which `clicked` knows them.
    """

    name = "confusion"
    rank = 1
    title = _("Confusion")
    question = _("Which digits are taken for which?")
    click = _("Click a cell to see them.")
    has_percent = True

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw the counts as text, and the errors' share of their row as colour."""
        answers = self.request.answers
        norm = error_norm([each.evaluation.confusion for each in answers])
        largest = NORMAL + 1
        widest = max(text_width(_title(each), largest) for each in answers)
        places, bar_place, slot = _squares_and_bar(figure, len(answers), widest)
        title_size = min(largest, largest * slot / widest)
        for number, (each, place) in enumerate(zip(answers, places, strict=True)):
            ax = figure.add_axes(place, label=str(number))
            cells = self._draw_matrix(ax, each, norm, style)
            ax.title.set_fontsize(title_size)
            if number:
                ax.set_ylabel("")
        bar = figure.colorbar(cells, cax=figure.add_axes(bar_place))
        bar.set_label(_("Errors, in % of the true digit"), color=style.muted, fontsize=SMALL)
        bar.outline.set_edgecolor(style.line)
        bar.ax.tick_params(colors=style.muted, labelsize=SMALL, length=2)
        bar.minorticks_off()
        in_percent(bar.ax.yaxis)

    def _draw_matrix(self, ax: Axes, each: Answers, norm: Normalize, style: Style) -> QuadMesh:
        confusion = each.evaluation.confusion
        shares = np.ma.masked_array(error_shares(confusion), np.eye(DIGITS, dtype=bool))
        edges = np.arange(DIGITS + 1) - 0.5
        cells = ax.pcolormesh(
            edges, edges, shares, norm=norm, cmap=style.colormap,
            edgecolors=style.line, linewidth=0.5,
        )  # fmt: skip
        ax.set(aspect="equal", xlim=(-0.5, DIGITS - 0.5), ylim=(DIGITS - 0.5, -0.5))
        self._write_counts(ax, confusion, cells.to_rgba(shares)[..., :3], style)
        style_axes(ax, style, _title(each))
        ax.set_xticks(range(DIGITS))
        ax.set_yticks(range(DIGITS))
        ax.tick_params(length=0)
        ax.set_xlabel(_("Predicted digit"))
        ax.set_ylabel(_("True digit"))
        return cells

    def _write_counts(
        self, ax: Axes, confusion: NDArray[np.int64], colours: NDArray[np.float64], style: Style
    ) -> None:
        cell = min(ax.bbox.width, ax.bbox.height) / DIGITS / ax.figure.dpi * POINTS_PER_INCH
        totals = confusion.sum(axis=1)
        for y, x in np.argwhere(confusion).tolist():
            text = self._text(int(confusion[y, x]), int(totals[y]))
            ax.text(
                x, y, text, ha="center", va="center_baseline",
                fontsize=_text_size(cell, len(text)), color=readable(colours[y, x], style),
            )  # fmt: skip

    def _text(self, count: int, total: int) -> str:
        if not self.request.percent:
            return str(count)
        percent = 100 * count / total
        return f"{percent:.0f}" if percent >= 9.95 else f"{percent:.1f}"

    def table(self) -> Table:
        """Return the cells of the confusion matrices, as counts and as shares of their rows."""
        rows = [
            (each.title, true, predicted, int(count), share(int(count), int(row.sum())))
            for each in self.request.answers
            for true, row in enumerate(each.evaluation.confusion)
            for predicted, count in enumerate(row)
        ]
        return Table(("classifier", "digit", "taken_for", "count", "share_of_digit"), rows)

    def clicked(self, label: str, x: float, y: float) -> ConfusionCell | None:
        """Return the cell at a point; None for a point in the colour bar."""
        return ConfusionCell(int(label), round(y), round(x)) if label.isdecimal() else None


def error_shares(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each true digit that was classified as each other digit.

    Parameters
    ----------
    confusion : array of shape (10, 10)
        Counts. Row: the true digit; column: the predicted one.

    Returns
    -------
    array of shape (10, 10), values 0 to 1
        The diagonal is 0, and so is the row of a digit that does not occur.
    """
    totals = confusion.sum(axis=1, keepdims=True)
    shares = np.divide(confusion, totals, out=np.zeros((DIGITS, DIGITS)), where=totals > 0)
    np.fill_diagonal(shares, 0.0)
    return shares


def error_norm(confusions: Sequence[NDArray[np.int64]]) -> Normalize:
    """Return one colour scale for the errors of several confusion matrices.

    It follows the square root: on MNIST the most frequent error of a classifier is a
    hundred times as frequent as the rarest, and both are to be visible.
    """
    from matplotlib.colors import PowerNorm

    worst = max((float(error_shares(confusion).max()) for confusion in confusions), default=0.0)
    return PowerNorm(0.5, vmin=0.0, vmax=max(worst, 0.01))


def _title(answers: Answers) -> str:
    return _("{name}: {score}").format(name=answers.title, score=answers.evaluation.score)


def _squares_and_bar(figure: Figure, count: int, widest: float) -> tuple[list[Place], Place, float]:
    """Return the places of the matrices and of the colour bar.

    Parameters
    ----------
    figure : Figure
    count : int
        The number of matrices.
    widest : float
        The width of the widest title in points.

    Returns
    -------
    places : list of tuple of float
        Left, bottom, width, height of each matrix, as shares of the figure.
    bar_place : tuple of float
        The same for the colour bar.
    slot : float
        The width that a title may have, in points.
    """
    width, height = figure.get_size_inches() * POINTS_PER_INCH
    left, gap, bottom, top, bar, bar_labels = 32.0, 26.0, 34.0, 22.0, 10.0, 50.0
    around = left + gap * (count - 1) + 12.0 + bar + bar_labels
    side = max(20.0, min(height - bottom - top, (width - around) / count))
    # Spare width goes between the matrices, so that wide titles do not overlap.
    spare = max(0.0, width - around - count * side)
    gap += min(max(0.0, widest + 8.0 - side - gap), spare / max(1, count))
    around = left + gap * (count - 1) + 12.0 + bar + bar_labels
    start = left + max(0.0, (width - around - count * side) / 2)
    base = bottom + max(0.0, (height - bottom - top - side) / 2)
    lefts = [start + number * (side + gap) for number in range(count)]
    places = [(x, base, side, side) for x in lefts] + [(lefts[-1] + side + 12.0, base, bar, side)]
    *squares, bar_place = [(x / width, y / height, w / width, h / height) for x, y, w, h in places]
    return squares, bar_place, side + gap - 8.0


def _text_size(cell: float, digits: int) -> float:
    """Return the font size in points at which a number fits into a cell.

    Parameters
    ----------
    cell : float
        The width of the cell in points.
    digits : int
        How many digits the number has.
    """
    # The width of a digit as a share of the font size, in Matplotlib's own font.
    digit_width = 0.64
    return float(np.clip(0.9 * cell / (digit_width * max(digits, 2)), 3.0, min(0.5 * cell, 12.0)))
