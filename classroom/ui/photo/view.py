"""The picture in the tab *Photo*, with a box around each digit, and the mouse on it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from PIL import Image, ImageTk

from classroom.i18n import _
from classroom.ui.core.theme import Theme
from classroom.ui.photo.boxes import Boxes, MarkedBox
from classroom.ui.widgets.picture_canvas import PictureCanvas

HANDLE = 5


class PhotoView(PictureCanvas):
    """A picture that fits the room, and its boxes.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    edited : callable
        Called when the student has added, moved or selected a box.
    resized : callable
        Called when the picture has to be made anew for another size.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        edited: Callable[[], None],
        resized: Callable[[], None],
    ) -> None:
        super().__init__(parent, theme, _("Open a photo or a scan of digits on paper."))
        self._edited = edited
        self.boxes = Boxes(0, 0)
        self.scale_ = 1.0
        # Where the picture begins: it stands in the middle.
        self.left, self.top = 1, 1
        self._photo: ImageTk.PhotoImage | None = None
        # Where a drag began, and the corner of a box that stays where it is.
        self._pressed: tuple[int, int] | None = None
        self._fixed: tuple[float, float] | None = None
        self._resizes = False
        # Where in the selected box a drag that moves it began.
        self._held: tuple[float, float] | None = None
        self.bind("<ButtonPress-1>", self._press)
        self.bind("<B1-Motion>", self._drag)
        self.bind("<ButtonRelease-1>", self._release)
        self.bind("<Configure>", lambda _event: resized())
        self.recolour()

    def room(self) -> tuple[int, int]:
        """Return the largest width and height that a picture may have."""
        return max(1, self.winfo_width() - 2), max(1, self.winfo_height() - 2)

    def say(self, hint: str) -> None:
        """Show a sentence in place of a picture."""
        self._photo, self._hint = None, hint
        self.boxes = Boxes(0, 0)
        self.redraw()

    def show(self, picture: Image.Image, scale: float) -> None:
        """Show a picture, of which one pixel is `scale` on the screen."""
        self._photo, self.scale_ = ImageTk.PhotoImage(picture, master=self), scale
        self.redraw()

    def has_picture(self) -> bool:
        """Return whether a picture is shown."""
        return self._photo is not None

    def draw_picture(self) -> None:
        """Draw the picture and all boxes."""
        assert self._photo is not None
        self.left = max(1, (self.winfo_width() - self._photo.width()) // 2)
        self.top = max(1, (self.winfo_height() - self._photo.height()) // 2)
        self.create_image(self.left, self.top, image=self._photo, anchor="nw")
        for place, one in enumerate(self.boxes.marked):
            self._draw(one, selected=place == self.boxes.selected)

    def _draw(self, one: MarkedBox, selected: bool) -> None:
        colour = "#d55e00" if one.doubtful or one.label is None else "#0072b2"
        left, top, right, bottom = self._on_screen(one.box)
        self.create_rectangle(left, top, right, bottom, outline=colour, width=3 if selected else 1)
        text = "?" if one.label is None else str(one.label)
        # A sign beside the colour, for those who cannot tell it.
        label = self.create_text(
            left + 3,
            top - 1,
            anchor="sw",
            text=text + ("?" if one.doubtful else "") + ("✓" if one.sure else ""),
            fill="white",
            font="SunValleyCaptionFont",
        )
        ground = self.create_rectangle(self.bbox(label), fill=colour, outline=colour)
        self.tag_raise(label, ground)
        if selected:
            self.draw_handles((left, top, right, bottom), HANDLE, colour)

    # --- the mouse ------------------------------------------------------------
    def _press(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        if self._photo is None:
            return
        self._pressed = (event.x, event.y)
        at = self._there(event)
        self._fixed = self.boxes.corner(*at, reach=2 * HANDLE / self.scale_)
        self._resizes = self._fixed is not None
        self._held = None
        if self._fixed is None:
            self._fixed = at
            current = self.boxes.current
            if current is not None and self.boxes.at(*at) == self.boxes.selected:
                self._held = (at[0] - current.box[0], at[1] - current.box[1])

    def _drag(self, event: tk.Event[tk.Misc]) -> None:
        if self._fixed is None:
            return
        self.redraw()
        sides = self._on_screen(self._dragged(event))
        self.create_rectangle(*sides, outline="#d55e00", dash=(4, 3), width=2)

    def _release(self, event: tk.Event[tk.Misc]) -> None:
        pressed = self._pressed
        if self._fixed is None or pressed is None:
            return
        if self.is_click(event, pressed):
            self.boxes.selected = self.boxes.at(*self._there(event))
        else:
            left, top, right, bottom = (round(side) for side in self._dragged(event))
            if self._resizes or self._held:
                self.boxes.move((left, top, right, bottom))
            else:
                self.boxes.add((left, top, right, bottom))
        self._fixed = self._pressed = self._held = None
        self.redraw()
        self._edited()

    def _dragged(self, event: tk.Event[tk.Misc]) -> tuple[float, float, float, float]:
        """Return the box that would be if the mouse were let go now."""
        x, y = self._there(event)
        current = self.boxes.current
        if self._held and current:
            return self.boxes.shifted(current.box, x - self._held[0], y - self._held[1])
        fixed = self._fixed or (x, y)
        return (*fixed, x, y)

    def _there(self, event: tk.Event[tk.Misc]) -> tuple[float, float]:
        """Return where the mouse is, in pixels of the picture that was looked through."""
        return (event.x - self.left) / self.scale_, (event.y - self.top) / self.scale_

    def _on_screen(
        self, box: tuple[float, float, float, float]
    ) -> tuple[float, float, float, float]:
        """Return where a box of the picture is drawn."""
        left, top, right, bottom = (side * self.scale_ for side in box)
        return left + self.left, top + self.top, right + self.left, bottom + self.top
