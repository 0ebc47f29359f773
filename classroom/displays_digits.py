"""Digit by digit: how many are right, and which ones divide the classifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.evaluation import DIGITS
from classroom.i18n import _
from classroom.plot_image import ByteImage
from classroom.plot_layout import POINTS_PER_INCH
from classroom.plot_numbers import digit_accuracy
from classroom.plot_scales import number_up, percent, write_across
from classroom.plot_style import NORMAL, SMALL, Style, dress
from classroom.plot_text import ShortTexts
from classroom.scene import Answers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = "osD^"
SIDE = 28
# The label of the axes, with the number of tiles in a row after it.
GALLERY = "gallery"
# Of the gallery: a tile and the line of text below it, in pixels of the digits.
TILE, CAPTION = 32, 10
# How wide a tile is at least, in points, and what each classifier's answer below it takes.
LEAST_TILE, ANSWER = 18.0, 7.0


@dataclass(frozen=True, eq=False)
class DigitAccuracyDisplay:
    """Which share of each digit a classifier gets right, with 95% intervals.

    Attributes
    ----------
    answers : sequence of Answers
        Up to four are drawn side by side.
    style : Style
    """

    answers: Sequence[Answers]
    style: Style

    def plot(self, *, ax: Axes) -> None:
        """Draw a point and its interval for each digit and classifier; no point: no digit."""
        step = 0.8 / max(len(self.answers), 1)
        for number, each in enumerate(self.answers):
            shift = (number - (len(self.answers) - 1) / 2) * step
            rows = [
                (digit + shift, right / total, low, high)
                for digit, (right, total, low, high) in enumerate(digit_accuracy(each.evaluation))
                if total
            ]
            x, share, low, high = np.array(rows).reshape(-1, 4).T
            ax.vlines(x, low, high, color=each.colour, linewidth=1.6)
            marker = MARKERS[number % len(MARKERS)]
            ax.plot(x, share, marker, ms=5, color=each.colour, label=each.title)
        dress(ax, self.style)
        ax.spines[["top", "right"]].set_visible(False)
        ax.vlines(np.arange(DIGITS - 1) + 0.5, 0, 1, color=self.style.line, linewidth=0.5,
                  transform=ax.get_xaxis_transform())  # fmt: skip
        ax.set_xlim(-0.5, DIGITS - 0.5)
        ax.set_ylim(top=1 + 0.02 * (1 - ax.get_ylim()[0]))
        write_across(ax, self.style, range(DIGITS), [str(digit) for digit in range(DIGITS)])
        number_up(ax, self.style, percent, grid=True)
        ax.set_xlabel(_("True digit"))
        ax.set_ylabel(_("Right, with 95% interval"))
        ax.legend(
            frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0,
            fontsize=SMALL, labelcolor=self.style.foreground, borderaxespad=0.2,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class DisagreementDisplay:
    """The digits that one classifier gets right and another wrong, as a gallery.

    Attributes
    ----------
    images : array of shape (n, 28, 28), uint8
        Light ink on black; those that do not fit are left out.
    labels : array of shape (n,)
        The true digits.
    predictions : array of shape (n, classifiers)
    titles : sequence of str
        The classifiers'.
    total : int
        How many there are, shown or not.
    style : Style
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    predictions: NDArray[np.uint8]
    titles: Sequence[str]
    total: int
    style: Style

    def plot(self, *, ax: Axes) -> None:
        """Draw as many tiles as fit, each with its digit and what the classifiers took it for.

        What lies at a point of the axes `gallery_place` tells.
        """
        columns, rows = gallery_shape(ax, len(self.titles))
        count = min(len(self.images), columns * rows)
        rows = -(-count // columns)
        wall = np.zeros((rows * (TILE + CAPTION), columns * TILE), np.uint8)
        texts, points = [], []
        for place in range(count):
            left, top = gallery_corner(place, columns)
            wall[top + 2 : top + 2 + SIDE, left + 2 : left + 2 + SIDE] = self.images[place]
            said = " ".join(str(digit) for digit in self.predictions[place])
            texts.append(_("{digit}: {said}").format(digit=self.labels[place], said=said))
            points.append((left + TILE / 2, top + TILE + CAPTION / 2))
        ax.add_artist(ShortTexts(texts, points, ax.transData, SMALL, self.style.foreground))
        ax.add_image(ByteImage(ax, wall, self.style.ink))
        ax.set_anchor("N")
        ax.set_label(f"{GALLERY}{columns}")
        title = _("{shown:,} of {total:,}. Below each: what it is, and what it was to {titles}")
        ax.set_title(
            title.format(shown=count, total=self.total, titles=", ".join(self.titles)),
            color=self.style.muted, fontsize=NORMAL, loc="left",
        )  # fmt: skip
        ax.set_axis_off()


def gallery_shape(ax: Axes, classifiers: int) -> tuple[int, int]:
    """Return how many tiles fit into a row of `ax`, and how many rows."""
    scale = POINTS_PER_INCH / ax.figure.dpi
    columns = max(1, int(ax.bbox.width * scale / (LEAST_TILE + ANSWER * classifiers)))
    tile = ax.bbox.width * scale / columns
    return columns, max(1, int(ax.bbox.height * scale / (tile * (TILE + CAPTION) / TILE)))


def gallery_corner(place: int, columns: int) -> tuple[int, int]:
    """Return the left and the top of a tile, in pixels of the digits."""
    return place % columns * TILE, place // columns * (TILE + CAPTION)


def gallery_place(label: str, x: float, y: float) -> int:
    """Return which tile lies at a point of the axes with this label, counted from the first."""
    columns = int(label.removeprefix(GALLERY))
    return int((y + 0.5) // (TILE + CAPTION)) * columns + int((x + 0.5) // TILE)
