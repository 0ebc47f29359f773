from dataclasses import replace

import numpy as np
import pytest

from classroom.datasets.mnist_files import Mnist
from classroom.errors import Cancelled
from classroom.evaluation.results import Epoch
from classroom.networks.derived import derive
from classroom.networks.fine_tuning import RECIPES, fine_tune
from classroom.networks.keras_models import compiled, load_network
from classroom.starts import Start

BASE = RECIPES[Start.BASE]


def strange(mnist: Mnist, count: int, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Digits in a hand that MNIST has never seen: written with their colours swapped."""
    some = slice(start, start + count)
    return 255 - mnist.train_images[some], mnist.train_labels[some]


def share_right(model: object, images: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(compiled(model)(images).argmax(axis=1) == labels))


@pytest.mark.parametrize("start", Start)
def test_a_fine_tune_learns_new_handwriting_and_keeps_mnist(
    small_mnist: Mnist, start: Start
) -> None:
    base = load_network(start.file)
    weights = base.get_weights()
    practice, exam = strange(small_mnist, 60), strange(small_mnist, 200, 1000)
    epochs: list[Epoch] = []
    new = fine_tune(
        base,
        small_mnist.train_images,
        small_mnist.train_labels,
        derive(start, small_mnist).least_sure,
        *practice,
        recipe=RECIPES[start],
        seed=0,
        on_epoch=epochs.append,
    )
    assert share_right(new, *exam) > share_right(base, *exam) + 0.2
    test = (small_mnist.test_images, small_mnist.test_labels)
    assert share_right(new, *test) >= share_right(base, *test) - 0.01
    assert len(epochs) == epochs[-1].of
    for before, after in zip(weights, base.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_old_answers_are_rehearsed_and_not_the_labels(small_mnist: Mnist) -> None:
    start = Start.MNIST_ONLY
    base = load_network(start.file)
    wrong_labels = (small_mnist.train_labels + 1) % 10
    new = fine_tune(
        base,
        small_mnist.train_images,
        wrong_labels,
        derive(start, small_mnist).least_sure,
        *strange(small_mnist, 60),
        recipe=RECIPES[start],
    )
    test = (small_mnist.test_images, small_mnist.test_labels)
    assert new is not base
    assert share_right(new, *test) >= share_right(base, *test) - 0.01


def test_one_sample_is_enough_to_fine_tune(small_mnist: Mnist) -> None:
    base = load_network(Start.BASE.file)
    images, labels = small_mnist.train_images[:200], small_mnist.train_labels[:200]
    new = fine_tune(base, images, labels, range(20), *strange(small_mnist, 1), recipe=BASE)
    # it can be fine-tuned further: no layer is left frozen
    assert all(layer.trainable for layer in new.layers)


def test_a_cancelled_fine_tune_leaves_the_network_alone(small_mnist: Mnist) -> None:
    base = load_network(Start.BASE.file)
    weights = base.get_weights()
    images, labels = small_mnist.train_images[:200], small_mnist.train_labels[:200]
    with pytest.raises(Cancelled):
        fine_tune(
            base,
            images,
            labels,
            range(20),
            *strange(small_mnist, 5),
            recipe=BASE,
            cancelled=lambda: True,
        )
    for before, after in zip(weights, base.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_network_that_gets_worse_is_thrown_away(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = load_network(Start.BASE.file)
    images, labels = small_mnist.train_images, small_mnist.train_labels
    # each digit comes with every label: there is nothing to learn, but much to forget
    rubbish = np.repeat(images[:80], 10, axis=0), np.tile(np.arange(10, dtype=np.uint8), 80)
    assert (
        fine_tune(
            base,
            images,
            labels,
            range(20),
            *rubbish,
            recipe=replace(BASE, epochs=8, rehearsal_digits=300),
        )
        is base
    )
