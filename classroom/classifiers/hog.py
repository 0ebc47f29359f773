"""Histograms of oriented gradients (HOG), which an SVM and k-NN use in place of pixels."""

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import SIDE

# The image is divided into cells of 4x4 pixels; 2x2 neighbouring cells are a block.
CELL = 4
CELLS = SIDE // CELL
DIRECTIONS = 9
# The largest value after the normalisation, so that no direction dominates a block (Dalal and
# Triggs, section 6.4).
CLIP = 0.2
# Added to the norm of a block, so that noise in a block with hardly any ink is not amplified.
FAINT = 100.0
BATCH_SIZE = 1000


def gradients(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return histograms of oriented gradients of deskewed digits, one row for each digit.

    Each digit is deskewed first. Then the gradients around each cell of the image are counted by
    direction, from 0 to 360 degrees. Neighbouring cells are normalised together, so that a faint
    pen gives the same values as a strong one.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), uint8

    Returns
    -------
    array of shape (n, 1296), float32
        36 blocks of four cells of nine directions, from 0 to 0.2.

    References
    ----------
    Dalal and Triggs, "Histograms of oriented gradients for human detection",
    CVPR 2005, sections 6.2 to 6.4.
    """
    blocks = (CELLS - 1) ** 2 * 4 * DIRECTIONS
    rows = np.empty((len(images), blocks), np.float32)
    for start in range(0, len(images), BATCH_SIZE):
        some = images[start : start + BATCH_SIZE].reshape(-1, SIDE, SIDE)
        pixels = np.stack([upright(image) for image in some]).astype(np.float32)
        rows[start : start + BATCH_SIZE] = _blocks(_histograms(pixels))
    return rows


def upright(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a digit (28, 28) deskewed: its rows are shifted to the left or right.

    The slant is the linear regression of the columns on the rows, weighted by the ink, so that
    a slanted straight line becomes vertical.
    """
    # Imported here, because classifiers on pixels do not need it.
    import cv2

    ink = cv2.moments(image)
    if ink["mu02"] < 1:
        return image
    slant = ink["mu11"] / ink["mu02"]
    middle = ink["m01"] / ink["m00"]
    # The matrix maps a pixel of the result to one of the original.
    move = np.array([[1, slant, -slant * middle], [0, 1, 0]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, move, (SIDE, SIDE), flags=flags), np.uint8)


def _histograms(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the strength of the gradients in each direction around each cell, (n, 7, 7, 9)."""
    down, right = np.gradient(pixels, axis=(1, 2))
    strength = np.hypot(right, down)
    direction = np.arctan2(down, right) * np.float32(DIRECTIONS / (2 * np.pi))
    around = _tents()
    cells = np.empty((len(pixels), CELLS, CELLS, DIRECTIONS), np.float32)
    for number in range(DIRECTIONS):
        # A gradient between two directions is divided between them by linear interpolation.
        away = np.abs((direction - number + DIRECTIONS / 2) % DIRECTIONS - DIRECTIONS / 2)
        edges = strength * np.maximum(0, 1 - away)
        cells[..., number] = around @ edges @ around.T
    return cells


def _tents() -> NDArray[np.float32]:
    """Return the weight of each of 28 pixels for each of 7 cells, largest at the cell's centre."""
    middles = CELL * np.arange(CELLS) + (CELL - 1) / 2
    away = np.abs(np.arange(SIDE) - middles[:, None]) / CELL
    return np.maximum(0, 1 - away).astype(np.float32)


def _blocks(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the blocks of 2x2 cells, normalised and clipped, (n, 1296)."""
    blocks = np.stack(
        [cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:]], axis=3
    ).reshape(len(cells), (CELLS - 1) ** 2, -1)
    blocks /= np.sqrt(np.sum(blocks**2, axis=2, keepdims=True) + FAINT**2)
    return np.minimum(blocks, CLIP, dtype=np.float32).reshape(len(cells), -1)
