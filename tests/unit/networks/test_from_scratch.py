import gc
import threading
import time

import numpy as np
import pytest
import tensorflow as tf

from classroom.datasets.mnist_files import Mnist
from classroom.errors import Cancelled
from classroom.evaluation.results import Epoch
from classroom.networks import from_scratch
from classroom.networks.architectures.committee import committee
from classroom.networks.architectures.mlp_512 import mlp_512
from classroom.networks.augmentation import distort, training_batches
from classroom.networks.from_scratch import fit_network, train_from_scratch
from classroom.networks.keras_models import compiled, load_network, members_of
from classroom.networks.registry import NETWORKS, new_network
from classroom.starts import Start


# --- from scratch --------------------------------------------------------------------
def test_a_network_learns_from_scratch(small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_scratch, "VALIDATION_DIGITS", 300)
    epochs: list[Epoch] = []
    progress: list[float] = []
    run = train_from_scratch(
        "quick",
        small_mnist,
        epochs=3,
        seed=3,
        on_epoch=epochs.append,
        on_progress=progress.append,
    )
    assert run.test_accuracy >= 0.9
    assert run.validation_accuracy == pytest.approx(epochs[-1].validation_accuracy)
    assert run.history == tuple(epochs)
    assert [(epoch.number, epoch.of) for epoch in epochs] == [(n, 3) for n in range(1, 4)]
    assert epochs[-1].loss < epochs[0].loss / 2
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    right = compiled(run.model)(small_mnist.test_images).argmax(axis=1) == small_mnist.test_labels
    assert run.test_accuracy == pytest.approx(right.mean())


def test_a_training_leaves_nothing_in_memory(small_mnist: Mnist) -> None:
    def graphs_left() -> int:
        model = new_network("mlp_two_hidden", 0)
        fit_network(model, small_mnist.train_images[:100], small_mnist.train_labels[:100], epochs=1)
        del model
        gc.collect()
        return sum(type(one).__name__ == "FuncGraph" for one in gc.get_objects())

    # A graph that stays holds the weights of its network.
    first = graphs_left()
    assert [graphs_left() for _again in range(3)] == [first] * 3


def test_what_is_held_out_is_never_trained_on(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    # all nines, and nothing else, lie where the digits are held out
    monkeypatch.setattr(from_scratch, "VALIDATION_DIGITS", 200)
    kept, held_out = from_scratch.random_split(small_mnist.train_labels, 200, 0)
    nine = small_mnist.train_labels == 9
    images, labels = small_mnist.train_images.copy(), small_mnist.train_labels.copy()
    images[held_out], labels[held_out] = small_mnist.train_images[nine], 9
    images[kept], labels[kept] = small_mnist.train_images[~nine], small_mnist.train_labels[~nine]
    without_nines = Mnist(images, labels, small_mnist.test_images, small_mnist.test_labels, "")
    run = train_from_scratch("mlp_512", without_nines, epochs=3, seed=0)
    assert run.test_accuracy > 0.7
    assert run.validation_accuracy == 0


def test_the_held_out_part_is_a_part() -> None:
    kept, held_out = from_scratch.random_split(np.zeros(100, np.uint8), 30, 7)
    assert sorted([*kept, *held_out]) == list(range(100))
    assert len(held_out) == 30
    np.testing.assert_array_equal(
        held_out, from_scratch.random_split(np.zeros(100, np.uint8), 30, 7)[1]
    )


def quick_fit(mnist: Mnist, seed: int) -> list[np.ndarray]:
    model = new_network("mlp_512", seed)
    images, labels = mnist.train_images[:128], mnist.train_labels[:128]
    fit_network(model, images, labels, epochs=2, seed=seed, augment=True)
    return list(model.get_weights())


def test_the_same_seed_gives_the_same_network(small_mnist: Mnist) -> None:
    first, again = quick_fit(small_mnist, 1), quick_fit(small_mnist, 1)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.long
def test_a_committee_learns_from_elastic_digits(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NETWORKS, "committee", lambda: committee(mlp_512, members=2))
    run = train_from_scratch("committee", small_mnist, epochs=1, seed=2)
    kept, _held_out = from_scratch.random_split(small_mnist.train_labels, 200, 2)
    digits = small_mnist.train_images[kept], small_mnist.train_labels[kept]
    same = {}
    for elastic in (True, False):
        model, *_others = members_of(new_network("committee", 2))
        fit_network(model, *digits, epochs=1, seed=2, augment=True, styles=True, elastic=elastic)
        pairs = zip(model.get_weights(), members_of(run.model)[0].get_weights(), strict=True)
        same[elastic] = all(np.allclose(one, two, atol=1e-4) for one, two in pairs)
    assert same == {True: True, False: False}


# --- cancel, and company ----------------------------------------------------------------
def test_a_cancel_stops_within_a_few_batches(small_mnist: Mnist) -> None:
    cancelled = threading.Event()
    asked = time.monotonic()

    def cancel_soon(fraction: float) -> None:
        nonlocal asked
        if not cancelled.is_set():
            asked = time.monotonic()
            cancelled.set()

    with pytest.raises(Cancelled):
        fit_network(
            new_network("quick", 0),
            small_mnist.train_images,
            small_mnist.train_labels,
            epochs=100,
            on_progress=cancel_soon,
            cancelled=cancelled.is_set,
        )
    assert time.monotonic() - asked < 5


def test_another_network_answers_while_one_trains(small_mnist: Mnist) -> None:
    answer = compiled(load_network(Start.BASE.file))
    before = answer(small_mnist.test_images[:1])
    stop, errors = threading.Event(), []

    def train() -> None:
        try:
            fit_network(
                new_network("quick", 0),
                small_mnist.train_images,
                small_mnist.train_labels,
                epochs=100,
                augment=True,
                cancelled=stop.is_set,
            )
        except Cancelled:
            pass
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=train)
    thread.start()
    answers = [answer(small_mnist.test_images[:1]) for _ in range(200)]
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert not errors
    for one in answers:
        np.testing.assert_allclose(one, before, atol=1e-6)


