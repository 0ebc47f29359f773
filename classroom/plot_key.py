"""The key of a plot, as light as can be: Matplotlib's legends take as long as the curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, ScaledTranslation

from classroom.plot_layout import POINTS_PER_INCH
from classroom.plot_style import SMALL, Style
from classroom.plot_text import ShortTexts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CORNERS = {"upper left": (0, 1), "lower left": (0, 0), "lower right": (1, 0)}
# All in points. A row; the line that stands for a curve, and its distance from the text.
ROW, HANDLE, GAP, MARGIN = 10.5, 14.0, 5.0, 4.0
# Of a letter, in sizes of the font; a little more than the mean.
LETTER = 0.62


@dataclass(frozen=True)
class Line:
    """How a curve is drawn: its label, its colour as ``#rrggbb``, its dashes, its width."""

    label: str
    colour: str
    dashes: str = "-"
    width: float = 1.4
    alpha: float = 1.0


def draw_key(
    ax: Axes,
    lines: Sequence[Line],
    style: Style,
    corner: Literal["upper left", "lower left", "lower right"],
    title: str = "",
) -> None:
    """Say in a corner of axes what each line stands for.

    Parameters
    ----------
    ax : Axes
    lines : sequence of Line
    style : Style
    corner : {"upper left", "lower left", "lower right"}
        That of the corners in which there are no curves.
    title : str
        Stands above them.
    """
    size = SMALL - 1
    right, up = CORNERS[corner]
    rows = [title] * bool(title) + [line.label for line in lines]
    longest = max((len(line.label) for line in lines), default=0) * LETTER * size
    width = max(HANDLE + GAP + longest, len(title) * LETTER * size)
    height = ROW * len(rows)
    left = -MARGIN - width if right else MARGIN
    top = -MARGIN if up else MARGIN + height
    corner_in_inches = ScaledTranslation(right, up, ax.transAxes)  # type: ignore[arg-type]
    points = Affine2D().scale(1 / POINTS_PER_INCH) + ax.figure.dpi_scale_trans + corner_in_inches
    middles = [top - ROW * (number + 0.5) for number in range(len(rows))]
    ground = Rectangle((left - 2, top - height), width + 4, height, transform=points, zorder=4,
                       facecolor=style.background, alpha=0.8, linewidth=0)  # fmt: skip
    ax.add_artist(ground)
    handles = LineCollection(
        [[(left, y), (left + HANDLE, y)] for y in middles[len(rows) - len(lines) :]],
        colors=[to_rgba(line.colour, line.alpha) for line in lines],
        linestyles=[line.dashes for line in lines],
        linewidths=[line.width for line in lines],
        transform=points,
        zorder=5,
    )
    ax.add_collection(handles, autolim=False)
    starts = [left] * bool(title) + [left + HANDLE + GAP] * len(lines)
    colours = [style.muted] * bool(title) + [style.foreground] * len(lines)
    said = ShortTexts(rows, list(zip(starts, middles, strict=True)), points, size, colours, "left")
    said.set_zorder(6)
    ax.add_artist(said)
