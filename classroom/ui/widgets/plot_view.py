"""A plot in the window, drawn beside it so that the window never waits.

Matplotlib takes a third of a second to draw three confusion matrices, and half
a second to import. All of it happens on a thread, on a figure of its own for each
drawing; Tk's thread only copies the finished image to the screen, which takes a few
milliseconds.
"""

from __future__ import annotations

import gc
import logging
import queue
import threading
import tkinter as tk
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageTk

from classroom import runtime
from classroom.i18n import _
from classroom.plots.colours import CLASSIFIER_COLOURS, ERRORS_ON_DARK, ERRORS_ON_LIGHT
from classroom.plots.style import Style, new_canvas
from classroom.ui.core.theme import REFERENCE_DPI, Palette, Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Draw = Callable[[Figure, Style], None]
    Clicked = Callable[[str, float, float], None]

POLL_MILLISECONDS = 10
COLLECT_MILLISECONDS = 20
SETTLE_MILLISECONDS = 120  # a window that is being dragged larger changes size all the time
LEAST_PIXELS = 80

log = logging.getLogger(__name__)

# Matplotlib may be used by one thread at a time, whatever the figure.
_one_at_a_time = threading.Lock()


@contextmanager
def beside_the_window() -> Iterator[None]:
    """Draw alone, and hand over to the window's thread often."""
    with _one_at_a_time, runtime.threads_switched_often():
        yield


def style_of(palette: Palette, dark: bool) -> Style:
    """Return the look of plots that goes with the window's."""
    return Style(
        foreground=palette.foreground,
        background=palette.background,
        muted=palette.muted,
        line=palette.line,
        sequential=ERRORS_ON_DARK if dark else ERRORS_ON_LIGHT,
        colours=CLASSIFIER_COLOURS,
    )


@dataclass(frozen=True)
class _Drawing:
    """All that the drawing thread needs to know, so that it never asks Tk."""

    draw: Draw
    size: tuple[int, int]
    dots_per_inch: float
    palette: Palette
    dark: bool


@dataclass(frozen=True)
class _Drawn:
    """A figure, and the image of it."""

    figure: Figure
    image: Image.Image


