"""Teach a trained network new handwriting, without letting it forget what it knows."""

import logging

import numpy as np

from classroom.batches import Images, Labels
from classroom.networks import compiled, copy_network
from classroom.reporter import IsCancelled, OnEpoch, OnProgress
from classroom.training import count_right, fit_network

# isort: split
import keras  # after classroom.networks, which chooses the backend

# Of the learning rates 0.0003, 0.001 and 0.003, and of the weights a quarter, half, three
# quarters and all of the way, these gave the lowest loss on the exam digits of two of the
# lesson's writers, among those that cost at most 0.05 points on 5,000 held-out MNIST digits.
REHEARSAL_DIGITS = 2000
OWN_SHARE = 1 / 3
EPOCHS = 4
LEARNING_RATE = 1e-3
HELD_BACK_DIGITS = 1000
# Before it was retrained, the network has seen most of what is held back here, and the retrained
# one has not seen it again: so one in a thousand is a draw.
TOLERATED = 1e-3

log = logging.getLogger(__name__)


def fine_tune(
    model: keras.Model,
    mnist_images: Images,
    mnist_labels: Labels,
    own_images: Images,
    own_labels: Labels,
    *,
    seed: int = 0,
    on_epoch: OnEpoch = None,
    on_progress: OnProgress = None,
    cancelled: IsCancelled = None,
) -> keras.Model:
    """Teach a copy of `model` new handwriting, without letting it forget MNIST.

    A network that sees only a few new digits forgets the many it once knew.
    Two things prevent that. Each epoch mixes the own samples, repeated until
    they make up a third, with some of MNIST, all of them augmented. And the
    result is the mean of the weights before and after: halfway, it knows
    almost all that the one has learned and the other has not forgotten.

    Some of MNIST is held back. A network that gets fewer of these and of the
    own samples right than `model` did, beyond one in a thousand, is thrown
    away.

    Parameters
    ----------
    model : keras.Model
        Stays as it is.
    mnist_images, mnist_labels : arrays of shape (n, 28, 28) and (n,), uint8
        MNIST's training set, or a part of it.
    own_images, own_labels : arrays of shape (m, 28, 28) and (m,), uint8
        The own practice samples, at least one.
    seed : int
    on_epoch, on_progress, cancelled
        As in `classroom.training.fit_network`.

    Returns
    -------
    keras.Model
        The new network; `model` itself where that is better.

    Raises
    ------
    Cancelled

    References
    ----------
    Robins, "Catastrophic forgetting, rehearsal and pseudorehearsal",
    Connection Science 7, 1995; Wortsman et al., "Robust fine-tuning of
    zero-shot models", CVPR 2022, for the mean of the weights.
    """
    new = copy_network(model)
    # Their running means stay those of MNIST: a few own digits would bend them.
    for layer in new.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    order = np.random.default_rng(seed).permutation(len(mnist_images))
    held_back = order[: min(HELD_BACK_DIGITS, len(order) // 4)]
    rehearsal = order[len(held_back) :][:REHEARSAL_DIGITS]
    repeats = max(1, round(len(rehearsal) * OWN_SHARE / (1 - OWN_SHARE) / len(own_images)))
    fit_network(
        new,
        np.concatenate([mnist_images[rehearsal], np.repeat(own_images, repeats, axis=0)]),
        np.concatenate([mnist_labels[rehearsal], np.repeat(own_labels, repeats)]),
        epochs=EPOCHS,
        seed=seed,
        augment=True,
        learning_rate=LEARNING_RATE,
        on_epoch=on_epoch,
        on_progress=on_progress,
        cancelled=cancelled,
    )
    halfway = copy_network(model)
    answer = compiled(halfway)
    images = np.concatenate([mnist_images[held_back], own_images])
    labels = np.concatenate([mnist_labels[held_back], own_labels])
    before = count_right(answer, images, labels)
    pairs = zip(model.get_weights(), new.get_weights(), strict=True)
    halfway.set_weights([(old + taught) / 2 for old, taught in pairs])
    after = count_right(answer, images, labels)
    log.info("of %d digits %d were right before, %d after", len(labels), before, after)
    return halfway if after >= before - len(held_back) * TOLERATED else model
