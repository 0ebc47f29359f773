"""Loss and accuracy over the epochs of a training."""

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
    """How loss and accuracy went for each network of a comparison."""

    name = "epochs"
    rank = 7
    title = _("Epochs")
    question = _(
        "How loss and accuracy went, from one pass over the digits to the next; the broken "
        "line on MNIST digits that were not learned."
    )
    depends_on_test_set = False

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw two lines in each network's colour: training, and broken, validation."""
        draw_training_curves(figure, style, self._histories())

    def _histories(self) -> list[TrainingCurve]:
        return [
            TrainingCurve(entry.title, entry.colour, entry.result.history)
            for entry in self.request.entries
            if entry.result.history
        ]

    def table(self) -> Table:
        """Return loss and accuracy after each epoch."""
        measured = ("loss", "accuracy", "validation_loss", "validation_accuracy")
        rows = [
            (history.title, epoch.number, *(getattr(epoch, name) for name in measured))
            for history in self._histories()
            for epoch in history.epochs
        ]
        return Table(("classifier", "epoch", *measured), rows)

    def why_empty(self) -> str:
        """Return that nothing here learns in epochs, where that is so."""
        if self._histories():
            return ""
        return _("Nothing that is shown here learns in epochs; the networks do.")


@dataclass(frozen=True)
class TrainingCurve:
    """The epochs of one network, its title (may be empty), and its colour as ``#rrggbb``."""

    title: str
    colour: str
    epochs: Sequence[Epoch]


def draw_training_curves(figure: Figure, style: Style, histories: Sequence[TrainingCurve]) -> None:
    """Draw loss and accuracy of several trainings side by side on an empty figure."""
    loss, accuracy = row_of_axes(figure, 2, shared=False)
    _draw_quantity(loss, "loss", style, histories)
    _draw_quantity(accuracy, "accuracy", style, histories)


def _draw_quantity(
    ax: Axes, quantity: Quantity, style: Style, histories: Sequence[TrainingCurve]
) -> None:
    from matplotlib.ticker import MaxNLocator

    style_axes(ax, style, _("Loss") if quantity == "loss" else _("Accuracy"), grid="y")
    for history in histories:
        # A broken line in the other text colour: beside the first it is told apart in print.
        alone = style.foreground if len(histories) == 1 else history.colour
        name = _("{title}, {what}") if history.title else "{what}"
        for what, values, look, colour in (
            (_("training"), quantity, "-o", history.colour),
            (_("validation"), f"validation_{quantity}", "--s", alone),
        ):
            label = name.format(title=history.title, what=what)
            _draw_line(ax, history.epochs, values, label, colour, look)
    epochs = [epoch.of for history in histories for epoch in history.epochs]
    # Room for all epochs from the start, so that the curve does not jump.
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
