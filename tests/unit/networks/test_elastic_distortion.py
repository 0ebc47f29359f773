import numpy as np
import pytest
import tensorflow as tf

from classroom.datasets.mnist_files import Mnist
from classroom.networks.augmentation import (
    SMOOTHNESS,
    STRENGTH,
    distort,
    elastic_displacements,
    resample,
    training_batches,
)
from classroom.networks.keras_models import compiled, load_network
from classroom.starts import Start


def pixels_of(mnist: Mnist, count: int) -> tf.Tensor:
    return tf.cast(mnist.test_images[:count, ..., None], tf.float32)


def test_the_pulls_are_as_strong_and_as_smooth_as_in_the_paper() -> None:
    right, down = (np.asarray(pull) for pull in elastic_displacements(2000, tf.constant([3, 4])))
    assert right.shape == down.shape == (2000, 28, 28)
    # what Simard does: noise on each pixel, blurred by 4, times 34; away from the border
    blur = np.exp(-((np.arange(28) - np.arange(28)[:, None]) ** 2) / (2 * SMOOTHNESS**2))
    blur /= SMOOTHNESS * np.sqrt(2 * np.pi)
    noise = np.random.default_rng(0).uniform(-1, 1, (2000, 28, 28))
    published = 34 * blur @ noise @ blur.T
    middle = published[:, 14, 14]
    for pull in (right, down):
        assert abs(pull.mean()) < 0.05
        np.testing.assert_allclose(pull[:, 14, 14].std(), middle.std(), rtol=0.1)
        np.testing.assert_allclose(pull[:, 14, 14].std(), STRENGTH, rtol=0.1)
        for apart in (1, 4, 8):
            ours = np.corrcoef(pull[:, 14, 14], pull[:, 14, 14 + apart])[0, 1]
            theirs = np.corrcoef(middle, published[:, 14, 14 + apart])[0, 1]
            assert abs(ours - theirs) < 0.07
    assert abs(np.corrcoef(right[:, 14, 14], down[:, 14, 14])[0, 1]) < 0.1


def test_resampling_takes_pixels_from_where_it_is_told(small_mnist: Mnist) -> None:
    pixels = pixels_of(small_mnist, 20)
    here = tf.range(28, dtype=tf.float32)
    x, y = (tf.zeros((20, 28, 28)) + here, tf.zeros((20, 28, 28)) + here[:, None])
    np.testing.assert_allclose(resample(pixels, x, y), pixels, atol=1e-3)
    moved = np.asarray(resample(pixels, x + 3, y - 2))
    np.testing.assert_allclose(moved[:, 2:, :-3], pixels[:, :-2, 3:], atol=1e-3)
    assert not moved[:, :2].any()
    between = np.asarray(resample(pixels, x + 0.25, y))
    expected = 0.75 * pixels[:, :, :-1] + 0.25 * pixels[:, :, 1:]
    np.testing.assert_allclose(between[:, :, :-1], expected, atol=1e-2)
    assert not np.asarray(resample(pixels, x + 1000, y)).any()
    assert not np.asarray(resample(pixels, x, y - 1000)).any()


def test_elastic_distortion_pulls_the_digit_but_keeps_it(small_mnist: Mnist) -> None:
    pixels, seed = pixels_of(small_mnist, 500), tf.constant([1, 2])
    plain = np.asarray(distort(pixels, seed))
    pulled = np.asarray(distort(pixels, seed, elastic=True))
    np.testing.assert_array_equal(pulled, distort(pixels, seed, elastic=True))
    assert pulled.min() >= 0
    assert pulled.max() <= 255.01
    assert np.mean(np.abs(pulled - plain)) > 5
    # turned and moved alike, so that the two are nearer to each other than to the original
    assert np.mean(np.abs(pulled - plain)) < np.mean(np.abs(pulled - pixels))
    answers = compiled(load_network(Start.BASE.file))(np.rint(pulled[..., 0]).astype(np.uint8))
    assert np.mean(answers.argmax(axis=1) == small_mnist.test_labels) > 0.9


def test_without_a_pull_both_ways_to_distort_agree(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels, seed = pixels_of(small_mnist, 50), tf.constant([1, 2])
    monkeypatch.setattr("classroom.networks.augmentation.STRENGTH", 0.0)
    np.testing.assert_allclose(distort(pixels, seed, elastic=True), distort(pixels, seed), atol=0.5)


def test_batches_are_pulled_on_request(small_mnist: Mnist) -> None:
    digits = small_mnist.train_images[:64], small_mnist.train_labels[:64]
    plain, pulled = (
        next(iter(training_batches(*digits, seed=0, augment=True, elastic=elastic, batch_size=32)))
        for elastic in (False, True)
    )
    assert len(plain[1]) == 32
    np.testing.assert_array_equal(plain[1], pulled[1])
    assert np.mean(np.abs(plain[0] - pulled[0])) > 5
