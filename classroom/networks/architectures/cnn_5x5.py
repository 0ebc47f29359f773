"""Two 5x5 convolutions and a dense layer."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = 32 * (5 * 5 + 1) + 64 * (5 * 5 * 32 + 1) + 128 * (4 * 4 * 64 + 1) + 10 * (128 + 1)


def cnn_5x5() -> keras.Model:
    """Return two layers of 5x5 convolutions and a dense one.

    Published: 99.15%, with batches of 64 and 15 epochs.

    References
    ----------
    The pattern of LeNet-5 (LeCun et al., 1998) with the dropout of
    Srivastava et al., JMLR 15, 2014.

    Notes
    -----
    The source gives the sizes of the kernels and of the dense layer; 32 and
    64 maps and a dropout of one half are those of `cnn_dropout`.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ],
        name="cnn_5x5",
    )
