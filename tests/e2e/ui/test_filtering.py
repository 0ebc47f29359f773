"""Which samples a filter lets through, and in which order."""

import numpy as np
import pytest

from classroom.datasets.listing import Listing, empty
from classroom.ui.samples.descriptions import nothing_here
from classroom.ui.samples.filtering import (
    ALL,
    Criteria,
    FilteredSamples,
    doubt,
    filter_samples,
    mistaken,
)

NAN = np.nan


@pytest.fixture
def listing() -> Listing:
    return Listing(
        ids=np.array([9, 7, 5, 3, 1]),
        labels=np.array([1, 0, 1, 0, 2], np.uint8),
        writers=np.array([0, 1, 1, 0, 0], np.int32),
        origins=np.array([0, 0, 3, 1, 0], np.uint8),
        exam=np.array([False, True, False, False, True]),
        names=("Ann", "Ben"),
    )


@pytest.fixture
def probabilities() -> np.ndarray:
    """The CNN takes 9 for a 0, is sure of 7, half sure of 5, and has not seen 3 and 1."""
    said = np.full((5, 10), NAN, np.float16)
    said[:3] = 0
    said[0, 0], said[1, 0], said[2, 1], said[2, 3] = 1, 1, 0.6, 0.4
    return said


def test_by_digit_the_newest_first(listing: Listing, probabilities: np.ndarray) -> None:
    shown = filter_samples(listing, Criteria(), probabilities)
    assert shown.ids.tolist() == [7, 3, 9, 5, 1]
    assert shown.groups() == [(0, 2), (1, 2), (2, 1)]
    assert shown.count(0) == (2, 1)
    assert shown.count() == (5, 2)
    assert shown.positions([5, 7, 1000]) == [0, 3]


@pytest.mark.parametrize(
    ("criteria", "ids"),
    [
        (Criteria(digit=1), [9, 5]),
        (Criteria(writer="Ben"), [7, 5]),
        (Criteria(writer="nobody"), []),
        (Criteria(origin="import"), [5]),
        (Criteria(exam=True), [7, 1]),
        (Criteria(exam=False, digit=0), [3]),
        (Criteria(wrong=True), [9]),
        (Criteria(by_doubt=True), [9, 5, 7, 3, 1]),
        (Criteria(by_doubt=True, writer="Ben"), [5, 7]),
    ],
)
def test_which_samples_the_criteria_let_through(
    listing: Listing, probabilities: np.ndarray, criteria: Criteria, ids: list[int]
) -> None:
    shown = filter_samples(listing, criteria, probabilities)
    assert shown.ids.tolist() == ids
    if criteria.by_doubt:
        assert shown.groups() == [(ALL, len(ids))]


def test_who_was_not_asked_is_neither_wrong_nor_doubtful(
    listing: Listing, probabilities: np.ndarray
) -> None:
    assert mistaken(listing.labels, probabilities).tolist() == [True, False, False, False, False]
    np.testing.assert_allclose(doubt(listing.labels, probabilities), [1, 0, 0.4, -1, -1], atol=1e-3)


def test_nothing_is_shown_of_nothing() -> None:
    shown = filter_samples(
        empty(), Criteria(wrong=True, by_doubt=True), np.empty((0, 10), np.float16)
    )
    assert isinstance(shown, FilteredSamples)
    assert shown.groups() == []
    assert shown.count() == (0, 0)


def test_an_empty_list_says_why_it_is_empty() -> None:
    wrong = Criteria(wrong=True)
    assert "still looking" in nothing_here(wrong, 12, deleted=False)
    assert "gets all of these right" in nothing_here(wrong, 0, deleted=False)
    assert "is kept" in nothing_here(Criteria(digit=3), 0, deleted=False)
    assert "is deleted" in nothing_here(Criteria(), 0, deleted=True)
