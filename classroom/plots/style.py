"""The look of plots: colours, fonts, legends, margins.

Every plot draws with it. Matplotlib is imported inside the functions, because the
window offers the plots before it loads Matplotlib.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from classroom.plots.colours import DIGIT_COLOURS, ERRORS_ON_LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

Corner = Literal["upper left", "lower left", "lower right"]

# Font sizes in points.
SMALL, NORMAL = 8.0, 9.0
POINTS_PER_INCH = 72
# The margins around axes in points, with room for the titles, the tick labels and the axis
# labels. They are fixed because all labels are short, and because Matplotlib's layout engine
# takes 100 to 150 ms a figure.
LEFT, RIGHT, TOP, BOTTOM = 50.0, 16.0, 22.0, 34.0
# The least width and height of axes in points.
LEAST = 20.0
# The greatest width of axes, as a multiple of their height: wider ones are hard to read.
WIDEST = 2.2
# Matplotlib's own font has Latin, Greek and Cyrillic letters. A writer's name may need Chinese,
# Japanese or Korean ones, which come from the first of these fonts that is installed.
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


@cache
def use_installed_fonts() -> None:
    """Let Matplotlib take letters that its own font lacks from an installed font."""
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    fallbacks = [family for family in CJK_FAMILIES if family in installed][:1]
    mpl.rcParams["font.family"] = ["DejaVu Sans", *fallbacks]


@dataclass(frozen=True)
class Style:
    """The colours of plots, as ``#rrggbb``.

    Attributes
    ----------
    foreground, background, muted, line : str
        For text, for the background, for less important text, and for axes and grids.
    sequential : sequence of str
        A colour scale from few to many. It continues `background`, and the lightness
        changes from colour to colour, so that it can be read without seeing the hue.
    colours : mapping of str to str
        The colour of each classifier, by its name.
    digits : sequence of str
        The colour of each digit, 0 to 9.
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
        """A colour map from the background through `sequential`; masked values are grey."""
        from matplotlib.colors import LinearSegmentedColormap

        steps = [self.background, *self.sequential]
        return LinearSegmentedColormap.from_list("errors", steps).with_extremes(bad=self.line)

    @property
    def ink(self) -> Colormap:
        """A colour map from the background to the foreground, for images of digits."""
        from matplotlib.colors import LinearSegmentedColormap

        steps = [self.background, self.foreground]
        return LinearSegmentedColormap.from_list("ink", steps)


def on_paper(colours: Mapping[str, str]) -> Style:
    """Return the style of plots that are saved or printed: black on white.

    Parameters
    ----------
    colours : mapping of str to str
        The colour of each classifier, by its name.
    """
    return Style(
        foreground="#111111",
        background="#ffffff",
        muted="#4d4d4d",
        line="#cccccc",
        sequential=ERRORS_ON_LIGHT,
        colours=colours,
    )


def new_canvas(inches: tuple[float, float], dots_per_inch: float, style: Style) -> FigureCanvasAgg:
    """Return a canvas with an empty figure, in the background colour and the fonts of plots.

    Parameters
    ----------
    inches : tuple of float
        Width and height in inches.
    dots_per_inch : float
    style : Style
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    use_installed_fonts()
    return FigureCanvasAgg(Figure(figsize=inches, dpi=dots_per_inch, facecolor=style.background))


def text_width(text: str, size: float = NORMAL) -> float:
    """Return the width of a text at a font size, both in points."""
    from matplotlib.textpath import TextPath

    return float(TextPath((0, 0), text, size=size).get_extents().width) if text.strip() else 0.0


def style_axes(
    ax: Axes, style: Style, title: str = "", *, grid: Literal["x", "y", "both"] | None = None
) -> None:
    """Give axes a title, and the colours and font sizes of a style.

    Parameters
    ----------
    ax : Axes
    style : Style
    title : str
    grid : {"x", "y", "both"} or None
        Where the grid lines are drawn; the frame is then open at the top and on the
        right. None draws no grid, and a closed frame, as around an image.
    """
    ax.set_facecolor(style.background)
    # With a fixed position; else Matplotlib measures everything that may overlap the title.
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
    """Draw a legend of the labelled lines in a corner of axes."""
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
    """Draw a legend of the labelled lines and bars in one row above axes."""
    ax.legend(
        frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0.2,
        fontsize=SMALL, labelcolor=style.foreground, borderaxespad=0.2,
    )  # fmt: skip


def in_percent(*axes: Axis) -> None:
    """Label the ticks of axes in per cent, with no more decimals than they need."""
    from matplotlib.ticker import FuncFormatter

    for axis in axes:
        axis.set_major_formatter(FuncFormatter(lambda share, _place: f"{100 * share:.6g}%"))


def row_of_axes(
    figure: Figure, count: int, *, shared: bool = True, widest: float = WIDEST
) -> list[Axes]:
    """Add axes of one size side by side to a figure, and return them.

    Parameters
    ----------
    figure : Figure
    count : int, at least 1
    shared : bool
        Whether they share both scales; only the first then has labels on its y axis.
    widest : float
        The greatest width of one, as a multiple of its height.
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


def readable(behind: NDArray[np.float64], style: Style) -> str:
    """Return the foreground or the background, whichever has the greater contrast to a colour.

    Parameters
    ----------
    behind : array of shape (3,), 0 to 1
        The colour behind the text: red, green, blue.
    style : Style
    """
    from matplotlib.colors import to_rgb

    candidates = (style.foreground, style.background)
    return max(candidates, key=lambda colour: abs(_lightness(to_rgb(colour)) - _lightness(behind)))


def _lightness(rgb: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the relative luminance of a colour, 0 to 1, gamma-encoded (Rec. 709)."""
    return float(np.dot(np.asarray(rgb), (0.2126, 0.7152, 0.0722)))
