"""LeNet-5 whose first convolution is dilated."""

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = (
    6 * (3 * 3 + 1) + 16 * (5 * 5 * 6 + 1) + 120 * (5 * 5 * 16 + 1) + 84 * (120 + 1) + 10 * (84 + 1)
)


def lenet5_dilated() -> keras.Model:
    """Return LeNet-5 whose first convolution has a large and sparse receptive field.

    The nine weights of a kernel lie four pixels apart, so that they cover 9x9
    pixels; padded by 4, the feature maps stay 28x28.

    Published: "better than 98.70%", the figure of LeNet-5 with max pooling.

    References
    ----------
    Yu and Koltun, "Multi-scale context aggregation by dilated convolutions",
    ICLR 2016, for the dilation; LeCun et al., 1998, for all else.

    Notes
    -----
    Differences: the paper dilates the later layers of large networks; all
    others are those of `lenet5`.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.ZeroPadding2D(4),
            layers.Conv2D(6, 3, dilation_rate=4, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="lenet5_dilated",
    )
