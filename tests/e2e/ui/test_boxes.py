"""What a student does to the boxes of a photo, without a window."""

import pytest

from classroom.ui.photo.boxes import Boxes, MarkedBox


@pytest.fixture
def boxes() -> Boxes:
    made = Boxes(100, 80)
    made.marked = [MarkedBox((10, 10, 30, 40)), MarkedBox((40, 12, 60, 42))]
    made.selected = 0
    return made


def test_saying_what_it_is_goes_on_to_the_next(boxes: Boxes) -> None:
    boxes.say(3)
    boxes.say(8)
    assert [one.label for one in boxes.marked] == [3, 8]
    assert all(one.sure for one in boxes.marked)
    assert boxes.selected == 0


def test_a_proposal_never_overrules_a_person(boxes: Boxes) -> None:
    boxes.say(3)
    for one in list(boxes.marked):
        boxes.propose(one.box, 7, True)
    boxes.propose((1, 2, 3, 4), 7, True)
    assert [(one.label, one.doubtful) for one in boxes.marked] == [(3, False), (7, True)]


def test_a_box_that_is_dragged_is_another_question(boxes: Boxes) -> None:
    boxes.propose((10, 10, 30, 40), 7, False)
    assert boxes.move((5, 40, 30, 10))
    assert boxes.marked[0] == MarkedBox((5, 10, 30, 40))


def test_new_boxes_stay_in_the_picture_and_slips_are_none(boxes: Boxes) -> None:
    assert boxes.add((90, 70, 130, -20))
    assert boxes.current == MarkedBox((90, 0, 100, 70))
    assert not boxes.add((50, 50, 52, 70))
    assert not boxes.add((150, 10, 190, 70))
    assert len(boxes.marked) == 3


def test_split_and_join(boxes: Boxes) -> None:
    assert boxes.split()
    assert [one.box for one in boxes.marked[:2]] == [(10, 10, 20, 40), (20, 10, 30, 40)]
    assert boxes.join()
    assert boxes.marked[0].box == (10, 10, 30, 40)
    boxes.selected = 1
    assert not boxes.join()


def test_deleting_the_last_one_leaves_nothing_selected(boxes: Boxes) -> None:
    boxes.selected = 1
    boxes.delete()
    assert boxes.selected == 0
    boxes.delete()
    boxes.delete()
    assert (boxes.marked, boxes.selected, boxes.current) == ([], None, None)
    boxes.say(3)
    boxes.step(1)
    assert not boxes.split()
    assert not boxes.join()


def test_the_smallest_box_under_the_mouse_is_meant(boxes: Boxes) -> None:
    boxes.add((0, 0, 100, 80))
    assert boxes.at(15, 20) == 0
    assert boxes.at(90, 70) == 2
    assert boxes.at(150, 70) is None


def test_a_corner_is_taken_by_its_surroundings(boxes: Boxes) -> None:
    assert boxes.corner(31, 39, reach=3) == (10, 10)
    assert boxes.corner(20, 20, reach=3) is None