class PlotView(ttk.Frame):
    """Shows a plot, or a sentence in its place.

    ``<<Drawn>>`` is generated each time a finished picture is on the screen.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    width, height : int
        The size to ask for, in pixels; the plot fills what it gets.
    clicked : callable, optional
        ``clicked(label, x, y)`` is called for a click into axes, with their label and where
        in their data it was.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        width: int = 300,
        height: int = 200,
        clicked: Clicked | None = None,
    ) -> None:
        super().__init__(parent, width=width, height=height)
        self.grid_propagate(False)
        self.rowconfigure(0, weight=1)
        self.columnconfigure(0, weight=1)
        self._theme = theme
        self._clicked = clicked
        self._sentence = ttk.Label(self, style="Muted.TLabel", anchor="center", justify="center")
        self.image = ttk.Label(self)
        self._photo: ImageTk.PhotoImage | None = None
        # What is seen: None before the first drawing
        self.figure: Figure | None = None
        if clicked is not None:
            self.image.bind("<Button-1>", self._pressed)
        self._draw: Draw | None = None
        # What is to be seen, and what the drawing under way is of.
        self._of: Hashable = None
        self._drawing_of: Hashable = None
        self._stale = False
        self._under_way = False
        self._resizing = False
        self._size = (0, 0)  # of the last drawing, in pixels
        self._outcomes: queue.SimpleQueue[_Drawn | None] = queue.SimpleQueue()
        self._timers: dict[str, str] = {}
        self.bind("<Configure>", lambda _event: self._resized())

    @property
    def busy(self) -> bool:
        """Whether the plot that was asked for is not yet shown, or not in its final size."""
        return self._under_way or self._stale or (self._draw is not None and self._resizing)

    @property
    def sentence(self) -> str:
        """The sentence that is shown in place of a plot; empty where a plot is."""
        return str(self._sentence.cget("text")) if self._sentence.winfo_manager() else ""

    def show(self, draw: Draw, of: Hashable = None) -> None:
        """Draw a plot as soon as possible; of requests that come too fast the last counts.

        The plot before stays until then, if it is of the same.

        Parameters
        ----------
        draw : callable
            ``draw(figure, style)`` draws on an empty figure. It runs on the
            drawing thread, so it must not touch Tk, nor data that changes.
        of : hashable
            What it shows. Of anything else nothing is seen from now on.
        """
        self.expect(of)
        self._draw = draw
        self._request()

    def expect(self, of: Hashable) -> None:
        """Take away what is shown, unless it is of the same; a plot of this is to come."""
        if of != self._of:
            self.say(_("Drawing …"))
            self._of = of

    def say(self, sentence: str) -> None:
        """Show a sentence in place of the plot."""
        self._draw = self._of = None
        self._stale = False
        self._put_sentence(sentence)

    def theme_changed(self) -> None:
        """Draw again in the theme's colours."""
        self._request()

    def destroy(self) -> None:
        """Give up what is not on the screen yet."""
        self._draw = None
        for timer in self._timers.values():
            self.after_cancel(timer)
        # The window goes, and what belonged to it is garbage now.
        gc.unfreeze()
        super().destroy()

    # --- on Tk's thread -----------------------------------------------------
    def _request(self) -> None:
        self._stale = self._draw is not None
        if not self._under_way:
            self._start()

    def _start(self) -> None:
        width, height = self.winfo_width(), self.winfo_height()
        if self._draw is None or min(width, height) < LEAST_PIXELS:
            return  # not on the screen yet: <Configure> comes here again
        self._stale = False
        self._size = (width, height)
        dots_per_inch = REFERENCE_DPI * self._theme.scale
        job = _Drawing(self._draw, self._size, dots_per_inch, self._theme.palette, self._theme.dark)
        self._under_way, self._drawing_of = True, self._of
        threading.Thread(target=self._work, args=(job,), name="plot", daemon=True).start()
        self._after("poll", POLL_MILLISECONDS, self._poll)

    def _poll(self) -> None:
        if self._outcomes.empty():
            self._after("poll", POLL_MILLISECONDS, self._poll)
            return
        self._under_way = False
        drawn = self._outcomes.get()
        if self._draw is None:
            return
        if self._drawing_of != self._of:
            pass  # of what is not wanted any more: what is wanted comes next
        elif drawn is None:
            self.say(_("This plot could not be drawn; the log file has the details."))
        else:
            self._put_image(drawn)
        if self._stale:
            self._start()

    def _pressed(self, event: tk.Event[tk.Misc]) -> None:
        # While the next plot is drawn, the figure is not what was asked for.
        if self.figure is None or self._clicked is None or self._under_way:
            return
        point = event.x, self.figure.bbox.height - event.y
        for ax in self.figure.axes:
            if ax.bbox.contains(*point):
                x, y = ax.transData.inverted().transform(point)
                self._clicked(str(ax.get_label()), float(x), float(y))
                return

    def _put_image(self, drawn: _Drawn) -> None:
        self.figure = drawn.figure
        # Pasted into the one that is there, where it fits: a new one for each would flicker.
        if self._photo is None or (self._photo.width(), self._photo.height()) != drawn.image.size:
            self._photo = ImageTk.PhotoImage(drawn.image, master=self)
            self.image.configure(image=self._photo)
        else:
            self._photo.paste(drawn.image)
        self._sentence.grid_remove()
        self.image.grid(row=0, column=0, sticky="nw")
        self.event_generate("<<Drawn>>")
        if not gc.get_freeze_count():
            # Once, when Matplotlib is loaded.
            runtime.freeze_loaded_objects()
        # The plot before is garbage, megabytes of it. Collected on this thread, for what else
        # is found may be Tk's; and a moment later, so that two short pauses make no long one.
        self._after("collect", COLLECT_MILLISECONDS, partial(gc.collect))

    def _put_sentence(self, sentence: str) -> None:
        self.image.grid_remove()
        self._sentence.configure(text=sentence, wraplength=max(self.winfo_width() - 20, 100))
        self._sentence.grid(row=0, column=0)

    def _resized(self) -> None:
        self._sentence.configure(wraplength=max(self.winfo_width() - 20, 100))
        self._resizing = True
        self._after("settle", SETTLE_MILLISECONDS, self._settled)

    def _settled(self) -> None:
        self._resizing = False
        if self._size != (self.winfo_width(), self.winfo_height()):
            self._request()

    def _after(self, name: str, milliseconds: int, function: Callable[[], object]) -> None:
        if name in self._timers:
            self.after_cancel(self._timers[name])
        self._timers[name] = self.after(milliseconds, function)

    # --- on the drawing thread ----------------------------------------------
    def _work(self, job: _Drawing) -> None:
        try:
            with beside_the_window():
                self._outcomes.put(_drawn(job))
        except Exception:
            log.exception("a plot could not be drawn")
            self._outcomes.put(None)


def _drawn(job: _Drawing) -> _Drawn:
    """Draw on a new figure, and return it with its image."""
    style = style_of(job.palette, job.dark)
    width, height = job.size
    inches = width / job.dots_per_inch, height / job.dots_per_inch
    canvas = new_canvas(inches, job.dots_per_inch, style)
    job.draw(canvas.figure, style)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    return _Drawn(canvas.figure, Image.fromarray(pixels[..., :3]))
