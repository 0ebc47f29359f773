"""The batch normalisation that the networks of few epochs share."""

import keras
from keras import layers


def normalisation() -> keras.Layer:
    """Return a batch normalisation whose moving averages adapt within one epoch.

    With Keras' own momentum of 0.99 the moving mean and variance depend on their initial
    values for several hundred batches. A network that was trained for an epoch or two would
    be evaluated with averages that are not yet those of its activations.
    """
    return layers.BatchNormalization(momentum=0.9)
