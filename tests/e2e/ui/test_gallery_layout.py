import pytest

from classroom.ui.widgets.gallery_layout import Grid, Selection

# five digits 0, no 1, three 2, in rows of four
RUNS = [5, 3]
TILE, HEADING = 60, 30


@pytest.fixture
def grid() -> Grid:
    return Grid(RUNS, width=4 * TILE + 17, tile=TILE, heading=HEADING)


def centre(grid: Grid, position: int) -> tuple[float, float]:
    """Find a tile by looking everywhere for it, as a mouse would."""
    hits = [
        (x, y)
        for y in range(0, grid.height, 5)
        for x in range(0, 5 * TILE, 5)
        if grid.at(x, y) == position
    ]
    xs, ys = zip(*hits, strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)


def test_every_tile_has_its_place_in_reading_order_below_its_heading(grid: Grid) -> None:
    places = [centre(grid, position) for position in range(sum(RUNS))]
    assert [x // TILE for x, _y in places] == [0, 1, 2, 3, 0, 0, 1, 2]
    assert [y // 5 for _x, y in places] == [11] * 4 + [23] + [41] * 3
    assert grid.height == 2 * HEADING + 3 * TILE


def test_headings_gaps_and_the_margin_hold_no_tile(grid: Grid) -> None:
    heading, beside_the_fifth, right_of_all = (10, 10), (2 * TILE, HEADING + 1.5 * TILE), (250, 50)
    for x, y in (heading, beside_the_fifth, right_of_all, (-1, 50), (10, grid.height + 1)):
        assert grid.at(x, y) is None


def test_up_and_down_keep_the_column_where_they_can(grid: Grid) -> None:
    assert grid.vertically(1, 1) == 4  # the row below has one tile only
    assert grid.vertically(4, 1) == 5
    assert grid.vertically(7, -2) == 2
    assert grid.vertically(2, -5) == 2  # nothing above
    assert grid.vertically(3, 99) == 7


def test_only_the_rows_in_sight_are_named() -> None:
    grid = Grid([70_000], width=10 * TILE, tile=TILE, heading=HEADING)
    rows = [grid.row(index) for index in grid.between(100_000, 100_500)]
    assert len(rows) <= 500 // TILE + 2
    assert rows[0].top <= 100_000
    assert rows[-1].top + rows[-1].height >= 100_500


def test_every_row_is_where_the_one_before_it_ends(grid: Grid) -> None:
    rows = [grid.row(index) for index in grid.between(0, grid.height)]
    ends = [0, *(row.top + row.height for row in rows)]
    assert [row.top for row in rows] == ends[:-1]
    assert ends[-1] == grid.height
    assert [(row.first, row.count) for row in rows if not row.heading] == [(0, 4), (4, 1), (5, 3)]
    assert [(row.first, row.count) for row in rows if row.heading] == [(0, 5), (5, 3)]
    for index, row in enumerate(rows):
        assert list(grid.between(row.top, row.top + 1)) == [index]
    assert grid.around(grid.between(HEADING, HEADING)) == range(5)
    nothing = Grid([], width=300, tile=TILE, heading=HEADING)
    assert not nothing.between(-5, 500)
    assert not nothing.around(range(0))


def test_going_to_a_first_row_shows_its_heading_too(grid: Grid) -> None:
    assert grid.span(2) == (0, HEADING + TILE)
    assert grid.span(4) == (HEADING + TILE, HEADING + 2 * TILE)
    assert grid.span(6)[0] == HEADING + 2 * TILE


def test_a_window_narrower_than_a_tile_has_one_column() -> None:
    grid = Grid(RUNS, width=1, tile=TILE, heading=HEADING)
    assert grid.columns == 1
    assert grid.at(10, HEADING + 4.5 * TILE) == 4


def test_an_empty_grid_is_empty() -> None:
    grid = Grid([], width=500, tile=TILE, heading=HEADING)
    assert grid.height == 0
    assert not grid.between(0, 500)
    assert grid.at(0, 0) is None


def test_shift_selects_from_where_the_selection_began() -> None:
    selection = Selection()
    selection.only(3)
    selection.extend(6)
    selection.extend(1)
    assert selection.chosen == {1, 2, 3}
    selection.toggle(2)
    selection.toggle(9)
    assert selection.chosen == {1, 3, 9}
    selection.extend(8)
    assert selection.chosen == {8, 9}
    selection.clear()
    assert not selection.chosen
    assert selection.cursor == 8
