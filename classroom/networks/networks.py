"""The networks, each a function that can be read from top to bottom.

Every network takes digits of shape (28, 28, 1) with pixels from 0 to 255, as
they are stored, and answers with ten probabilities. Those of the literature
stand in `networks_classic` and `networks_modern`. To add one, write such a
function and enter it in `NETWORKS`; the command line and the tests find it
there.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import classroom.networks.backend  # noqa: F401  (before Keras is imported)
from classroom import memory
from classroom.errors import ClassroomError
from classroom.evaluation.results import DIGITS, Probabilities
from classroom.i18n import _
from classroom.networks import classic, file_check, modern
from classroom.networks.modern import normalisation

# isort: split
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


def quick() -> keras.Model:
    """Return the network for comparisons: it learns most of what there is to learn at once.

    Three convolutions, each pooled but the last, and normalised; no dense
    layer but the answer: 95,706 parameters. Pooling before the normalisation
    leaves a quarter of the work; without dropout two passes are enough.

    References
    ----------
    As for `compact`.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 5, use_bias=False),
            layers.MaxPooling2D(),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(64, 3, use_bias=False),
            layers.MaxPooling2D(),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(128, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        name="quick",
    )


NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "compact": compact,
    "quick": quick,
    "lenet5": classic.lenet5,
    "lenet5_average": classic.lenet5_average,
    "lenet5_dilated": classic.lenet5_dilated,
    "lenet_average": classic.lenet_average,
    "cnn_dropout": classic.cnn_dropout,
    "cnn_5x5": classic.cnn_5x5,
    "mlp_512": classic.mlp_512,
    "mlp_two_hidden": classic.mlp_two_hidden,
    "alexnet_small": modern.alexnet_small,
    "resnet_small": modern.resnet_small,
    "lightweight": modern.lightweight,
    "committee": modern.committee,
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
        file_check.check(path)
        model = keras.models.load_model(path, compile=False, safe_mode=True)
        shapes = model.input_shape, model.output_shape
    except Exception as error:  # on a damaged file Keras and h5py raise anything
        memory.stop_if_full()
        raise ClassroomError(sentence) from error
    if shapes != ((None, 28, 28, 1), (None, DIGITS)):
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

    # called directly, it need not look up each time what fits the arguments
    traced = answer.get_concrete_function()

    def answer_all(images: NDArray[np.uint8]) -> Probabilities:
        parts = [np.empty((0, DIGITS), np.float32)]
        for start in range(0, len(images), CHUNK):
            digits = tf.constant(images[start : start + CHUNK, ..., np.newaxis])
            parts.append(traced(digits).numpy())
        return np.concatenate(parts)

    return answer_all
