"""Comparisons by the real classifier service on a little data: kept, repeatable, by writer."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import pytest
from support import keep_some

from classroom.catalogue import TITLES
from classroom.classifiers.cnn import Cnn
from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import comparison, scoring
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.comparison import ComparisonDigits, groups, leave_writers_out
from classroom.engine.jobs import Job
from classroom.engine.messages import JobReport, ResultReady
from classroom.engine.scoring import NOTHING, Digits, Task
from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.evaluation.results import Epoch, Evaluation, Result
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.processes import Worker


def quiet(_report: JobReport) -> None:
    pass


def no_place(_name: str) -> AbstractContextManager[None]:
    return nullcontext()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """Have everything computed in this process, which saves seconds; what was asked for."""
    asked: list[Task] = []

    def run(task: Task, job: Job, worker: Worker) -> Result:
        asked.append(task)
        return scoring.fit_and_score(task, job)

    monkeypatch.setattr(scoring, "run", run)
    return asked


def own(mnist: Mnist, first: int, count: int, writers: str) -> Digits:
    """Return MNIST's digits from `first` on as if they were own; a letter names each writer."""
    labels = mnist.train_labels[first : first + count]
    named = tuple(writers[place % len(writers)] for place in range(count))
    images = mnist.train_images[first : first + count]
    return Digits(images, labels, np.arange(first, first + count), named)


def comparison_digits(mnist: Mnist, practice: str = "ab", exam: str = "ab") -> ComparisonDigits:
    return ComparisonDigits(
        Digits(mnist.train_images[:300], mnist.train_labels[:300]),
        own(mnist, 1000, 20, practice) if practice else NOTHING,
        own(mnist, 1100, 12, exam) if exam else NOTHING,
        Digits(mnist.test_images[:50], mnist.test_labels[:50]),
    )


