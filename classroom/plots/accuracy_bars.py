"""Draws the accuracy of each classifier as bars, on MNIST's test set and on the own exam.

The tab *Compare* shows it beside its table; it is no plot of its own to choose or save.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from classroom.catalogue import TITLES
from classroom.evaluation.results import Evaluation, Result
from classroom.i18n import _
from classroom.plots.style import NORMAL, POINTS_PER_INCH, SMALL, Style, style_axes, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Margins in points: beside the classifiers' names, for the value to the right of a bar of
# 100%, and for the legend above the bars.
BESIDE_NAMES, VALUE, LEGEND = 8.0, 34.0, 18.0


def draw_accuracy_bars(figure: Figure, style: Style, results: Sequence[Result]) -> None:
    """Draw two bars for each classifier on an empty figure, the MNIST test above the own exam."""
    both = any(result.own_exam and len(result.own_exam.labels) for result in results)
    width, height = figure.get_size_inches() * POINTS_PER_INCH
    titles = [TITLES.get(result.classifier, result.classifier) for result in results]
    names = max((text_width(title) for title in titles), default=0.0) + BESIDE_NAMES
    left, top = min(names / width, 0.6), LEGEND / height if both else 0.02
    ax = figure.add_axes((left, 0.02, 0.98 - left, max(0.2, 0.98 - top)))
    thick = 0.38 if both else 0.6
    shift = thick / 2 if both else 0.0
    for row, result in enumerate(results):
        colour = style.colour(result.classifier)
        _draw_bar(ax, row - shift, thick, result.mnist_test, colour, style, filled=True)
        if both:
            _draw_bar(ax, row + shift, thick, result.own_exam, colour, style, filled=False)
    style_axes(ax, style)
    ax.set_yticks(range(len(results)), titles)
    ax.tick_params(axis="y", length=0, labelcolor=style.foreground, labelsize=NORMAL)
    ax.set_ylim(max(len(results), 1) - 0.5, -0.5)
    # No ticks are needed, because each bar has its value beside it.
    ax.set_xlim(0, 1 / (1 - min(0.5, VALUE / ((0.98 - left) * width))))
    ax.set_xticks([])
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    if both:
        _draw_legend(figure, style)


def _draw_bar(
    ax: Axes,
    y: float,
    thick: float,
    evaluation: Evaluation | None,
    colour: str,
    style: Style,
    *,
    filled: bool,
) -> None:
    if evaluation is None or not len(evaluation.labels):
        ax.text(0.01, y, "–", va="center", fontsize=SMALL, color=style.muted)
        return
    accuracy = evaluation.score.accuracy
    face, hatch = (colour, None) if filled else (style.background, "////")
    ax.barh(y, accuracy, thick * 0.9, facecolor=face, edgecolor=colour, hatch=hatch)
    value, black = f"{accuracy:.1%}", style.foreground
    ax.text(accuracy + 0.01, y, value, va="center", fontsize=SMALL, color=black)


def _draw_legend(figure: Figure, style: Style) -> None:
    from matplotlib.patches import Patch

    grey = style.muted
    patches = [
        Patch(facecolor=grey, edgecolor=grey, label=_("MNIST test")),
        Patch(facecolor=style.background, edgecolor=grey, hatch="////", label=_("Own exam")),
    ]
    # A legend of the figure, not of the axes, can be as wide as names and bars together.
    figure.legend(
        handles=patches, loc="upper right", ncols=2, frameon=False, fontsize=SMALL,
        labelcolor=style.foreground, borderpad=0.2, borderaxespad=0.0, columnspacing=1.0,
    )  # fmt: skip
