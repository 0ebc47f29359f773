"""LeNet-5 with max pooling."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = (
    6 * (5 * 5 + 1) + 16 * (5 * 5 * 6 + 1) + 120 * (5 * 5 * 16 + 1) + 84 * (120 + 1) + 10 * (84 + 1)
)


def lenet5() -> keras.Model:
    """Return LeNet-5, the network that read cheques, with max pooling.

    Published: 98.70%, with batches of 64 and 15 epochs.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86, 1998, section II.

    Notes
    -----
    Differences: max pooling in place of the paper's average, which
    `lenet5_average` has; ReLU in place of a scaled tanh; pooling without
    weights of its own; each of the 16 maps is connected to all six of the
    layer before, in the paper to between three and six; softmax in place of
    distances to drawn digits.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.ZeroPadding2D(2),
            layers.Conv2D(6, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="lenet5",
    )
