"""Separates ink from the background of a picture by a threshold, and shows every step of it.

`digits`, `photos` and `sheet_reader` find ink with it; the photo's tab shows the steps.
"""

from dataclasses import dataclass

import numpy as np

from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.background import background_contrast
from classroom.preprocessing.images import Grey

OTSU, ADAPTIVE, BY_HAND = "otsu", "adaptive", "by hand"
# The least contrast of ink, of 255: paper and its noise stay below it.
FAINTEST_INK = 24.0
# The adaptive threshold lies this much above the mean contrast of a square around each
# pixel; the square's side is this share of the picture's shorter side.
ADAPTIVE_SHARE, ADAPTIVE_STEP = 1 / 8, 20


class NothingDrawn(ClassroomError):
    """There is no ink: no point was drawn, or the picture shows no digit."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _("Nothing is drawn yet. Draw a digit first."))


@dataclass(frozen=True)
class Threshold:
    """How ink is separated from the background.

    Attributes
    ----------
    method : str
        ``otsu``: one threshold for the picture, by Otsu's method (1979);
        ``adaptive``: a threshold for each pixel, by its neighbourhood;
        ``by hand``: the threshold is `level`.
    level : int
        The threshold by hand: the least contrast of ink, 0 to 255.
    smooth : bool
        Whether the grain is removed first, by a median filter.
    """

    method: str = OTSU
    level: int = 64
    smooth: bool = False


@dataclass(frozen=True, eq=False)
class InkSteps:
    """The steps from a picture to its ink; all images have shape (h, w), uint8.

    Attributes
    ----------
    contrast : array
        The contrast of each pixel to the background around it, 0 to 255.
    level : int
        The threshold on the contrast; the mean threshold where it is adaptive.
    ink : array
        Light ink (up to 255) with grey edges; the background is exactly 0.
    """

    contrast: Grey
    level: int
    ink: Grey


def find_ink(grey: Grey, *, light: bool | None = None) -> Grey:
    """Separate the ink of a picture from its background.

    The background is estimated by closing over everything as narrow as a stroke,
    so it follows shadows. Ink is what differs from it by more than Otsu's threshold.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark ink on a light background, or the other way round.
    light : bool or None
        Whether the ink is lighter than the background; None: it is estimated.

    Returns
    -------
    ndarray of shape (h, w), uint8
        Light ink (up to 255) with grey edges; the background is exactly 0.

    Raises
    ------
    NothingDrawn
        No ink stands out from the background.

    References
    ----------
    Otsu, "A threshold selection method from gray-level histograms", IEEE Transactions
    on Systems, Man, and Cybernetics 9, 1979.
    """
    steps = ink_steps(grey, Threshold(), light=light)
    if not steps.ink.any():
        raise nothing_found()
    return steps.ink


def nothing_found() -> NothingDrawn:
    """Return the error for a picture without a digit."""
    return NothingDrawn(_("No digit was found in the picture. Write with a dark, thick pen."))


def ink_steps(grey: Grey, threshold: Threshold, *, light: bool | None = None) -> InkSteps:
    """Separate ink as `find_ink` does, by any threshold, and return every step.

    Where nothing stands out from the background, the ink is 0 everywhere.
    """
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    if grey.size == 0:
        return InkSteps(grey, 0, grey)
    smooth = np.asarray(cv2.medianBlur(grey, 3), np.uint8) if threshold.smooth else grey
    return apply_threshold(background_contrast(smooth, light=light), threshold)


def apply_threshold(contrast: Grey, threshold: Threshold) -> InkSteps:
    """Separate ink where the contrast to the background is known.

    Parameters
    ----------
    contrast : ndarray of shape (h, w), uint8
        As `background_contrast` returns it.
    threshold : Threshold
        Whether it smooths is ignored: the contrast has been computed.
    """
    import cv2

    level, mask = _level_and_mask(contrast, threshold)
    nothing = InkSteps(contrast, level, np.zeros_like(contrast))
    if not mask.any() or mask.all():
        return nothing
    paper = float(np.median(contrast[mask == 0]))
    full = float(np.median(contrast[mask > 0]))
    least = 1.0 if threshold.method == BY_HAND else FAINTEST_INK
    if full - paper < least:
        return nothing
    # Grey pixels are kept next to ink only, which removes the grain of the paper.
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    ink = np.clip((contrast - paper) * (255 / (full - paper)), 0, 255)
    return InkSteps(contrast, level, np.where(near > 0, ink, 0).round().astype(np.uint8))


def _level_and_mask(contrast: Grey, threshold: Threshold) -> tuple[int, Grey]:
    """Return the threshold, and the mask of shape (h, w) of the pixels above it."""
    import cv2

    if threshold.method == ADAPTIVE:
        block = max(15, round(min(contrast.shape) * ADAPTIVE_SHARE)) | 1
        mean, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
        mask = cv2.adaptiveThreshold(contrast, 255, mean, kind, block, -ADAPTIVE_STEP)
        return round(float(contrast.mean())) + ADAPTIVE_STEP, np.asarray(mask, np.uint8)
    by_hand = threshold.method == BY_HAND
    kind = cv2.THRESH_BINARY if by_hand else cv2.THRESH_BINARY | cv2.THRESH_OTSU
    level, mask = cv2.threshold(contrast, threshold.level if by_hand else 0, 255, kind)
    return round(level), np.asarray(mask, np.uint8)
