"""The look of a plot: colours that are passed in, so that light, dark and print all work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from numpy.typing import NDArray

from classroom.colours import DIGIT_COLOURS, ERRORS_ON_LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL, NORMAL = 8.0, 9.0  # font sizes in points


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


def dress(ax: Axes, style: Style, title: str = "") -> None:
    """Give axes the colours and font sizes of `style`."""
    ax.set_facecolor(style.background)
    # A place of its own: else Matplotlib measures all that might lie in a title's way.
    ax.set_title(title, y=1.0, color=style.foreground, fontsize=NORMAL + 1)
    ax.xaxis.label.set(color=style.muted, fontsize=SMALL)
    ax.yaxis.label.set(color=style.muted, fontsize=SMALL)
    ax.tick_params(colors=style.muted, labelsize=SMALL, length=2)
    for spine in ax.spines.values():
        spine.set_edgecolor(style.line)


def readable(ground: NDArray[np.float64], style: Style) -> str:
    """Return that of the style's two text colours with the greater contrast to `ground`."""
    candidates = (style.foreground, style.background)
    return max(candidates, key=lambda colour: abs(_lightness(to_rgb(colour)) - _lightness(ground)))


def _lightness(rgb: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the relative luminance of a colour, 0 to 1, gamma-encoded (Rec. 709)."""
    return float(np.dot(np.asarray(rgb), (0.2126, 0.7152, 0.0722)))
