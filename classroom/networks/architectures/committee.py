"""A committee of Ciresan's columns, whose answers are averaged."""

from collections.abc import Callable

import keras
from keras import layers

# Counted by hand, layer by layer.
PARAMETERS = 5 * (
    20 * (4 * 4 + 1) + 40 * (5 * 5 * 20 + 1) + 150 * (3 * 3 * 40 + 1) + 10 * (150 + 1)
)


def column() -> keras.Model:
    """Return one column of Ciresan's committee.

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
    """Return the mean of several networks that were trained apart.

    Each makes other mistakes, and the mean corrects those that few of them
    make. `classroom.networks.from_scratch.fit_network` trains one member after
    the other, each from its own initial weights and on its own elastic
    distortions.

    Published: 99.77%, with 35 columns and 800 epochs.

    Parameters
    ----------
    member : function that returns a keras.Model
        Called once for each member.
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
