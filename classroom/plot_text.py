"""Many short texts as one artist: Matplotlib's ticks and texts take most of a plot's time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.transforms import Transform


class ShortTexts(Artist):
    """Texts of one line, each centred on its point, all of one size and colour.

    Parameters
    ----------
    texts : sequence of str
    points : sequence of (x, y)
    transform : Transform
        From the points to the screen.
    size : float
        Of the font, in points.
    colour : str
        As ``#rrggbb``.
    """

    def __init__(
        self,
        texts: Sequence[str],
        points: Sequence[tuple[float, float]],
        transform: Transform,
        size: float,
        colour: str,
    ) -> None:
        super().__init__()
        self.texts = tuple(texts)
        self._points = np.asarray(points, np.float64)
        self._font = FontProperties(size=size)
        self._colour = colour
        self.set_transform(transform)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw all of them."""
        context = renderer.new_gc()
        context.set_foreground(self._colour)
        top = renderer.get_canvas_width_height()[1]
        for text, (x, y) in zip(
            self.texts, self.get_transform().transform(self._points), strict=True
        ):
            width, height, descent = renderer.get_text_width_height_descent(text, self._font, False)
            baseline = y - (height - descent) / 2
            if renderer.flipy():
                baseline = top - baseline
            renderer.draw_text(context, x - width / 2, baseline, text, self._font, 0)
        context.restore()
        self.stale = False
