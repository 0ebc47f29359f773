"""Trains a network from scratch: for ``train``, and for the CNN of a comparison."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
from numpy.typing import NDArray

from classroom.datasets.mnist import Mnist
from classroom.evaluation.results import Epoch, Probabilities
from classroom.networks.augmentation import Images, Labels, training_batches
from classroom.networks.keras_models import compiled, members_of
from classroom.networks.registry import new_network
from classroom.networks.training_loop import (
    IsCancelled,
    OnEpoch,
    OnProgress,
    Reporter,
    fit_in_turn,
    rise_and_fall,
    run_epochs,
)
from classroom.networks.weight_averaging import FallThenHold, MeanOfLastEpochs

LEARNING_RATE = 2e-3
# The largest number of digits to validate on; of few digits, a tenth.
VALIDATION_DIGITS = 5000
# The weights are averaged over the last epochs: one in this number of them.
AVERAGED_PART = 4


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A network trained from scratch, and its scores.

    Attributes
    ----------
    model : keras.Model
    history : tuple of Epoch
    seconds : float
        The wall-clock time of the training alone.
    validation_accuracy, test_accuracy : float, 0 to 1
        The accuracy on the held-out part of MNIST's training set, and on its test set.
    """

    model: keras.Model
    history: tuple[Epoch, ...]
    seconds: float
    validation_accuracy: float
    test_accuracy: float


def train_from_scratch(
    network: str,
    mnist: Mnist,
    *,
    epochs: int,
    augment: bool = True,
    seed: int = 0,
    on_epoch: OnEpoch = None,
    on_progress: OnProgress = None,
    cancelled: IsCancelled = None,
) -> TrainingRun:
    """Train `network` on MNIST, as the shipped networks were trained.

    With augmentation each digit is distorted differently in every epoch, some get strokes that
    MNIST lacks, and the weights are averaged over the last epochs, as ``base.keras`` was trained.
    Without it the network sees MNIST as it is, as ``mnist_only.keras`` was trained. 5,000
    digits of the training set are held out for validation; the test set is used once, at the
    end. The members of a committee are trained one after the other, and on elastic distortions
    too, as in its paper.

    Parameters
    ----------
    network : str
        A name in `classroom.networks.registry.NETWORKS`.
    mnist : Mnist
    epochs : int, at least 1
    augment : bool
    seed : int
        The same seed on the same machine gives the same network.
    on_epoch, on_progress, cancelled
        As in `fit_network`.

    Raises
    ------
    Cancelled
    """
    model = new_network(network, seed)
    count = min(VALIDATION_DIGITS, len(mnist.train_labels) // 10)
    practice, held_out = random_split(mnist.train_labels, count, seed)
    validation = (mnist.train_images[held_out], mnist.train_labels[held_out])
    start = time.perf_counter()
    history = fit_network(
        model,
        mnist.train_images[practice],
        mnist.train_labels[practice],
        epochs=epochs,
        seed=seed,
        augment=augment,
        elastic=augment and bool(members_of(model)),
        styles=augment,
        averaged=epochs // AVERAGED_PART if augment else 0,
        validation=validation,
        on_epoch=on_epoch,
        on_progress=on_progress,
        cancelled=cancelled,
    )
    seconds = time.perf_counter() - start
    return TrainingRun(
        model=model,
        history=tuple(history),
        seconds=seconds,
        validation_accuracy=accuracy(model, *validation),
        test_accuracy=accuracy(model, mnist.test_images, mnist.test_labels),
    )


def fit_network(
    model: keras.Model,
    images: Images,
    labels: Labels,
    *,
    epochs: int,
    seed: int = 0,
    augment: bool = False,
    elastic: bool = False,
    styles: bool = False,
    averaged: int = 0,
    validation: tuple[Images, Labels] | None = None,
    learning_rate: float = LEARNING_RATE,
    on_epoch: OnEpoch = None,
    on_progress: OnProgress = None,
    cancelled: IsCancelled = None,
) -> list[Epoch]:
    """Train `model` in place with Adam and a learning rate that rises, then falls to 0.

    Parameters
    ----------
    model : keras.Model
        From (28, 28, 1) pixels, 0 to 255, to ten probabilities. Of a
        committee, each member is trained for `epochs`, one after the other.
    images : array of shape (n, 28, 28), uint8
    labels : array of shape (n,), 0 to 9
    epochs : int, at least 1
    seed : int
        Decides the order of the digits, the augmentation and the dropout.
    augment : bool
        Whether each digit is distorted, differently in every epoch.
    elastic : bool
        Whether the distortions are elastic too.
    styles : bool
        Whether some digits get the strokes of `classroom.networks.european_styles`.
    averaged : int
        The number of the last epochs over which the weights are averaged. Their learning rate
        is a quarter of the highest one.
    validation : tuple of images and labels, optional
        Scored after each epoch, never trained on.
    learning_rate : float
        The highest learning rate of the schedule.
    on_epoch : function of an `Epoch`, optional
        Called after each epoch, in this thread.
    on_progress : function of a float from 0 to 1, optional
        Called a few times a second, in this thread.
    cancelled : function that returns a bool, optional
        Called after each batch; the training stops if it returns True.

    Returns
    -------
    list of Epoch

    Raises
    ------
    Cancelled
        `model` is then half trained.

    See Also
    --------
    classroom.networks.training_loop.rise_and_fall : the learning rate.
    classroom.networks.weight_averaging : the averaging.
    """
    if members_of(model):
        fit_one = partial(
            fit_network,
            images=images,
            labels=labels,
            epochs=epochs,
            augment=augment,
            elastic=elastic,
            styles=styles,
            averaged=averaged,
            validation=validation,
            learning_rate=learning_rate,
            cancelled=cancelled,
        )
        return fit_in_turn(
            fit_one, members_of(model), seed=seed, on_epoch=on_epoch, on_progress=on_progress
        )
    keras.utils.set_random_seed(seed)
    batches = training_batches(
        images, labels, seed=seed, augment=augment, elastic=elastic, styles=styles
    )
    steps = (epochs - averaged) * len(batches)
    schedule = rise_and_fall(learning_rate, steps)
    means = []
    if averaged:
        schedule = FallThenHold(schedule, steps, learning_rate / 4)
        means = [MeanOfLastEpochs(epochs - averaged)]
    reporter = Reporter(epochs, len(batches), on_epoch, on_progress, cancelled)
    optimizer = keras.optimizers.Adam(schedule)
    return run_epochs(model, batches, optimizer, reporter, validation=validation, callbacks=means)


def accuracy(model: keras.Model, images: Images, labels: Labels) -> float:
    """Return the accuracy of `model` on `images` (n, 28, 28), from 0 to 1."""
    return count_right(compiled(model), images, labels) / len(labels)


def count_right(answer: Callable[[Images], Probabilities], images: Images, labels: Labels) -> int:
    """Return how many of `images` (n, 28, 28) a `compiled` network classifies correctly."""
    return int(np.sum(answer(images).argmax(axis=1) == labels))


def random_split(
    labels: Labels, count: int, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split the indices of n labels at random into those to train on, and `count` held-out ones."""
    order = np.random.default_rng(seed).permutation(len(labels))
    return order[count:], order[:count]