def test_the_same_seed_and_data_give_the_same_numbers(
    home: Path, checksums: Checksums, drawn: list[StrokesLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cnn, "EPOCHS_AT_MOST", 4)
    keep_some(home, drawn, 40)
    bench = ClassifierService(home, checksums)
    for _time in range(2):
        bench.compare(Job(quiet), 100, ("cnn", "svm"), 3)
    cards = runs.listing(home)
    assert [(card.number, card.seed, card.data.mnist) for card in cards] == [
        (1, 3, 100),
        (2, 3, 100),
    ]
    one, again = (runs.read(home, number).results for number in (1, 2))
    for first, second in zip(one, again, strict=True):
        assert first.own_exam is not None
        for which in ("mnist_test", "own_exam"):
            same: list[Evaluation] = [getattr(each, which) for each in (first, second)]
            np.testing.assert_array_equal(same[0].probabilities, same[1].probabilities)
        assert first.history == second.history
    assert len(one[0].history) == 4
    assert all(epoch.validation_accuracy is not None for epoch in one[0].history)
    assert (cards[0].data.validation, cards[0].data.held_out) == (200, 0)
    with Dataset(store_url(home)) as store:
        stats = store.stats()
        assert cards[0].fits(store.fingerprint())
        newest = store.samples()[0]
        store.relabel([newest.id or 0], (newest.label + 1) % 10)
        assert not cards[0].fits(store.fingerprint())
    kept = cards[0].data
    assert (kept.practice, kept.exam, kept.writers) == tuple(
        stats[name] for name in ("practice", "exam", "writers")
    )
    assert kept.labels == tuple(stats["labels"].values())


def test_networks_are_validated_on_digits_that_they_do_not_learn(
    small_mnist: Mnist, here: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cnn, "EPOCHS_AT_MOST", 1)
    train = Digits(small_mnist.train_images, small_mnist.train_labels)
    test = Digits(small_mnist.test_images[:50], small_mnist.test_labels[:50])
    chosen, others = train.split(200, 4)
    np.testing.assert_array_equal(chosen.images, train.sample(200, 4).images)
    some_left = ComparisonDigits(chosen, own(small_mnist, 0, 4, "a"), NOTHING, test, others)
    comparison.fit_and_score_all(Job(quiet), ("mlp_512", "knn"), some_left, 4, no_place)
    network, neighbours = here
    assert [len(task.train) for task in here] == [204, 204]
    assert not len(neighbours.validation)
    learned = {image.tobytes() for image in network.train.images}
    assert len(network.validation) == 200
    assert not learned & {image.tobytes() for image in network.validation.images}

    # Where all are learned, networks leave a few of them out.
    for name in ("mlp_512", "knn"):
        mnist, validation = scoring.split_validation(name, *train.split(2000, 4))
        expected = (1967, 33) if name == "mlp_512" else (2000, 0)
        assert (len(mnist), len(validation)) == expected


def test_what_is_learned_does_not_depend_on_what_it_is_watched_on(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cnn, "EPOCHS_AT_MOST", 2)
    images, labels = small_mnist.train_images[:64], small_mnist.train_labels[:64]
    held_out = small_mnist.train_images[64:128], small_mnist.train_labels[64:128]
    epochs: list[Epoch] = []
    watched = Cnn(network="cnn_dropout").fit(
        images, labels, validation=held_out, on_epoch=epochs.append
    )
    alone = Cnn(network="cnn_dropout").fit(images, labels)
    asked = small_mnist.test_images[:20]
    np.testing.assert_array_equal(watched.predict_proba(asked), alone.predict_proba(asked))
    right = watched.predict_proba(held_out[0]).argmax(axis=1) == held_out[1]
    assert epochs[-1].validation_accuracy == pytest.approx(right.mean())


def test_nobody_is_scored_by_what_has_seen_their_hand(small_mnist: Mnist, here: list[Task]) -> None:
    data = comparison_digits(small_mnist)
    nothing_yet = Evaluation(data.exam.labels, np.zeros((12, 10), np.float32))
    reports: list[JobReport] = []
    (done,) = leave_writers_out(
        Job(reports.append), [Result("knn", 1.0, 1.0, nothing_yet, nothing_yet)], data, 0
    )
    # 300 of MNIST, and the ten practice digits of the other one.
    assert [len(task.train) for task in here] == [310, 310]
    assert [task.own_exam.writers for task in here] == [("a",) * 6, ("b",) * 6]
    assert done.unseen is not None
    np.testing.assert_array_equal(done.unseen.labels, data.exam.labels)
    assert done.unseen.writers == data.exam.writers
    np.testing.assert_allclose(done.unseen.probabilities.sum(axis=1), 1, rtol=1e-5)
    assert [report.result for report in reports if isinstance(report, ResultReady)] == [done]
    # k-NN draws no lots: the same by hand.
    by_b = np.array([writer == "b" for writer in data.practice.writers])
    train = data.mnist.plus(data.practice.where(by_b))
    alone = scoring.fit_and_score(Task("knn", train, NOTHING, here[0].own_exam, 0)).own_exam
    assert alone is not None
    np.testing.assert_array_equal(alone.probabilities, done.unseen.by("a").probabilities)


def test_what_leaks_is_seen(small_mnist: Mnist, here: list[Task]) -> None:
    """A writer whose sevens look like ones: known to who has seen them, a mystery to others."""
    data = comparison_digits(small_mnist)
    ones = small_mnist.test_images[small_mnist.test_labels == 1][:4]
    exam = Digits(ones, np.full(4, 7, np.uint8), np.arange(4), ("a",) * 4)
    practice = Digits(
        np.concatenate([data.practice.images, ones]),
        np.concatenate([data.practice.labels, exam.labels]),
        None,
        (*"b" * 20, *exam.writers),
    )
    split = ComparisonDigits(data.mnist, practice, exam, data.mnist_test)
    results = comparison.fit_and_score_all(Job(quiet), ["knn"], split, 0, no_place)
    (result,) = leave_writers_out(Job(quiet), results, split, 0)
    assert result.own_exam is not None
    assert result.unseen is not None
    assert (result.own_exam.score.correct, result.unseen.score.correct) == (4, 0)


def test_many_writers_are_left_out_in_groups(small_mnist: Mnist) -> None:
    letters = "abcdefghijkl"
    dealt = groups(comparison_digits(small_mnist, letters, letters))
    assert len(dealt) == comparison.GROUPS_AT_MOST
    assert sorted(writer for group in dealt for writer in group) == list(letters)
    assert groups(comparison_digits(small_mnist, "a", "b")) == [("b",)]


@pytest.mark.parametrize(("practice", "exam"), [("a", "a"), ("ab", ""), ("", "")])
def test_with_one_writer_nobody_can_be_left_out(
    small_mnist: Mnist, practice: str, exam: str
) -> None:
    with pytest.raises(ClassroomError, match="two writers at least"):
        groups(comparison_digits(small_mnist, practice, exam))


def test_a_run_that_cannot_be_kept_costs_no_result(home: Path, checksums: Checksums) -> None:
    (home / "data" / "runs").write_text("a file where a folder belongs")
    reports: list[JobReport] = []
    done = ClassifierService(home, checksums).compare(Job(reports.append), 100, ("knn",), 0)
    assert done.run == 0
    assert "cannot be changed" in done.note
    (ready,) = [report for report in reports if isinstance(report, ResultReady)]
    assert ready.result.mnist_test is not None
    assert TITLES["knn"] in next(r.title for r in reports if "k-NN" in getattr(r, "title", ""))


def test_a_classifier_that_the_disk_does_not_take_is_refused_in_a_sentence(
    small_mnist: Mnist, tmp_path: Path
) -> None:
    # What stands where its folder should be keeps administrators out, too.
    (tmp_path / "taken").write_text("")
    train = Digits(small_mnist.train_images[:100], small_mnist.train_labels[:100])
    task = Task("knn", train, NOTHING, NOTHING, 0, tmp_path / "taken" / "knn.npz")
    with (
        Worker() as worker,
        pytest.raises(ClassroomError, match=r"could not be written to .*taken"),
    ):
        scoring.run(task, Job(quiet), worker)
