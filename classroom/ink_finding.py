"""From a photo to ink: even the light out, choose a threshold, keep what is beyond it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.errors import ClassroomError
from classroom.i18n import _

Grey = NDArray[np.uint8]

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


def find_ink(grey: Grey) -> Grey:
    """Separate the ink of a picture from its ground.

    The ground is what is left when everything narrower than a quarter of the
    picture is closed over, which follows shadows; ink is what differs from it
    by more than Otsu's threshold (1979).

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        Dark on light or light on dark: the border shows the ground.

    Returns
    -------
    ndarray of shape (h, w), uint8
        Light ink (up to 255) with grey edges, the ground exactly 0.

    Raises
    ------
    NothingDrawn
        No ink stands out from the ground.
    """
    steps = ink_steps(grey, Threshold())
    if not steps.ink.any():
        raise nothing_found()
    return steps.ink


def nothing_found() -> NothingDrawn:
    """Return the error for a picture without a digit."""
    return NothingDrawn(_("No digit was found in the picture. Write with a dark, thick pen."))


def ink_steps(grey: Grey, threshold: Threshold) -> InkSteps:
    """Do what `find_ink` does, by the threshold of one's choice, and show every step.

    Where nothing stands out, the ink is empty.
    """
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    if grey.size == 0:
        return InkSteps(grey, 0, grey)
    even = _even(np.asarray(cv2.medianBlur(grey, 3), np.uint8) if threshold.smooth else grey)
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


def _even(grey: Grey) -> Grey:
    """Return how much each spot differs from its ground (h, w), whatever the light there."""
    import cv2

    dark_ground = _border_level(grey) < (int(grey.min()) + int(grey.max())) / 2
    light = grey if dark_ground else 255 - grey
    # As a share of the light that can fall on the spot, so that ink in the
    # shadow counts as much as ink in the light.
    ground = _ground(light)
    contrast = cv2.subtract(light, ground) * (255 / np.maximum(255.0 - ground, 128))
    return np.asarray(np.minimum(contrast, 255).round(), np.uint8)


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


def _border_level(grey: Grey) -> float:
    """Return the brightness of the picture's edge, where there is ground."""
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return float(np.median(edge))


def _ground(light: Grey) -> Grey:
    """Return the dark ground (h, w) behind light ink."""
    import cv2

    height, width = light.shape
    # Shadows are smooth: a small copy shows them, and takes no time.
    shrink = min(1.0, 256 / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    reach = max(15, min(size) // 4) | 1
    opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8))
    ground = cv2.resize(opened, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(ground, dtype=np.uint8)


def only_paper(grey: Grey) -> Grey:
    """Return the picture with all that lies around the sheet of paper painted as paper.

    The paper is the largest part that brightness changes over smoothly; its
    edge, unlike that of a shadow, is sharp. Where the paper fills the picture,
    nothing changes.
    """
    import cv2

    height, width = grey.shape
    shrink = max(height, width) / 400
    if shrink <= 1:
        return grey
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    small: Grey = np.asarray(
        cv2.medianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), 9), np.uint8
    )
    paper = _largest_smooth_part(small)
    outlines, _tree = cv2.findContours(paper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    filled = cv2.fillConvexPoly(np.zeros_like(paper), hull, 1)
    # What is no sheet of paper is left alone: too small, ragged, or all there is.
    ragged = paper.sum() < 0.75 * filled.sum()
    if ragged or filled.mean() < 0.2 or filled.mean() > 0.98:
        return grey
    inside = cv2.erode(filled, np.ones((7, 7), np.uint8), borderValue=1)
    mask = cv2.resize(inside, (width, height), interpolation=cv2.INTER_NEAREST)
    # The light of the nearest paper goes on outside of it, so that no edge is left.
    _far, nearest = cv2.distanceTransformWithLabels(
        1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    brightness = np.zeros(int(nearest.max()) + 1, np.uint8)
    brightness[nearest[inside > 0]] = small[inside > 0]
    around = cv2.resize(brightness[nearest], (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(mask > 0, grey, around).astype(np.uint8)


def _largest_smooth_part(small: Grey) -> Grey:
    """Return the mask (h, w), 0 and 1, of the largest part without a sharp edge in it."""
    import cv2

    height, width = small.shape
    best = np.zeros_like(small)
    for y in np.linspace(height * 0.15, height * 0.85, 4).astype(int):
        for x in np.linspace(width * 0.15, width * 0.85, 4).astype(int):
            if best[y, x]:
                continue
            mask = np.zeros((height + 2, width + 2), np.uint8)
            step = (2,) * 3
            cv2.floodFill(small.copy(), mask, (int(x), int(y)), 1, step, step, 4 | 1 << 8)
            part = mask[1:-1, 1:-1]
            if part.sum() > best.sum():
                best = part
    return best
