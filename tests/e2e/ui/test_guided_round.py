"""The round of guided collection, without a window."""

import itertools
import random
from collections import Counter

import pytest

from classroom.ui.draw.guided_round import GuidedRound


@pytest.mark.parametrize("each", [1, 5, 6])
def test_every_ten_calls_hold_each_digit_once_and_none_comes_twice_in_a_row(each: int) -> None:
    for seed in range(50):
        order = GuidedRound.of_each(each, random.Random(seed)).order
        assert Counter(order) == dict.fromkeys("0123456789", each)
        for start in range(0, len(order), 10):
            assert len(set(order[start : start + 10])) == 10
        assert all(one != other for one, other in itertools.pairwise(order))


def test_two_rounds_differ() -> None:
    assert len({GuidedRound.of_each(5).order for _ in range(10)}) > 1


def test_only_the_called_digit_counts() -> None:
    made = GuidedRound("37")
    assert made.take(7) is None
    assert (made.digit, made.done) == (3, 0)
    assert made.take(3) == 0
    assert made.digit == 7
    assert made.take(7) == 1
    assert made.over
    assert made.digit is None


def test_going_back_names_what_was_kept() -> None:
    made = GuidedRound("37")
    place = made.take(3)
    assert place is not None
    made.stored(place, 41)
    assert made.back() == 41
    assert made.digit == 3
    assert made.back() is None
    assert made.digit == 3


def test_what_was_taken_back_elsewhere_is_called_again_if_it_was_the_last() -> None:
    made = GuidedRound("375")
    for label, number in ((3, 41), (7, 42)):
        place = made.take(label)
        assert place is not None
        made.stored(place, number)
    made.forget(41)
    assert made.digit == 5
    made.forget(42)
    assert made.digit == 7


def test_a_round_comes_back_as_it_was_written() -> None:
    made = GuidedRound.parse(str(GuidedRound("3759", 2)))
    assert made is not None
    assert (made.digit, made.done, made.order) == (5, 2, "3759")


@pytest.mark.parametrize(
    "text", ["", "/", "4/3759", "9/37", "-1/37", "1", "x/37", "1/3x", "²/37", "0/" + "1" * 501]
)
def test_what_is_no_round_is_none(text: str) -> None:
    assert GuidedRound.parse(text) is None
