"""The plot of confidence: how sure the right and the wrong answers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.evaluation.metrics import confidence_counts
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.style import Style, add_legend, in_percent, row_of_axes, style_axes
from classroom.plots.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Confidence(Plot):
    """Histograms of the highest probability of the right and of the wrong answers."""

    name = "confidence"
    rank = 5
    title = _("Confidence")
    question = _("How sure are they where they are right, and where they are wrong?")
    uses_probabilities = True

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw two histograms for each classifier, each in per cent of its own answers.

        In counts, the wrong answers would be too few to be visible.
        """
        answers = self.request.answers
        axes = row_of_axes(figure, len(answers))
        for ax, each in zip(axes, answers, strict=True):
            edges, right, wrong = confidence_counts(each.evaluation)
            all_right, all_wrong = int(right.sum()), int(wrong.sum())
            ax.stairs(
                right / max(1, all_right), edges, fill=True, facecolor=each.colour, alpha=0.55,
                label=_("right: {n:,}").format(n=all_right),
            )  # fmt: skip
            ax.stairs(
                wrong / max(1, all_wrong), edges, color=style.foreground, linewidth=1.4, zorder=3,
                label=_("wrong: {n:,}").format(n=all_wrong),
            )  # fmt: skip
            style_axes(ax, style, each.title)
            ax.spines[["top", "right"]].set_visible(False)
            ax.set_xlim(0, 1)
            ax.set_ylim(0, 1.02)
            in_percent(ax.xaxis, ax.yaxis)
            add_legend(ax, style, "upper left")
            ax.set_xlabel(_("How sure"))
        axes[0].set_ylabel(_("Share of them"))

    def table(self) -> Table:
        """Return the numbers of right and wrong answers in each bin of confidence."""
        rows: list[tuple[Any, ...]] = []
        for each in self.request.answers:
            edges, right, wrong = confidence_counts(each.evaluation)
            bins = zip(edges[:-1].tolist(), edges[1:].tolist(), right, wrong, strict=True)
            rows += [(each.title, low, high, int(a), int(b)) for low, high, a, b in bins]
        return Table(("classifier", "from", "to", "right", "wrong"), rows)
