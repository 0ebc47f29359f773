"""What learning brings and what it costs: over epochs, over digits learnt, in seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from classroom.certainty import wilson
from classroom.evaluation import Epoch, LearningPoint, Score
from classroom.i18n import _
from classroom.plot_layout import in_percent
from classroom.plot_style import NORMAL, SMALL, Style, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Quantity = Literal["loss", "accuracy"]


@dataclass(frozen=True)
class History:
    """The epochs of one network, its title, and its colour as ``#rrggbb``."""

    title: str
    colour: str
    epochs: Sequence[Epoch]


@dataclass(frozen=True)
class TrainingCurvesDisplay:
    """Loss or accuracy over the epochs of a training.

    Attributes
    ----------
    epochs : sequence of Epoch
        Those that are over; may be empty.
    quantity : {"loss", "accuracy"}
    style : Style
    colour : str
        Of the line of the training data, as ``#rrggbb``.
    """

    epochs: Sequence[Epoch]
    quantity: Quantity
    style: Style
    colour: str

    def plot(self, *, ax: Axes) -> None:
        """Draw a line for the training data, and a broken one for the validation data."""
        _dress_epochs(ax, self.style, self.quantity, self.epochs)
        if not self.epochs:
            ax.set_yticks([])
            return
        _epochs_line(ax, self.epochs, self.quantity, _("training"), self.colour, "-o")
        held_out = f"validation_{self.quantity}"
        _epochs_line(ax, self.epochs, held_out, _("validation"), self.style.foreground, "--s")
        ax.legend(frameon=False, fontsize=SMALL, labelcolor=self.style.foreground)


@dataclass(frozen=True)
class HistoriesDisplay:
    """Loss or accuracy over the epochs of several networks.

    Attributes
    ----------
    histories : sequence of History
    quantity : {"loss", "accuracy"}
    style : Style
    """

    histories: Sequence[History]
    quantity: Quantity
    style: Style

    def plot(self, *, ax: Axes) -> None:
        """Draw two lines in each network's colour: training, and broken, validation."""
        every = [epoch for history in self.histories for epoch in history.epochs]
        _dress_epochs(ax, self.style, self.quantity, every)
        for history in self.histories:
            title, colour, epochs = history.title, history.colour, history.epochs
            label = _("{title}, training").format(title=title)
            _epochs_line(ax, epochs, self.quantity, label, colour, "-o")
            label = _("{title}, validation").format(title=title)
            _epochs_line(ax, epochs, f"validation_{self.quantity}", label, colour, "--s")
        ax.legend(frameon=False, fontsize=SMALL, labelcolor=self.style.foreground)


def _dress_epochs(ax: Axes, style: Style, quantity: Quantity, epochs: Sequence[Epoch]) -> None:
    dress(ax, style, _("Loss") if quantity == "loss" else _("Accuracy"))
    ax.set_xlabel(_("Epoch"))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=style.line, linewidth=0.5)
    ax.set_xlim(0.8, max([epoch.of for epoch in epochs] + [2]) + 0.2)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if quantity == "accuracy":
        in_percent(ax.yaxis)


def _epochs_line(
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


@dataclass(frozen=True)
class LearningCurveDisplay:
    """How many digits are right, against how many were learnt.

    Attributes
    ----------
    points : sequence of LearningPoint
        One for each classifier, size and seed.
    learnt : {"mnist", "own"}
        Along the x axis: the digits of MNIST, or the own ones.
    scored_on : {"mnist_test", "own_exam"}
    titles : mapping of a classifier's name to its title
    style : Style
    """

    points: Sequence[LearningPoint]
    learnt: Literal["mnist", "own"]
    scored_on: Literal["mnist_test", "own_exam"]
    titles: dict[str, str]
    style: Style

    def plot(self, *, ax: Axes) -> None:
        """Draw the mean over the seeds, and a band from the worst seed to the best."""
        for name in dict.fromkeys(point.classifier for point in self.points):
            rows = learning_rows(self.points, name, self.learnt, self.scored_on)
            if rows:
                size, mean, low, high = np.array(rows).T[:4]
                colour = self.style.colour(name)
                ax.fill_between(size, low, high, color=colour, alpha=0.2, linewidth=0)
                title = self.titles.get(name, name)
                ax.plot(size, mean, "-o", ms=4, color=colour, label=title)
        own = self.learnt == "own"
        dress(ax, self.style, _("Right in the own exam") if self.scored_on == "own_exam"
              else _("Right of MNIST's test set"))  # fmt: skip
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(axis="y", color=self.style.line, linewidth=0.5)
        ax.set_xscale("symlog" if own else "log")
        sizes = sorted({getattr(point, self.learnt) for point in self.points})
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
        ax.xaxis.set_minor_locator(NullLocator())
        in_percent(ax.yaxis)
        ax.set_xlabel(_("Own digits learnt") if own else _("MNIST digits learnt"))
        if ax.lines:
            ax.legend(frameon=False, fontsize=SMALL, labelcolor=self.style.foreground)


def learning_rows(
    points: Sequence[LearningPoint],
    classifier: str,
    learnt: Literal["mnist", "own"],
    scored_on: Literal["mnist_test", "own_exam"],
) -> list[tuple[int, float, float, float, int]]:
    """Return size, mean, lowest and highest accuracy, and the number of seeds, by rising size."""

    def size(point: LearningPoint) -> int:
        return int(getattr(point, learnt))

    rows = []
    mine = sorted((point for point in points if point.classifier == classifier), key=size)
    for learnt_digits, same in groupby(mine, key=size):
        scores: list[Score | None] = [getattr(point, scored_on) for point in same]
        shares = [score.accuracy for score in scores if score is not None and score.total]
        if shares:
            mean = float(np.mean(shares))
            rows.append((learnt_digits, mean, min(shares), max(shares), len(shares)))
    return rows


@dataclass(frozen=True)
class TimedScore:
    """What a classifier achieved, how long it took, and how it is named and coloured."""

    title: str
    colour: str
    seconds: float
    score: Score


@dataclass(frozen=True)
class AccuracyTimeDisplay:
    """How many are right, against the seconds that it took.

    Attributes
    ----------
    entries : sequence of TimedScore
    what : str
        What took the seconds.
    style : Style
    """

    entries: Sequence[TimedScore]
    what: str
    style: Style

    def plot(self, *, ax: Axes) -> None:
        """Draw a point with its 95% interval for each, named; best is the upper left."""
        for place, entry in enumerate(sorted(self.entries, key=lambda entry: entry.seconds)):
            seconds = max(entry.seconds, 1e-4)
            low, high = wilson(entry.score.correct, entry.score.total)
            ax.vlines(seconds, low, high, color=entry.colour, linewidth=1.6)
            ax.plot([seconds], [entry.score.accuracy], "o", ms=7, color=entry.colour)
            # Above and below in turn, for those that stand side by side.
            ax.annotate(
                entry.title, (seconds, entry.score.accuracy), (7, 0), textcoords="offset points",
                va=("bottom", "top")[place % 2], fontsize=NORMAL, color=self.style.foreground,
            )  # fmt: skip
        dress(ax, self.style, self.what)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color=self.style.line, linewidth=0.5)
        ax.set_xscale("log")
        if self.entries:
            every = [max(entry.seconds, 1e-4) for entry in self.entries]
            # Room for the names right of the points.
            ax.set_xlim(min(every) / 2, max(every) * 6)
        # Powers of ten alone would leave an axis from 2 to 9 seconds without a number.
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
        in_percent(ax.yaxis)
        ax.set_xlabel(_("Seconds"))
        ax.set_ylabel(_("Right, with 95% interval"))
