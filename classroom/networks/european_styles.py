"""Gives MNIST's digits strokes that they lack: slashed 0s, flagged 1s, crossed 7s, and feet.

`classroom.networks.augmentation` draws them onto some of the digits that a network is trained on.
"""

import itertools
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from classroom.preprocessing.images import SIDE

# The probability with which a digit gets the stroke of its kind, in each epoch.
SHARE = 0.25
# Of the 1s with a flag, those that stand on a line; of the 7s with a bar, those whose bar is a
# loop; of the 9s with a foot, those whose foot is curled.
BASED = 1 / 3
LOOPED = 1 / 3
CURLED = 2 / 3
# The probability with which a 9 is open at the top.
OPENED = 0.15
# The number of straight segments that a loop, or a curl, is drawn with.
LOOP_SEGMENTS = 8
CURL_SEGMENTS = 4
# A pixel of this value or more, of 255, is ink; less is the soft edge of a stroke.
INK = 100.0


class Segment(NamedTuple):
    """One straight stroke for each digit; each coordinate is a tensor of shape (n,), in pixels."""

    from_x: tf.Tensor
    from_y: tf.Tensor
    to_x: tf.Tensor
    to_y: tf.Tensor


def add_styles(pixels: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Slash some 0s, flag some 1s, cross some 7s, open some 9s, and give some stems a foot.

    MNIST was written in the United States around 1990. Elsewhere a 0 may be slashed, to be told
    from the letter O; a 1 may begin with an upstroke, its flag, and stand on a line; a 7 then has
    a bar, which in a hurry becomes a loop around its stem. A hurried 9 stays open at the top. The
    foot of a 1, 4, 7 or 9 is the short upstroke that the pen leaves at the end of a stem; that of
    a 9 may curl to the left as well.

    Parameters
    ----------
    pixels : float tensor of shape (n, 28, 28, 1), 0 to 255
    labels : integer tensor of shape (n,)
    seed : integer tensor of shape (2,)

    Returns
    -------
    float tensor of shape (n, 28, 28, 1), 0 to 255
    """
    noise = tf.random.stateless_uniform([14, tf.shape(pixels)[0]], seed)
    chance, angle, length, place, width, foot_chance, *foot = tf.unstack(noise[:9])
    ink = pixels[..., 0] > INK
    top, bottom = _ends(tf.reduce_any(ink, axis=2))
    height = bottom - top
    is_0, is_1, is_7, is_9 = (tf.equal(labels, digit) for digit in (0, 1, 7, 9))
    stemmed = is_1 | tf.equal(labels, 4) | is_7 | is_9
    drawn_on = chance < SHARE
    looped, curled = is_7 & (noise[9] < LOOPED), is_9 & (noise[10] < CURLED)
    # A 1 with both a flag and a foot would look like a 2.
    with_foot = stemmed & ~(is_1 & drawn_on) & (foot_chance < SHARE)
    opened = is_9 & (noise[11] < OPENED)
    gaps = tf.where(opened)[:, 0]
    gap = _gap(*(tf.gather(value, gaps) for value in (ink, top, noise[12], noise[13])))
    paper = 255 - _draw(gap, 3 + tf.gather(width, gaps))
    pixels = tf.tensor_scatter_nd_min(pixels, gaps[:, None], paper)
    bar = _bar(ink, top, height, angle, length, place)
    strokes = [
        (is_0 & drawn_on, [_slash(ink, top, bottom, angle, length)], width),
        (is_1 & drawn_on, [_flag(ink, top, height, angle, length)], width),
        (is_1 & drawn_on & (noise[11] < BASED), [_base(ink, bottom, height, noise[12])], width),
        (is_7 & drawn_on & ~looped, [bar], width),
        (is_7 & drawn_on & looped, _loop(bar, height, noise[12]), width),
        (with_foot & ~curled, [_foot(ink, bottom, height, *foot[:2])], foot[2]),
        (with_foot & curled, _curl(ink, bottom, height, *foot[:2]), foot[2]),
    ]
    for where, segments, wide in strokes:
        chosen = tf.where(where)[:, 0]
        for segment in segments:
            theirs = Segment(*(tf.gather(ends, chosen) for ends in segment))
            added = _draw(theirs, 2 + tf.gather(wide, chosen))
            pixels = tf.tensor_scatter_nd_max(pixels, chosen[:, None], added)
    return pixels


def _slash(
    ink: tf.Tensor, top: tf.Tensor, bottom: tf.Tensor, angle: tf.Tensor, length: tf.Tensor
) -> Segment:
    """Return strokes from the lower left to the upper right, inside of the 0 or beyond it."""
    left, right = _ends(tf.reduce_any(ink, axis=1))
    x, y = (left + right) / 2, (top + bottom) / 2
    # The angle is 35 to 65 degrees, the length 0.5 to 1.4 times the height of the 0.
    steep = (35 + 30 * angle) * np.pi / 180
    half = (0.25 + 0.45 * length) * (bottom - top)
    across, up = half * tf.cos(steep), half * tf.sin(steep)
    return Segment(x - across, y + up, x + across, y - up)


def _flag(
    ink: tf.Tensor, top: tf.Tensor, height: tf.Tensor, angle: tf.Tensor, length: tf.Tensor
) -> Segment:
    """Return strokes from the top of the 1 down to the left."""
    x, y = _middle_of_row(ink, top), top + 1
    # The steeper it is, the longer it may be: a flat, long one would make it a 7.
    steep = (35 + 35 * angle) * np.pi / 180
    long = (0.15 + (0.4 + 0.3 * angle) * length) * height
    return Segment(x, y, x - long * tf.cos(steep), y + long * tf.sin(steep))


def _base(ink: tf.Tensor, bottom: tf.Tensor, height: tf.Tensor, length: tf.Tensor) -> Segment:
    """Return the lines that 1s stand on."""
    x, y = _middle_of_row(ink, bottom), bottom - 1
    half = (0.12 + 0.2 * length) * height
    return Segment(x - half, y, x + half, y)


def _bar(
    ink: tf.Tensor,
    top: tf.Tensor,
    height: tf.Tensor,
    angle: tf.Tensor,
    length: tf.Tensor,
    place: tf.Tensor,
) -> Segment:
    """Return strokes across the stem of the 7, near its middle."""
    y = top + (0.4 + 0.25 * place) * height
    x = _middle_of_row(ink, y)
    tilt = (40 * angle - 20) * np.pi / 180
    half = (0.15 + 0.2 * length) * height
    across, up = half * tf.cos(tilt), half * tf.sin(tilt)
    return Segment(x - across, y + up, x + across, y - up)


def _foot(
    ink: tf.Tensor, bottom: tf.Tensor, height: tf.Tensor, angle: tf.Tensor, length: tf.Tensor
) -> Segment:
    """Return strokes from the bottom of the stem up to the right."""
    x, y = _middle_of_row(ink, bottom), bottom - 1
    steep = (35 + 40 * angle) * np.pi / 180
    long = (0.1 + 0.3 * length) * height
    return Segment(x, y, x + long * tf.cos(steep), y - long * tf.sin(steep))


def _loop(bar: Segment, height: tf.Tensor, size: tf.Tensor) -> list[Segment]:
    """Return loops to the left of the stem of the 7, and the bars in which they end."""
    middle_x, middle_y = (bar.from_x + bar.to_x) / 2, (bar.from_y + bar.to_y) / 2
    across, down = (0.12 + 0.1 * size) * height, (0.06 + 0.08 * size) * height
    loop = _arc(middle_x - across / 2, middle_y, across, down, 0, 2 * np.pi, LOOP_SEGMENTS)
    return [*loop, Segment(middle_x, middle_y, bar.to_x, bar.to_y)]


def _curl(
    ink: tf.Tensor, bottom: tf.Tensor, height: tf.Tensor, size: tf.Tensor, length: tf.Tensor
) -> list[Segment]:
    """Return feet that leave the bottom of the stem to the left, and turn upwards."""
    down = (0.08 + 0.17 * size) * height
    across = (0.1 + 0.25 * length) * height
    y = bottom - down
    x = _middle_of_row(ink, y)
    return _arc(x - across, y, across, down, 0, np.pi, CURL_SEGMENTS)


def _arc(
    x: tf.Tensor,
    y: tf.Tensor,
    across: tf.Tensor,
    down: tf.Tensor,
    start: float,
    end: float,
    segments: int,
) -> list[Segment]:
    """Return an arc around (x, y) as segments; its angles are clockwise from the right."""
    angles = np.linspace(start, end, segments + 1)
    points = [(x + across * np.cos(angle), y + down * np.sin(angle)) for angle in angles]
    return [Segment(*one, *other) for one, other in itertools.pairwise(points)]


def _gap(ink: tf.Tensor, top: tf.Tensor, place: tf.Tensor, tilt: tf.Tensor) -> Segment:
    """Return where the top of a 9 is left open: through its upper stroke, not beyond."""
    left, right = _ends(tf.reduce_any(ink, axis=1))
    x = _middle_of_row(ink, top) + (0.3 * place - 0.1) * (right - left)
    return Segment(x, top - 2, x + 2 * tilt - 1, top + 3)


def _ends(marked: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the first and the last index at which each row of (n, 28) is true, as floats."""
    marks = tf.cast(marked, tf.int32)
    first = tf.argmax(marks, axis=1)
    last = SIDE - 1 - tf.argmax(marks[:, ::-1], axis=1)
    return tf.cast(first, tf.float32), tf.cast(last, tf.float32)


def _middle_of_row(ink: tf.Tensor, row: tf.Tensor) -> tf.Tensor:
    """Return the mean column of the ink in one row of each digit, shape (n,)."""
    chosen = tf.gather(tf.cast(ink, tf.float32), tf.cast(row, tf.int32), axis=1, batch_dims=1)
    places = tf.range(SIDE, dtype=tf.float32)
    return tf.math.divide_no_nan(
        tf.reduce_sum(chosen * places, axis=1), tf.reduce_sum(chosen, axis=1)
    )


def _draw(stroke: Segment, width: tf.Tensor) -> tf.Tensor:
    """Return images of the strokes with anti-aliased edges, (n, 28, 28, 1), 0 to 255."""
    from_x, from_y, to_x, to_y, wide = (value[:, None, None] for value in (*stroke, width))
    across = tf.range(SIDE, dtype=tf.float32)[None, None, :]
    down = tf.range(SIDE, dtype=tf.float32)[None, :, None]
    run, fall = to_x - from_x, to_y - from_y
    # The point of the stroke that is nearest to each pixel, from 0 (start) to 1 (end).
    along = (across - from_x) * run + (down - from_y) * fall
    along = tf.clip_by_value(tf.math.divide_no_nan(along, run**2 + fall**2), 0, 1)
    aside, below = from_x + along * run - across, from_y + along * fall - down
    distance = tf.sqrt(aside**2 + below**2)
    return 255 * tf.clip_by_value(wide / 2 + 0.5 - distance, 0, 1)[..., None]
