"""The live picture in the tab *Camera*, with the square in it, and the mouse on both."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image, ImageTk

from classroom.preprocessing.region import Region, Sides, opposite_corner, square_towards
from classroom.ui.core.theme import Theme
from classroom.ui.widgets.picture_canvas import PictureCanvas

if TYPE_CHECKING:
    from classroom.preprocessing.camera import Frame

HANDLE = 6
# How far an arrow key moves the square, in pixels of a 96 dpi screen.
NUDGE = 8
SQUARE, SAID = "#e69f00", "#0072b2"


class CameraView(PictureCanvas):
    """A picture that fits the room; a click starts or stops, a drag moves the square.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    hint : str
        Stands there before there is a picture.
    clicked : callable
        Called at a click, wherever it is.
    dragged : callable
        Takes the square at its new place.

    Attributes
    ----------
    region : Region or None
        Where a digit is looked for; None: it cannot be dragged now.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        hint: str,
        clicked: Callable[[], None],
        dragged: Callable[[Region], None],
    ) -> None:
        super().__init__(parent, theme, hint)
        self._clicked, self._dragged = clicked, dragged
        self.region: Region | None = None
        self._frame: Frame | None = None
        self._said = ""
        self._photo: ImageTk.PhotoImage | None = None
        # Screen pixels for one of the frame, and where the frame's corner is.
        self._scale, self._left, self._top = 1.0, 0.0, 0.0
        self._pressed: tuple[int, int] | None = None
        # What the square was when it was taken hold of, and the corner that stays.
        self._before: Sides | None = None
        self._fixed: tuple[float, float] | None = None
        self.bind("<ButtonPress-1>", self._press)
        self.bind("<B1-Motion>", self._drag)
        self.bind("<ButtonRelease-1>", self._release)
        self.bind("<Motion>", self._point)
        for key, x, y in (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1)):
            self.bind(f"<{key}>", partial(self._nudge, x, y))
        self.bind("<Configure>", lambda _event: self.redraw())
        self.recolour()

    def show(self, frame: Frame, said: str) -> None:
        """Show a frame, and over it what it is taken for."""
        self._frame, self._said = frame, said
        self.redraw()

    def has_picture(self) -> bool:
        """Return whether the camera has shown a frame."""
        return self._frame is not None

    def draw_picture(self) -> None:
        """Draw the frame, the square and the answer over it."""
        assert self._frame is not None
        width, height = self.winfo_width(), self.winfo_height()
        picture = self._frame.picture
        self._scale = scale = min(width / picture.shape[1], height / picture.shape[0])
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        shown = Image.fromarray(picture).resize(size, Image.Resampling.NEAREST)
        if self._photo is None or (self._photo.width(), self._photo.height()) != size:
            self._photo = ImageTk.PhotoImage(shown, master=self)
        else:
            self._photo.paste(shown)
        self._left, self._top = (width - size[0]) / 2, (height - size[1]) / 2
        self.create_image(self._left, self._top, image=self._photo, anchor="nw")
        self._draw_square()

    def _draw_square(self) -> None:
        left, top, right, bottom = self.sides
        self.create_rectangle(left, top, right, bottom, outline=SQUARE, width=3)
        if self.region is not None:
            self.draw_handles(self.sides, HANDLE, SQUARE)
        if self._said:
            text = self.create_text(
                left + 2 * HANDLE,
                top + 2 * HANDLE,
                anchor="nw",
                text=self._said,
                fill="white",
                font="SunValleyTitleFont",
            )
            ground = self.create_rectangle(self.bbox(text), fill=SAID, width=0)
            self.tag_raise(text, ground)

    @property
    def sides(self) -> Sides:
        """Left, top, right and bottom of the square, in pixels of the screen."""
        assert self._frame is not None
        box = self._frame.box
        if self.region is not None:
            # The newest frame may still have it where it was before.
            height, width = self._frame.picture.shape[:2]
            box = self.region.box(width, height)
        at = (self._left, self._top, self._left, self._top)
        left, top, right, bottom = (
            side * self._scale + begin for side, begin in zip(box, at, strict=True)
        )
        return left, top, right, bottom

    # --- the mouse ------------------------------------------------------------
    def _press(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        self._pressed, self._before, self._fixed = (event.x, event.y), None, None
        if self._frame is not None and self.region is not None:
            self._fixed = self._corner(event.x, event.y)
            if self._fixed is not None or self._is_inside(event.x, event.y):
                self._before = self.sides

    def _drag(self, event: tk.Event[tk.Misc]) -> None:
        pressed, before = self._pressed, self._before
        if pressed is None or before is None or self.is_click(event, pressed):
            return
        if self._fixed is None:
            x, y = event.x - pressed[0], event.y - pressed[1]
            sides = (before[0] + x, before[1] + y, before[2] + x, before[3] + y)
        else:
            sides = square_towards(self._fixed, (event.x, event.y))
        self._put(sides)

    def _nudge(self, x: int, y: int, _event: tk.Event[tk.Misc]) -> None:
        """Move the square a little, for who has no mouse."""
        if self._frame is not None and self.region is not None:
            left, top, right, bottom = self.sides
            x, y = x * self._theme.px(NUDGE), y * self._theme.px(NUDGE)
            self._put((left + x, top + y, right + x, bottom + y))

    def _put(self, sides: Sides) -> None:
        assert self._frame is not None
        height, width = self._frame.picture.shape[:2]
        at = (self._left, self._top, self._left, self._top)
        left, top, right, bottom = (
            (side - begin) / self._scale for side, begin in zip(sides, at, strict=True)
        )
        self.region = Region.of((left, top, right, bottom), width, height)
        self._dragged(self.region)
        self.redraw()

    def _release(self, event: tk.Event[tk.Misc]) -> None:
        if self._pressed is not None and self.is_click(event, self._pressed):
            self._clicked()
        self._pressed = self._before = None

    def _point(self, event: tk.Event[tk.Misc]) -> None:
        """Show by the pointer what a drag would do."""
        cursor = "hand2"
        if self._frame is not None and self.region is not None:
            if self._corner(event.x, event.y) is not None:
                cursor = "sizing"
            elif self._is_inside(event.x, event.y):
                cursor = "fleur"
        if str(self.cget("cursor")) != cursor:
            self.configure(cursor=cursor)

    def _is_inside(self, x: float, y: float) -> bool:
        left, top, right, bottom = self.sides
        return left <= x <= right and top <= y <= bottom

    def _corner(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the corner opposite to the one at a point; None where there is none."""
        return opposite_corner(self.sides, x, y, 2 * HANDLE)
