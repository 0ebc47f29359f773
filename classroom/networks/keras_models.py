"""Trained networks: copied, read from files, and compiled to answer quickly."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from classroom import memory
from classroom.errors import ClassroomError
from classroom.evaluation.results import DIGITS
from classroom.i18n import _
from classroom.networks import file_check

# More digits at once would need more memory and not be quicker.
BATCH_SIZE = 1000


def copy_network(model: keras.Model) -> keras.Model:
    """Return a network with the same layers and a copy of the weights."""
    # Unlike keras.models.clone_model, this does not copy the optimizer.
    copy = type(model).from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy


def load_network(path: Path) -> keras.Model:
    """Read a network from a Keras file: from 28x28 pixels to ten probabilities.

    Raises
    ------
    ClassroomError
        If the file is missing or damaged, or contains another kind of network.
    """
    sentence = _("{file} cannot be read as a network for digits.").format(file=path)
    try:
        file_check.check(path)
        model = keras.models.load_model(path, compile=False, safe_mode=True)
        shapes = model.input_shape, model.output_shape
    except Exception as error:  # Keras and h5py raise errors of all kinds on a damaged file.
        memory.stop_if_full()
        raise ClassroomError(sentence) from error
    if shapes != ((None, 28, 28, 1), (None, DIGITS)):
        raise ClassroomError(sentence)
    return model


def compiled(model: keras.Model) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
    """Return a function from images (n, 28, 28), uint8, to the outputs (n, d), float32.

    The outputs of a network for digits are the ten probabilities of each.

    ``model.predict`` takes 30 ms for one digit, this function less than 1 ms. It is traced once
    for all n, and can be called from several threads.
    """
    signature = [tf.TensorSpec((None, 28, 28, 1), tf.uint8)]

    @tf.function(input_signature=signature)
    def answer(digits: tf.Tensor) -> tf.Tensor:
        return model(tf.cast(digits, tf.float32), training=False)

    # The concrete function skips the search for one that fits the arguments.
    traced = answer.get_concrete_function()

    def answer_all(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        parts = [np.empty((0, model.output_shape[-1]), np.float32)]
        for start in range(0, len(images), BATCH_SIZE):
            digits = tf.constant(images[start : start + BATCH_SIZE, ..., np.newaxis])
            parts.append(traced(digits).numpy())
        return np.concatenate(parts)

    return answer_all


def members_of(model: keras.Model) -> list[keras.Model]:
    """Return the members of a committee; an empty list where `model` is a single network."""
    return [layer for layer in model.layers if isinstance(layer, keras.Model)]
