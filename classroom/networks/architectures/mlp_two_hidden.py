"""A fully connected network with two hidden layers."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = 300 * (28 * 28 + 1) + 100 * (300 + 1) + 10 * (100 + 1)


def mlp_two_hidden() -> keras.Model:
    """Return two hidden layers, of 300 and of 100 units.

    References
    ----------
    LeCun et al., "Gradient-based learning applied to document recognition",
    1998, section III.C: the network 28x28-300-100-10.

    Notes
    -----
    Differences: ReLU in place of a scaled tanh, softmax.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(300, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="mlp_two_hidden",
    )
