"""Many short texts as one artist: Matplotlib's ticks and texts take most of a plot's time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.transforms import Transform

Align = Literal["left", "center", "right"]
# How much of its width lies left of a text's point.
SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
# Of a font's size, in Matplotlib's own font.
DIGIT_HEIGHT = 0.73
TEXT_ORDER = 3  # as Matplotlib has it


class ShortTexts(Artist):
    """Texts of one line, the middle of their digits at the height of their points.

    Parameters
    ----------
    texts : sequence of str
    points : sequence of (x, y)
    transform : Transform
        From the points to the screen.
    size : float or sequence of float
        Of the font, in points; of all, or of each.
    colour : str or sequence of str
        As ``#rrggbb``; of all, or of each.
    align : {"left", "center", "right"}
        Which end of a text lies at its point.
    """

    def __init__(
        self,
        texts: Sequence[str],
        points: Sequence[tuple[float, float]],
        transform: Transform,
        size: float | Sequence[float],
        colour: str | Sequence[str],
        align: Align = "center",
    ) -> None:
        super().__init__()
        self.texts = tuple(texts)
        self.points = np.asarray(points, np.float64).reshape(-1, 2)
        count = len(self.texts)
        self.sizes = (size,) * count if isinstance(size, float) else tuple(size)
        self.colours = (colour,) * count if isinstance(colour, str) else tuple(colour)
        self._left = SHARES[align]
        self.set_transform(transform)
        self.set_zorder(TEXT_ORDER)

    def boxes(self, renderer: RendererBase) -> list[Bbox]:
        """Return where the digits of each text lie, in pixels from the lower left."""
        fonts = self._fonts()
        found = []
        points = np.asarray(self.get_transform().transform(self.points)).tolist()
        for text, (x, y), size in zip(self.texts, points, self.sizes, strict=True):
            # Of all texts the same height, or their baselines would jump by a pixel.
            height = DIGIT_HEIGHT * float(renderer.points_to_pixels(size))  # type: ignore[arg-type]
            width = renderer.get_text_width_height_descent(text, fonts[size], False)[0]
            left = x - self._left * width
            found.append(Bbox.from_bounds(left, y - height / 2, width, height))
        return found

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around all of them, in pixels from the lower left."""
        figure = self.get_figure(root=True)
        assert figure is not None
        renderer = renderer or figure.canvas.get_renderer()  # type: ignore[attr-defined]
        return Bbox.union(self.boxes(renderer)) if self.texts else Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw all of them."""
        context = renderer.new_gc()
        top = renderer.get_canvas_width_height()[1]
        fonts = self._fonts()
        for text, box, size, colour in zip(
            self.texts, self.boxes(renderer), self.sizes, self.colours, strict=True
        ):
            context.set_foreground(colour)
            baseline = top - box.y0 if renderer.flipy() else box.y0
            renderer.draw_text(context, box.x0, baseline, text, fonts[size], 0)
        context.restore()
        self.stale = False

    def _fonts(self) -> dict[float, FontProperties]:
        return {size: FontProperties(size=size) for size in set(self.sizes)}
