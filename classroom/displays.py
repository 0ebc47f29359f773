"""Plots: each `SomethingDisplay` holds its data and draws it with ``plot(ax=...)``.

Matplotlib's object interface only: a figure belongs to whoever asks for the
plot, nothing is kept in pyplot's global state, and the same displays serve
the window, the lesson's report and a notebook. The idea of a display object
is scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.patches import Patch
from numpy.typing import NDArray

from classroom.evaluation import DIGITS, Score
from classroom.i18n import _
from classroom.plot_layout import POINTS_PER_INCH
from classroom.plot_scales import number_up, percent, write_across, write_up
from classroom.plot_style import NORMAL, SMALL, Style, dress, readable
from classroom.plot_text import ShortTexts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From the edge of a matrix to the label of its rows, in points.
PAST_DIGITS = 14.0
BAR_STEPS = 64


def error_shares(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each true digit that was taken for each other one.

    Parameters
    ----------
    confusion : array of shape (10, 10)
        Counts; row: the true digit, column: the predicted one.

    Returns
    -------
    array of shape (10, 10), values 0 to 1
        The diagonal, which is no error, is 0; so is the row of a digit that
        does not occur.
    """
    totals = confusion.sum(axis=1, keepdims=True)
    shares = np.divide(confusion, totals, out=np.zeros((DIGITS, DIGITS)), where=totals > 0)
    np.fill_diagonal(shares, 0.0)
    return shares


def error_norm(confusions: Sequence[NDArray[np.int64]]) -> Normalize:
    """Return one colour scale for several confusion matrices.

    It spans the errors only. Square-root spaced: on MNIST a classifier's most
    frequent error is a hundred times its rarest, and both should be seen.
    """
    worst = max((float(error_shares(confusion).max()) for confusion in confusions), default=0.0)
    return PowerNorm(0.5, vmin=0.0, vmax=max(worst, 0.01))


@dataclass(frozen=True, eq=False)
class ConfusionMatrixDisplay:
    """Which digit was taken for which.

    The diagonal holds nearly everything, and would drown the errors if it
    shared their colour scale; so it is plain grey, and colour means error.

    Attributes
    ----------
    confusion : array of shape (10, 10), int64
        Counts; row: the true digit, column: the predicted one.
    title : str
    style : Style
    percent : bool
        Whether the cells say per cent of the row instead of counts.
    """

    confusion: NDArray[np.int64]
    title: str
    style: Style
    percent: bool = False

    def plot(self, *, ax: Axes, norm: Normalize | None = None) -> None:
        """Draw the matrix: counts as text, the share of each row's digit as colour.

        Parameters
        ----------
        ax : Axes
        norm : Normalize, optional
            The colour scale, as `error_norm` makes it; to be the same for
            matrices that are compared.
        """
        norm = norm or error_norm([self.confusion])
        shares = np.ma.masked_array(error_shares(self.confusion), np.eye(DIGITS, dtype=bool))
        edges = np.arange(DIGITS + 1) - 0.5
        cells = ax.pcolormesh(
            edges, edges, shares, norm=norm, cmap=self.style.colormap,
            edgecolors=self.style.line, linewidth=0.5,
        )  # fmt: skip
        ax.set(aspect="equal", xlim=(-0.5, DIGITS - 0.5), ylim=(DIGITS - 0.5, -0.5))
        self._write_counts(ax, cells.to_rgba(shares)[..., :3])
        dress(ax, self.style, self.title)
        digits = [str(digit) for digit in range(DIGITS)]
        write_across(ax, self.style, range(DIGITS), digits)
        write_up(ax, self.style, range(DIGITS), digits)
        ax.set_xlabel(_("Predicted digit"))
        # Past numbers of one digit.
        ax.set_ylabel(_("True digit"), labelpad=PAST_DIGITS)

    def _write_counts(self, ax: Axes, colours: NDArray[np.float64]) -> None:
        cell = min(ax.bbox.width, ax.bbox.height) / DIGITS / ax.figure.dpi * POINTS_PER_INCH
        places = np.argwhere(self.confusion)
        totals = self.confusion.sum(axis=1)
        texts = [self._text(int(self.confusion[y, x]), int(totals[y])) for y, x in places]
        sizes = [_text_size(cell, len(text)) for text in texts]
        inks = [readable(colours[y, x], self.style) for y, x in places]
        points = [(float(x), float(y)) for y, x in places]
        ax.add_artist(ShortTexts(texts, points, ax.transData, sizes, inks))

    def _text(self, count: int, total: int) -> str:
        if not self.percent:
            return str(count)
        share = 100 * count / total
        return f"{share:.0f}" if share >= 9.95 else f"{share:.1f}"


def plot_confusion_matrices(displays: Sequence[ConfusionMatrixDisplay], *, figure: Figure) -> None:
    """Draw confusion matrices side by side on one scale, with one colour bar.

    Each matrix's axes have its place among `displays`, "0", "1", …, as label.

    Parameters
    ----------
    displays : sequence of ConfusionMatrixDisplay, at least one
    figure : Figure
        Empty.
    """
    norm = error_norm([display.confusion for display in displays])
    *places, bar_place = _squares_and_bar(figure, len(displays))
    for number, (display, place) in enumerate(zip(displays, places, strict=True)):
        ax = figure.add_axes(place, label=str(number))
        display.plot(ax=ax, norm=norm)
        if number:
            ax.set_ylabel("")
    style = displays[0].style
    _draw_bar(figure.add_axes(bar_place), norm, style)


