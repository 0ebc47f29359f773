from pathlib import Path

import numpy as np
import pytest

from classroom.errors import ClassroomError
from classroom.mnist_files import Mnist
from classroom.networks import NETWORKS, compiled, copy_network, keras, load_network, new_network
from classroom.paths import shipped_network


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


def test_the_sizes_are_as_told() -> None:
    assert new_network("compact", 0).count_params() == 279_722
    assert new_network("cnn_dropout", 0).count_params() == 225_034


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
    file.write_bytes(shipped_network().read_bytes()[:-5000])
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


# --- the shipped one ----------------------------------------------------------------
def test_the_shipped_network_knows_mnist(small_mnist: Mnist) -> None:
    answers = compiled(load_network(shipped_network()))(small_mnist.test_images)
    assert np.mean(answers.argmax(axis=1) == small_mnist.test_labels) >= 0.99


def test_the_shipped_network_holds_its_weights_and_no_more() -> None:
    parameters = load_network(shipped_network()).count_params()
    assert 4 * parameters < shipped_network().stat().st_size < 1.2 * 4 * parameters < 5_000_000
