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
    from matplotlib.transforms import Transform

CORNERS = {"upper left": (0, 1), "lower left": (0, 0), "lower right": (1, 0)}
# All in points. A row; the line that stands for a curve, and its distance from the text.
ROW, HANDLE, GAP, MARGIN = 10.5, 14.0, 5.0, 4.0
# Of a letter, in sizes of the font; a little more than the mean.
LETTER = 0.62
# Of axes that a key of one column may take.
MOST_OF_HEIGHT = 0.65


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
    longest = max((len(line.label) for line in lines), default=0)
    column = HANDLE + GAP + LETTER * size * longest
    room = ax.bbox.height / ax.figure.dpi * POINTS_PER_INCH
    columns = 2 if ROW * (len(lines) + bool(title)) > MOST_OF_HEIGHT * room else 1
    rows = -(-len(lines) // columns)
    width = max(column * columns + GAP * (columns - 1), LETTER * size * len(title))
    height = ROW * (rows + bool(title))
    right, up = CORNERS[corner]
    left, top = -MARGIN - width if right else MARGIN, -MARGIN if up else MARGIN + height
    corner_in_inches = ScaledTranslation(right, up, ax.transAxes)  # type: ignore[arg-type]
    points = Affine2D().scale(1 / POINTS_PER_INCH) + ax.figure.dpi_scale_trans + corner_in_inches
    ground = Rectangle((left - 2, top - height), width + 4, height, transform=points, zorder=4,
                       facecolor=style.background, alpha=0.8, linewidth=0)  # fmt: skip
    ax.add_artist(ground)
    places = [
        (left + number // rows * (column + GAP), top - ROW * (number % rows + bool(title) + 0.5))
        for number in range(len(lines))
    ]
    _draw_handles(ax, lines, places, points)
    texts = [
        (line.label, (x + HANDLE + GAP, y), style.foreground)
        for line, (x, y) in zip(lines, places, strict=True)
    ]
    if title:
        texts.append((title, (left, top - ROW / 2), style.muted))
    labels, starts, colours = zip(*texts, strict=True)
    said = ShortTexts(labels, starts, points, size, colours, "left")
    said.set_zorder(6)
    ax.add_artist(said)


def _draw_handles(
    ax: Axes, lines: Sequence[Line], places: Sequence[tuple[float, float]], points: Transform
) -> None:
    handles = LineCollection(
        [[(x, y), (x + HANDLE, y)] for x, y in places],
        colors=[to_rgba(line.colour, line.alpha) for line in lines],
        linestyles=[line.dashes for line in lines],
        linewidths=[line.width for line in lines],
        transform=points,
        zorder=5,
    )
    ax.add_collection(handles, autolim=False)
