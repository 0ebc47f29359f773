"""Fully connected networks, and convolutional ones in the manner of LeNet."""

from typing import Literal

import classroom.networks.backend  # noqa: F401  (before Keras is imported)

# isort: split
import keras
from keras import layers

Pooling = Literal["max", "average"]


def lenet5(pooling: Pooling = "max") -> keras.Model:
    """Return LeNet-5, the network that read cheques: 61,706 parameters.

    Published: an accuracy of 99.05% with average pooling (LeCun et al.); with
    max pooling, batches of 64 and 15 epochs, 98.70%.

    Parameters
    ----------
    pooling : {"max", "average"}
        How 2x2 activations become one.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86, 1998, section II.

    Notes
    -----
    Differences: ReLU in place of a scaled tanh; pooling without weights of its
    own; each of the 16 maps sees all six of the layer before, in the paper
    between three and six; softmax in place of distances to drawn digits.
    """
    first = [layers.ZeroPadding2D(2), layers.Conv2D(6, 5, activation="relu")]
    return _lenet5(first, pooling, "lenet5" if pooling == "max" else "lenet5_average")


def lenet5_average() -> keras.Model:
    """Return LeNet-5 with average pooling, as in its paper: 61,706 parameters.

    Published: 99.05%. See `lenet5` for the source and the differences.
    """
    return lenet5("average")


def lenet5_dilated() -> keras.Model:
    """Return LeNet-5 with a wide and sparse view in its first layer: 61,610 parameters.

    Nine weights lie four pixels apart, and so cover a field of 9x9 pixels;
    padded by 4, the maps stay 28x28.

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
    first = [
        layers.ZeroPadding2D(4),
        layers.Conv2D(6, 3, dilation_rate=4, activation="relu"),
    ]
    return _lenet5(first, "max", "lenet5_dilated")


def _lenet5(first: list[keras.Layer], pooling: Pooling, name: str) -> keras.Model:
    pool = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[pooling]
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            *first,
            pool(2),
            layers.Conv2D(16, 5, activation="relu"),
            pool(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )


def lenet_average() -> keras.Model:
    """Return the LeNet of 1989, which averages, and has no dense layer but the last: 3,898.

    References
    ----------
    LeCun et al., "Handwritten digit recognition with a back-propagation
    network", NIPS 1989.

    Notes
    -----
    Differences: six maps in place of four in the first layer, each of which
    all twelve of the second see; ReLU, softmax; pooling without weights.
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


def cnn_dropout() -> keras.Model:
    """Return the network that most people train first: 225,034 parameters.

    Published: accuracy 99.03%, precision 98.9%, recall 99.0%, F1 99.0%, after
    10 epochs with Adam.

    References
    ----------
    Chollet, "Simple MNIST convnet", keras.io code examples; Srivastava et
    al., "Dropout", JMLR 15, 2014.

    Notes
    -----
    Difference: one dense layer of 128 units before the last.
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


def cnn_5x5() -> keras.Model:
    """Return two layers of 5x5 convolutions and a dense one: 184,586 parameters.

    Published: 99.15%, with batches of 64 and 15 epochs.

    References
    ----------
    The pattern of LeNet-5 (LeCun et al., 1998) with the dropout of
    Srivastava et al., JMLR 15, 2014.

    Notes
    -----
    The source tells the sizes of the windows and of the dense layer; 32 and
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


def mlp_512() -> keras.Model:
    """Return one hidden layer, which knows nothing of neighbouring pixels: 407,050 parameters.

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


def mlp_two_hidden() -> keras.Model:
    """Return two hidden layers, of 300 and of 100 units: 266,610 parameters.

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