def _draw_bar(ax: Axes, norm: Normalize, style: Style) -> None:
    """Draw which share has which colour; Matplotlib's colour bar takes as long as a matrix."""
    dress(ax, style)
    ax.set_xticks([])
    edges = np.asarray(norm.inverse(np.linspace(0.0, 1.0, BAR_STEPS + 1)))
    colours = ((edges[1:] + edges[:-1]) / 2)[:, None]
    ax.set_yscale("function", functions=(norm, norm.inverse))
    # With an edge of its own colour no hairline is seen between two steps of an SVG.
    ax.pcolormesh([0, 1], edges, colours, norm=norm, cmap=style.colormap, edgecolors="face")
    ax.set_ylim(0.0, norm.vmax)
    number_up(ax, style, percent, right=True)
    ax.set_ylabel(_("Errors, in % of the true digit"))


def _squares_and_bar(figure: Figure, count: int) -> list[tuple[float, float, float, float]]:
    """Return left, bottom, width, height, in shares of the figure, of squares and a colour bar.

    All labels are known to be short, so the places follow from the figure's
    size; asking Matplotlib's layout engine costs more time than the drawing.
    """
    width, height = figure.get_size_inches() * POINTS_PER_INCH
    left, gap, bottom, top, bar, bar_labels = 32.0, 26.0, 34.0, 22.0, 10.0, 46.0
    around = left + gap * (count - 1) + 12.0 + bar + bar_labels
    side = max(20.0, min(height - bottom - top, (width - around) / count))
    start = left + max(0.0, (width - around - count * side) / 2)
    base = bottom + max(0.0, (height - bottom - top - side) / 2)
    lefts = [start + number * (side + gap) for number in range(count)]
    places = [(x, base, side, side) for x in lefts] + [(lefts[-1] + side + 12.0, base, bar, side)]
    return [(x / width, y / height, w / width, h / height) for x, y, w, h in places]


@dataclass(frozen=True)
class AccuracyBar:
    """What `AccuracyBarsDisplay` shows of one classifier; None where it was not scored."""

    classifier: str
    title: str
    mnist_test: Score | None
    own_exam: Score | None


@dataclass(frozen=True)
class AccuracyBarsDisplay:
    """How many of 100 digits each classifier gets right, on MNIST and on the own exam.

    Attributes
    ----------
    bars : sequence of AccuracyBar
    style : Style
    """

    bars: Sequence[AccuracyBar]
    style: Style

    def plot(self, *, ax: Axes) -> None:
        """Draw two bars for each classifier, the MNIST test above the own exam."""
        both = any(bar.own_exam and bar.own_exam.total for bar in self.bars)
        height = 0.38 if both else 0.6
        shift = height / 2 if both else 0.0
        for row, bar in enumerate(self.bars):
            colour = self.style.colour(bar.classifier)
            self._bar(ax, row - shift, height, bar.mnist_test, colour, filled=True)
            if both:
                self._bar(ax, row + shift, height, bar.own_exam, colour, filled=False)
        dress(ax, self.style)
        ax.set_yticks(range(len(self.bars)), [bar.title for bar in self.bars])
        ax.tick_params(axis="y", length=0, labelcolor=self.style.foreground, labelsize=NORMAL)
        ax.set_ylim(max(len(self.bars), 1) - 0.5, -0.5)
        # Room for the values right of a bar of 100%; they make ticks superfluous.
        ax.set_xlim(0, 1.18)
        ax.set_xticks([])
        ax.spines[["top", "right", "bottom"]].set_visible(False)
        if both:
            self._legend(ax)

    def _bar(
        self, ax: Axes, y: float, height: float, score: Score | None, colour: str, *, filled: bool
    ) -> None:
        if score is None or not score.total:
            ax.text(0.01, y, "–", va="center", fontsize=SMALL, color=self.style.muted)
            return
        face = colour if filled else self.style.background
        hatch = None if filled else "////"
        ax.barh(y, score.accuracy, height * 0.9, facecolor=face, edgecolor=colour, hatch=hatch)
        value, black = f"{score.accuracy:.1%}", self.style.foreground
        ax.text(score.accuracy + 0.01, y, value, va="center", fontsize=SMALL, color=black)

    def _legend(self, ax: Axes) -> None:
        grey = self.style.muted
        patches = [
            Patch(facecolor=grey, edgecolor=grey, label=_("MNIST test")),
            Patch(
                facecolor=self.style.background, edgecolor=grey, hatch="////", label=_("Own exam")
            ),
        ]
        ax.legend(
            handles=patches,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=2,
            frameon=False,
            fontsize=SMALL,
            labelcolor=self.style.foreground,
            borderpad=0.2,
        )


def _text_size(cell: float, digits: int) -> float:
    """Return the font size at which `digits` digits fit into a cell, all in points."""
    digit_width = 0.64  # of the font size, in Matplotlib's own font
    return float(np.clip(0.9 * cell / (digit_width * max(digits, 2)), 3.0, min(0.5 * cell, 12.0)))
