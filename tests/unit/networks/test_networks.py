from pathlib import Path

import keras
import numpy as np
import pytest

from classroom.catalogue import TITLES
from classroom.datasets.mnist_files import Mnist
from classroom.errors import ClassroomError
from classroom.networks.architectures.committee import committee
from classroom.networks.architectures.lenet_average import lenet_average
from classroom.networks.from_scratch import fit_network
from classroom.networks.keras_models import compiled, copy_network, load_network, members_of
from classroom.networks.registry import NETWORKS, new_network, parameters
from classroom.starts import Start


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_answers_to_raw_pixels(name: str, small_mnist: Mnist) -> None:
    answers = compiled(new_network(name, 0))(small_mnist.test_images[:7])
    assert answers.shape == (7, 10)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_seed_alone_decides_the_weights(name: str) -> None:
    first, again, other = (new_network(name, seed).get_weights()[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_parameters_are_as_counted_by_hand(name: str) -> None:
    assert new_network(name, 0).count_params() == parameters(name)


def test_the_networks_are_listed_as_in_the_window() -> None:
    titles = [name for name in TITLES if name in NETWORKS]
    assert list(NETWORKS) == ["compact", "quick", "six_convolutions", *titles]


# The committee has its own tests, below.
SLOW = ("alexnet_small", "resnet_small", "lightweight")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.long] if name in SLOW else [])
        for name in NETWORKS
        if name != "committee"
    ],
)
def test_a_network_learns_and_comes_back_from_its_file(
    name: str, small_mnist: Mnist, tmp_path: Path
) -> None:
    model = new_network(name, 0)
    before = model.get_weights()
    few = small_mnist.train_images[:64], small_mnist.train_labels[:64]
    fit_network(model, *few, epochs=1)
    # at the least the first layer and the last have moved: the gradient goes all the way
    assert not np.array_equal(model.get_weights()[0], before[0])
    assert not np.array_equal(model.get_weights()[-1], before[-1])
    model.save(tmp_path / "net.keras")
    images = small_mnist.test_images[:20]
    again = compiled(load_network(tmp_path / "net.keras"))(images)
    np.testing.assert_allclose(again, compiled(model)(images), atol=1e-6)


@pytest.mark.parametrize("name", ["lenet5", "lenet5_average"])
def test_lenet5_is_the_one_of_the_paper(name: str) -> None:
    model = new_network(name, 0)
    sizes = [layer.count_params() for layer in model.layers if layer.count_params()]
    assert sizes == [156, 2_416, 48_120, 10_164, 850]
    shapes = [layer.output.shape[1:] for layer in model.layers]
    for shape in [(32, 32, 1), (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16)]:
        assert shape in shapes


def test_the_poolings_of_lenet5_differ(small_mnist: Mnist) -> None:
    largest, mean = new_network("lenet5", 0), new_network("lenet5_average", 0)
    mean.set_weights(largest.get_weights())
    images = small_mnist.test_images[:5]
    assert not np.allclose(compiled(largest)(images), compiled(mean)(images))


def test_the_dilated_layer_sees_nine_by_nine_pixels() -> None:
    model = new_network("lenet5_dilated", 0)
    first = next(layer for layer in model.layers if layer.count_params())
    maps = keras.Model(model.inputs[0], first.output)
    dot = np.zeros((1, 28, 28, 1), np.float32)
    dot[0, 14, 14] = 255
    seen = np.argwhere(np.abs(np.asarray(maps(dot)) - np.asarray(maps(0 * dot))).max(-1)[0] > 0)
    assert maps.output_shape == (None, 28, 28, 6)
    assert {tuple(at) for at in seen} <= {(y, x) for y in (10, 14, 18) for x in (10, 14, 18)}
    np.testing.assert_array_equal(np.ptp(seen, axis=0) + 1, [9, 9])


# --- committees ----------------------------------------------------------------------
def test_a_committee_answers_with_the_mean_of_its_members(small_mnist: Mnist) -> None:
    keras.utils.set_random_seed(0)
    together = committee(lenet_average, members=3)
    alone = members_of(together)
    assert len(alone) == 3
    images = small_mnist.test_images[:30]
    answers = [compiled(member)(images) for member in alone]
    assert not np.allclose(answers[0], answers[1])
    np.testing.assert_allclose(compiled(together)(images), np.mean(answers, axis=0), atol=1e-6)


