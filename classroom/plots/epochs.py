"""The plot of loss and accuracy over the epochs of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from classroom.evaluation.results import Epoch
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.style import SMALL, Style, in_percent, row_of_axes, style_axes
from classroom.plots.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Quantity = Literal["loss", "accuracy"]


class Epochs(Plot):
    """The training curves of the networks of a comparison."""

    name = "epochs"
    rank = 7
    title = _("Epochs")
    question = _(
        "How loss and accuracy went, from one pass over the digits to the next; the broken "
        "line on MNIST digits that were not learned."
    )
    depends_on_test_set = False

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw a solid line for training and a broken one for validation, for each network."""
        draw_training_curves(figure, style, self._curves())

    def _curves(self) -> list[TrainingCurve]:
        return [
            TrainingCurve(entry.title, entry.colour, entry.result.history)
            for entry in self.request.entries
            if entry.result.history
        ]

    def table(self) -> Table:
        """Return loss and accuracy after each epoch."""
        measured = ("loss", "accuracy", "validation_loss", "validation_accuracy")
        rows = [
            (curve.title, epoch.number, *(getattr(epoch, name) for name in measured))
            for curve in self._curves()
            for epoch in curve.epochs
        ]
        return Table(("classifier", "epoch", *measured), rows)

    def why_empty(self) -> str:
        """Return a sentence where no classifier that is shown learns in epochs."""
        if self._curves():
            return ""
        return _("Nothing that is shown here learns in epochs; the networks do.")


@dataclass(frozen=True)
class TrainingCurve:
    """Loss and accuracy of one network after each epoch.

    Attributes
    ----------
    title : str
        The network's title in the legend; may be empty.
    colour : str
        As ``#rrggbb``.
    epochs : sequence of Epoch
    """

    title: str
    colour: str
    epochs: Sequence[Epoch]


def draw_training_curves(figure: Figure, style: Style, curves: Sequence[TrainingCurve]) -> None:
    """Draw loss and accuracy of several trainings side by side on an empty figure."""
    loss, accuracy = row_of_axes(figure, 2, shared=False)
    _draw_quantity(loss, "loss", style, curves)
    _draw_quantity(accuracy, "accuracy", style, curves)


def _draw_quantity(
    ax: Axes, quantity: Quantity, style: Style, curves: Sequence[TrainingCurve]
) -> None:
    from matplotlib.ticker import MaxNLocator

    style_axes(ax, style, _("Loss") if quantity == "loss" else _("Accuracy"), grid="y")
    for curve in curves:
        # One network's validation line has the text colour, to be distinguished in print.
        alone = style.foreground if len(curves) == 1 else curve.colour
        name = _("{title}, {what}") if curve.title else "{what}"
        for what, values, look, colour in (
            (_("training"), quantity, "-o", curve.colour),
            (_("validation"), f"validation_{quantity}", "--s", alone),
        ):
            label = name.format(title=curve.title, what=what)
            _draw_line(ax, curve.epochs, values, label, colour, look)
    epochs = [epoch.of for curve in curves for epoch in curve.epochs]
    # The axis has room for all epochs from the start, so that it does not jump while training.
    ax.set_xlim(0.8, max([*epochs, 2]) + 0.2)
    ax.set_xlabel(_("Epoch"))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not epochs:
        ax.set_yticks([])
    elif quantity == "accuracy":
        in_percent(ax.yaxis)
    if ax.lines:
        ax.legend(frameon=False, fontsize=SMALL, labelcolor=style.foreground)


def _draw_line(
    ax: Axes, epochs: Sequence[Epoch], quantity: str, label: str, colour: str, look: str
) -> None:
    values = [getattr(epoch, quantity) for epoch in epochs]
    points = [
        (epoch.number, value)
        for epoch, value in zip(epochs, values, strict=True)
        if value is not None and math.isfinite(value)
    ]
    if points:
        ax.plot(*zip(*points, strict=True), look, ms=4, color=colour, label=label)
