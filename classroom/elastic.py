"""Elastic distortion: digits drawn on rubber that is pulled here and there."""

import numpy as np
from numpy.typing import NDArray

import classroom.backend  # noqa: F401  (before TensorFlow is imported)

# isort: split
import tensorflow as tf

SIZE = 28
# In pixels: how far apart two points are pulled independently, and the standard deviation of
# the pull. Simard's noise of -1 to 1 on each pixel, blurred by 4 and multiplied by 34, has this.
SMOOTHNESS = 4.0
STRENGTH = 1.38


def _blur() -> NDArray[np.float32]:
    """Return the matrix (28, 7) that makes 28 smooth values of 7 random ones.

    Noise that is blurred this much needs no point of its own for each pixel:
    one every four gives the same, for a sixteenth of the random numbers.
    """
    points = np.arange(SMOOTHNESS / 2 - 0.5, SIZE, SMOOTHNESS)
    blur = np.exp(-((np.arange(SIZE)[:, None] - points) ** 2) / (2 * SMOOTHNESS**2))
    # of all points together, were there no border, the variance is 1
    return (blur / np.pi**0.25).astype(np.float32)


def pulls(count: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return by how many pixels each point is pulled to the right, and down.

    Parameters
    ----------
    count : integer tensor
        For how many digits.
    seed : integer tensor of shape (2,)

    Returns
    -------
    two float tensors of shape (count, 28, 28)

    References
    ----------
    Simard, Steinkraus and Platt, "Best practices for convolutional neural
    networks applied to visual document analysis", ICDAR 2003, section 2.
    """
    blur = _blur()
    noise = tf.random.stateless_normal([2, count, blur.shape[1], blur.shape[1]], seed)
    right, down = tf.unstack(STRENGTH * tf.einsum("ri,kcij,pj->kcrp", blur, noise, blur))
    return right, down


def resample(pixels: tf.Tensor, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Return digits whose every pixel is taken from another place, between four pixels.

    Parameters
    ----------
    pixels : float tensor of shape (n, 28, 28, 1)
    x, y : float tensors of shape (n, 28, 28)
        From where, in pixels from the left and from the top. Outside there is
        nothing but zeros.

    Returns
    -------
    float tensor of shape (n, 28, 28, 1)
    """
    count, wide = tf.shape(pixels)[0], SIZE + 2
    padded = tf.pad(pixels, [[0, 0], [1, 2], [1, 2], [0, 0]])
    x = tf.clip_by_value(x + 1, 0, wide - 1)
    y = tf.clip_by_value(y + 1, 0, wide - 1)
    left, top = tf.floor(x), tf.floor(y)
    # Each pixel with its neighbours to the right and below, so that it takes one look-up, not four.
    fours = [padded[:, :-1, :-1], padded[:, :-1, 1:], padded[:, 1:, :-1], padded[:, 1:, 1:]]
    place = tf.cast(top * wide + left, tf.int32) + (tf.range(count) * wide**2)[:, None, None]
    around = tf.gather(tf.reshape(tf.concat(fours, -1), [-1, 4]), place)
    x, y = x - left, y - top
    shares = tf.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], axis=-1)
    return tf.reduce_sum(around * shares, axis=-1, keepdims=True)
