"""The light of a photo evened out: what is ground, whatever the light there, and what differs."""

from dataclasses import dataclass

import numpy as np

from classroom.preprocessing.images import Grey

# Thin strokes are looked for in a copy with this longer side, by windows of these widths.
STROKES_SIDE, STROKE_WIDTHS = 512, (5, 9)
WIDEST_WINDOW = 17
# Fainter than this is the grain of the paper.
GRAIN = 14
# Strokes are thin where a narrow window already sees this share of what a wide
# one sees, and light or dark where the one outweighs the other so many times.
THIN_SHARE, OUTWEIGHS = 0.4, 4.0
# The ground is looked for in a copy with this longer side.
GROUND_SIDE = 512
# Strokes are narrower than this share of the picture's shorter side.
WIDEST_STROKE = 1 / 4
# Around strokes of known width, the ground is followed by so many times that.
GROUND_WINDOWS = 8


@dataclass(frozen=True)
class Strokes:
    """What the ink of a picture is like.

    Attributes
    ----------
    light : bool
        Whether it is lighter than the ground, or darker.
    window : int or None
        The window that sees all of its width, in pixels of a copy with a
        longer side of 512; None where that is not known.
    """

    light: bool
    window: int | None


def even_light(grey: Grey, *, light: bool | None = None) -> Grey:
    """Return how much each spot differs from its ground, whatever the light there.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark on light or light on dark.
    light : bool or None
        Which of the two, where that is known.

    Returns
    -------
    ndarray of shape (h, w), uint8
        0 is ground; a share (of 255) of the light that can fall on the spot,
        so that ink in the shadow counts as much as ink in the light.
    """
    strokes = strokes_in(grey) if light is None else Strokes(light, None)
    lighter = grey if strokes.light else 255 - grey
    return _contrast(lighter, _ground(lighter, strokes.window))


def dark_strokes(grey: Grey, reach: int) -> Grey:
    """Do what `even_light` does for dark strokes that are narrower than `reach` pixels."""
    import cv2

    return _contrast(255 - grey, _morphology(255 - grey, cv2.MORPH_OPEN, reach | 1))


def _contrast(light: Grey, ground: Grey) -> Grey:
    import cv2

    contrast = cv2.subtract(light, ground) * (255 / np.maximum(255.0 - ground, 128))
    return np.asarray(np.minimum(contrast, 255).round(), np.uint8)


def strokes_in(grey: Grey) -> Strokes:
    """Return whether a picture shows light ink or dark ink, and how thin it is.

    Where there are thin strokes, they tell: the picture's edge may show a dark
    table around white paper, or the wall around a blackboard. Where a digit
    fills the picture, its edge shows the ground.
    """
    small = _small(grey)
    light, dark = (_thin_strokes(small, kind) for kind in (True, False))
    for at, window in enumerate(STROKE_WIDTHS):
        more, less = max(light[at], dark[at]), min(light[at], dark[at])
        most = light[-1] if light[at] > dark[at] else dark[-1]
        if more > 0 and more >= THIN_SHARE * most and more >= OUTWEIGHS * less:
            return Strokes(light[at] > dark[at], window)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return Strokes(float(np.median(edge)) < (int(grey.min()) + int(grey.max())) / 2, None)


def thin_ink(grey: Grey, light: bool) -> Grey:
    """Return the mask (h, w), 0 and 1, of thin strokes, in a copy with a longer side of 512.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    light : bool
        Whether they are lighter than what is around them, or darker.
    """
    return (_hat(_small(grey), light, STROKE_WIDTHS[-1]) > GRAIN).astype(np.uint8)


def _thin_strokes(small: Grey, light: bool) -> list[float]:
    """Return how much ink that is lighter (or darker) than around it each window sees."""
    seen = []
    for width in (*STROKE_WIDTHS, WIDEST_WINDOW):
        hat = _hat(small, light, width).astype(np.float32)
        seen.append(float(np.square(hat[hat > GRAIN]).sum()))
    return seen


def _small(grey: Grey) -> Grey:
    """Return a small copy without the grain."""
    import cv2

    return np.asarray(cv2.medianBlur(shrunk(grey, STROKES_SIDE), 3), np.uint8)


def _hat(small: Grey, light: bool, width: int) -> Grey:
    """Return how much each spot stands out from a window of that width (h, w)."""
    import cv2

    return _morphology(small, cv2.MORPH_TOPHAT if light else cv2.MORPH_BLACKHAT, width)


def _ground(light: Grey, window: int | None) -> Grey:
    """Return the dark ground (h, w) behind light ink that fits a window, if that is known.

    Beside a page there may be a table as far as the photo goes; a digit that
    was cut out may have a stroke along the edge.
    """
    import cv2

    beyond = cv2.BORDER_REPLICATE if window else cv2.BORDER_REFLECT

    # Shadows are smooth: a small copy shows them, and takes no time.
    small = shrunk(light, GROUND_SIDE)
    widest = round(min(small.shape) * WIDEST_STROKE)
    reach = max(15, min(widest, GROUND_WINDOWS * window) if window else widest) | 1
    opened = _morphology(small, cv2.MORPH_OPEN, reach, beyond)
    if small.shape == light.shape:
        return opened
    # Enlarged, the edge of a hard shadow or of the paper is softer than in the
    # photo, and would leave a line as thin as ink.
    opened = _morphology(opened, cv2.MORPH_DILATE, 3, beyond)
    size = (light.shape[1], light.shape[0])
    ground = cv2.resize(opened, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(ground, dtype=np.uint8)


def _morphology(grey: Grey, way: int, width: int, beyond: int | None = None) -> Grey:
    """Open or close, or a hat, as if the picture went on beyond its edge.

    Unless said otherwise it goes on as it is there, so that what reaches the
    edge is wider than any window, like the table beside the paper.
    """
    import cv2

    if beyond is None:
        beyond = cv2.BORDER_REPLICATE
    padded = cv2.copyMakeBorder(grey, width, width, width, width, beyond)
    # A square of ones is two passes of lines in OpenCV, and takes no time.
    found = cv2.morphologyEx(padded, way, np.ones((width, width), np.uint8))
    return np.asarray(found[width:-width, width:-width], np.uint8)


def shrunk(grey: Grey, side: int) -> Grey:
    """Return a picture (h, w) with this longer side, in pixels; itself if it is no larger."""
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    height, width = grey.shape
    shrink = max(height, width) / side
    if shrink <= 1:
        return grey
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
