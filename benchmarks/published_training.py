"""How the networks of the literature were trained where they were published.

`classroom.networks.from_scratch` has the program's own recipe; these are for comparing like
with like. Where a publication is silent, batches of 128, 15 epochs and Adam
stand in. Networks that were scaled down have the optimizer of the large one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import keras

from classroom.evaluation.results import Epoch
from classroom.networks.augmentation import Images, Labels, training_batches
from classroom.networks.from_scratch import fit_network, random_split
from classroom.networks.registry import new_network
from classroom.networks.training_loop import IsCancelled, OnEpoch, Reporter, run_epochs

VALIDATION_DIGITS = 5000

Optimizer = Callable[[int], keras.optimizers.Optimizer]


def adam(steps: int) -> keras.optimizers.Optimizer:
    """Return Adam with the rates of its paper (Kingma and Ba, ICLR 2015)."""
    return keras.optimizers.Adam()


def gradient_descent(steps: int) -> keras.optimizers.Optimizer:
    """Return gradient descent, with a momentum in place of LeCun's second derivatives."""
    return keras.optimizers.SGD(0.01, momentum=0.9)


def alexnet_descent(steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer of AlexNet, section 5.

    There the rate fell whenever the validation error stood still; here it
    falls at fixed steps, so that nothing is held out.
    """
    return keras.optimizers.SGD(_falling(0.01, steps), momentum=0.9, weight_decay=5e-4)


def resnet_descent(steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer of the residual networks, section 4.2."""
    return keras.optimizers.SGD(_falling(0.1, steps), momentum=0.9, weight_decay=1e-4)


def rmsprop(steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer of MobileNet, section 3.2, with Keras' rates."""
    return keras.optimizers.RMSprop()


def _falling(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    # He et al.: divided by ten after half, and after three quarters, of the steps
    return keras.optimizers.schedules.PiecewiseConstantDecay(
        [steps // 2, steps * 3 // 4], [rate, rate / 10, rate / 100]
    )


@dataclass(frozen=True)
class Recipe:
    """How a network was trained, and what came of it.

    Attributes
    ----------
    published : str
        The accuracy on the MNIST test set, in the publication's words; empty
        where there is none.
    figure : float or None
        The accuracy that has to be reached for the claim to hold, 0 to 1.
    batch_size, epochs : int
    optimizer : function of the number of steps, or None
        None for the program's own recipe, with augmentation and elastic
        distortions.
    stop_at : float or None
        The accuracy on held-out training digits that ends the training.
    """

    published: str = ""
    figure: float | None = None
    batch_size: int = 128
    epochs: int = 15
    optimizer: Optimizer | None = adam
    stop_at: float | None = None


RECIPES: dict[str, Recipe] = {
    "lenet5": Recipe("98.70%", 0.987, batch_size=64),
    "lenet5_average": Recipe(
        "99.05%", 0.9905, batch_size=32, epochs=20, optimizer=gradient_descent
    ),
    "lenet5_dilated": Recipe("better than 98.70%", 0.987, batch_size=64),
    "lenet_average": Recipe(batch_size=64),
    "cnn_dropout": Recipe("99.03%; P 98.9%, R 99.0%, F1 99.0%", 0.9903, epochs=10),
    "cnn_5x5": Recipe("99.15%", 0.9915, batch_size=64),
    "mlp_512": Recipe("over 99%", 0.99, batch_size=32, epochs=10, stop_at=0.99),
    "mlp_two_hidden": Recipe(),
    "alexnet_small": Recipe("99.15%", 0.9915, optimizer=alexnet_descent),
    "resnet_small": Recipe("99.72%", 0.9972, optimizer=resnet_descent),
    "lightweight": Recipe("99.12%", 0.9912, optimizer=rmsprop),
    "committee": Recipe("99.77% (35 networks, 800 epochs)", 0.9977, epochs=30, optimizer=None),
}


@dataclass(frozen=True, eq=False)
class PublishedRun:
    """A network trained as it was published.

    Attributes
    ----------
    model : keras.Model
    history : list of Epoch
        Of a committee, of all its members.
    seconds : float
        Wall-clock time of the training alone.
    """

    model: keras.Model
    history: list[Epoch]
    seconds: float


def train_as_published(
    network: str,
    images: Images,
    labels: Labels,
    *,
    seed: int = 0,
    epochs_at_most: int | None = None,
    on_epoch: OnEpoch = None,
    cancelled: IsCancelled = None,
) -> PublishedRun:
    """Train a network as its `Recipe` says.

    Parameters
    ----------
    network : str
        A name in `RECIPES`.
    images, labels : arrays of shape (n, 28, 28) and (n,), uint8
        The training set. Where the recipe stops at an accuracy, 5,000 of them
        (of few digits, a tenth) are held out to measure it; else all are
        trained on, and nothing is chosen.
    seed : int
    epochs_at_most : int, optional
        For quick trials.
    on_epoch, cancelled
        As in `classroom.networks.from_scratch.fit_network`.

    Raises
    ------
    Cancelled
    """
    recipe = RECIPES[network]
    model = new_network(network, seed)
    epochs = min(recipe.epochs, epochs_at_most or recipe.epochs)
    reports: dict[str, Any] = {"on_epoch": on_epoch, "cancelled": cancelled}
    start = perf_counter()
    if recipe.optimizer is None:
        history = fit_network(
            model, images, labels, epochs=epochs, seed=seed, augment=True, elastic=True, **reports
        )
    else:
        history = _fit(model, recipe, images, labels, epochs, seed, **reports)
    return PublishedRun(model, history, perf_counter() - start)


def _fit(
    model: keras.Model,
    recipe: Recipe,
    images: Images,
    labels: Labels,
    epochs: int,
    seed: int,
    *,
    on_epoch: OnEpoch,
    cancelled: IsCancelled,
) -> list[Epoch]:
    assert recipe.optimizer is not None
    validation, stops = None, []
    if recipe.stop_at is not None:
        kept, held_out = random_split(labels, min(VALIDATION_DIGITS, len(labels) // 10), seed)
        validation = images[held_out], labels[held_out]
        images, labels = images[kept], labels[kept]
        stops = [StopAt(recipe.stop_at)]
    keras.utils.set_random_seed(seed)
    batches = training_batches(
        images, labels, seed=seed, augment=False, batch_size=recipe.batch_size
    )
    optimizer = recipe.optimizer(epochs * len(batches))
    reporter = Reporter(epochs, len(batches), on_epoch, None, cancelled)
    return run_epochs(model, batches, optimizer, reporter, validation=validation, callbacks=stops)


class StopAt(keras.callbacks.Callback):
    """Ends the training after the first epoch with this accuracy on held-out digits."""

    def __init__(self, accuracy: float) -> None:
        super().__init__()
        self.accuracy = accuracy

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the accuracy on held-out digits."""
        if logs is not None and logs["val_accuracy"] >= self.accuracy:
            self.model.stop_training = True
