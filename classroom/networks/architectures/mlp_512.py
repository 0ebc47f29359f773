"""A fully connected network with one hidden layer."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = 512 * (28 * 28 + 1) + 10 * (512 + 1)


def mlp_512() -> keras.Model:
    """Return one hidden layer, which does not know which pixels are neighbours.

    Published: "over 99%", stopped at 99% on validation, after 10 epochs at
    most.

    References
    ----------
    Rumelhart, Hinton and Williams, "Learning representations by
    back-propagating errors", Nature 323, 1986.

    Notes
    -----
    Differences: ReLU in place of the sigmoid, softmax.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="mlp_512",
    )
