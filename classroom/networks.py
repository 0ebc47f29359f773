"""The networks, each a function that can be read from top to bottom.

Every network takes digits of shape (28, 28, 1) with pixels from 0 to 255, as
they are stored, and answers with ten probabilities. To add one, write such a
function and enter it in `NETWORKS`; the command line and the tests find it
there.
"""

import os
from collections.abc import Callable

# The rest of the program is measured on, and written for, this backend.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
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
