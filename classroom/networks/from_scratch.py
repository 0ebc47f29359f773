"""Training a network from scratch; `fine_tuning` teaches a trained one new handwriting."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.mnist import Mnist
from classroom.evaluation.results import Epoch, Probabilities
from classroom.networks.augmentation import Images, Labels, training_batches
from classroom.networks.loop import (
    IsCancelled,
    OnEpoch,
    OnProgress,
    Reporter,
    fit_in_turn,
    run_epochs,
)
from classroom.networks.modern import members_of
from classroom.networks.networks import compiled, new_network
from classroom.networks.weight_averaging import FallThenHold, MeanOfLastEpochs

# isort: split
import keras  # after classroom.networks.networks, which chooses the backend

LEARNING_RATE = 2e-3
VALIDATION_DIGITS = 5000
# Of a training from scratch, a quarter of the epochs.
AVERAGED_PART = 4


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A network trained from scratch, and what became of it.

    Attributes
    ----------
    model : keras.Model
    history : tuple of Epoch
    seconds : float
        Wall-clock time of the training alone.
    validation_accuracy, test_accuracy : float, 0 to 1
        On the held-out part of MNIST's training set, and on its test set.
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
    seed: int = 0,
    on_epoch: OnEpoch = None,
    on_progress: OnProgress = None,
    cancelled: IsCancelled = None,
) -> TrainingRun:
    """Train `network` on MNIST with augmentation: the recipe of the shipped network.

    Every digit is distorted anew each time it is seen, and some get strokes
    that MNIST lacks. The weights are the mean over the last epochs. 5,000 digits of the
    training set are held out to choose by; the test set is looked at once,
    when everything is done. The members of a committee are trained in turn,
    and on elastic distortions too, as in its paper.

    Parameters
    ----------
    network : str
        A name in `classroom.networks.networks.NETWORKS`.
    mnist : Mnist
    epochs : int, at least 1
    seed : int
        The same seed on the same machine gives the same network.
    on_epoch, on_progress, cancelled
        As in `fit_network`.

    Raises
    ------
    Cancelled
    """
    model = new_network(network, seed)
    practice, held_out = hold_out(mnist.train_labels, VALIDATION_DIGITS, seed)
    validation = (mnist.train_images[held_out], mnist.train_labels[held_out])
    start = time.perf_counter()
    history = fit_network(
        model,
        mnist.train_images[practice],
        mnist.train_labels[practice],
        epochs=epochs,
        seed=seed,
        augment=True,
        elastic=bool(members_of(model)),
        styles=True,
        averaged=epochs // AVERAGED_PART,
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
        Of the order of the digits, the augmentation and the dropout.
    augment : bool
        Whether every digit is distorted anew each time it is seen.
    elastic : bool
        Where it is, whether elastically too.
    styles : bool
        Whether some digits get the strokes of `classroom.networks.european_styles`.
    averaged : int
        So many of the epochs come after the fall, at a quarter of the highest
        rate, and the weights become their mean over these.
    validation : tuple of images and labels, optional
        Scored after each epoch, never trained on.
    learning_rate : float
        The highest.
    on_epoch : function of an `Epoch`, optional
        Called after each epoch, in this thread.
    on_progress : function of a float from 0 to 1, optional
        Called a few times a second, in this thread.
    cancelled : function that returns a bool, optional
        Asked after each batch; where it says yes, the training stops.

    Returns
    -------
    list of Epoch

    Raises
    ------
    Cancelled
        `model` is then half trained.

    References
    ----------
    Smith and Topin, "Super-convergence", 2018, for the rise and fall;
    Loshchilov and Hutter, "SGDR", ICLR 2017, for the cosine; and see
    `classroom.networks.weight_averaging`.
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
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 25,
        decay_steps=steps - steps // 5,
        warmup_target=learning_rate,
        warmup_steps=steps // 5,
    )
    means = []
    if averaged:
        schedule = FallThenHold(schedule, steps, learning_rate / 4)
        means = [MeanOfLastEpochs(epochs - averaged)]
    reporter = Reporter(epochs, len(batches), on_epoch, on_progress, cancelled)
    optimizer = keras.optimizers.Adam(schedule)
    return run_epochs(model, batches, optimizer, reporter, validation=validation, callbacks=means)


def accuracy(model: keras.Model, images: Images, labels: Labels) -> float:
    """Return the share, 0 to 1, of `images` (n, 28, 28) that `model` gets right."""
    return count_right(compiled(model), images, labels) / len(labels)


def count_right(answer: Callable[[Images], Probabilities], images: Images, labels: Labels) -> int:
    """Return how many of `images` (n, 28, 28) a `compiled` network gets right."""
    return int(np.sum(answer(images).argmax(axis=1) == labels))


def hold_out(labels: Labels, count: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split 0 ... n-1 at random into the indices to keep, and `count` held out."""
    order = np.random.default_rng(seed).permutation(len(labels))
    return order[count:], order[:count]
