"""Agg's renderer with its texts drawn by Pillow.

Matplotlib shapes each text anew whenever it is drawn, which takes it a
millisecond; for plain letters Pillow takes a twentieth of that. A confusion
matrix has a hundred texts, a gallery of digits twice as many.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import findfont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from classroom.plot_layout import POINTS_PER_INCH

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

UPRIGHT = 90.0


class QuickTextRenderer(RendererAgg):
    """Draws what Agg's does; texts of other letters than ASCII's are left to Matplotlib."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a text and how far it reaches below its line, in pixels."""
        if ismath or not s.isascii():
            return super().get_text_width_height_descent(s, prop, ismath)
        _left, top, _right, bottom = self._font(prop).getbbox(s, anchor="ls")
        return self._font(prop).getlength(s), bottom - top, bottom

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """Draw a text from a point of its line on; from the top, in pixels, as Agg counts."""
        if ismath or not s.isascii() or angle not in (0.0, UPRIGHT):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        alpha, left, top = _stamp(s, self._font(prop), angle == UPRIGHT)
        if not alpha.size:
            return
        *colour, opacity = gc.get_rgb()
        picture = np.empty((*alpha.shape, 4), np.uint8)
        picture[..., :3] = np.round(255 * np.array(colour))
        picture[..., 3] = alpha if opacity == 1 else alpha * opacity
        below = round(self.height - y) - top - len(alpha)
        self.draw_image(gc, round(x) + left, below, picture)

    def _font(self, prop: FontProperties) -> ImageFont.FreeTypeFont:
        pixels = prop.get_size_in_points() * self.dpi / POINTS_PER_INCH
        return _font(str(findfont(prop)), pixels)


@lru_cache(maxsize=64)
def _font(file: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _stamp(
    text: str, font: ImageFont.FreeTypeFont, upright: bool
) -> tuple[NDArray[np.uint8], int, int]:
    """Return a text's coverage, its first row at the bottom, and where its upper left lies.

    The latter is counted from the point where its line begins, right and down.
    """
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font, anchor="ls")
    if upright:
        image = image.transpose(Image.Transpose.ROTATE_90)
        left, top = top, -right
    return np.asarray(image)[::-1], left, top
