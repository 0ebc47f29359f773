"""Numbers along the axes of a plot: lighter than Matplotlib's ticks, each of which is five artists.

Measured, three axes with their ticks take 75 ms to draw, and 21 without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from classroom.plot_layout import POINTS_PER_INCH
from classroom.plot_style import SMALL, Style
from classroom.plot_text import Align, ShortTexts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

# From the edge of axes to the middle, or the end, of their numbers, in points.
BELOW, BESIDE = 8.0, 4.0
# From the edge to the label of the axis, past the numbers, in points.
PAST_NUMBERS_BELOW, PAST_NUMBERS_BESIDE = 16.0, 34.0
FEWEST, MOST = 3, 6
# Names the numbers beside axes, which those that share them do without.
BESIDE_AXES = "numbers beside"
# So far apart, at least, are two numbers on an axis, in points.
APART_ACROSS, APART_UP = 44.0, 22.0


def percent(share: float) -> str:
    """Return a share in per cent, with no more decimals than it needs."""
    return f"{100 * share:.6g}%"


def shortly(value: float) -> str:
    """Return a number with no more decimals than it needs."""
    return f"{value:.6g}"


def number_across(
    ax: Axes, style: Style, text: Callable[[float], str], *, grid: bool = False
) -> None:
    """Write round numbers below axes whose limits are final; draw lines through them.

    Parameters
    ----------
    ax : Axes
    style : Style
    text : callable
        From a number to what is written.
    grid : bool
        Whether there is a line through the plot at each.
    """
    places = _round_places(ax.get_xlim(), ax.bbox.width * _points(ax) / APART_ACROSS)
    write_across(ax, style, places, [text(place) for place in places])
    if grid:
        lines = [[(place, 0.0), (place, 1.0)] for place in places]
        _draw_lines(ax, style, lines, ax.get_xaxis_transform())


def number_up(
    ax: Axes,
    style: Style,
    text: Callable[[float], str],
    *,
    grid: bool = False,
    right: bool = False,
) -> None:
    """Write round numbers beside axes whose limits are final; draw lines through them.

    Parameters
    ----------
    ax, style, text, grid
        As `number_across` takes them.
    right : bool
        Whether they stand at the right of the axes.
    """
    places = _round_places(ax.get_ylim(), ax.bbox.height * _points(ax) / APART_UP)
    write_up(ax, style, places, [text(place) for place in places], right=right)
    if grid:
        lines = [[(0.0, place), (1.0, place)] for place in places]
        _draw_lines(ax, style, lines, ax.get_yaxis_transform())


def write_across(ax: Axes, style: Style, places: Sequence[float], texts: Sequence[str]) -> None:
    """Write texts below axes at these places, in their data."""
    ax.set_xticks([])
    ax.xaxis.labelpad = PAST_NUMBERS_BELOW
    transform = ax.get_xaxis_transform() + _shift(ax, 0, -BELOW)
    points = [(place, 0.0) for place in places]
    ax.add_artist(ShortTexts(texts, points, transform, SMALL, style.muted))


def write_up(
    ax: Axes,
    style: Style,
    places: Sequence[float],
    texts: Sequence[str],
    *,
    right: bool = False,
) -> None:
    """Write texts beside axes at these places, in their data; left of them, or right."""
    ax.set_yticks([])
    ax.yaxis.labelpad = PAST_NUMBERS_BESIDE
    ax.yaxis.set_label_position("right" if right else "left")
    transform = ax.get_yaxis_transform() + _shift(ax, BESIDE if right else -BESIDE, 0)
    points = [(float(right), place) for place in places]
    align: Align = "left" if right else "right"
    written = ShortTexts(texts, points, transform, SMALL, style.muted, align)
    written.set_label(BESIDE_AXES)
    ax.add_artist(written)


def name_first_only(axes: Sequence[Axes]) -> None:
    """Leave the numbers and the label of a y axis that all of `axes` share to the first."""
    for ax in axes[1:]:
        ax.set_ylabel("")
        for artist in list(ax.artists):
            if artist.get_label() == BESIDE_AXES:
                artist.remove()


def _round_places(limits: tuple[float, float], room: float) -> list[float]:
    low, high = limits
    count = int(np.clip(room, FEWEST, MOST))
    places = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [float(place) for place in places if low - slack <= place <= high + slack]


def _draw_lines(
    ax: Axes, style: Style, lines: Sequence[Sequence[tuple[float, float]]], transform: Transform
) -> None:
    drawn = LineCollection(lines, colors=style.line, linewidths=0.5, transform=transform, zorder=0)
    ax.add_collection(drawn, autolim=False)


def _shift(ax: Axes, right: float, up: float) -> ScaledTranslation:
    inches = right / POINTS_PER_INCH, up / POINTS_PER_INCH
    return ScaledTranslation(*inches, ax.figure.dpi_scale_trans)


def _points(ax: Axes) -> float:
    return POINTS_PER_INCH / ax.figure.dpi
