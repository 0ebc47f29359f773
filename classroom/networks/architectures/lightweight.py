"""Depthwise separable convolutions, as in MobileNet."""

import keras
from keras import layers

from classroom.networks.normalisation import normalisation

# Counted by hand, layer by layer.
PARAMETERS = (
    (3 * 3 * 32 + 4 * 32)
    + (3 * 3 * 32 + 4 * 32 + 32 * 64 + 4 * 64)
    + (3 * 3 * 64 + 4 * 64 + 64 * 64 + 4 * 64)
    + (3 * 3 * 64 + 4 * 64 + 64 * 128 + 4 * 128)
    + (3 * 3 * 128 + 4 * 128 + 128 * 128 + 4 * 128)
    + (128 + 1) * 10
)


def lightweight() -> keras.Model:
    """Return depthwise separable convolutions, as in networks for telephones.

    Each convolution is split in two: a depthwise one of 3x3, which filters
    every map by itself, and one of 1x1, which mixes the maps.

    Published: 99.12%.

    References
    ----------
    Howard et al., "MobileNets: efficient convolutional neural networks for
    mobile vision applications", arXiv:1704.04861, 2017.

    Notes
    -----
    Differences: four separable layers in place of thirteen, with up to 128
    maps in place of 1,024.
    """
    network = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False),
            normalisation(),
            layers.ReLU(),
        ],
        name="lightweight",
    )
    for count, stride in [(64, 1), (64, 1), (128, 2), (128, 1)]:
        network.add(layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False))
        network.add(normalisation())
        network.add(layers.ReLU())
        network.add(layers.Conv2D(count, 1, use_bias=False))
        network.add(normalisation())
        network.add(layers.ReLU())
    network.add(layers.GlobalAveragePooling2D())
    network.add(layers.Dense(10, activation="softmax"))
    return network
