"""Where each thumbnail lies, and which are selected: plain numbers, without a window."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
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


class Grid:
    """Tiles in rows, one group under the other, each group below its heading.

    Parameters
    ----------
    runs : sequence of int
        How many tiles each group has, one group after the other.
    width : int
        The room from left to right, in pixels.
    tile, heading : int
        The side of a tile and the height of a heading, in pixels.
    """

    def __init__(self, runs: Sequence[int], width: int, tile: int, heading: int) -> None:
        self.tile = tile
        self.columns = max(1, width // tile)
        self.count = sum(runs)
        self.rows: list[Row] = []
        first = top = 0
        for count in runs:
            self.rows.append(Row(top, heading, first, count, heading=True))
            top += heading
            for start in range(first, first + count, self.columns):
                here = min(self.columns, first + count - start)
                self.rows.append(Row(top, tile, start, here))
                top += tile
            first += count
        self.height = top
        self._tops = [row.top for row in self.rows]
        self._tile_rows = [row for row in self.rows if not row.heading]
        self._firsts = [row.first for row in self._tile_rows]

    def between(self, top: float, bottom: float) -> range:
        """Return the indices of the rows that lie, in part at least, between two heights."""
        start = max(0, bisect_right(self._tops, top) - 1)
        return range(start, bisect_right(self._tops, bottom))

    def span(self, position: int) -> tuple[int, int]:
        """Return the top and the bottom of a tile, with the heading that is right above it."""
        row = self._tile_rows[self._row_of(position)]
        above = self.rows[bisect_right(self._tops, row.top) - 2]
        return (above.top if above.heading else row.top), row.top + row.height

    def at(self, x: float, y: float) -> int | None:
        """Return the tile at a point, None where there is none."""
        if not (0 <= x < self.columns * self.tile and 0 <= y < self.height):
            return None
        row = self.rows[bisect_right(self._tops, y) - 1]
        column = int(x // self.tile)
        return None if row.heading or column >= row.count else row.first + column

    def vertically(self, position: int, rows: int) -> int:
        """Return the tile `rows` below (above, when negative), as near to the column as can be."""
        index = self._row_of(position)
        column = position - self._tile_rows[index].first
        row = self._tile_rows[min(max(index + rows, 0), len(self._tile_rows) - 1)]
        return row.first + min(column, row.count - 1)

    def _row_of(self, position: int) -> int:
        return bisect_right(self._firsts, position) - 1


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
