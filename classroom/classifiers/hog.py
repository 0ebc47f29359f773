"""What can be said of a digit instead of its pixels: which way its edges run, and where."""

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import SIDE

# The picture in cells of so many pixels, four cells a block.
CELL = 4
CELLS = SIDE // CELL
DIRECTIONS = 9
# No direction may outweigh all others of a block (Dalal and Triggs, section 6.4).
CLIP = 0.2
# Where hardly any ink is, its noise must not count as much as strokes elsewhere.
FAINT = 100.0
CHUNK = 1000


def gradients(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return histograms of oriented gradients of upright digits, one row a digit.

    Each digit is set upright first. Then, around each cell of the picture,
    the edges are counted by direction, dark to light apart from light to
    dark. Neighbouring cells are normalised together, so that a faint pen
    counts as much as a strong one.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), uint8

    Returns
    -------
    array of shape (n, 1296), float32
        36 blocks of four cells of nine directions, 0 to 0.2.

    References
    ----------
    Dalal and Triggs, "Histograms of oriented gradients for human detection",
    CVPR 2005, sections 6.2 to 6.4.
    """
    blocks = (CELLS - 1) ** 2 * 4 * DIRECTIONS
    rows = np.empty((len(images), blocks), np.float32)
    for start in range(0, len(images), CHUNK):
        some = images[start : start + CHUNK].reshape(-1, SIDE, SIDE)
        pixels = np.stack([upright(image) for image in some]).astype(np.float32)
        rows[start : start + CHUNK] = _blocks(_histograms(pixels))
    return rows


def upright(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a digit (28, 28) whose slant is taken away, its rows moved to the left or right.

    The slant is the regression of the columns on the rows, weighted by the
    ink: a straight line that leans would stand upright.
    """
    # Imported where it is needed: who only looks at pixels never waits for it.
    import cv2

    ink = cv2.moments(image)
    if ink["mu02"] < 1:
        return image
    slant = ink["mu11"] / ink["mu02"]
    middle = ink["m01"] / ink["m00"]
    # from a pixel of the result to the one of the original that it shows
    move = np.array([[1, slant, -slant * middle], [0, 1, 0]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, move, (SIDE, SIDE), flags=flags), np.uint8)


def _histograms(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how strong the edges of each direction are around each cell, (n, 7, 7, 9)."""
    down, right = np.gradient(pixels, axis=(1, 2))
    strength = np.hypot(right, down)
    direction = np.arctan2(down, right) * np.float32(DIRECTIONS / (2 * np.pi))
    around = _tents()
    cells = np.empty((len(pixels), CELLS, CELLS, DIRECTIONS), np.float32)
    for number in range(DIRECTIONS):
        # an edge between two directions counts for both, more for the nearer one
        away = np.abs((direction - number + DIRECTIONS / 2) % DIRECTIONS - DIRECTIONS / 2)
        edges = strength * np.maximum(0, 1 - away)
        cells[..., number] = around @ edges @ around.T
    return cells


def _tents() -> NDArray[np.float32]:
    """Return how much each of 28 pixels counts for each of 7 cells: most in its middle."""
    middles = CELL * np.arange(CELLS) + (CELL - 1) / 2
    away = np.abs(np.arange(SIDE) - middles[:, None]) / CELL
    return np.maximum(0, 1 - away).astype(np.float32)


def _blocks(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the blocks of two by two cells, each normalised, then clipped."""
    blocks = np.stack(
        [cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:]], axis=3
    ).reshape(len(cells), (CELLS - 1) ** 2, -1)
    blocks /= np.sqrt(np.sum(blocks**2, axis=2, keepdims=True) + FAINT**2)
    return np.minimum(blocks, CLIP, dtype=np.float32).reshape(len(cells), -1)
