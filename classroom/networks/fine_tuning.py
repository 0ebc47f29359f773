"""Fine-tunes a trained network on new handwriting; `classroom.engine.retraining` calls it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from classroom.evaluation.results import DIGITS, Score
from classroom.networks.augmentation import Images, Labels, training_batches
from classroom.networks.from_scratch import count_right
from classroom.networks.keras_models import compiled, copy_network
from classroom.networks.training_loop import (
    IsCancelled,
    OnEpoch,
    OnProgress,
    Reporter,
    rise_and_fall,
    run_epochs,
)
from classroom.starts import Start

OWN_SHARE = 1 / 3
LEARNING_RATE = 1e-3
HELD_OUT_DIGITS = 1000
# The share of the held-out digits by which the new network may be worse. The network before was
# trained on most of these digits, which gives it an advantage.
TOLERATED = 1e-3
# In place of a label: the target of this digit is what the network before answers.
NO_LABEL = 255

OnJudged = Callable[[Score, Score], None] | None

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """How a shipped network is fine-tuned.

    Attributes
    ----------
    frozen_convolutions : int
        The number of the first convolutions that are not trained.
    rehearsal_digits : int
        The number of MNIST's digits that are mixed with the own samples.
    rehearsal_distorted : bool
        Whether MNIST's digits are distorted, as the own samples always are.
    epochs : int
    interpolation : float, 0 to 1
        How far the weights of the result lie from those before towards those after the training.
    most_repeats : int
        How often an own sample is repeated in an epoch at most. More repeats get more of the own
        digits right, and lose more of MNIST.
    """

    frozen_convolutions: int
    rehearsal_digits: int
    rehearsal_distorted: bool
    epochs: int
    interpolation: float
    most_repeats: int


# Chosen on made-up writers and on half of the writers of a set of real strokes, by
# benchmarks/personalisation.py: going further towards the trained weights gets no more of the
# exam right, and loses more of MNIST. More rehearsal digits for `Start.BASE` lose less of it, and
# take twice the time. A network that never saw distorted digits would learn MNIST anew from
# distorted ones, and forget what it knew.
RECIPES = {
    Start.MNIST_ONLY: Recipe(0, 4000, False, 4, 0.85, 30),
    Start.BASE: Recipe(2, 1000, True, 3, 0.8, 60),
}


def fine_tune(
    model: keras.Model,
    mnist_images: Images,
    mnist_labels: Labels,
    least_sure: Sequence[int],
    own_images: Images,
    own_labels: Labels,
    *,
    recipe: Recipe,
    seed: int = 0,
    on_epoch: OnEpoch = None,
    on_progress: OnProgress = None,
    cancelled: IsCancelled = None,
    on_judged: OnJudged = None,
) -> keras.Model:
    """Train a copy of `model` on new handwriting, without catastrophic forgetting of MNIST.

    A network that is trained on a few new digits only forgets many of the old ones. Three
    measures prevent that. The own samples are mixed with digits of MNIST, for which the network
    learns to answer what it answered before, right or wrong, and how sure it was. Half of them
    are digits about which it was least sure, as others would stay right anyway. The first
    convolutions of a network that knows many kinds of strokes are frozen, which saves time too.
    The weights of the result are interpolated between those before and after the training.

    Some digits of MNIST are held out. If the new network gets fewer of these and of the own
    samples right than `model`, beyond one in a thousand and beyond a single one, it is discarded.

    Parameters
    ----------
    model : keras.Model
        It is not changed.
    mnist_images, mnist_labels : arrays of shape (n, 28, 28) and (n,), uint8
        MNIST's training set, or a part of it.
    least_sure : sequence of int
        The indices of the digits of these about which `model` is least sure.
    own_images, own_labels : arrays of shape (m, 28, 28) and (m,), uint8
        The own practice samples; at least one.
    recipe : Recipe
        One of `RECIPES`.
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
    Robins, "Catastrophic forgetting, rehearsal and pseudorehearsal", Connection Science 7, 1995,
    and Li and Hoiem, "Learning without forgetting", ECCV 2016, for the old answers as targets;
    Yosinski et al., "How transferable are features in deep neural networks?", NeurIPS 2014, for
    the frozen layers; Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, for
    the interpolation of the weights.
    """
    keras.utils.set_random_seed(seed)
    order = np.random.default_rng(seed).permutation(len(mnist_images))
    held_out = order[: min(HELD_OUT_DIGITS, len(order) // 4)]
    rehearsal = _rehearsal(order[len(held_out) :], least_sure, recipe.rehearsal_digits)
    repeats = round(len(rehearsal) * OWN_SHARE / (1 - OWN_SHARE) / len(own_images))
    repeats = min(max(1, repeats), recipe.most_repeats)
    images = np.concatenate([mnist_images[rehearsal], np.repeat(own_images, repeats, axis=0)])
    labels = np.concatenate(
        [np.full(len(rehearsal), NO_LABEL, np.uint8), np.repeat(own_labels, repeats)]
    )
    new = copy_network(model)
    frozen, trained = _split(new, recipe.frozen_convolutions)
    _frozen, before = _split(copy_network(model), recipe.frozen_convolutions)
    batches = training_batches(
        images,
        labels,
        seed=seed,
        augment=recipe.rehearsal_distorted | (labels != NO_LABEL),
    )
    batches = batches.map(_with_targets(frozen, before)).prefetch(2)
    run_epochs(
        trained,
        batches,
        keras.optimizers.Adam(rise_and_fall(LEARNING_RATE, recipe.epochs * len(batches))),
        Reporter(recipe.epochs, len(batches), on_epoch, on_progress, cancelled),
        probabilities=True,
    )
    for layer in new.layers:
        layer.trainable = True
    pairs = zip(model.get_weights(), new.get_weights(), strict=True)
    new.set_weights([old + recipe.interpolation * (taught - old) for old, taught in pairs])
    images = np.concatenate([mnist_images[held_out], own_images])
    labels = np.concatenate([mnist_labels[held_out], own_labels])
    right_before, right_after = (count_right(compiled(one), images, labels) for one in (model, new))
    if on_judged is not None:
        on_judged(Score(right_before, len(labels)), Score(right_after, len(labels)))
    log.info("of %d digits %d were right before, %d after", len(labels), right_before, right_after)
    tolerated = max(1, len(held_out) * TOLERATED)
    return new if right_after >= right_before - tolerated else model


def _rehearsal(order: NDArray[np.intp], least_sure: Sequence[int], count: int) -> NDArray[np.intp]:
    """Return `count` indices, half of them of the least sure digits, in the order given."""
    hard = np.isin(order, least_sure)
    return np.concatenate([order[hard][: count // 2], order[~hard][: count - count // 2]])


def _split(model: keras.Model, convolutions: int) -> tuple[keras.Model | None, keras.Model]:
    """Split a network before the first layer that is trained; both parts share its layers.

    The first part is computed once for the network before and the one that is trained. It is
    None where all layers are trained, also where `model` has no more than `convolutions`.
    """
    is_convolution = [isinstance(layer, keras.layers.Conv2D) for layer in model.layers]
    places = np.flatnonzero(is_convolution)
    first = int(places[convolutions]) if 0 < convolutions < len(places) else 0
    for number, layer in enumerate(model.layers):
        # Their moving averages stay those of MNIST, as a few own samples would distort them.
        normalises = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = number >= first and not normalises
    if not first:
        return None, model
    inputs = keras.Input(model.input_shape[1:])
    frozen = keras.Sequential([inputs, *model.layers[:first]])
    return frozen, keras.Sequential([keras.Input(frozen.output_shape[1:]), *model.layers[first:]])


def _with_targets(
    frozen: keras.Model | None, before: keras.Model
) -> Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Return a function from digits and labels to what is trained on: maps and probabilities."""

    def add(pixels: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        maps = pixels if frozen is None else frozen(pixels, training=False)
        own = tf.not_equal(labels, NO_LABEL)[:, None]
        return maps, tf.where(own, tf.one_hot(labels, DIGITS), before(maps, training=False))

    return add
