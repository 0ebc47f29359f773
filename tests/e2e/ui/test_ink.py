from classroom.ui.draw.ink import PAPER, Ink


def drawn(*strokes: list[tuple[float, float]]) -> Ink:
    ink = Ink()
    for stroke in strokes:
        ink.begin(*stroke[0])
        for point in stroke[1:]:
            ink.move(*point)
        ink.end()
    return ink


def test_a_stroke_is_kept_point_by_point() -> None:
    assert drawn([(1, 2), (3, 4), (5, 6)]).strokes == [[(1, 2), (3, 4), (5, 6)]]


def test_a_touch_is_a_dot() -> None:
    assert drawn([(10, 10)]).strokes == [[(10, 10)]]


def test_a_pen_that_rests_adds_nothing() -> None:
    assert drawn([(1, 1), (1, 1), (1.01, 1), (2, 2)]).strokes == [[(1, 1), (2, 2)]]


def test_a_stroke_that_leaves_the_paper_ends_at_its_edge_and_begins_there_anew() -> None:
    ink = drawn([(10, 10), (PAPER + 5, 10), (PAPER + 10, 50), (20, 89), (30, 60)])
    assert ink.strokes == [[(10, 10), (PAPER, 10)], [(PAPER, 51), (20, 89), (30, 60)]]


def test_a_quick_pen_that_is_never_seen_on_the_paper_crosses_it() -> None:
    assert drawn([(-10, 200), (PAPER + 10, 200)]).strokes == [[(0, 200), (PAPER, 200)]]
    # Here it cuts off a corner, here it only touches one, and here it passes by.
    assert drawn([(-10, 20), (20, -10)]).strokes == [[(0, 10), (10, 0)]]
    assert drawn([(-10, 10), (10, -10)]).strokes == []
    assert drawn([(-10, 10), (-10, 500)]).strokes == []


def test_the_line_to_paint_ends_at_the_edge() -> None:
    ink = Ink()
    ink.begin(200, 20)
    assert ink.move(200, -20) == (200, 20)
    assert ink.strokes[-1][-1] == (200, 0)
    assert ink.move(220, -20) is None
    assert ink.move(220, 20) == (220, 0)


def test_undo_takes_back_one_movement_of_the_pen_with_all_its_pieces() -> None:
    ink = drawn([(1, 1), (2, 2)], [(10, 10), (-5, 10), (20, 60)])
    assert ink.undo()
    assert ink.strokes == [[(1, 1), (2, 2)]]
    assert ink.undo()
    assert not ink
    assert not ink.undo()


def test_a_movement_outside_the_paper_is_nothing_to_undo() -> None:
    ink = drawn([(1, 1), (2, 2)], [(-5, -5), (-9, -9)])
    assert ink.undo()
    assert not ink


def test_undo_in_the_middle_of_a_stroke_ends_it() -> None:
    ink = Ink()
    ink.begin(1, 1)
    ink.move(2, 2)
    assert ink.undo()
    ink.move(3, 3)
    assert not ink


def test_moving_without_pressing_draws_nothing() -> None:
    ink = Ink()
    ink.move(5, 5)
    assert not ink


def test_taking_leaves_an_empty_paper() -> None:
    ink = drawn([(1, 1), (2, 2)])
    assert ink.take() == [[(1, 1), (2, 2)]]
    assert not ink
    assert not ink.undo()
