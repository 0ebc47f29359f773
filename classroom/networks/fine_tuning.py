"""Fine-tunes a trained network on new handwriting; `classroom.engine.retraining` calls it."""

import logging
from collections.abc import Callable

import keras
import numpy as np

from classroom.evaluation.results import Score
from classroom.networks.augmentation import Images, Labels
from classroom.networks.from_scratch import count_right, fit_network
from classroom.networks.keras_models import compiled, copy_network
from classroom.networks.training_loop import IsCancelled, OnEpoch, OnProgress

# These values were chosen on simulated writers: held-out digits of MNIST, rotated, slanted and
# stretched beyond the augmentation. Training all layers for four epochs and interpolating half
# way got as many of these digits right, lost more of MNIST, and took nearly twice the time.
# Fewer digits, or training the last layers only, got fewer right. A larger interpolation got a
# few more right, and lost more than one in 2,000 of MNIST.
FROZEN_CONVOLUTIONS = 2
REHEARSAL_DIGITS = 2000
OWN_SHARE = 1 / 3
EPOCHS = 3
LEARNING_RATE = 1e-3
# The weights of the result lie this far between those before the training (0) and after it (1).
INTERPOLATION = 3 / 5
HELD_OUT_DIGITS = 1000
# The share of the held-out digits by which the new network may be worse. The network before was
# trained on most of these digits, which gives it an advantage.
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
    """Train a copy of `model` on new handwriting, without catastrophic forgetting of MNIST.

    A network that is trained on a few new digits only forgets many of the old ones. Three
    measures prevent that. The first convolutions, which detect strokes, are frozen, which saves
    time too. Each epoch mixes the own samples, repeated until they are a third of all digits,
    with some of MNIST, all of them augmented. The weights of the result are interpolated between
    those before and after the training: at three fifths of the way it has almost all of what
    was learned, and has forgotten almost nothing.

    Some digits of MNIST are held out. If the new network gets fewer of these and of the own
    samples right than `model`, beyond one in a thousand, it is discarded.

    Parameters
    ----------
    model : keras.Model
        It is not changed.
    mnist_images, mnist_labels : arrays of shape (n, 28, 28) and (n,), uint8
        MNIST's training set, or a part of it.
    own_images, own_labels : arrays of shape (m, 28, 28) and (m,), uint8
        The own practice samples; at least one.
    seed : int
    on_epoch, on_progress, cancelled
        As in `classroom.networks.from_scratch.fit_network`.
    on_judged : callable, optional
        Called with two `Score` of the held-out digits and own samples: before and after.

    Returns
    -------
    keras.Model
        The new network; `model` itself if that is better.

    Raises
    ------
    Cancelled

    References
    ----------
    Yosinski et al., "How transferable are features in deep neural
    networks?", NeurIPS 2014, for the frozen layers; Robins, "Catastrophic
    forgetting, rehearsal and pseudorehearsal", Connection Science 7, 1995;
    Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, for
    the interpolation of the weights.
    """
    new = copy_network(model)
    _freeze(new)
    order = np.random.default_rng(seed).permutation(len(mnist_images))
    held_out = order[: min(HELD_OUT_DIGITS, len(order) // 4)]
    rehearsal = order[len(held_out) :][:REHEARSAL_DIGITS]
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
    new.set_weights([old + INTERPOLATION * (taught - old) for old, taught in pairs])
    images = np.concatenate([mnist_images[held_out], own_images])
    labels = np.concatenate([mnist_labels[held_out], own_labels])
    before, after = (count_right(compiled(one), images, labels) for one in (model, new))
    if on_judged is not None:
        on_judged(Score(before, len(labels)), Score(after, len(labels)))
    log.info("of %d digits %d were right before, %d after", len(labels), before, after)
    return new if after >= before - len(held_out) * TOLERATED else model


def _freeze(model: keras.Model) -> None:
    """Make only the layers after the first convolutions trainable."""
    is_convolution = [isinstance(layer, keras.layers.Conv2D) for layer in model.layers]
    convolutions = np.flatnonzero(is_convolution)
    # A network with fewer convolutions is trained in all its layers.
    first = convolutions[FROZEN_CONVOLUTIONS] if len(convolutions) > FROZEN_CONVOLUTIONS else 0
    for number, layer in enumerate(model.layers):
        # Their moving averages stay those of MNIST, as a few own samples would distort them.
        normalises = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = number >= first and not normalises
