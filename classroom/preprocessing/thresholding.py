"""From a photo to ink: even the light out, choose a threshold, keep what is beyond it."""

from dataclasses import dataclass

import numpy as np

from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.background import even_light
from classroom.preprocessing.images import Grey

OTSU, ADAPTIVE, BY_HAND = "otsu", "adaptive", "by hand"
# Ink and ground closer together than this (of 255) are paper and noise.
FAINTEST_INK = 24.0
# Adaptive: ink differs this much from the mean of a neighbourhood with this
# share of the picture's shorter side.
ADAPTIVE_SHARE, ADAPTIVE_STEP = 1 / 8, 20


class NothingDrawn(ClassroomError):
    """There is no ink: no point was drawn, or the picture shows no digit."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _("Nothing is drawn yet. Draw a digit first."))


@dataclass(frozen=True)
class Threshold:
    """How ink is told from the ground.

    Attributes
    ----------
    method : str
        ``otsu``: one threshold for the picture, by Otsu's method (1979);
        ``adaptive``: another at each spot, by its neighbourhood; ``by hand``.
    level : int
        The threshold by hand: how much darker than the ground ink is, 0 to 255.
    smooth : bool
        Whether the grain is taken out first.
    """

    method: str = OTSU
    level: int = 64
    smooth: bool = False


@dataclass(frozen=True, eq=False)
class InkSteps:
    """What `find_ink` saw on its way; all images are (h, w) uint8.

    Attributes
    ----------
    even : array
        How much each spot differs from the ground there, 0 to 255.
    level : int
        The threshold, in the same unit; the mean one where it is adaptive.
    ink : array
        Light ink (up to 255) with grey edges, the ground exactly 0.
    """

    even: Grey
    level: int
    ink: Grey


def find_ink(grey: Grey, *, light: bool | None = None) -> Grey:
    """Separate the ink of a picture from its ground.

    The ground is what is left when everything as narrow as a stroke is closed
    over, which follows shadows; ink is what differs from it
    by more than Otsu's threshold (1979).

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark on light or light on dark.
    light : bool or None
        Whether the ink is lighter than the ground, where that is known.

    Returns
    -------
    ndarray of shape (h, w), uint8
        Light ink (up to 255) with grey edges, the ground exactly 0.

    Raises
    ------
    NothingDrawn
        No ink stands out from the ground.
    """
    steps = ink_steps(grey, Threshold(), light=light)
    if not steps.ink.any():
        raise nothing_found()
    return steps.ink


def nothing_found() -> NothingDrawn:
    """Return the error for a picture without a digit."""
    return NothingDrawn(_("No digit was found in the picture. Write with a dark, thick pen."))


def ink_steps(grey: Grey, threshold: Threshold, *, light: bool | None = None) -> InkSteps:
    """Do what `find_ink` does, by the threshold of one's choice, and show every step.

    Where nothing stands out, the ink is empty.
    """
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    if grey.size == 0:
        return InkSteps(grey, 0, grey)
    smooth = np.asarray(cv2.medianBlur(grey, 3), np.uint8) if threshold.smooth else grey
    return told_apart(even_light(smooth, light=light), threshold)


def told_apart(even: Grey, threshold: Threshold) -> InkSteps:
    """Tell ink from the ground where the light is evened out already: (h, w) uint8."""
    import cv2

    level, mask = _beyond(even, threshold)
    nothing = InkSteps(even, level, np.zeros_like(even))
    if not mask.any() or mask.all():
        return nothing
    paper = float(np.median(even[mask == 0]))
    full = float(np.median(even[mask > 0]))
    least = 1.0 if threshold.method == BY_HAND else FAINTEST_INK
    if full - paper < least:
        return nothing
    # Grey edges are kept next to ink only, so that the grain of the paper goes.
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    ink = np.clip((even - paper) * (255 / (full - paper)), 0, 255)
    return InkSteps(even, level, np.where(near > 0, ink, 0).round().astype(np.uint8))


def _beyond(even: Grey, threshold: Threshold) -> tuple[int, Grey]:
    """Return the threshold, and the mask (h, w) of what is beyond it."""
    import cv2

    if threshold.method == ADAPTIVE:
        block = max(15, round(min(even.shape) * ADAPTIVE_SHARE)) | 1
        mean, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
        mask = cv2.adaptiveThreshold(even, 255, mean, kind, block, -ADAPTIVE_STEP)
        return round(float(even.mean())) + ADAPTIVE_STEP, np.asarray(mask, np.uint8)
    by_hand = threshold.method == BY_HAND
    kind = cv2.THRESH_BINARY if by_hand else cv2.THRESH_BINARY | cv2.THRESH_OTSU
    level, mask = cv2.threshold(even, threshold.level if by_hand else 0, 255, kind)
    return round(level), np.asarray(mask, np.uint8)
