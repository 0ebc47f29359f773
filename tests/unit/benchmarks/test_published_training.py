import threading

import numpy as np
import pytest
from published_training import RECIPES, Recipe, resnet_descent, train_as_published

from classroom.datasets.mnist_files import Mnist
from classroom.errors import Cancelled
from classroom.evaluation.results import Epoch
from classroom.networks.from_scratch import accuracy
from classroom.networks.registry import NETWORKS


def test_every_published_network_has_a_recipe() -> None:
    told = {name: build.__doc__ or "" for name, build in NETWORKS.items()}
    published = {name for name, recipe in RECIPES.items() if recipe.published}
    assert published == {name for name, text in told.items() if "Published:" in text}
    for name in published:
        figure = f"{100 * RECIPES[name].figure:.2f}".removesuffix(".00")
        assert f"{figure}%" in RECIPES[name].published
        assert f"{figure}%" in told[name]


@pytest.mark.parametrize("name", ["lenet5", "lenet5_average", "mlp_two_hidden"])
def test_a_recipe_is_followed(name: str, small_mnist: Mnist) -> None:
    recipe, epochs = RECIPES[name], []
    images, labels = small_mnist.train_images, small_mnist.train_labels
    run = train_as_published(name, images, labels, epochs_at_most=3, on_epoch=epochs.append)
    assert run.history == epochs
    assert len(run.history) == 3
    assert run.history[-1].validation_accuracy is None  # all digits are trained on
    batches = -(-len(images) // recipe.batch_size)
    assert int(run.model.optimizer.iterations) == 3 * batches
    assert type(run.model.optimizer) is type(recipe.optimizer(1))
    assert run.seconds > 0
    assert accuracy(run.model, small_mnist.test_images, small_mnist.test_labels) > 0.7


def test_the_epochs_are_those_of_the_recipe(small_mnist: Mnist) -> None:
    few = small_mnist.train_images[:100], small_mnist.train_labels[:100]
    assert len(train_as_published("lenet_average", *few).history) == 15


def test_a_recipe_stops_when_it_is_good_enough(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(batch_size=32, epochs=10, stop_at=0.8)
    monkeypatch.setitem(RECIPES, "mlp_512", recipe)
    run = train_as_published("mlp_512", small_mnist.train_images, small_mnist.train_labels)
    *before, last = [epoch.validation_accuracy for epoch in run.history]
    assert last >= 0.8
    assert all(epoch < 0.8 for epoch in before)
    assert len(run.history) < 10
    assert int(run.model.optimizer.iterations) == len(run.history) * -(-1800 // 32)


def test_the_residual_network_learns_ever_more_slowly() -> None:
    rate = resnet_descent(100)
    for step, expected in [(0, 0.1), (49, 0.1), (51, 0.01), (74, 0.01), (76, 0.001)]:
        rate.iterations.assign(step)
        np.testing.assert_allclose(float(rate.learning_rate), expected, rtol=1e-5)


def test_a_published_training_can_be_cancelled(small_mnist: Mnist) -> None:
    stop = threading.Event()

    def stop_soon(epoch: Epoch) -> None:
        stop.set()

    few = small_mnist.train_images[:200], small_mnist.train_labels[:200]
    with pytest.raises(Cancelled):
        train_as_published("mlp_512", *few, on_epoch=stop_soon, cancelled=stop.is_set)
