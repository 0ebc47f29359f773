"""The features of a network: what its last hidden layer answers, from which it takes its answer.

Whatever compares digits as a network sees them takes them from here.
"""

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray

from classroom.networks.augmentation import Images
from classroom.networks.keras_models import compiled, members_of

Features = NDArray[np.float32]


def features(model: keras.Model) -> Callable[[Images], Features]:
    """Return a function from images (n, 28, 28), uint8, to features (n, d), float32.

    It is as quick as `classroom.networks.keras_models.compiled`, which traces it. d is 84 for
    LeNet-5, 128 for `compact` and 1,536 for `six_convolutions`, whose last maps are 4x4x96. The
    features of a committee are those of its members side by side.
    """
    return compiled(feature_network(model))


def feature_network(model: keras.Model) -> keras.Model:
    """Return the part of a network before its answer layer, with the same weights.

    Later changes to the weights of `model` change it too.
    """
    members = members_of(model)
    if not members:
        return keras.Model(model.inputs, answer_layer(model).input)
    parts = [feature_network(member)(model.inputs[0]) for member in members]
    return keras.Model(model.inputs, keras.layers.Concatenate()(parts))


def answer_layer(model: keras.Model) -> keras.Layer:
    """Return the layer of a single network that computes the ten answers from the features.

    It is the last layer with weights. No layer has to have a certain name, so this holds for
    the networks that earlier versions of the program have stored too.
    """
    return next(layer for layer in reversed(model.layers) if layer.weights)
