"""The own samples: kept, asked for, deleted, and back."""

from datetime import UTC, datetime

import numpy as np
import pytest
from store_support import a_sample, url_of

from classroom.datasets.dataset import Dataset, Part, Sample
from classroom.errors import ClassroomError


def ids(dataset: Dataset, **which) -> list[int]:
    return [sample.id for sample in dataset.samples(**which)]


# --- keeping ----------------------------------------------------------------
def test_a_kept_sample_is_there_after_reopening_with_all_that_was_known_of_it(file):
    strokes = [[(0.1, 2.0), (-3.25, 1e-9)], [(5.0, 5.0)]]
    created = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    sample = a_sample(1, 7, "Zoë", origin="photo", strokes=strokes, created=created, part=Part.EXAM)
    with Dataset(url_of(file)) as dataset:
        kept = dataset.keep(sample)
    with Dataset(url_of(file)) as dataset:
        [found] = dataset.samples()
    assert (found.id, found.part) == (kept.id, Part.EXAM)
    assert (found.label, found.writer, found.origin) == (7, "Zoë", "photo")
    assert found.strokes == strokes
    assert found.created == created
    np.testing.assert_array_equal(found.image, sample.image)


def test_every_third_digit_of_a_writer_goes_to_the_exam(dataset):
    parts = [dataset.keep(a_sample(number)).part for number in range(6)]
    assert parts == [Part.PRACTICE, Part.PRACTICE, Part.EXAM] * 2
    # another digit and another writer have thirds of their own
    assert dataset.keep(a_sample(10, label=4)).part == Part.PRACTICE
    assert dataset.keep(a_sample(11, writer="bob")).part == Part.PRACTICE


def test_many_at_once_get_the_same_parts_as_one_by_one(dataset):
    samples = [a_sample(n, n % 2, writer) for n in range(20) for writer in ("ann", "bob")]
    assert dataset.keep_many(samples[:14])[:2] == (14, 0)
    assert dataset.keep_many(samples)[:2] == (26, 14)
    with Dataset("sqlite://") as one_by_one:
        parts = [one_by_one.keep(sample).part for sample in samples]
    assert [sample.part for sample in dataset.samples(newest_first=False)] == parts


def test_a_part_that_is_named_is_kept_and_counts_for_the_thirds(dataset):
    assert dataset.keep(a_sample(1, part=Part.EXAM)).part == Part.EXAM
    assert [dataset.keep(a_sample(n)).part for n in (2, 3, 4)] == [Part.PRACTICE] * 3
    assert dataset.keep(a_sample(5)).part == Part.PRACTICE
    assert dataset.keep(a_sample(6)).part == Part.EXAM


def test_the_same_image_by_the_same_writer_is_stored_once(dataset):
    first = dataset.keep(a_sample(1))
    again = dataset.keep(a_sample(1, part=Part.EXAM))
    assert (again.id, again.part, again.duplicate) == (first.id, Part.PRACTICE, True)
    assert not dataset.keep(a_sample(1, writer="bob")).duplicate
    assert dataset.keep_many([a_sample(1), a_sample(2), a_sample(2)])[:2] == (1, 2)
    assert dataset.stats()["total"] == 3


def test_a_name_is_one_name_however_it_is_typed(dataset):
    dataset.keep(a_sample(1, writer="  Zoë  B "))
    assert dataset.keep(a_sample(1, writer="Zoe\u0308 B")).duplicate
    dataset.keep(a_sample(2, writer=" "))
    dataset.keep(a_sample(3, writer="bad \udc80 bytes"))
    assert dataset.writers() == ["bad ? bytes", "unknown", "Zoë B"]
    assert len(dataset.samples(writer=" Zoë B")) == 1
    with pytest.raises(ClassroomError, match="Shorten"):
        dataset.keep(a_sample(4, writer="x" * 101))


@pytest.mark.parametrize(
    "wrong",
    [
        Sample(np.zeros((27, 28), np.uint8), 3, "ann", "drawn"),
        Sample(np.zeros((28, 28), np.float32), 3, "ann", "drawn"),
        a_sample(1, label=10),
        a_sample(1, origin="dream"),
        a_sample(1, part="test"),
    ],
)
def test_what_is_no_sample_stops_all_that_come_with_it(dataset, wrong):
    with pytest.raises(ValueError, match=r"not|unknown"):
        dataset.keep_many([a_sample(7), wrong])
    assert dataset.stats()["total"] == 0


# --- deleting and relabelling, and back -------------------------------------
def test_deleting_is_undone_with_everything_as_it_was(dataset):
    for number in range(4):
        dataset.keep(a_sample(number, strokes=[[(float(number), 0.0)]]))
    before = dataset.samples()
    fingerprint = dataset.fingerprint()
    gone = ids(dataset)[:2]
    dataset.delete(gone)
    assert ids(dataset) == [before[2].id, before[3].id]
    assert dataset.counts().sum() == 2
    assert len(dataset.arrays(Part.EXAM)[0]) == 0
    assert dataset.fingerprint() != fingerprint

    dataset.restore(gone)
    after = dataset.samples()
    assert [(s.id, s.part, s.created, s.strokes) for s in after] == [
        (s.id, s.part, s.created, s.strokes) for s in before
    ]
    assert dataset.fingerprint() == fingerprint


