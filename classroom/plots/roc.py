"""The plot of ROC curves."""

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


class Roc(Plot):
    """The ROC curve of each digit against the rest, zoomed into the best corner."""

    name = "roc"
    rank = 3
    title = _("ROC")
    question = _("Each digit against the rest, in the corner where the curves differ.")
    uses_probabilities = True
    has_digit = True

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw the curves on one scale for all axes, with the areas under them as legends."""
        plots = [
            (title, [(curve, metrics.roc_of(curve.evaluation, curve.digit)) for curve in curves])
            for title, curves in curves_by_axes(self.request, style)
        ]
        right, down = zoom(
            [(roc.false_alarms, 1 - roc.hits) for _title, rocs in plots for _curve, roc in rocs]
        )
        axes = row_of_axes(figure, len(plots))
        for ax, (title, rocs) in zip(axes, plots, strict=True):
            for curve, roc in rocs:
                draw_curve(ax, curve, roc.false_alarms, roc.hits, roc.auc)
            ax.set_xlim(0, right)
            ax.set_ylim(1 - down, 1 + down / 50)
            style_axes(ax, style, title, grid="both")
            if rocs:
                add_legend(ax, style, "lower right", _("AUC"), columns=legend_columns(len(rocs)))
            ax.set_xlabel(_("Other digits taken for it"))
        axes[0].set_ylabel(_("Found"))

    def table(self) -> Table:
        """Return the corners of the ROC curves."""
        rows: list[tuple[Any, ...]] = []
        for each in self.request.answers:
            for digit in digits_of(self.request):
                roc = metrics.roc_of(each.evaluation, digit)
                points = zip(roc.false_alarms.tolist(), roc.hits.tolist(), strict=True)
                rows += [(each.title, digit, roc.auc, *point) for point in points]
        columns = ("classifier", "digit", "auc", "false_positive_rate", "true_positive_rate")
        return Table(columns, rows)