def test_each_member_of_a_committee_is_trained_apart(small_mnist: Mnist) -> None:
    keras.utils.set_random_seed(0)
    together = committee(lenet_average, members=2)
    alone = [copy_network(member) for member in members_of(together)]
    digits = small_mnist.train_images[:300], small_mnist.train_labels[:300]
    epochs, progress = [], []
    fit_network(
        together,
        *digits,
        epochs=2,
        seed=7,
        augment=True,
        on_epoch=epochs.append,
        on_progress=progress.append,
    )
    assert [(epoch.number, epoch.of) for epoch in epochs] == [(n, 4) for n in range(1, 5)]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    for number, (member, other) in enumerate(zip(members_of(together), alone, strict=True)):
        fit_network(other, *digits, epochs=2, seed=7 + number, augment=True)
        for one, two in zip(member.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_allclose(one, two, atol=1e-4)


def test_a_committee_comes_back_from_its_file(small_mnist: Mnist, tmp_path: Path) -> None:
    together = committee(lenet_average, members=2)
    together.save(tmp_path / "net.keras")
    again = load_network(tmp_path / "net.keras")
    assert len(members_of(again)) == 2
    images = small_mnist.test_images[:5]
    np.testing.assert_allclose(compiled(again)(images), compiled(together)(images), atol=1e-6)


# --- copies --------------------------------------------------------------------------
def test_a_copy_shares_nothing(small_mnist: Mnist) -> None:
    original = new_network("compact", 0)
    before = compiled(original)(small_mnist.test_images[:5])
    copy = copy_network(original)
    np.testing.assert_array_equal(compiled(copy)(small_mnist.test_images[:5]), before)
    copy.set_weights([np.zeros_like(weights) for weights in copy.get_weights()])
    np.testing.assert_array_equal(compiled(original)(small_mnist.test_images[:5]), before)


def test_any_number_of_digits_gets_the_same_answers(small_mnist: Mnist) -> None:
    answer = compiled(new_network("compact", 0))
    images = np.concatenate([small_mnist.train_images, small_mnist.test_images])
    together = answer(images)
    assert together.shape == (2500, 10)
    one_by_one = np.concatenate([answer(images[i : i + 1]) for i in (0, 999, 1000, 2499)])
    np.testing.assert_allclose(together[[0, 999, 1000, 2499]], one_by_one, atol=1e-5)
    assert answer(images[:0]).shape == (0, 10)


# --- files -------------------------------------------------------------------------
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no network " * 100])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "net.keras"
    file.write_bytes(content)
    with pytest.raises(ClassroomError, match=r"net\.keras cannot be read as a network"):
        load_network(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClassroomError, match=r"gone\.keras"):
        load_network(tmp_path / "gone.keras")


def test_a_shipped_network_cut_short_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "net.keras"
    file.write_bytes(Start.BASE.file.read_bytes()[:-5000])
    with pytest.raises(ClassroomError):
        load_network(file)


def test_another_kind_of_network_is_refused(tmp_path: Path) -> None:
    keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(2)]).save(tmp_path / "n.keras")
    with pytest.raises(ClassroomError, match="network for digits"):
        load_network(tmp_path / "n.keras")


def test_a_network_with_code_inside_is_refused(tmp_path: Path) -> None:
    layers = [keras.layers.Input((28, 28, 1)), keras.layers.Lambda(lambda pixels: pixels * 2)]
    keras.Sequential(layers).save(tmp_path / "n.keras")
    with pytest.raises(ClassroomError):
        load_network(tmp_path / "n.keras")


# --- the shipped ones ---------------------------------------------------------------
@pytest.mark.parametrize(("start", "at_least"), [(Start.MNIST_ONLY, 0.98), (Start.BASE, 0.99)])
def test_a_shipped_network_knows_mnist(start: Start, at_least: float, small_mnist: Mnist) -> None:
    answers = compiled(load_network(start.file))(small_mnist.test_images)
    assert np.mean(answers.argmax(axis=1) == small_mnist.test_labels) >= at_least


@pytest.mark.parametrize("start", Start)
def test_a_shipped_network_holds_its_weights_and_no_more(start: Start) -> None:
    parameters = load_network(start.file).count_params()
    # Optimizer state would make the file three times as large, and layers have 3 KB of names.
    assert 4 * parameters < start.file.stat().st_size < 4 * parameters + 100_000 < 5_000_000
