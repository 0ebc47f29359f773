"""Images of bytes in a plot, enlarged by Pillow.

Matplotlib enlarges in floating-point numbers: 40 MB of them for a gallery that fills a
window, and getting so much memory takes longer than drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import Colormap, Normalize
from matplotlib.image import AxesImage
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

SHADES = 256


class ByteImage(AxesImage):
    """An image that fills its axes but for the aspect; a pixel is 1 wide, the first around (0, 0).

    Parameters
    ----------
    ax : Axes
    pixels : array of shape (height, width), uint8
    shades : Colormap
        From 0 to 255.
    """

    def __init__(self, ax: Axes, pixels: NDArray[np.uint8], shades: Colormap) -> None:
        norm = Normalize(0, SHADES - 1)
        super().__init__(ax, cmap=shades, norm=norm, interpolation="nearest", origin="upper")
        self.set_data(pixels)
        self.set_extent(self.get_extent())
        height, width = pixels.shape
        ax.set(aspect="equal", xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))

    def make_image(
        self, renderer: RendererBase, magnification: float = 1.0, unsampled: bool = False
    ) -> Any:
        """Return the enlarged image, its lower left in pixels, and None, as Matplotlib wants it."""
        if unsampled:
            return super().make_image(renderer, magnification, unsampled)
        box = self.get_window_extent(renderer)
        left, bottom = round(box.x0), round(box.y0)
        size = np.round(magnification * np.array((box.x1 - left, box.y1 - bottom)))
        width, height = (max(1, int(side)) for side in size)
        pixels = Image.fromarray(np.asarray(self.get_array()))
        enlarged = np.asarray(pixels.resize((width, height), Image.Resampling.NEAREST))
        colours = self.get_cmap()(np.arange(SHADES), bytes=True)
        return np.take(colours, enlarged[::-1], axis=0), left, bottom, None
