from dataclasses import replace
from pathlib import Path

import numpy as np
import personalisation
import pytest
from learners import Retraining
from made_up_writers import made_up_writers
from personalisation import Outcome, gone, half_of, interval, measure, parsed, section, split

from classroom.classifiers.cnn import Cnn
from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import versions
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.jobs import Job
from classroom.engine.scoring import Digits
from classroom.networks import fine_tuning
from classroom.networks.keras_models import compiled, load_network
from classroom.paths import store_url
from classroom.starts import Start


def outcome(writer: str, before: int, after: int) -> Outcome:
    return Outcome(writer, 0, 0, 50, before, after, False, 0.0, 1.0)


def digits(*counts: int) -> Digits:
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.uint8)
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(len(labels))  # tells them apart
    return Digits(images, labels)


def test_a_third_of_each_digit_stays_for_the_exam() -> None:
    own = digits(9, 6, 3, 2, 1, 20)
    practice, exam = split(own, 5, 0)
    assert np.bincount(practice.labels).tolist() == [5, 4, 2, 2, 1, 5]
    assert np.bincount(exam.labels).tolist() == [4, 2, 1, 0, 0, 15]
    seen = np.concatenate([practice.images, exam.images])[:, 0, 0]
    assert sorted(seen.tolist()) == list(range(len(own)))
    others = split(own, 5, 1)[0].images[:, 0, 0]
    assert others.tolist() != practice.images[:, 0, 0].tolist()
    assert split(digits(5, 5, 5), 5, 0) is None  # three left for an exam


def test_the_halves_share_no_writer_and_leave_none_out() -> None:
    writers = ["d", "a", "c", "b", "e"]
    assert half_of(writers, "odd") == ["a", "c", "e"]
    assert half_of(writers, "even") == ["b", "d"]
    assert half_of(writers, None) == sorted(writers)


def test_the_interval_is_that_of_writers_and_not_of_digits() -> None:
    alike = [outcome(name, 10, 4) for name in "abcd"]
    assert gone(alike) == pytest.approx(0.6)
    assert interval(alike) == pytest.approx((0.6, 0.6))
    unlike = [outcome("a", 10, 10), outcome("b", 10, 0), *alike[2:]]
    low, high = interval(unlike)
    assert low < 0.3 < gone(unlike) < 0.8 < high
    # Two draws of one writer tell no more than one.
    assert interval([*unlike, *unlike]) == pytest.approx((low, high))
    assert gone([outcome("a", 4, 5)]) == -0.25
    assert np.isnan(interval([outcome("a", 0, 0)])).all()


@pytest.mark.long
def test_made_up_writers_have_a_hand_each(small_mnist: Mnist) -> None:
    given = small_mnist.train_images, small_mnist.train_labels
    own = made_up_writers(*given, 4, seed=3)
    again = made_up_writers(*given, 4, seed=3)
    other = made_up_writers(*given, 4, seed=4)
    assert len(own) == 4
    for name, found in own.items():
        assert np.bincount(found.labels).tolist() == [8] * 10
        assert found.images.shape == (80, 28, 28)
        assert found.images.dtype == np.uint8
        np.testing.assert_array_equal(found.images, again[name].images)
        assert not np.array_equal(found.images, other[name].images)
    # They fool the network that has seen MNIST only.
    answer = compiled(load_network(Start.MNIST_ONLY.file))
    wrong = [np.sum(answer(one.images).argmax(axis=1) != one.labels) for one in own.values()]
    assert sum(wrong) > 0.03 * 4 * 80
    with pytest.raises(SystemExit, match=r"enough for \d\d made-up writers, not for 500"):
        made_up_writers(*given, 500)


