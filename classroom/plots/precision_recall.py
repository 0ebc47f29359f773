"""The plot of precision against recall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.evaluation import metrics
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.curves import curves_by_axes, digits_of, draw_curve, legend_columns, zoom
from classroom.plots.style import Style, add_legend, row_of_axes, style_axes
from classroom.plots.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class PrecisionRecall(Plot):
    """The precision-recall curve of each digit against the rest, zoomed into the best corner."""

    name = "precision"
    rank = 4
    title = _("Precision")
    question = _("Of those called a digit, how many are one? And how many of them are found?")
    uses_probabilities = True
    has_digit = True

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw the curves on one scale for all axes, with the average precisions as legends."""
        plots = [
            (
                title,
                [(each, metrics.precision_recall_of(each.evaluation, each.digit)) for each in own],
            )
            for title, own in curves_by_axes(self.request, style)
        ]
        left, down = zoom(
            [(1 - one.recall, 1 - one.precision) for _title, own in plots for _curve, one in own]
        )
        axes = row_of_axes(figure, len(plots))
        for ax, (title, own) in zip(axes, plots, strict=True):
            for curve, one in own:
                average = one.average_precision
                draw_curve(ax, curve, one.recall, one.precision, average, "steps-pre")
            ax.set_xlim(1 - left, 1 + left / 50)
            ax.set_ylim(1 - down, 1 + down / 50)
            style_axes(ax, style, title, grid="both")
            if own:
                columns = legend_columns(len(own))
                add_legend(ax, style, "lower left", _("Average precision"), columns=columns)
            ax.set_xlabel(_("Found (recall)"))
        axes[0].set_ylabel(_("Right of those (precision)"))

    def table(self) -> Table:
        """Return the points of the curves."""
        rows: list[tuple[Any, ...]] = []
        for each in self.request.answers:
            for digit in digits_of(self.request):
                curve = metrics.precision_recall_of(each.evaluation, digit)
                points = zip(curve.recall.tolist(), curve.precision.tolist(), strict=True)
                average = curve.average_precision
                rows += [(each.title, digit, average, *point) for point in points]
        return Table(("classifier", "digit", "average_precision", "recall", "precision"), rows)
