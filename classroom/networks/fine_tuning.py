"""Teach a trained network new handwriting, without letting it forget what it knows."""

import logging
from collections.abc import Callable

import numpy as np

from classroom.evaluation.results import Score
from classroom.networks.augmentation import Images, Labels
from classroom.networks.from_scratch import count_right, fit_network
from classroom.networks.loop import IsCancelled, OnEpoch, OnProgress
from classroom.networks.networks import compiled, copy_network

# isort: split
import keras  # after classroom.networks.networks, which chooses the backend

# Chosen on made-up writers: held-out digits of MNIST, turned, slanted and stretched beyond the
# augmentation. All layers, four epochs and the mean half way got as many of theirs right and
# lost more of MNIST, in nearly twice the time; fewer digits or only the last layers, fewer.
# Further on the way a few more came right, and more than one in 2,000 of MNIST was lost.
FROZEN_CONVOLUTIONS = 2
REHEARSAL_DIGITS = 2000
OWN_SHARE = 1 / 3
EPOCHS = 3
LEARNING_RATE = 1e-3
WAY = 3 / 5
HELD_BACK_DIGITS = 1000
# Before it was retrained, the network has seen most of what is held back here, and the retrained
# one has not seen it again: so one in a thousand is a draw.
TOLERATED = 1e-3

OnJudged = Callable[[Score, Score], None] | None

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
    on_judged: OnJudged = None,
) -> keras.Model:
    """Teach a copy of `model` new handwriting, without letting it forget MNIST.

    A network that sees only a few new digits forgets the many it once knew.
    Three things prevent that. The first convolutions, which see strokes and
    not yet digits, stay as they are, which saves time too. Each epoch mixes
    the own samples, repeated until they make up a third, with some of MNIST,
    all of them augmented. And the result lies between the weights before and
    after: three fifths of the way, it knows almost all that the one has
    learned and the other has not forgotten.

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
        As in `classroom.networks.from_scratch.fit_network`.
    on_judged : callable, optional
        Takes how many of the digits that decide were right before, and after: two `Score`.

    Returns
    -------
    keras.Model
        The new network; `model` itself where that is better.

    Raises
    ------
    Cancelled

    References
    ----------
    Yosinski et al., "How transferable are features in deep neural
    networks?", NeurIPS 2014, for the first layers; Robins, "Catastrophic
    forgetting, rehearsal and pseudorehearsal", Connection Science 7, 1995;
    Wortsman et al., "Robust fine-tuning of
    zero-shot models", CVPR 2022, for the weights between.
    """
    new = copy_network(model)
    _freeze(new)
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
    for layer in new.layers:
        layer.trainable = True
    pairs = zip(model.get_weights(), new.get_weights(), strict=True)
    new.set_weights([old + WAY * (taught - old) for old, taught in pairs])
    images = np.concatenate([mnist_images[held_back], own_images])
    labels = np.concatenate([mnist_labels[held_back], own_labels])
    before, after = (count_right(compiled(one), images, labels) for one in (model, new))
    if on_judged is not None:
        on_judged(Score(before, len(labels)), Score(after, len(labels)))
    log.info("of %d digits %d were right before, %d after", len(labels), before, after)
    return new if after >= before - len(held_back) * TOLERATED else model


def _freeze(model: keras.Model) -> None:
    """Let only the layers learn that come after the first convolutions."""
    is_convolution = [isinstance(layer, keras.layers.Conv2D) for layer in model.layers]
    convolutions = np.flatnonzero(is_convolution)
    # A network with fewer of them learns in all its layers.
    first = convolutions[FROZEN_CONVOLUTIONS] if len(convolutions) > FROZEN_CONVOLUTIONS else 0
    for number, layer in enumerate(model.layers):
        # Their running means stay those of MNIST: a few own digits would bend them.
        normalises = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = number >= first and not normalises
