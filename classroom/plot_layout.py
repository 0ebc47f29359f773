"""Where axes lie in a figure: computed, for Matplotlib's layout engine takes longer than drawing.

All labels of the plots are known to be short, so the places follow from the
figure's size alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

POINTS_PER_INCH = 72
# All in points. Room for the numbers and the label of the y axis, and for those of the x axis.
LEFT, RIGHT, TOP, BOTTOM = 50.0, 16.0, 22.0, 34.0
LEAST = 20.0
# Wider than this for its height, a plot is hard to read.
WIDEST = 2.2


def row_of_axes(
    figure: Figure, count: int, *, shared: bool = True, widest: float = WIDEST
) -> list[Axes]:
    """Return axes side by side, all of one size.

    Parameters
    ----------
    figure : Figure
    count : int, at least 1
    shared : bool
        Whether they share the y axis, whose numbers then stand at the first alone.
    widest : float
        The largest width of one, in heights.
    """
    width, height = figure.get_size_inches() * POINTS_PER_INCH
    gap = 32.0 if shared else LEFT + 6.0
    tall = max(LEAST, height - TOP - BOTTOM)
    wide = (width - LEFT - RIGHT - gap * (count - 1)) / count
    wide = max(LEAST, min(wide, widest * tall))
    whole = LEFT + count * wide + (count - 1) * gap + RIGHT
    start = LEFT + max(0.0, (width - whole) / 2)
    made: list[Axes] = []
    for number in range(count):
        left = start + number * (wide + gap)
        place = (left / width, BOTTOM / height, wide / width, tall / height)
        first = made[0] if made and shared else None
        ax = figure.add_axes(place, sharey=first, sharex=first)
        made.append(ax)
    return made


def in_percent(*axes: Axis) -> None:
    """Have the ticks of an axis say per cent, with no more decimals than they need."""
    for axis in axes:
        axis.set_major_formatter(FuncFormatter(lambda share, _place: f"{100 * share:.6g}%"))
