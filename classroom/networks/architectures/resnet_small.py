"""A residual network, scaled to 28x28 pixels."""

import keras
from keras import layers

from classroom.networks.normalisation import normalisation

# Counted by hand, layer by layer.
PARAMETERS = (
    3 * 3 * 16
    + (4 * 16 + 3 * 3 * 16 * 16 + 4 * 16 + 3 * 3 * 16 * 16)
    + (4 * 16 + 16 * 32 + 3 * 3 * 16 * 32 + 4 * 32 + 3 * 3 * 32 * 32)
    + (4 * 32 + 32 * 64 + 3 * 3 * 32 * 64 + 4 * 64 + 3 * 3 * 64 * 64)
    + 4 * 64
    + (64 + 1) * 10
)


def resnet_small() -> keras.Model:
    """Return a residual network, scaled to 28x28 pixels: three blocks.

    Each block adds its output to its input, so that the gradient reaches every
    layer without being weakened.

    Published: 99.72%.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition",
    CVPR 2016, section 4.2; and "Identity mappings in deep residual networks",
    ECCV 2016, for the normalisation before the convolution.

    Notes
    -----
    Differences: one block a stage, where the smallest of the paper has three;
    16, 32 and 64 maps as there.
    """
    pixels = layers.Input((28, 28, 1))
    maps = layers.Conv2D(16, 3, padding="same", use_bias=False)(layers.Rescaling(1 / 255)(pixels))
    maps = _residual_block(maps, 16, 1)
    maps = _residual_block(maps, 32, 2)
    maps = _residual_block(maps, 64, 2)
    maps = layers.ReLU()(normalisation()(maps))
    answer = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(pixels, answer, name="resnet_small")


def _residual_block(maps: keras.KerasTensor, count: int, stride: int) -> keras.KerasTensor:
    active = layers.ReLU()(normalisation()(maps))
    if stride > 1 or maps.shape[-1] != count:
        # what is added must have the same shape
        maps = layers.Conv2D(count, 1, strides=stride, use_bias=False)(active)
    new = layers.Conv2D(count, 3, strides=stride, padding="same", use_bias=False)(active)
    new = layers.ReLU()(normalisation()(new))
    new = layers.Conv2D(count, 3, padding="same", use_bias=False)(new)
    return layers.Add()([maps, new])
