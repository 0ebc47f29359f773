from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from classroom.dataset import Dataset, Sample
from classroom.ui.edits import REMEMBERED, Delete, History, Relabel


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset(f"sqlite:///{(tmp_path / 'samples.sqlite').as_posix()}") as dataset:
        for number in range(6):
            image = np.full((28, 28), 40 * number, np.uint8)
            dataset.keep(Sample(image, label=number % 3, writer="Ann", origin="drawn"))
        yield dataset


def content(store: Dataset) -> dict[int | None, tuple[int, str | None]]:
    return {sample.id: (sample.label, sample.part) for sample in store.samples()}


def test_a_deletion_taken_back_leaves_everything_as_it_was(store: Dataset) -> None:
    before = content(store)
    first, second, *_rest = before
    assert first is not None
    assert second is not None
    edit = Delete((first, second))
    edit.apply(store)
    assert content(store).keys() == before.keys() - {first, second}
    edit.revert(store)
    assert content(store) == before


def test_each_sample_gets_its_own_label_back(store: Dataset) -> None:
    before = content(store)
    edit = Relabel({number: label for number, (label, _part) in before.items() if number}, 7)
    edit.apply(store)
    assert {label for label, _part in content(store).values()} == {7}
    edit.revert(store)
    assert content(store) == before


def test_edits_are_taken_back_from_the_latest_on(store: Dataset) -> None:
    before = content(store)
    number = next(iter(before))
    assert number is not None
    history = History()
    for edit in (Relabel({number: before[number][0]}, 8), Relabel({number: 8}, 9)):
        edit.apply(store)
        history.push(edit)
    labels = []
    while last := history.pop():
        last.revert(store)
        labels.append(content(store)[number][0])
    assert labels == [8, before[number][0]]


def test_the_history_does_not_grow_for_ever() -> None:
    history = History()
    for number in range(REMEMBERED + 5):
        history.push(Delete((number,)))
    assert len(history) == REMEMBERED
    last = history.pop()
    assert last is not None
    assert last.ids == (REMEMBERED + 4,)


def test_one_and_many_read_as_such() -> None:
    assert Delete((1,)).sentence() == "1 digit deleted."
    assert Delete(tuple(range(1200))).sentence() == "1,200 digits deleted."
    assert Relabel({1: 2, 3: 4}, 7).sentence() == "2 digits are a 7 now."
