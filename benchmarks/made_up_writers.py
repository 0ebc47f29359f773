"""Makes writers up from digits of MNIST, to choose settings by: `personalisation.py` takes them.

Each has one hand: the same rotation, slant, proportions, pen and extra strokes in all digits,
most of them beyond the augmentation that the shipped networks were trained with.
"""

import functools
from dataclasses import dataclass

import cv2
import numpy as np

EACH = 8
# MNIST's pixels are enlarged this many times before they are distorted.
ENLARGED = 6
# From one digit of a writer to the next: standard deviations, in degrees and as a share.
DEGREES_APART, SHARE_APART = 3.0, 0.04
# The digits that `classroom.networks.european_styles` has strokes for.
STYLED = (0, 1, 4, 7, 9)
STYLE_SEEDS_AT_MOST = 500


@dataclass(frozen=True)
class Hand:
    """How a made-up writer writes.

    Attributes
    ----------
    degrees : float
        The rotation of each digit, clockwise.
    slant : float
        The shift to the right for each pixel of height.
    stretch : float
        The width is multiplied by it, the height divided.
    uneven : float
        The exponent of the uneven stretch of the height: above 1, the upper part is higher.
    pen : int
        By how many pixels the strokes of the enlarged digit are thicker, or thinner.
    styles : dict of int to int
        For a digit with an extra stroke, the seed that decides which one and how it is drawn.
    """

    degrees: float
    slant: float
    stretch: float
    uneven: float
    pen: int
    styles: dict[int, int]


def made_up_writers(
    images: np.ndarray, labels: np.ndarray, count: int, seed: int = 0
) -> "dict[str, Digits]":  # noqa: F821
    """Return the digits of `count` made-up writers, eight of each, by the writer's name.

    Parameters
    ----------
    images, labels : arrays of shape (n, 28, 28) and (n,), uint8
        Digits that nothing was trained on. Each is used once.
    count : int
    seed : int
        The same seed makes the same writers.

    Returns
    -------
    dict of str to Digits

    Raises
    ------
    SystemExit
        There are too few digits for this number of writers.
    """
    from classroom.engine.scoring import Digits

    chance = np.random.default_rng(seed)
    order = chance.permutation(len(labels))
    places = [order[labels[order] == digit] for digit in range(10)]
    most = min(len(each) for each in places) // EACH
    if count > most:
        raise SystemExit(
            f"{len(labels):,} digits of MNIST are enough for {most} made-up writers, "
            f"not for {count}."
        )
    writers = {}
    for number in range(count):
        chosen = np.concatenate([each[number * EACH : (number + 1) * EACH] for each in places])
        hand = new_hand(images[chosen], labels[chosen], chance)
        pictures = [
            written(image, int(label), hand, chance)
            for image, label in zip(images[chosen], labels[chosen], strict=True)
        ]
        writers[f"made-up/{number:03d}"] = Digits(np.stack(pictures), labels[chosen])
    return writers


def new_hand(images: np.ndarray, labels: np.ndarray, chance: np.random.Generator) -> Hand:
    """Draw a hand at random: about half of what it may differ in, and one thing at least."""
    differs = chance.random(5) < 0.5
    differs[chance.integers(5)] = True
    sides = chance.choice([-1, 1], 4)
    styles = {}
    if differs[4]:
        for digit in chance.permutation(STYLED)[: chance.integers(1, 4)]:
            image = images[np.flatnonzero(labels == digit)[0]]
            styles[int(digit)] = _style_seed(image, int(digit), chance)
    return Hand(
        degrees=differs[0] * sides[0] * chance.uniform(12, 28),
        slant=differs[1] * sides[1] * chance.uniform(0.2, 0.5),
        stretch=float(np.exp(differs[2] * sides[2] * chance.uniform(0.1, 0.25))),
        uneven=float(np.exp(differs[3] * sides[3] * chance.uniform(0.3, 0.6))),
        pen=int(chance.integers(-4, 5)),
        styles=styles,
    )


def written(image: np.ndarray, label: int, hand: Hand, chance: np.random.Generator) -> np.ndarray:
    """Return a digit of MNIST (28, 28) as this hand would have written it, (28, 28), uint8."""
    from classroom.preprocessing.digits import from_image

    if label in hand.styles:
        image = _with_stroke(image, label, hand.styles[label])
    side = ENLARGED * image.shape[0]
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
    large = _stretched_unevenly(large, hand.uneven)
    if hand.pen:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(hand.pen) + 1,) * 2)
        large = (cv2.dilate if hand.pen > 0 else cv2.erode)(large, kernel)
    angle = np.radians(hand.degrees + DEGREES_APART * chance.normal())
    slant = hand.slant + SHARE_APART * chance.normal()
    stretch = hand.stretch * np.exp(SHARE_APART * chance.normal())
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turned @ np.array([[1, -slant], [0, 1]]) @ np.diag([stretch, 1 / stretch])
    # The middle of the digit becomes the middle of a picture twice as large.
    shift = side - matrix @ np.full(2, side / 2)
    whole = np.column_stack([matrix, shift])
    return from_image(cv2.warpAffine(large, whole, (2 * side, 2 * side)), light=True)


def _stretched_unevenly(large: np.ndarray, exponent: float) -> np.ndarray:
    """Return a digit whose rows, as shares of its height, are raised to a power."""
    rows = np.flatnonzero(large.max(axis=1) > 0)
    top, height = rows[0], max(1, np.ptp(rows))
    at = np.arange(len(large), dtype=np.float32)
    share = np.clip((at - top) / height, 0, 1)
    inside = (share > 0) & (share < 1)
    sources = np.where(inside, top + height * share**exponent, at).astype(np.float32)
    across = np.tile(at, (len(large), 1))
    return cv2.remap(large, across, np.tile(sources[:, None], (1, len(large))), cv2.INTER_LINEAR)


def _with_stroke(image: np.ndarray, label: int, seed: int) -> np.ndarray:
    """Return a digit with the strokes that this seed of the augmentation gives to it."""
    # In a batch of one, the seed alone decides: each digit of the writer gets the same stroke.
    drawn = _add_styles()(image[None, ..., None].astype(np.float32), [label], [seed, 0])
    return np.clip(drawn[0, ..., 0], 0, 255).astype(np.uint8)


@functools.cache
def _add_styles() -> "Callable[..., np.ndarray]":  # noqa: F821
    """Return `add_styles` for one digit, traced, which takes 1 ms in place of 50."""
    import tensorflow as tf

    from classroom.networks.european_styles import add_styles

    signature = [
        tf.TensorSpec((1, 28, 28, 1), tf.float32),
        tf.TensorSpec((1,), tf.int32),
        tf.TensorSpec((2,), tf.int32),
    ]
    traced = tf.function(add_styles, input_signature=signature).get_concrete_function()
    return lambda *given: traced(*(tf.constant(one) for one in given)).numpy()


def _style_seed(image: np.ndarray, label: int, chance: np.random.Generator) -> int:
    """Return a seed by which the digit gets a stroke; most leave it as it is."""
    for _try in range(STYLE_SEEDS_AT_MOST):
        seed = int(chance.integers(2**31))
        if np.any(_with_stroke(image, label, seed) != image):
            return seed
    raise AssertionError(f"no stroke for a {label} in {STYLE_SEEDS_AT_MOST} tries")
