"""The network that ships with the program as ``base.keras``."""

import keras
from keras import layers

from classroom.networks.normalisation import normalisation

# Counted by hand, layer by layer.
PARAMETERS = (
    (3 * 3 * 32 + 4 * 32)
    + (3 * 3 * 32 * 32 + 4 * 32)
    + (3 * 3 * 32 * 64 + 4 * 64)
    + (3 * 3 * 64 * 64 + 4 * 64)
    + (3 * 3 * 64 * 96 + 4 * 96)
    + (3 * 3 * 96 * 96 + 4 * 96)
    + (4 * 4 * 96 + 1) * 10
)


def six_convolutions() -> keras.Model:
    """Return the network that ships with the program: six 3x3 convolutions and one pooling.

    None of them is padded, so each trims a pixel off the border, and the last maps are 4x4.
    The answer is computed straight from these, without a dense layer between: on digits from
    other countries and other pens that is better than more poolings or a dense layer, at 13
    million multiplications a digit. The pooling comes before its normalisation and not after
    it, which gives the same kind of network for less computation.

    References
    ----------
    An, Lee, Park, Yang and So, "An ensemble of simple convolutional neural
    network models for MNIST digit recognition", 2020, for unpadded
    convolutions without pooling or a dense layer; Ioffe and Szegedy, "Batch
    normalization", ICML 2015.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(32, 3, use_bias=False),
            layers.MaxPooling2D(),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(64, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(64, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(96, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Conv2D(96, 3, use_bias=False),
            normalisation(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ],
        name="six_convolutions",
    )