@pytest.mark.long
def test_a_writer_is_learnt_and_reported(
    small_mnist: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    own = made_up_writers(small_mnist.train_images, small_mnist.train_labels, 2, seed=3)
    train = Digits(small_mnist.train_images[:600], small_mnist.train_labels[:600])
    test = Digits(small_mnist.test_images, small_mnist.test_labels)
    options = parsed(["--made-up", "2", "--start", "mnist_only", "--each", "0", "5"])
    options.classifiers, options.beside, options.mistakes = ["cnn", "knn"], True, 1
    rows = list(measure(options, own, train, test))
    assert {row.start for row in rows} == {Start.MNIST_ONLY}
    titles = ["CNN", "neighbours on features", "ridge on features", "k-NN"]
    assert [row.title for row in rows] == [title for title in [*titles, *titles] for _ in "ab"]
    assert [row.group for row in rows[:2]] == ["2, all", "2 with at least 1 mistakes"]
    answer = compiled(load_network(Start.MNIST_ONLY.file))
    for row in rows[8:]:
        assert row.each == 5
        assert all(len(row.cells()) == len(personalisation.TITLES) for row in rows)
        assert row.total("exam") == 2 * 30
        assert all(one.seconds > 0 for one in row.outcomes)
        if row.title != "k-NN":
            parts = [split(each, 5, 0) for each in own.values()]
            wrong = [np.sum(answer(exam.images).argmax(1) != exam.labels) for _, exam in parts]
            assert row.total("wrong_before") == sum(wrong)
    for row in rows[:8]:
        assert row.each == 0
        assert row.total("wrong_before") == row.total("wrong_after")
    neighbours = next(row for row in rows[8:] if row.title == "neighbours on features")
    assert neighbours.total("practice_righted") == neighbours.total("practice_wrong") > 0
    ridge = next(row for row in rows[8:] if row.title == "ridge on features")
    assert ridge.total("practice_righted") > ridge.total("practice_wrong") / 2


def test_few_mistakes_are_a_group_of_their_own(small_mnist: Mnist) -> None:
    own = {
        name: Digits(small_mnist.test_images[:20], np.full(20, digit, np.uint8))
        for name, digit in [("a", 0), ("b", 1), ("c", 2)]
    }
    own["d"] = Digits(small_mnist.test_images[:20], small_mnist.test_labels[:20])
    answer = compiled(load_network(Start.MNIST_ONLY.file))

    def groups(*arguments: str) -> list[list[str]]:
        options = parsed(["--made-up", "4", *arguments])
        found = personalisation.groups_of(options, own, lambda them: answer(them).argmax(axis=1))
        return list(found.values())

    assert groups() == [["a", "b", "c", "d"], ["a", "b", "c"]]
    assert groups("--skip-others", "--half", "odd") == [["a", "c"]]
    assert groups("--half", "even") == [["b"], ["b"]]


def test_what_is_chosen_by_has_another_section_than_what_is_reported() -> None:
    assert section(parsed(["strokes.jsonl"])) == "What own digits change"
    assert section(parsed(["strokes.jsonl", "--half", "odd"])).endswith("change (odd half)")
    assert section(parsed(["--made-up", "9"])).endswith("change (made-up writers)")


def test_another_recipe_can_be_tried() -> None:
    options = parsed(["s.jsonl", "--recipe", "epochs=3", "interpolation=1", "--half", "even"])
    assert options.recipe == [("epochs", 3), ("interpolation", 1.0)]
    assert section(options).endswith("(even half, epochs 3, interpolation 1.0)")
    for wrong in ("epochs=x", "interpolation", "colour=3", "rehearsal_distorted=0"):
        with pytest.raises(SystemExit):
            parsed(["s.jsonl", "--recipe", wrong])


@pytest.mark.parametrize("arguments", [[], ["strokes.jsonl", "--made-up", "3"]])
def test_one_source_of_writers_is_named(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parsed(arguments)
    assert "name a strokes file, or a number of writers" in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.parametrize("start", Start)
def test_the_cnn_learns_as_the_program_has_it_learn(
    start: Start,
    home: Path,
    small_mnist: Mnist,
    checksums: Checksums,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = replace(fine_tuning.RECIPES[start], rehearsal_digits=400)
    monkeypatch.setitem(fine_tuning.RECIPES, start, quick)
    [own] = made_up_writers(small_mnist.train_images, small_mnist.train_labels, 1).values()
    with Dataset(store_url(home)) as store:
        store.keep_many(
            Sample(image, int(label), "made up", "import", part="practice")
            for image, label in zip(own.images, own.labels, strict=True)
        )
    versions.set_line(versions.Line(home, start))
    service = ClassifierService(home, checksums)
    service.load_network()
    service.retrain(Job(lambda _report: None), seed=4)
    train = Digits(small_mnist.train_images, small_mnist.train_labels)
    kept = service.classifiers["cnn"]
    assert isinstance(kept, Cnn)
    learnt = Retraining(start, train, {}).learn(service.own("practice"), 4)
    there, here, before = (
        compiled(model)(small_mnist.test_images)
        for model in (kept.model, learnt.model, load_network(start.file))
    )
    assert not learnt.thrown_away
    # Threads add up in another order each time, so that they are alike and not the same.
    assert np.abs(there - here).mean() < 0.2 * np.abs(there - before).mean()
