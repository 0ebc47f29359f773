"""Draws digits as the classifiers see them, small and in rows, onto a canvas."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageTk

from classroom.preprocessing.images import SIDE
from classroom.ui.core.theme import Palette, Theme


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """One thumbnail.

    Attributes
    ----------
    image : array of shape (28, 28), uint8, or None
        Light ink on black; None: not there yet, an empty paper is drawn.
    marked : bool
        Whether it carries the mark.
    remark : str
        A few letters in the corner above the mark.
    """

    image: NDArray[np.uint8] | None
    marked: bool = False
    remark: str = ""


def enlarged(image: NDArray[np.uint8], factor: int, palette: Palette) -> NDArray[np.uint8]:
    """Return a digit enlarged without smoothing, in the colours of paper and ink.

    Parameters
    ----------
    image : array of shape (h, w), uint8
        Light ink on black.
    factor : int
        Screen pixels a side for each of its pixels.
    palette : Palette

    Returns
    -------
    array of shape (h * factor, w * factor, 3), uint8
    """
    shades = _shades(palette.paper, palette.ink)
    return shades[image].repeat(factor, axis=0).repeat(factor, axis=1)


class ThumbnailPainter:
    """Draws the parts of a gallery; what it drew goes by the tag of its row.

    A row of tiles is one picture: a canvas draws, moves and forgets one
    picture faster than ten.

    Parameters
    ----------
    canvas : tk.Canvas
    theme : Theme
    heading : callable
        From a group to the two texts of its heading: the title, and what follows it.
    mark : str
        The letter on marked tiles.
    """

    def __init__(
        self,
        canvas: tk.Canvas,
        theme: Theme,
        heading: Callable[[int], tuple[str, str]],
        mark: str,
    ) -> None:
        self._canvas, self._theme = canvas, theme
        self._heading, self._mark = heading, mark
        self.factor = max(2, round(theme.px(56) / SIDE))
        self.gap = theme.px(6)
        self.tile = self.factor * SIDE + 2 * self.gap
        # Tk forgets a picture that Python has forgotten.
        self._photos: dict[str, ImageTk.PhotoImage] = {}
        # Rows of empty papers, for who jumps to somewhere else: by number and colours.
        self._blanks: dict[tuple[int, Palette], ImageTk.PhotoImage] = {}

    def draw_tiles(self, tag: str, left: int, top: int, tiles: Sequence[Thumbnail]) -> None:
        """Draw one row of tiles; their marks come with the first of their pictures."""
        if all(tile.image is None for tile in tiles):
            photo = self._blank(len(tiles))
        else:
            photo = self._photos[tag] = self._photo(tiles)
        self._canvas.create_image(left, top, image=photo, anchor="nw", tags=tag)
        if tag not in self._photos:
            return
        for column, tile in enumerate(tiles):
            right, palette = left + (column + 1) * self.tile - self.gap, self._theme.palette
            if tile.marked:
                bottom = top + self.tile - self.gap
                self._draw_mark(tag, right, bottom, self._mark, palette.foreground)
            if tile.remark:
                bottom = top + self.gap + self._theme.px(16)
                self._draw_mark(tag, right, bottom, tile.remark, palette.bad)

    def draw_heading(self, tag: str, left: int, baseline: int, group: int) -> None:
        """Draw the heading of a group."""
        title, rest = self._heading(group)
        palette = self._theme.palette
        written = self._canvas.create_text(
            left + self.gap, baseline, text=title, anchor="sw", tags=tag,
            fill=palette.foreground, font="SunValleyBodyStrongFont",
        )  # fmt: skip
        right = self._canvas.bbox(written)[2] + self._theme.px(10)
        self._canvas.create_text(
            right, baseline, text=rest, anchor="sw", tags=tag,
            fill=palette.muted, font="SunValleyCaptionFont",
        )  # fmt: skip

    def draw_frame(self, tag: str, left: int, top: int, chosen: bool, cursor: bool) -> None:
        """Draw what shows that a tile is selected, and where the keyboard is."""
        palette, width = self._theme.palette, self._theme.px(3)
        near = self.gap - width / 2
        far = self.tile - near
        if chosen:
            self._canvas.create_rectangle(
                left + near, top + near, left + far, top + far,
                outline=palette.accent, width=width, tags=tag,
            )  # fmt: skip
        if cursor:
            self._canvas.create_rectangle(
                left + 1, top + 1, left + self.tile - 2, top + self.tile - 2,
                outline=palette.foreground, dash=(2, 2), tags=tag,
            )  # fmt: skip

    def forget(self, tag: str) -> None:
        """Take a row off the canvas."""
        self._canvas.delete(tag)
        self._photos.pop(tag, None)

    def _draw_mark(self, tag: str, right: int, bottom: int, text: str, fill: str) -> None:
        palette, size = self._theme.palette, self._theme.px(16)
        self._canvas.create_rectangle(
            right - size, bottom - size, right, bottom,
            fill=fill, width=0, tags=tag,
        )  # fmt: skip
        self._canvas.create_text(
            right - size / 2, bottom - size / 2, text=text,
            fill=palette.surface, font="SunValleyCaptionFont", tags=tag,
        )  # fmt: skip

    def _blank(self, count: int) -> ImageTk.PhotoImage:
        key = count, self._theme.palette
        if key not in self._blanks:
            self._blanks[key] = self._photo([Thumbnail(None)] * count)
        return self._blanks[key]

    def _photo(self, tiles: Sequence[Thumbnail]) -> ImageTk.PhotoImage:
        return ImageTk.PhotoImage(Image.fromarray(self._strip(tiles)), master=self._canvas)

    def _strip(self, tiles: Sequence[Thumbnail]) -> NDArray[np.uint8]:
        """Return the picture of a row, shape (tile, columns * tile, 3)."""
        palette, gap, side, count = self._theme.palette, self.gap, self.tile, len(tiles)
        empty = np.zeros((SIDE, SIDE), np.uint8)
        images = [empty if tile.image is None else tile.image for tile in tiles]
        large = enlarged(np.hstack(images), self.factor, palette)
        strip = np.empty((side, count, side, 3), np.uint8)
        strip[:] = _rgb(palette.surface)
        strip[gap - 1 : side - gap + 1, :, gap - 1 : side - gap + 1] = _rgb(palette.line)
        strip[gap:-gap, :, gap:-gap] = large.reshape(side - 2 * gap, count, side - 2 * gap, 3)
        return strip.reshape(side, count * side, 3)


# Asked for every tile that comes into sight, and answered for two themes.
@cache
def _shades(paper: str, ink: str) -> NDArray[np.uint8]:
    """Return the colours from paper to ink, shape (256, 3)."""
    return np.linspace(_rgb(paper), _rgb(ink), 256).round().astype(np.uint8)


@cache
def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.array(ImageColor.getrgb(colour), np.uint8)