# --- batches and augmentation -----------------------------------------------------------------
def test_an_epoch_holds_every_digit_once_in_a_new_order(small_mnist: Mnist) -> None:
    labels = (np.arange(300) % 251).astype(np.uint8)
    images = np.zeros((300, 28, 28), np.uint8)
    images[:, 0, 0] = labels
    batches = training_batches(images, labels, seed=0, augment=False)
    assert len(batches) == 9  # of 37, at least eight
    first, second = (
        np.concatenate([np.asarray(batch_labels) for _pixels, batch_labels in batches])
        for _epoch in range(2)
    )
    np.testing.assert_array_equal(np.sort(first), np.sort(labels))
    assert not np.array_equal(first, second)
    for pixels, batch_labels in batches:
        np.testing.assert_array_equal(pixels[:, 0, 0, 0], batch_labels)


def test_only_the_chosen_digits_are_distorted(small_mnist: Mnist) -> None:
    images, labels = small_mnist.train_images[:100], np.arange(100, dtype=np.uint8)
    batches = training_batches(images, labels, seed=0, augment=labels >= 60)
    for pixels, places in batches:
        same = np.all(np.asarray(pixels)[..., 0] == images[np.asarray(places)], axis=(1, 2))
        np.testing.assert_array_equal(same, np.asarray(places) < 60)


def test_augmentation_distorts_but_keeps_the_digit(small_mnist: Mnist) -> None:
    images = small_mnist.test_images
    pixels = tf.cast(images[..., None], tf.float32)
    distorted = np.asarray(distort(pixels, tf.constant([1, 2])))
    np.testing.assert_array_equal(distorted, distort(pixels, tf.constant([1, 2])))
    assert distorted.min() >= 0
    assert distorted.max() <= 255.01
    assert np.mean(np.abs(distorted[..., 0] - images)) > 5
    ink = images.sum(axis=(1, 2)), distorted.sum(axis=(1, 2, 3))
    assert np.corrcoef(*ink)[0, 1] < 0.95  # the pens differ
    answers = compiled(load_network(Start.BASE.file))(np.rint(distorted[..., 0]).astype(np.uint8))
    assert np.mean(answers.argmax(axis=1) == small_mnist.test_labels) > 0.95
