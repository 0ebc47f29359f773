"""Networks of the years since 2012, scaled to 28x28 pixels."""

from collections.abc import Callable

import classroom.networks.backend  # noqa: F401  (before Keras is imported)

# isort: split
import keras
from keras import layers


def normalisation() -> keras.Layer:
    """Return a batch normalisation whose running means settle within one epoch.

    Keras' own momentum of 0.99 needs several hundred batches to forget its
    start; a network that was trained for an epoch or two would be judged with
    means that are not yet its own.
    """
    return layers.BatchNormalization(momentum=0.9)


def alexnet_small() -> keras.Model:
    """Return AlexNet, scaled to 28x28: five convolutions, three dense layers, 347,274 parameters.

    Published: 99.15%.

    References
    ----------
    Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep
    convolutional neural networks", NIPS 2012.

    Notes
    -----
    Differences: windows of 5x5 and 3x3 in place of 11x11 and 5x5, a third to
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


def resnet_small() -> keras.Model:
    """Return a residual network, scaled to 28x28: three blocks, 78,042 parameters.

    Each block adds what it has learned to what it was given, so that the
    gradient finds an open way through every depth.

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


def lightweight() -> keras.Model:
    """Return depthwise separable convolutions, as in a telephone: 37,706 parameters.

    Every convolution comes in two: one that looks around in each map by
    itself, and one of 1x1 that mixes the maps.

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


def column() -> keras.Model:
    """Return one column of Ciresan's committee: 76,040 parameters.

    References
    ----------
    Ciresan, Meier and Schmidhuber, "Multi-column deep neural networks for
    image classification", CVPR 2012, section 3.1: 1x29x29-20C4-MP2-40C5-MP3-
    150N-10N.

    Notes
    -----
    Difference: ReLU in place of a scaled tanh.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.ZeroPadding2D(((0, 1), (0, 1))),
            layers.Conv2D(20, 4, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(40, 5, activation="relu"),
            layers.MaxPooling2D(3),
            layers.Flatten(),
            layers.Dense(150, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="column",
    )


def committee(member: Callable[[], keras.Model] = column, members: int = 5) -> keras.Model:
    """Return the mean of several networks that were trained apart: 380,200 parameters.

    Each makes mistakes of its own, and the mean forgives those that few make.
    `classroom.networks.from_scratch.fit_network` trains one member after the other, each
    from weights and on elastic distortions of its own.

    Published: 99.77%, with 35 columns and 800 epochs.

    Parameters
    ----------
    member : function that returns a keras.Model
        Called once for each.
    members : int, at least 2

    References
    ----------
    Ciresan, Meier and Schmidhuber, CVPR 2012, section 3.1; Simard, Steinkraus
    and Platt, ICDAR 2003, for the elastic distortions.

    Notes
    -----
    Differences: five columns, in the paper five for each of seven widths to
    which the digits were scaled before; and those of `column`.
    """
    pixels = layers.Input((28, 28, 1))
    answers = []
    for number in range(members):
        network = member()
        network.name = f"member_{number}"  # no two layers of a network share a name
        answers.append(network(pixels))
    return keras.Model(pixels, layers.Average()(answers), name="committee")


def members_of(model: keras.Model) -> list[keras.Model]:
    """Return the members of a committee; none, where `model` is a plain network."""
    return [layer for layer in model.layers if isinstance(layer, keras.Model)]
