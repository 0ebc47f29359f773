import keras
import numpy as np
import pytest

from classroom.datasets.mnist_files import Mnist
from classroom.networks.architectures.committee import committee
from classroom.networks.architectures.lenet_average import lenet_average
from classroom.networks.features import answer_layer, features
from classroom.networks.from_scratch import fit_network
from classroom.networks.keras_models import compiled, load_network, members_of
from classroom.networks.registry import NETWORKS, new_network
from classroom.starts import Start


def answers_from(model: keras.Model, found: np.ndarray) -> np.ndarray:
    """The answers to these features (n, d) by what follows them in the network."""
    members = members_of(model)
    if members:
        each = np.split(found, len(members), axis=1)
        parts = [answers_from(member, part) for member, part in zip(members, each, strict=True)]
        return np.mean(parts, axis=0)
    after = model.layers[model.layers.index(answer_layer(model)) :]
    return np.asarray(keras.Sequential(after)(found))


def check(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Check that the features of `images` give the network's answers to them; return them."""
    found = features(model)(images)
    assert found.dtype == np.float32
    assert found.ndim == 2
    np.testing.assert_allclose(answers_from(model, found), compiled(model)(images), atol=1e-6)
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_answers_from_its_features(name: str, small_mnist: Mnist) -> None:
    images = small_mnist.test_images[:7]
    found = check(new_network(name, 0), images)
    assert found.shape[1] > 10
    assert len(np.unique(found, axis=0)) == len(images)


@pytest.mark.parametrize("start", Start)
def test_a_shipped_network_answers_from_its_features(start: Start, small_mnist: Mnist) -> None:
    check(load_network(start.file), small_mnist.test_images[:50])


@pytest.mark.parametrize(
    ("name", "count"), [("lenet5", 84), ("compact", 128), ("six_convolutions", 4 * 4 * 96)]
)
def test_the_features_are_those_of_the_last_hidden_layer(
    name: str, count: int, small_mnist: Mnist
) -> None:
    found = features(new_network(name, 0))(small_mnist.test_images[:3])
    assert found.shape == (3, count)
    assert found.min() == 0  # after the rectifier
    assert found.max() > 0


def test_members_of_a_committee_keep_their_features_apart(small_mnist: Mnist) -> None:
    together = committee(lenet_average, members=3)
    images = small_mnist.test_images[:5]
    found = check(together, images)
    alone = [features(member)(images) for member in members_of(together)]
    np.testing.assert_allclose(found, np.concatenate(alone, axis=1), atol=1e-6)


def test_a_softmax_of_its_own_is_no_hidden_layer(small_mnist: Mnist) -> None:
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(7, activation="relu"),
            layers.Dense(10),
            layers.Softmax(),
        ]
    )
    assert check(model, small_mnist.test_images[:4]).shape == (4, 7)


def test_the_features_follow_a_training(small_mnist: Mnist) -> None:
    model = new_network("lenet5", 0)
    images = small_mnist.test_images[:20]
    ask = features(model)
    before = ask(images)
    fit_network(model, small_mnist.train_images[:200], small_mnist.train_labels[:200], epochs=1)
    assert np.abs(ask(images) - before).max() > 0.01
    check(model, images)


def test_any_number_of_digits_has_the_same_features(small_mnist: Mnist) -> None:
    ask = features(load_network(Start.MNIST_ONLY.file))
    together = ask(small_mnist.train_images)
    assert together.shape == (2000, 84)
    for at in (0, 999, 1000, 1999):
        np.testing.assert_allclose(
            ask(small_mnist.train_images[at : at + 1])[0], together[at], atol=1e-4
        )
    assert ask(small_mnist.train_images[:0]).shape == (0, 84)
