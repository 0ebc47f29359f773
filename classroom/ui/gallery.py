"""Thumbnails in a grid that stays smooth with thousands: only the rows in sight are drawn."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from classroom.ui.grid import Grid, Selection
from classroom.ui.theme import Theme
from classroom.ui.thumbnails import Painter, Tile

# the bits of the modifier keys in an event's state
SHIFT, CONTROL, COMMAND = 0x1, 0x4, 0x8
MAC = sys.platform == "darwin"


class Gallery(ttk.Frame):
    """A canvas of thumbnails in groups; select with mouse or keyboard.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    heading : callable
        From a group to the two texts of its heading: the title, and what follows it.
    mark : str
        The letter on marked tiles.
    selected : callable
        Called when the selection has changed.

    Attributes
    ----------
    canvas : tk.Canvas
        Has the keyboard's focus.
    selection : Selection
        Positions among the tiles.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        heading: Callable[[int], tuple[str, str]],
        mark: str,
        selected: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.selection = Selection()
        self._selected = selected
        self._tiles: Sequence[Tile] = ()
        self._drawn: set[int] = set()
        self._focused = False
        self.canvas = tk.Canvas(self, takefocus=True, border=0, width=1, height=1)
        self.canvas.configure(
            highlightthickness=theme.px(2),
            yscrollincrement=theme.px(17),
            yscrollcommand=self._scrolled,
        )
        self._painter = Painter(self.canvas, theme, heading, mark)
        self._grid = self._laid_out(1)
        self._bar = ttk.Scrollbar(self, command=self.canvas.yview)
        self.canvas.grid(row=0, column=0, sticky="nsew")
        self._bar.grid(row=0, column=1, sticky="ns")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._bind_events()
        self.theme_changed()

    # --- what the panel calls -------------------------------------------------
    def show(self, tiles: Sequence[Tile], chosen: Sequence[int] = (), follow: bool = False) -> None:
        """Show other tiles; select `chosen`, and scroll to them when `follow`."""
        self._tiles = tiles
        self.selection.these(chosen)
        self._lay_out()
        if follow and self.selection.cursor is not None:
            self._reveal(self.selection.cursor)
        self._selected()

    def scroll_to_top(self) -> None:
        """Show the first row."""
        self.canvas.yview_moveto(0)

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        palette = self.theme.palette
        self.canvas.configure(
            background=palette.surface,
            highlightbackground=palette.line,
            highlightcolor=palette.accent,
        )
        self._redraw()

    # --- geometry ---------------------------------------------------------------
    def _margin(self) -> int:
        return int(self.canvas["highlightthickness"]) + self.theme.px(4)

    def _laid_out(self, width: int) -> Grid:
        groups = [tile.group for tile in self._tiles]
        return Grid(groups, width, self._painter.tile, heading=self.theme.px(32))

    def _lay_out(self) -> None:
        width, height = self.canvas.winfo_width(), self.canvas.winfo_height()
        self._grid = self._laid_out(width - 2 * self._margin())
        bottom = max(self._grid.height + 2 * self._margin(), height)
        self.canvas.configure(scrollregion=(0, 0, width, bottom))
        self._redraw()

    def _resized(self, _event: tk.Event[tk.Canvas]) -> None:
        """Keep the tile at the top where it is."""
        top = self.canvas.canvasy(0)
        rows = self._grid.between(top, top)
        position = self._grid.rows[rows[0]].first if rows and top > 0 else None
        self._lay_out()
        if position is not None:
            self._scroll_to(self._grid.span(position)[0])

    def _scrolled(self, low: float, high: float) -> None:
        self._bar.set(low, high)
        self._draw()

    def _scroll_to(self, top: float) -> None:
        whole = float(str(self.canvas["scrollregion"]).split()[3])
        self.canvas.yview_moveto(top / whole)

    def _reveal(self, position: int) -> None:
        top, bottom = self._grid.span(position)
        height = self.canvas.winfo_height() - 2 * self._margin()
        if top < self.canvas.canvasy(0):
            self._scroll_to(top)
        elif bottom > self.canvas.canvasy(0) + height:
            # one step more, because the canvas rounds down to whole steps
            self._scroll_to(bottom - height + int(self.canvas["yscrollincrement"]))

    # --- drawing ----------------------------------------------------------------
    def _redraw(self) -> None:
        for index in self._drawn:
            self._painter.forget(f"row{index}")
        self._drawn.clear()
        self._draw()

    def _draw(self) -> None:
        """Draw the rows that came into sight; drop those that left it."""
        top = self.canvas.canvasy(0)
        wanted = self._grid.between(top, top + self.canvas.winfo_height())
        for index in self._drawn.difference(wanted):
            self._painter.forget(f"row{index}")
        for index in sorted(set(wanted) - self._drawn):
            row, tag, left = self._grid.rows[index], f"row{index}", self._margin()
            if row.heading:
                baseline = row.top + row.height - self.theme.px(3)
                self._painter.draw_heading(tag, left, baseline, self._tiles[row.first].group)
            else:
                tiles = self._tiles[row.first : row.first + row.count]
                self._painter.draw_tiles(tag, left, row.top, tiles)
        self._drawn = set(wanted)
        self._draw_selection()

    def _draw_selection(self) -> None:
        self.canvas.delete("selection")
        cursor = self.selection.cursor if self._focused else None
        for index in self._drawn:
            row = self._grid.rows[index]
            for column in range(0 if row.heading else row.count):
                position = row.first + column
                chosen = position in self.selection.chosen
                if chosen or position == cursor:
                    left = self._margin() + column * self._grid.tile
                    at_cursor = position == cursor
                    self._painter.draw_frame("selection", left, row.top, chosen, at_cursor)

    # --- mouse and keyboard -----------------------------------------------------
    def _bind_events(self) -> None:
        canvas = self.canvas
        canvas.bind("<Configure>", self._resized)
        canvas.bind("<ButtonPress-1>", self._pressed)
        canvas.bind("<FocusIn>", lambda _event: self._focus(True))
        canvas.bind("<FocusOut>", lambda _event: self._focus(False))
        for key in ("Left", "Right", "Up", "Down", "Home", "End", "Prior", "Next"):
            canvas.bind(f"<{key}>", self._moved)
        canvas.bind("<space>", self._space)
        canvas.bind("<Escape>", lambda _event: self._select(self.selection.clear))
        for letter in "aA":
            canvas.bind(f"<{'Command' if MAC else 'Control'}-{letter}>", self._all)
        canvas.bind("<MouseWheel>", self._wheel)
        canvas.bind("<Button-4>", lambda _event: canvas.yview_scroll(-3, "units"))
        canvas.bind("<Button-5>", lambda _event: canvas.yview_scroll(3, "units"))

    def _focus(self, focused: bool) -> None:
        self._focused = focused
        self._draw_selection()

    def _wheel(self, event: tk.Event[tk.Canvas]) -> None:
        # Windows counts 120 a notch, macOS single steps.
        self.canvas.yview_scroll(-event.delta if MAC else -round(event.delta / 40), "units")

    def _select(self, change: Callable[[], None]) -> str:
        change()
        self._draw_selection()
        self._selected()
        return "break"

    def _pressed(self, event: tk.Event[tk.Canvas]) -> None:
        self.canvas.focus_set()
        x = self.canvas.canvasx(event.x) - self._margin()
        position = self._grid.at(x, self.canvas.canvasy(event.y))
        if position is None:
            self._select(self.selection.clear)
        elif int(event.state) & (COMMAND if MAC else CONTROL):
            self._select(lambda: self.selection.toggle(position))
        else:
            self._go(position, int(event.state))

    def _go(self, position: int, state: int) -> None:
        extends = state & SHIFT
        change = self.selection.extend if extends else self.selection.only
        self._select(lambda: change(position))

    def _moved(self, event: tk.Event[tk.Canvas]) -> str:
        if self._tiles:
            position = self._target(event.keysym)
            self._reveal(position)
            self._go(position, int(event.state))
        return "break"

    def _target(self, key: str) -> int:
        """Return the tile that a key leads to."""
        last, cursor = len(self._tiles) - 1, self.selection.cursor
        if cursor is None:
            return last if key == "End" else 0
        page = max(1, self.canvas.winfo_height() // self._grid.tile - 1)
        rows = {"Up": -1, "Down": 1, "Prior": -page, "Next": page}
        if key in rows:
            return self._grid.vertically(cursor, rows[key])
        targets = {"Home": 0, "End": last, "Left": cursor - 1, "Right": cursor + 1}
        return min(max(targets[key], 0), last)

    def _space(self, _event: tk.Event[tk.Canvas]) -> str:
        cursor = self.selection.cursor
        return self._select(lambda: None if cursor is None else self.selection.toggle(cursor))

    def _all(self, _event: tk.Event[tk.Canvas]) -> str:
        return self._select(lambda: self.selection.all(len(self._tiles)))
