"""The weights are the mean over the last epochs, at a rate that no longer falls."""

from typing import Any

import keras
import numpy as np

from classroom.datasets.mnist_files import Mnist
from classroom.networks.from_scratch import fit_network
from classroom.networks.registry import new_network
from classroom.networks.weight_averaging import FallThenHold


def test_the_weights_become_their_mean_over_the_last_epochs(small_mnist: Mnist) -> None:
    model = new_network("quick", 1)
    after_each: list[list[np.ndarray]] = []
    history = fit_network(
        model,
        small_mnist.train_images[:200],
        small_mnist.train_labels[:200],
        epochs=4,
        averaged=2,
        on_epoch=lambda _epoch: after_each.append(model.get_weights()),
    )
    assert len(history) == 4
    last = zip(*after_each[2:], strict=True)
    for mean, (third, fourth) in zip(model.get_weights(), last, strict=True):
        np.testing.assert_allclose(mean, (third + fourth) / 2, rtol=1e-4, atol=1e-6)
    # or any of the last would have done
    assert not np.allclose(after_each[2][1], after_each[3][1])


def test_the_rate_follows_the_fall_and_then_stays() -> None:
    fall: Any = keras.optimizers.schedules.CosineDecay(1.0, decay_steps=10)
    rate = FallThenHold(fall, 10, 0.25)
    assert float(rate(5)) == float(fall(5))
    assert [float(rate(step)) for step in (10, 11, 1000)] == [0.25] * 3
