"""Batches of digits for training and scoring, and the augmentation of those for training."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from classroom.networks.european_styles import add_styles
from classroom.preprocessing.images import SIDE

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]

BATCH_SIZE = 128
# With few digits the batches are smaller, so that an epoch has enough steps.
BATCHES_AT_LEAST = 8
SMALLEST_BATCH = 16


def plain_batches(images: Images, labels: Labels) -> tf.data.Dataset:
    """Return batches for scoring, in the given order: pixels (b, 28, 28, 1) and labels."""
    return tf.data.Dataset.from_tensor_slices((images[..., None], labels)).batch(1000)


def training_batches(
    images: Images,
    labels: Labels,
    *,
    seed: int,
    augment: bool | NDArray[np.bool_],
    elastic: bool = False,
    styles: bool = False,
    batch_size: int | None = None,
) -> tf.data.Dataset:
    """Return batches for training, shuffled anew for each epoch.

    The augmentation runs in TensorFlow's own threads, so that it does not hold up the thread
    that answers questions.

    Parameters
    ----------
    images : array of shape (n, 28, 28), uint8
    labels : array of shape (n,), 0 to 9
    seed : int
        Decides the order and the distortions.
    augment : bool, or array of shape (n,), bool
        Whether all digits, or which of them, are distorted, differently in every epoch.
    elastic : bool
        Whether the distortions are elastic too.
    styles : bool
        Whether some digits get the strokes of `classroom.networks.european_styles`.
    batch_size : int, optional
        By default 128, and less for few digits.

    Returns
    -------
    tf.data.Dataset
        Batches of pixels, float32, 0 to 255, shape (b, 28, 28, 1), and labels, shape (b,).
    """
    all_images = tf.constant(images[..., None])
    all_labels = tf.constant(labels)
    count = len(images)
    distorted = tf.constant(np.broadcast_to(augment, count))
    all_distorted, any_distorted = bool(np.all(augment)), bool(np.any(augment))
    size = batch_size or max(SMALLEST_BATCH, min(BATCH_SIZE, count // BATCHES_AT_LEAST))
    order = tf.data.Dataset.range(count).shuffle(count, seed=seed).batch(size)
    order = tf.data.Dataset.zip(order, tf.data.Dataset.random(seed=seed))

    def batch(chosen: tf.Tensor, batch_seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pixels = tf.cast(tf.gather(all_images, chosen), tf.float32)
        digits = tf.gather(all_labels, chosen)
        batch_seeds = tf.stack([batch_seed, seed])
        if styles:
            pixels = add_styles(pixels, digits, batch_seeds + 2)
        if all_distorted:
            pixels = distort(pixels, batch_seeds, elastic)
        elif any_distorted:
            places = tf.where(tf.gather(distorted, chosen))
            some = distort(tf.gather(pixels, places[:, 0]), batch_seeds, elastic)
            pixels = tf.tensor_scatter_nd_update(pixels, places, some)
        return pixels, digits

    batches = order.map(batch, num_parallel_calls=2).prefetch(4)
    return batches.apply(tf.data.experimental.assert_cardinality(-(-count // size)))


def distort(pixels: tf.Tensor, seed: tf.Tensor, elastic: bool = False) -> tf.Tensor:
    """Return distorted digits, as other writers with other pens might have written them.

    Each digit is rotated by up to 15 degrees, slanted, stretched by up to 15% in each
    direction and moved by up to two pixels, and its strokes become thicker or thinner, some as
    thick as those of a felt pen. Before that, the height of every second digit is stretched
    unevenly: the loop of a 9 becomes smaller and its stem longer, or the other way round.

    Parameters
    ----------
    pixels : float tensor of shape (n, 28, 28, 1), 0 to 255
    seed : integer tensor of shape (2,)
    elastic : bool
        Whether each digit is distorted elastically too, which doubles the time.

    Returns
    -------
    float tensor of shape (n, 28, 28, 1), 0 to 255

    References
    ----------
    Simard, Steinkraus and Platt, "Best practices for convolutional neural
    networks applied to visual document analysis", ICDAR 2003.
    """
    noise = tf.random.stateless_uniform([8, tf.shape(pixels)[0]], seed, -1, 1)
    angle, slant, wide, high, right, down, pen, uneven = tf.unstack(noise)
    # From -1 to 1 for every second digit; the others are 0, so that they are not resampled twice.
    uneven = tf.sign(uneven) * tf.nn.relu(2 * tf.abs(uneven) - 1)
    pixels = _stretched_unevenly(pixels, tf.exp(UNEVEN * uneven))
    angle, slant = angle * np.pi / 12, slant * 0.25
    wide, high = 1 + 0.15 * wide, 1 + 0.15 * high
    # The matrix maps a pixel of the result to one of the original.
    a, b = wide * tf.cos(angle), wide * (slant * tf.cos(angle) - tf.sin(angle))
    c, d = high * tf.sin(angle), high * (slant * tf.sin(angle) + tf.cos(angle))
    # The centre (13.5, 13.5) is mapped to itself, plus the shift.
    x = 13.5 * (1 - a - b) + 2 * right
    y = 13.5 * (1 - c - d) + 2 * down
    transforms = tf.stack([a, b, x, c, d, y], axis=1)
    if elastic:
        moved = _elastically_distorted(pixels, transforms, seed)
    else:
        transforms = tf.pad(transforms, [[0, 0], [0, 2]])
        moved = keras.ops.image.affine_transform(pixels, transforms, "bilinear")

    # Thicker strokes are the maximum over 2x2 pixels; thinner ones are thicker paper.
    pen = tf.reshape(pen, [-1, 1, 1, 1])
    pixels = tf.sign(pen) * moved
    thicker = tf.nn.max_pool2d(pixels, 2, 1, "SAME")
    pixels = tf.sign(pen) * (pixels + tf.abs(pen) * (thicker - pixels))
    felt = tf.nn.relu(pen - FELT_FROM) / (1 - FELT_FROM)
    return pixels + felt * (tf.nn.max_pool2d(pixels, 3, 1, "SAME") - pixels)


# From -1, the thinnest pen, to 1, the thickest: above this it is a felt pen.
FELT_FROM = 0.7

# The natural logarithm of the largest exponent of the uneven stretch.
UNEVEN = 0.35
# The rows that MNIST's digits reach: they are 20 pixels high, around the middle of 28.
FIRST_ROW, ROWS = 3.5, 20.0


def _stretched_unevenly(pixels: tf.Tensor, exponents: tf.Tensor) -> tf.Tensor:
    """Return digits whose upper part is higher and lower part shorter, or the other way round.

    A row at the share t of the height, 0 at the top and 1 at the bottom, is taken from the
    share t ** exponent of the original.

    Parameters
    ----------
    pixels : float tensor of shape (n, 28, 28, 1)
    exponents : float tensor of shape (n,), above 0
    """
    rows = tf.range(SIDE, dtype=tf.float32)
    share = tf.clip_by_value((rows - FIRST_ROW) / ROWS, 0, 1)
    moved = tf.where(
        (share > 0) & (share < 1),
        FIRST_ROW + ROWS * tf.pow(share, exponents[:, None]),
        rows,
    )
    # Linear interpolation between two rows, as a matrix for each digit.
    weights = tf.nn.relu(1 - tf.abs(moved[..., None] - rows))
    return tf.matmul(weights, pixels[..., 0])[..., None]


def _elastically_distorted(pixels: tf.Tensor, transforms: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    # Both are applied in one resampling, because each resampling blurs the image.
    right, down = elastic_displacements(tf.shape(pixels)[0], seed + 1)
    a, b, x, c, d, y = tf.unstack(transforms[:, :, None, None], axis=1)
    across = tf.range(SIDE, dtype=tf.float32)
    along = across[:, None]
    from_x = a * across + b * along + x + right
    from_y = c * across + d * along + y + down
    return resample(pixels, from_x, from_y)


# In pixels: the standard deviation of the Gaussian that smooths the displacements, and that of
# the displacements. Simard's parameters give both: noise from -1 to 1, sigma 4, alpha 34.
SMOOTHNESS = 4.0
STRENGTH = 1.38


def _blur() -> NDArray[np.float32]:
    """Return the matrix (28, 7) that interpolates 28 smooth values from 7 random ones.

    Noise that is smoothed this much needs no random value for each pixel: one for every four
    pixels gives the same distribution, with a sixteenth of the random numbers.
    """
    points = np.arange(SMOOTHNESS / 2 - 0.5, SIDE, SMOOTHNESS)
    blur = np.exp(-((np.arange(SIDE)[:, None] - points) ** 2) / (2 * SMOOTHNESS**2))
    # Away from the border, the variance of the smoothed values is 1.
    return (blur / np.pi**0.25).astype(np.float32)


def elastic_displacements(count: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return by how many pixels each pixel is displaced to the right, and down.

    Parameters
    ----------
    count : integer tensor
        The number of digits.
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
    """Return digits resampled at other coordinates, by bilinear interpolation.

    Parameters
    ----------
    pixels : float tensor of shape (n, 28, 28, 1)
    x, y : float tensors of shape (n, 28, 28)
        For each pixel of the result, the coordinates in the original, in pixels from the left
        and from the top. Outside of the original the value is 0.

    Returns
    -------
    float tensor of shape (n, 28, 28, 1)
    """
    count, wide = tf.shape(pixels)[0], SIDE + 2
    padded = tf.pad(pixels, [[0, 0], [1, 2], [1, 2], [0, 0]])
    x = tf.clip_by_value(x + 1, 0, wide - 1)
    y = tf.clip_by_value(y + 1, 0, wide - 1)
    left, top = tf.floor(x), tf.floor(y)
    # Each pixel is stored with its neighbours to the right and below: one look-up instead of four.
    fours = [padded[:, :-1, :-1], padded[:, :-1, 1:], padded[:, 1:, :-1], padded[:, 1:, 1:]]
    place = tf.cast(top * wide + left, tf.int32) + (tf.range(count) * wide**2)[:, None, None]
    around = tf.gather(tf.reshape(tf.concat(fours, -1), [-1, 4]), place)
    x, y = x - left, y - top
    shares = tf.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], axis=-1)
    return tf.reduce_sum(around * shares, axis=-1, keepdims=True)
