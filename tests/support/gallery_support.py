"""What tests of *My digits* do again and again: open it, click, press keys, look at the store."""

import tkinter as tk
from pathlib import Path
from tkinter import ttk

from support import until

from classroom.datasets.dataset import Dataset, Sample
from classroom.paths import store_url
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.samples.panel import SamplesPanel

SHIFT, CONTROL = 0x1, 0x4


def keep_three_of_each(home: Path, drawn: list[StrokesLine]) -> list[Sample]:
    """Put three 0, three 1 and three 7 of each of three writers into the store."""
    with Dataset(store_url(home)) as store:
        for writer in ("Anna", "Ben", "Chloé"):
            for label in (0, 1, 7):
                of_them = [one for one in drawn if (one.writer, one.label) == (writer, label)]
                for line in of_them[:3]:
                    image = from_strokes(line.strokes)
                    store.keep(Sample(image, label, writer, "drawn", line.strokes))
        return store.samples()


def opened(app: App, count: int) -> SamplesPanel:
    panel = app.panels[SamplesPanel]
    assert isinstance(panel, SamplesPanel)
    app.select_tab(SamplesPanel)
    until(app.root, lambda: len(panel.samples) == count)
    if count:
        focus(app, panel.gallery.canvas)
    return panel


def focus(app: App, widget: tk.Misc) -> None:
    until(app.root, lambda: bool(widget.winfo_viewable()))
    widget.focus_force()
    until(app.root, lambda: widget.focus_get() is widget)


def press(panel: SamplesPanel, key: str, **options: int) -> None:
    panel.gallery.canvas.event_generate(f"<{key}>", **options)  # type: ignore[arg-type]
    panel.update()


def click(panel: SamplesPanel, position: int, state: int = 0) -> None:
    """Click the tile at a position in the first rows."""
    canvas, grid = panel.gallery.canvas, panel.gallery._grid
    side = grid.tile
    points = [
        (x, y)
        for y in range(0, canvas.winfo_height(), side // 4)
        for x in range(0, canvas.winfo_width(), side // 4)
        if grid.at(x, y + canvas.canvasy(0)) == position
    ]
    x, y = points[len(points) // 2]
    canvas.event_generate("<ButtonPress-1>", x=x + side // 4, y=y, state=state)
    panel.update()


def choose(box: ttk.Combobox, text: str) -> None:
    box.current(list(box["values"]).index(text))
    box.event_generate("<<ComboboxSelected>>")


def stored(app: App) -> list[Sample]:
    with Dataset(store_url(app.home)) as store:
        return store.samples(newest_first=False)


def settle(app: App) -> None:
    until(app.root, lambda: not app.background.busy)


def texts(panel: SamplesPanel) -> list[str]:
    """Everything that is written on the canvas."""
    canvas = panel.gallery.canvas
    return [canvas.itemcget(i, "text") for i in canvas.find_all() if canvas.type(i) == "text"]
