"""The networks, each a function that can be read from top to bottom.

Every network takes digits of shape (28, 28, 1) with pixels from 0 to 255, as
they are stored, and answers with ten probabilities. To add one, write such a
function and enter it in `NETWORKS`; the command line and the tests find it
there.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom.errors import ClassroomError
from classroom.evaluation import DIGITS, Probabilities
from classroom.i18n import _

# The rest of the program is measured on, and written for, this backend.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import tensorflow as tf
from keras import layers


def compact() -> keras.Model:
    """Return the network that ships with the program: small, quick and modern.

    Three blocks of 3x3 convolutions, each followed by batch normalisation,
    then one dense layer: 280,000 parameters. The pooling comes before the
    normalisation, which gives the same kind of network for less work.

    References
    ----------
    Simonyan and Zisserman, "Very deep convolutional networks for large-scale
    image recognition", ICLR 2015, for the stacks of 3x3 convolutions; Ioffe
    and Szegedy, "Batch normalization", ICML 2015.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, use_bias=False),
            layers.MaxPooling2D(),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(64, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(64, 3, padding="same", use_bias=False),
            layers.MaxPooling2D(),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(128, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(128, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ],
        name="compact",
    )


def cnn_dropout() -> keras.Model:
    """Return the network that most people train first: 225,000 parameters.

    References
    ----------
    Chollet, "Simple MNIST convnet", keras.io code examples, with one dense
    layer of 128 units before the last.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ],
        name="cnn_dropout",
    )


def normalisation() -> keras.Layer:
    """Return a batch normalisation whose running means settle within one epoch.

    Keras' own momentum of 0.99 needs several hundred batches to forget its
    start; a network that was trained for an epoch or two would be judged with
    means that are not yet its own.
    """
    return layers.BatchNormalization(momentum=0.9)


NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "compact": compact,
    "cnn_dropout": cnn_dropout,
}

# So many digits go through a network at once.
CHUNK = 1000


def new_network(name: str, seed: int) -> keras.Model:
    """Return an untrained network by its name; the same seed gives the same weights."""
    keras.utils.set_random_seed(seed)
    return NETWORKS[name]()


def copy_network(model: keras.Model) -> keras.Model:
    """Return a network with the same layers and with weights of its own, equal to the given."""
    # unlike clone_model this leaves the optimizer and its state behind
    copy = type(model).from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy


def load_network(path: Path) -> keras.Model:
    """Read a Keras file that takes 28x28 pixels and tells ten digits apart.

    Raises
    ------
    ClassroomError
        Where the file is missing or damaged, or holds another kind of network.
    """
    sentence = _("{file} cannot be read as a network for digits.").format(file=path)
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # on a damaged file Keras and h5py raise anything
        raise ClassroomError(sentence) from error
    if model.input_shape != (None, 28, 28, 1) or model.output_shape != (None, DIGITS):
        raise ClassroomError(sentence)
    return model


def compiled(model: keras.Model) -> Callable[[NDArray[np.uint8]], Probabilities]:
    """Return a function from images (n, 28, 28), uint8, to probabilities (n, 10), float32.

    ``model.predict`` takes 30 ms for one digit; this takes less than one. It
    is traced once, whatever n is, and may be called from several threads.
    """
    signature = [tf.TensorSpec((None, 28, 28, 1), tf.uint8)]

    @tf.function(input_signature=signature)
    def answer(digits: tf.Tensor) -> tf.Tensor:
        return model(tf.cast(digits, tf.float32), training=False)

    def answer_all(images: NDArray[np.uint8]) -> Probabilities:
        parts = [np.empty((0, DIGITS), np.float32)]
        for start in range(0, len(images), CHUNK):
            parts.append(answer(images[start : start + CHUNK, ..., np.newaxis]).numpy())
        return np.concatenate(parts)

    return answer_all
