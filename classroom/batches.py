"""Digits in batches, and their augmentation."""

import numpy as np
from numpy.typing import NDArray

import classroom.backend  # noqa: F401  (before Keras is imported)
from classroom.elastic import SIZE, pulls, resample
from classroom.styles import add_styles

# isort: split
import keras
import tensorflow as tf

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]

BATCH_SIZE = 128
# Of few digits the batches are smaller, so that there are enough steps to learn in.
BATCHES_AT_LEAST = 8
SMALLEST_BATCH = 16


def plain_batches(images: Images, labels: Labels) -> tf.data.Dataset:
    """Return the digits in their order, in batches for scoring, as (n, 28, 28, 1)."""
    return tf.data.Dataset.from_tensor_slices((images[..., None], labels)).batch(1000)


def training_batches(
    images: Images,
    labels: Labels,
    *,
    seed: int,
    augment: bool,
    elastic: bool = False,
    styles: bool = False,
    batch_size: int | None = None,
) -> tf.data.Dataset:
    """Return the digits in a new order for each epoch, in batches of shape (b, 28, 28, 1).

    Everything happens in TensorFlow's own threads, so that the thread that
    answers the student is not held up.

    Parameters
    ----------
    images : array of shape (n, 28, 28), uint8
    labels : array of shape (n,), 0 to 9
    seed : int
        Of the order and of the distortions.
    augment : bool
        Whether every digit is distorted anew each time it is seen.
    elastic : bool
        Where they are, whether elastically too.
    styles : bool
        Whether some get the strokes of `classroom.styles`.
    batch_size : int, optional
        As few digits need it, where there is none.

    Returns
    -------
    tf.data.Dataset
        Of pairs of pixels, float32, 0 to 255, and labels.
    """
    all_images = tf.constant(images[..., None])
    all_labels = tf.constant(labels)
    count = len(images)
    size = batch_size or max(SMALLEST_BATCH, min(BATCH_SIZE, count // BATCHES_AT_LEAST))
    order = tf.data.Dataset.range(count).shuffle(count, seed=seed).batch(size)
    order = tf.data.Dataset.zip(order, tf.data.Dataset.random(seed=seed))

    def batch(chosen: tf.Tensor, batch_seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pixels = tf.cast(tf.gather(all_images, chosen), tf.float32)
        digits = tf.gather(all_labels, chosen)
        batch_seeds = tf.stack([batch_seed, seed])
        if styles:
            pixels = add_styles(pixels, digits, batch_seeds + 2)
        if augment:
            pixels = distort(pixels, batch_seeds, elastic)
        return pixels, digits

    batches = order.map(batch, num_parallel_calls=2).prefetch(4)
    return batches.apply(tf.data.experimental.assert_cardinality(-(-count // size)))


def distort(pixels: tf.Tensor, seed: tf.Tensor, elastic: bool = False) -> tf.Tensor:
    """Return digits as other hands, and other pens, might have written them.

    Each is turned by up to 15 degrees, slanted, stretched by up to 15% in
    each direction, moved by up to two pixels, and written with a thicker or
    a thinner pen.

    Parameters
    ----------
    pixels : float tensor of shape (n, 28, 28, 1), 0 to 255
    seed : integer tensor of shape (2,)
    elastic : bool
        Whether each is pulled here and there besides, which doubles the time.

    Returns
    -------
    float tensor of shape (n, 28, 28, 1), 0 to 255

    References
    ----------
    Simard, Steinkraus and Platt, "Best practices for convolutional neural
    networks applied to visual document analysis", ICDAR 2003.
    """
    noise = tf.random.stateless_uniform([7, tf.shape(pixels)[0]], seed, -1, 1)
    angle, slant, wide, high, right, down, pen = tf.unstack(noise)
    angle, slant = angle * np.pi / 12, slant * 0.25
    wide, high = 1 + 0.15 * wide, 1 + 0.15 * high
    # the matrix that leads from a pixel of the result to one of the original
    a, b = wide * tf.cos(angle), wide * (slant * tf.cos(angle) - tf.sin(angle))
    c, d = high * tf.sin(angle), high * (slant * tf.sin(angle) + tf.cos(angle))
    # 13.5, 13.5 is the middle, and stays there but for the shift
    x = 13.5 * (1 - a - b) + 2 * right
    y = 13.5 * (1 - c - d) + 2 * down
    transforms = tf.stack([a, b, x, c, d, y], axis=1)
    if elastic:
        moved = _pulled(pixels, transforms, seed)
    else:
        transforms = tf.pad(transforms, [[0, 0], [0, 2]])
        moved = keras.ops.image.affine_transform(pixels, transforms, "bilinear")

    # where the pen is thinner, the paper between the strokes is thicker
    pen = tf.reshape(pen, [-1, 1, 1, 1])
    pixels = tf.sign(pen) * moved
    thicker = tf.nn.max_pool2d(pixels, 2, 1, "SAME")
    return tf.sign(pen) * (pixels + tf.abs(pen) * (thicker - pixels))


def _pulled(pixels: tf.Tensor, transforms: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    # Both moves in one go: each time that pixels are taken between pixels blurs them.
    right, down = pulls(tf.shape(pixels)[0], seed + 1)  # not the noise of the other moves
    a, b, x, c, d, y = tf.unstack(transforms[:, :, None, None], axis=1)
    across = tf.range(SIZE, dtype=tf.float32)
    along = across[:, None]
    from_x = a * across + b * along + x + right
    from_y = c * across + d * along + y + down
    return resample(pixels, from_x, from_y)
