"""The background of a picture, whatever the light on it, and the contrast of the ink to it.

`thresholding` and `sheet_reader` choose their thresholds on that contrast.
"""

from dataclasses import dataclass

import numpy as np

from classroom.preprocessing.images import Grey

# Thin strokes are looked for in a copy whose longer side has this many pixels, with
# square windows of these widths; the widest window sees everything that is no background.
STROKES_SIDE, STROKE_WIDTHS = 512, (5, 9)
WIDEST_WINDOW = 17
# Contrast up to this grey level is the grain of the paper, not ink.
GRAIN = 14
# Strokes count as thin where a narrow window sees at least this share of the contrast
# that the widest window sees.
THIN_SHARE = 0.4
# Ink counts as light (or dark) where it has this many times the contrast of the other kind.
OUTWEIGHS = 4.0
# The background is computed on a copy whose longer side has this many pixels.
BACKGROUND_SIDE = 512
# The widest stroke, as a share of the shorter side of the picture.
WIDEST_STROKE = 1 / 4
# The window that closes over strokes of known width, as a multiple of the window that fits them.
BACKGROUND_WINDOWS = 8


@dataclass(frozen=True)
class InkEstimate:
    """What the ink of a picture looks like, as far as that can be told before a threshold.

    Attributes
    ----------
    light : bool
        Whether the ink is lighter than the background.
    window : int or None
        The width of the window that fits a stroke, in pixels of a copy with a
        longer side of 512; None where the width is not known.
    """

    light: bool
    window: int | None


def background_contrast(grey: Grey, *, light: bool | None = None) -> Grey:
    """Return the contrast of each pixel to the background around it.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark ink on a light background, or the other way round.
    light : bool or None
        Whether the ink is lighter than the background; None: it is estimated.

    Returns
    -------
    ndarray of shape (h, w), uint8
        0 is background, 255 the largest contrast that the light at that place
        allows, so that ink in a shadow counts as much as ink in the light.
    """
    estimate = estimate_ink(grey) if light is None else InkEstimate(light, None)
    lighter = grey if estimate.light else 255 - grey
    return _contrast(lighter, _background(lighter, estimate.window))


def dark_contrast(grey: Grey, widest: int) -> Grey:
    """Return the contrast of dark strokes to the background, as `background_contrast` does.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    widest : int
        The width of the widest stroke in pixels.
    """
    import cv2

    return _contrast(255 - grey, _morphology(255 - grey, cv2.MORPH_OPEN, widest | 1))


def _contrast(lighter: Grey, background: Grey) -> Grey:
    """Return how much light ink exceeds the background, relative to the room above it."""
    import cv2

    contrast = cv2.subtract(lighter, background) * (255 / np.maximum(255.0 - background, 128))
    return np.asarray(np.minimum(contrast, 255).round(), np.uint8)


def estimate_ink(grey: Grey) -> InkEstimate:
    """Estimate whether the ink of a picture is light or dark, and how thin its strokes are.

    Thin strokes decide where there are any: the border of the picture may show a
    dark table around white paper, or the wall around a blackboard. Where there are
    none, one digit fills the picture, and the border shows the background.
    """
    small = _without_grain(grey)
    light, dark = (_contrast_by_window(small, kind) for kind in (True, False))
    for at, window in enumerate(STROKE_WIDTHS):
        more, less = max(light[at], dark[at]), min(light[at], dark[at])
        most = light[-1] if light[at] > dark[at] else dark[-1]
        if more > 0 and more >= THIN_SHARE * most and more >= OUTWEIGHS * less:
            return InkEstimate(light[at] > dark[at], window)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return InkEstimate(float(np.median(border)) < (int(grey.min()) + int(grey.max())) / 2, None)


def thin_stroke_mask(grey: Grey, light: bool) -> Grey:
    """Return a mask of the thin strokes, in a copy with a longer side of 512.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    light : bool
        Whether the strokes are lighter than the background.

    Returns
    -------
    ndarray of shape (h', w'), uint8, 0 or 1
    """
    return (_top_hat(_without_grain(grey), light, STROKE_WIDTHS[-1]) > GRAIN).astype(np.uint8)


def _contrast_by_window(small: Grey, light: bool) -> list[float]:
    """Return the squared contrast that windows of each width see, the widest one last."""
    seen = []
    for width in (*STROKE_WIDTHS, WIDEST_WINDOW):
        hat = _top_hat(small, light, width).astype(np.float32)
        seen.append(float(np.square(hat[hat > GRAIN]).sum()))
    return seen


def _without_grain(grey: Grey) -> Grey:
    """Return a copy with a longer side of 512, without the grain of the paper."""
    import cv2

    return np.asarray(cv2.medianBlur(shrunk(grey, STROKES_SIDE), 3), np.uint8)


def _top_hat(small: Grey, light: bool, width: int) -> Grey:
    """Return the top-hat transform with a square window; for dark ink the black-hat transform."""
    import cv2

    return _morphology(small, cv2.MORPH_TOPHAT if light else cv2.MORPH_BLACKHAT, width)


def _background(lighter: Grey, window: int | None) -> Grey:
    """Return the background of shape (h, w) behind light ink, by a morphological opening.

    Parameters
    ----------
    lighter : ndarray of shape (h, w), uint8
        Light ink on a dark background.
    window : int or None
        As in `InkEstimate`.
    """
    import cv2

    # A page may lie on a table that fills the rest of the photo, so its border is repeated.
    # A cut-out digit may have a stroke along the border, so the picture is mirrored there.
    border = cv2.BORDER_REPLICATE if window else cv2.BORDER_REFLECT

    # Shadows are smooth, so a small copy shows them, and takes less time.
    small = shrunk(lighter, BACKGROUND_SIDE)
    widest = round(min(small.shape) * WIDEST_STROKE)
    width = max(15, min(widest, BACKGROUND_WINDOWS * window) if window else widest) | 1
    opened = _morphology(small, cv2.MORPH_OPEN, width, border)
    if small.shape == lighter.shape:
        return opened
    # Enlarging softens the edge of a hard shadow or of the paper. Without the dilation
    # that edge would leave a line as thin as ink.
    opened = _morphology(opened, cv2.MORPH_DILATE, 3, border)
    size = (lighter.shape[1], lighter.shape[0])
    background = cv2.resize(opened, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(background, dtype=np.uint8)


def _morphology(grey: Grey, operation: int, width: int, border: int | None = None) -> Grey:
    """Apply a morphological operation of OpenCV with a square window.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    operation : int
        Such as ``cv2.MORPH_OPEN``.
    width : int
        The width of the window in pixels.
    border : int, optional
        How the picture goes on beyond its border. The default repeats the border, so
        that whatever reaches it, like the table beside the paper, is wider than any window.
    """
    import cv2

    if border is None:
        border = cv2.BORDER_REPLICATE
    padded = cv2.copyMakeBorder(grey, width, width, width, width, border)
    # OpenCV splits a square window into two passes of lines, which is fast.
    found = cv2.morphologyEx(padded, operation, np.ones((width, width), np.uint8))
    return np.asarray(found[width:-width, width:-width], np.uint8)


def shrunk(grey: Grey, side: int) -> Grey:
    """Return a picture of shape (h, w) whose longer side has at most `side` pixels.

    A picture that is no larger is returned as it is.
    """
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    height, width = grey.shape
    shrink = max(height, width) / side
    if shrink <= 1:
        return grey
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
