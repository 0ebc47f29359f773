"""Where each thumbnail lies, and which are selected: plain numbers, without a window."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple


@dataclass(frozen=True)
class GalleryRow:
    """One line of the grid: the heading of a group, or up to `columns` tiles.

    Attributes
    ----------
    top, height : int
        Pixels from the top of the whole grid.
    first, count : int
        The positions of its tiles; for a heading, those of the whole group.
    heading : bool
    """

    top: int
    height: int
    first: int
    count: int
    heading: bool = False


class _Group(NamedTuple):
    """Where a group begins: in pixels, rows, tiles, and rows of tiles; and its number of tiles."""

    top: int
    row: int
    first: int
    tile_row: int
    tiles: int


class Grid:
    """Tiles in rows, one group under the other, each group below its heading.

    Rows are worked out when they are asked for: a hundred thousand tiles
    cost no more than ten.

    Parameters
    ----------
    runs : sequence of int
        How many tiles each group has, one group after the other; none is empty.
    width : int
        The room from left to right, in pixels.
    tile, heading : int
        The side of a tile and the height of a heading, in pixels.
    """

    def __init__(self, runs: Sequence[int], width: int, tile: int, heading: int) -> None:
        self.tile, self.heading = tile, heading
        self.columns = max(1, width // tile)
        self.count = sum(runs)
        self._groups: list[_Group] = []
        top = row = first = tile_row = 0
        for count in runs:
            self._groups.append(_Group(top, row, first, tile_row, count))
            lines = -(-count // self.columns)
            top += heading + lines * tile
            row += 1 + lines
            first += count
            tile_row += lines
        self.height, self._rows, self._tile_rows = top, row, tile_row

    def row(self, index: int) -> GalleryRow:
        """Return a row by its number from the top, headings counted."""
        group = self._group("row", index)
        line = index - group.row - 1
        if line < 0:
            return GalleryRow(group.top, self.heading, group.first, group.tiles, heading=True)
        return self._line(group, line)

    def between(self, top: float, bottom: float) -> range:
        """Return the numbers of the rows that lie, in part at least, between two heights."""
        return range(max(0, self._at_height(top)), self._at_height(bottom) + 1)

    def around(self, rows: range) -> range:
        """Return the tiles in these rows, and in as many above and below."""
        start = max(0, rows.start - len(rows))
        stop = min(self._rows, rows.stop + len(rows))
        if start >= stop:
            return range(0)
        last = self.row(stop - 1)
        return range(self.row(start).first, last.first + last.count)

    def span(self, position: int) -> tuple[int, int]:
        """Return the top and the bottom of a tile, with the heading that is right above it."""
        group = self._group("first", position)
        line = (position - group.first) // self.columns
        row = self._line(group, line)
        return (row.top if line else group.top), row.top + row.height

    def at(self, x: float, y: float) -> int | None:
        """Return the tile at a point, None where there is none."""
        if not (0 <= x < self.columns * self.tile and 0 <= y < self.height):
            return None
        row = self.row(self._at_height(y))
        column = int(x // self.tile)
        return None if row.heading or column >= row.count else row.first + column

    def vertically(self, position: int, rows: int) -> int:
        """Return the tile `rows` below (above, when negative), as near to the column as can be."""
        group = self._group("first", position)
        line, column = divmod(position - group.first, self.columns)
        target = min(max(group.tile_row + line + rows, 0), self._tile_rows - 1)
        there = self._group("tile_row", target)
        row = self._line(there, target - there.tile_row)
        return row.first + min(column, row.count - 1)

    def _group(self, name: str, value: float) -> _Group:
        """Return the last group that begins at `value` or before, in what `name` says."""
        at = bisect_right(self._groups, value, key=attrgetter(name)) - 1
        return self._groups[max(0, at)]

    def _line(self, group: _Group, line: int) -> GalleryRow:
        """Return a row of tiles by its number in its group."""
        before = line * self.columns
        top = group.top + self.heading + line * self.tile
        return GalleryRow(
            top, self.tile, group.first + before, min(self.columns, group.tiles - before)
        )

    def _at_height(self, y: float) -> int:
        """Return the number of the row at a height; -1 above all, the last one below all."""
        if y < 0 or not self._groups:
            return -1
        group = self._group("top", y)
        below = y - group.top - self.heading
        line = int(below // self.tile) + 1 if below >= 0 else 0
        return min(group.row + line, group.row - (-group.tiles // self.columns))


class Selection:
    """Which positions are selected, in the way that every list of files knows.

    Attributes
    ----------
    chosen : frozenset of int
    cursor : int or None
        Where the keyboard is.
    """

    def __init__(self) -> None:
        self.chosen: frozenset[int] = frozenset()
        self.cursor: int | None = None
        self._anchor: int | None = None

    def only(self, position: int) -> None:
        """Select this one alone: a click, an arrow key."""
        self.chosen = frozenset({position})
        self.cursor = self._anchor = position

    def toggle(self, position: int) -> None:
        """Add this one, or take it away: Ctrl-click."""
        self.chosen ^= {position}
        self.cursor = self._anchor = position

    def extend(self, position: int) -> None:
        """Select everything from where the selection began to here: Shift-click."""
        if self._anchor is None:
            self._anchor = position
        low, high = sorted((self._anchor, position))
        self.chosen = frozenset(range(low, high + 1))
        self.cursor = position

    def all(self, count: int) -> None:
        """Select all of `count` tiles: Ctrl+A."""
        self.chosen = frozenset(range(count))

    def these(self, positions: Sequence[int]) -> None:
        """Select these; the cursor goes to the first."""
        self.chosen = frozenset(positions)
        self.cursor = self._anchor = min(positions, default=None)

    def clear(self) -> None:
        """Select nothing; the cursor stays."""
        self.chosen = frozenset()
        self._anchor = self.cursor
