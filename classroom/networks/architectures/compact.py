"""A small network with a dense layer, which shipped as ``base.keras`` before."""

import keras
from keras import layers

from classroom.networks.normalisation import normalisation

# Counted by hand, layer by layer.
PARAMETERS = (
    (3 * 3 * 32 + 4 * 32)
    + (3 * 3 * 32 * 64 + 4 * 64)
    + (3 * 3 * 64 * 64 + 4 * 64)
    + (3 * 3 * 64 * 128 + 4 * 128)
    + (3 * 3 * 128 * 128 + 4 * 128)
    + (128 + 1) * 10
)


def compact() -> keras.Model:
    """Return the network that shipped before `six_convolutions`: small, quick and modern.

    Four 3x3 convolutions, each followed by batch normalisation, then one dense
    layer. Two of them are pooled before the normalisation and not after it,
    which gives the same kind of network for less computation.

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
