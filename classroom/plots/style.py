"""The look of a plot: colours, fonts, legends, and where the axes lie.

The margins are fixed, for all labels are known to be short: Matplotlib's layout
engine takes 100 to 150 ms a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from classroom.plots.colours import DIGIT_COLOURS, ERRORS_ON_LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

Corner = Literal["upper left", "lower left", "lower right"]

SMALL, NORMAL = 8.0, 9.0  # font sizes in points
POINTS_PER_INCH = 72
# All in points. Room for the numbers and the label of the y axis, and for those of the x axis.
LEFT, RIGHT, TOP, BOTTOM = 50.0, 16.0, 22.0, 34.0
LEAST = 20.0
# Wider than this for its height, a plot is hard to read.
WIDEST = 2.2
# Matplotlib's own font has Latin, Greek and Cyrillic letters. A writer's name may need
# Chinese, Japanese or Korean ones; the first of these that the system has stands in.
CJK_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)


def use_installed_fonts() -> None:
    """Let Matplotlib take letters that its own font lacks from a font of the system."""
    installed = set(fontManager.get_font_names())
    fallbacks = [family for family in CJK_FAMILIES if family in installed][:1]
    mpl.rcParams["font.family"] = ["DejaVu Sans", *fallbacks]


use_installed_fonts()


@dataclass(frozen=True)
class Style:
    """The colours of a plot, as ``#rrggbb``.

    Attributes
    ----------
    foreground, background, muted, line : str
        For text, the ground, lesser text, and axes with their grid.
    sequential : sequence of str
        From few to many; goes on from `background`, each further from it in
        lightness, so that it can be read without seeing the hue.
    colours : mapping of str to str
        The colour that stands for each classifier, by its name.
    digits : sequence of str
        The colour that stands for each digit, 0 to 9.
    """

    foreground: str
    background: str
    muted: str
    line: str
    sequential: Sequence[str]
    colours: Mapping[str, str]
    digits: Sequence[str] = DIGIT_COLOURS

    def colour(self, name: str) -> str:
        """Return the colour of the classifier `name`."""
        return self.colours.get(name, self.muted)

    @property
    def colormap(self) -> Colormap:
        """From the background through `sequential`; masked values are grey."""
        steps = [self.background, *self.sequential]
        return LinearSegmentedColormap.from_list("errors", steps).with_extremes(bad=self.line)

    @property
    def ink(self) -> Colormap:
        """From the background to the foreground, for pictures of digits."""
        steps = [self.background, self.foreground]
        return LinearSegmentedColormap.from_list("ink", steps)


def on_paper(colours: Mapping[str, str]) -> Style:
    """Return the look of plots that are saved or printed: black on white."""
    return Style(
        foreground="#111111",
        background="#ffffff",
        muted="#4d4d4d",
        line="#cccccc",
        sequential=ERRORS_ON_LIGHT,
        colours=colours,
    )


def text_width(text: str, size: float = NORMAL) -> float:
    """Return how wide a text is, both in points."""
    from matplotlib.textpath import TextPath

    return float(TextPath((0, 0), text, size=size).get_extents().width) if text.strip() else 0.0


def style_axes(
    ax: Axes, style: Style, title: str = "", *, grid: Literal["x", "y", "both"] | None = None
) -> None:
    """Give axes the colours and font sizes of `style`; open ones with a grid where it is asked for.

    Parameters
    ----------
    ax : Axes
    style : Style
    title : str
    grid : {"x", "y", "both"} or None
        None leaves the frame closed, as images have it.
    """
    ax.set_facecolor(style.background)
    # A place of its own: else Matplotlib measures all that might lie in a title's way.
    ax.set_title(title, y=1.0, color=style.foreground, fontsize=NORMAL + 1)
    ax.xaxis.label.set(color=style.muted, fontsize=SMALL)
    ax.yaxis.label.set(color=style.muted, fontsize=SMALL)
    ax.tick_params(colors=style.muted, labelsize=SMALL, length=2)
    for spine in ax.spines.values():
        spine.set_edgecolor(style.line)
    if grid is not None:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(axis=grid, color=style.line, linewidth=0.5)
        ax.set_axisbelow(True)


def add_legend(ax: Axes, style: Style, place: Corner, title: str = "", *, columns: int = 1) -> None:
    """Say in a corner of axes what each labelled line stands for."""
    legend = ax.legend(
        loc=place,
        ncols=columns,
        title=title or None,
        fontsize=SMALL - 1,
        title_fontsize=SMALL - 1,
        labelcolor=style.foreground,
        facecolor=style.background,
        edgecolor="none",
        framealpha=0.8,
        borderpad=0.2,
        labelspacing=0.2,
        columnspacing=0.8,
        handlelength=1.8,
    )
    legend.get_title().set_color(style.muted)


def legend_above(ax: Axes, style: Style) -> None:
    """Say above axes, in one row, what each labelled line or bar stands for."""
    ax.legend(
        frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0.2,
        fontsize=SMALL, labelcolor=style.foreground, borderaxespad=0.2,
    )  # fmt: skip


def in_percent(*axes: Axis) -> None:
    """Have the ticks of an axis say per cent, with no more decimals than they need."""
    for axis in axes:
        axis.set_major_formatter(FuncFormatter(lambda share, _place: f"{100 * share:.6g}%"))


def row_of_axes(
    figure: Figure, count: int, *, shared: bool = True, widest: float = WIDEST
) -> list[Axes]:
    """Return axes side by side, all of one size.

    Parameters
    ----------
    figure : Figure
    count : int, at least 1
    shared : bool
        Whether they share both axes; the numbers up then stand at the first alone.
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
        if first is not None:
            ax.tick_params(labelleft=False)
        made.append(ax)
    return made


def readable(ground: NDArray[np.float64], style: Style) -> str:
    """Return that of the style's two text colours with the greater contrast to `ground`."""
    candidates = (style.foreground, style.background)
    return max(candidates, key=lambda colour: abs(_lightness(to_rgb(colour)) - _lightness(ground)))


def _lightness(rgb: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the relative luminance of a colour, 0 to 1, gamma-encoded (Rec. 709)."""
    return float(np.dot(np.asarray(rgb), (0.2126, 0.7152, 0.0722)))