def test_a_deleted_sample_that_is_kept_again_has_its_old_part(dataset):
    kept = [dataset.keep(a_sample(number)) for number in range(3)]
    dataset.delete([kept[0].id, kept[1].id])
    again = dataset.keep(a_sample(0, label=8, part=Part.EXAM))
    assert (again.id, again.part, again.duplicate) == (kept[0].id, Part.PRACTICE, False)
    assert dataset.samples(label=8)[0].id == kept[0].id
    assert dataset.keep_many([a_sample(1), a_sample(2)])[:2] == (1, 1)


def test_relabelling_leaves_the_part_and_is_undone_by_relabelling(dataset):
    exam = [dataset.keep(a_sample(number)) for number in range(3)][2]
    fingerprint = dataset.fingerprint()
    dataset.relabel([exam.id], 5)
    [relabelled] = dataset.samples(label=5)
    assert (relabelled.id, relabelled.part) == (exam.id, Part.EXAM)
    assert dataset.fingerprint() != fingerprint
    dataset.relabel([exam.id], 3)
    assert dataset.fingerprint() == fingerprint
    with pytest.raises(ValueError, match="0 to 9"):
        dataset.relabel([exam.id], 10)


def test_labels_are_told_of_what_is_kept_deleted_and_not_there(dataset):
    first, second = (dataset.keep(a_sample(number)).id for number in range(2))
    dataset.relabel([first], 5)
    dataset.delete([second])
    assert dataset.labels([first, second, 99]) == {first: 5, second: None}
    assert dataset.labels([]) == {}


def test_thousands_are_deleted_at_once(dataset):
    dataset.keep_many(a_sample(number) for number in range(1200))
    dataset.delete(ids(dataset))
    assert dataset.samples() == []


# --- asking -----------------------------------------------------------------
def test_samples_by_digit_writer_and_part_newest_first_and_in_pages(dataset):
    dataset.keep_many(a_sample(n, n % 2, "ann" if n < 6 else "bob") for n in range(12))
    assert len(dataset.samples(label=1, writer="bob", part=Part.EXAM)) == 1
    assert {s.writer for s in dataset.samples(writer="bob")} == {"bob"}
    everything = ids(dataset)
    assert everything == sorted(everything, reverse=True)
    assert ids(dataset, newest_first=False) == everything[::-1]
    assert ids(dataset, limit=5, offset=3) == everything[3:8]
    assert ids(dataset, offset=10) == everything[10:]


def test_arrays_hold_a_part_in_the_order_of_keeping(dataset):
    samples = [a_sample(number, number % 10) for number in range(40)]
    dataset.keep_many(samples)
    images, labels = dataset.arrays(Part.EXAM)
    expected = [s for s in samples if int(s.image.sum()) in images.sum(axis=(1, 2))]
    assert (images.shape, images.dtype, labels.dtype) == ((10, 28, 28), np.uint8, np.uint8)
    np.testing.assert_array_equal(images, [sample.image for sample in expected])
    np.testing.assert_array_equal(labels, [sample.label for sample in expected])
    assert dataset.arrays(Part.PRACTICE)[0].shape == (30, 28, 28)


def test_each_exam_digit_can_be_told_from_the_others_and_seen_even_when_deleted(dataset):
    dataset.keep_many([a_sample(number, 3, "ann" if number < 3 else "bob") for number in range(6)])
    images, _labels, numbers, writers = dataset.identified(Part.EXAM)
    assert writers == ("ann", "bob")
    assert numbers.tolist() == ids(dataset, part=Part.EXAM, newest_first=False)
    dataset.delete(numbers[:1])
    found = dataset.images([*numbers, 999])
    assert list(found) == numbers.tolist()
    np.testing.assert_array_equal(np.stack(list(found.values())), images)


def test_counts_and_stats(dataset):
    assert dataset.arrays(Part.PRACTICE)[0].shape == (0, 28, 28)
    assert dataset.counts().tolist() == [[0, 0]] * 10
    dataset.keep_many([a_sample(n, 2) for n in range(3)] + [a_sample(9, 5, "bob")])
    assert dataset.counts()[[2, 5]].tolist() == [[2, 1], [1, 0]]
    assert dataset.counts("bob").sum() == dataset.counts("bob")[5, 0] == 1
    labels = {str(digit): 0 for digit in range(10)} | {"2": 3, "5": 1}
    assert dataset.stats() == {
        "total": 4, "practice": 3, "exam": 1, "writers": 2, "labels": labels
    }  # fmt: skip
