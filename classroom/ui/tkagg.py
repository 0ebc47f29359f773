"""Matplotlib's TkAgg canvas with its `draw` split in two.

Imported by `plot_view` when the first plot is drawn, on the drawing thread:
Matplotlib takes a quarter of a second to import, longer than the window may
stand still.
"""

import tkinter as tk
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg
from matplotlib.figure import Figure

from classroom.ui.quick_text import QuickTextRenderer


class SplitCanvas(FigureCanvasTkAgg):
    """Renders on any thread, shows on Tk's.

    A canvas is used by one thread at a time: `render` on the drawing thread,
    and all else on Tk's while no drawing is under way.

    Parameters
    ----------
    master : tk.Misc
    dpi : float
    """

    renderer: QuickTextRenderer

    def __init__(self, master: tk.Misc, dpi: float) -> None:
        self._drawn_for: tuple[int, int, float] | None = None
        focused = master.focus_lastfor()
        super().__init__(Figure(dpi=dpi), master=master)
        self.widget: tk.Canvas = self.get_tk_widget()
        # Matplotlib asks for the keyboard's focus as soon as the canvas is seen. Tk forgets
        # that only when the focus moves, so it goes by way of the window.
        master.winfo_toplevel().focus_set()
        if focused is not None:
            focused.focus_set()
        # Its handlers of mouse, keys and size would read the figure while it is drawn.
        for sequence in self.widget.bind():
            self.widget.unbind(sequence)

    def get_renderer(self) -> QuickTextRenderer:
        """Return what draws; another one for each size and resolution, as Matplotlib has it."""
        wanted = (*self.get_width_height(physical=True), self.figure.dpi)
        if self._drawn_for != wanted:
            self.renderer = QuickTextRenderer(*wanted)
            self._drawn_for = wanted
        return self.renderer

    def fit(self, width: int, height: int) -> None:
        """Give the picture a size in pixels; what is shown stays until the next `blit`."""
        event: tk.Event[tk.Misc] = tk.Event()
        event.width, event.height = width, height
        self.resize(event)

    def render(self) -> None:
        """Draw the figure into memory."""
        FigureCanvasAgg.draw(self)

    def data_at(self, x: int, y: int) -> tuple[str, float, float] | None:
        """Return the label of the axes at a pixel, and where in their data; None outside."""
        point = x, self.figure.bbox.height - y
        for ax in self.figure.axes:
            if ax.bbox.contains(*point):
                across, up = ax.transData.inverted().transform(point)
                return str(ax.get_label()), float(across), float(up)
        return None

    def draw_idle(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: who changes the figure asks for a drawing, too."""

    def scroll_event_windows(self, event: Any) -> None:
        """Do nothing: this one is bound to the whole window by Matplotlib."""
