"""The LeNet of 1989."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = 6 * (5 * 5 + 1) + 12 * (5 * 5 * 6 + 1) + 10 * (4 * 4 * 12 + 1)


def lenet_average() -> keras.Model:
    """Return the LeNet of 1989: average pooling, and no dense layer but the output.

    References
    ----------
    LeCun et al., "Handwritten digit recognition with a back-propagation
    network", NIPS 1989.

    Notes
    -----
    Differences: six maps in place of four in the first layer, each connected
    to all twelve of the second; ReLU, softmax; pooling without weights.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(6, 5, activation="relu"),
            layers.AveragePooling2D(2),
            layers.Conv2D(12, 5, activation="relu"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        name="lenet_average",
    )
