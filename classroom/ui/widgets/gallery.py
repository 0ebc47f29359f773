"""Thumbnails in a grid that stays smooth with 100,000: only the rows in sight are drawn."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from classroom.ui.core.theme import Theme
from classroom.ui.widgets.gallery_layout import Grid, Selection
from classroom.ui.widgets.thumbnails import Thumbnail, ThumbnailPainter

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
    tile : callable
        From a position to its tile.
    want : callable
        Takes the positions whose pictures will be needed next.
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
        tile: Callable[[int], Thumbnail],
        want: Callable[[range], None],
        selected: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.selection = Selection()
        self._tile, self._want, self._selected = tile, want, selected
        self._groups: Sequence[tuple[int, int]] = ()
        self._drawn: set[int] = set()
        # Rows with a picture that was not there yet when they were drawn.
        self._incomplete: set[int] = set()
        self._focused = False
        self.canvas = tk.Canvas(self, takefocus=True, border=0, width=1, height=1)
        self.canvas.configure(
            highlightthickness=theme.px(2),
            yscrollincrement=theme.px(17),
            yscrollcommand=self._scrolled,
        )
        self._painter = ThumbnailPainter(self.canvas, theme, heading, mark)
        self._grid = self._laid_out(1)
        self._bar = ttk.Scrollbar(self, command=self.canvas.yview)
        self.canvas.grid(row=0, column=0, sticky="nsew")
        self._bar.grid(row=0, column=1, sticky="ns")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._bind_events()
        self.theme_changed()

    # --- what the panel calls -------------------------------------------------
    def show(
        self, groups: Sequence[tuple[int, int]], chosen: Sequence[int] = (), follow: bool = False
    ) -> None:
        """Show other tiles; select `chosen`, and scroll to them when `follow`.

        Parameters
        ----------
        groups : sequence of tuple
            Each group, and how many tiles it has.
        chosen : sequence of int
            Positions among all tiles.
        """
        self._groups = groups
        self.selection.these(chosen)
        self._lay_out()
        if follow and self.selection.cursor is not None:
            self._reveal(self.selection.cursor)
        self._selected()

    def pictures_arrived(self) -> None:
        """Draw the rows again in which pictures were missing."""
        for index in self._incomplete & self._drawn:
            self._painter.forget(f"row{index}")
            self._drawn.discard(index)
        self._draw()

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
        self.redraw()

    # --- geometry ---------------------------------------------------------------
    def _margin(self) -> int:
        return int(self.canvas["highlightthickness"]) + self.theme.px(4)

    def _laid_out(self, width: int) -> Grid:
        runs = [count for _group, count in self._groups]
        return Grid(runs, width, self._painter.tile, heading=self.theme.px(32))

    def _lay_out(self) -> None:
        width, height = self.canvas.winfo_width(), self.canvas.winfo_height()
        self._grid = self._laid_out(width - 2 * self._margin())
        bottom = max(self._grid.height + 2 * self._margin(), height)
        self.canvas.configure(scrollregion=(0, 0, width, bottom))
        self.redraw()

    def _resized(self, _event: tk.Event[tk.Canvas]) -> None:
        """Keep the tile at the top where it is."""
        top = self.canvas.canvasy(0)
        rows = self._grid.between(top, top)
        position = self._grid.row(rows[0]).first if rows and top > 0 else None
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
    def redraw(self) -> None:
        """Draw everything in sight anew."""
        for index in self._drawn:
            self._painter.forget(f"row{index}")
        self._drawn.clear()
        self._incomplete.clear()
        self._draw()

    def _draw(self) -> None:
        """Draw the rows that came into sight; drop those that left it."""
        top = self.canvas.canvasy(0)
        wanted = self._grid.between(top, top + self.canvas.winfo_height())
        for index in self._drawn.difference(wanted):
            self._painter.forget(f"row{index}")
            self._incomplete.discard(index)
        for index in sorted(set(wanted) - self._drawn):
            self._draw_row(index)
        self._drawn = set(wanted)
        self._draw_selection()
        if self._incomplete:
            self._want(self._grid.around(wanted))

    def _draw_row(self, index: int) -> None:
        row, tag, left = self._grid.row(index), f"row{index}", self._margin()
        if row.heading:
            baseline = row.top + row.height - self.theme.px(3)
            self._painter.draw_heading(tag, left, baseline, self._group_of(row.first))
            return
        tiles = [self._tile(position) for position in range(row.first, row.first + row.count)]
        self._painter.draw_tiles(tag, left, row.top, tiles)
        if any(tile.image is None for tile in tiles):
            self._incomplete.add(index)
        else:
            self._incomplete.discard(index)

    def _group_of(self, position: int) -> int:
        for group, count in self._groups:
            if position < count:
                return group
            position -= count
        raise IndexError(position)

    def _draw_selection(self) -> None:
        self.canvas.delete("selection")
        cursor = self.selection.cursor if self._focused else None
        for index in self._drawn:
            row = self._grid.row(index)
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
        if self._grid.count:
            position = self._target(event.keysym)
            self._reveal(position)
            self._go(position, int(event.state))
        return "break"

    def _target(self, key: str) -> int:
        """Return the tile that a key leads to."""
        last, cursor = self._grid.count - 1, self.selection.cursor
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
        return self._select(lambda: self.selection.all(self._grid.count))
