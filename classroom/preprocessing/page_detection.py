"""Finds the sheet of paper in a photo, and removes the table around it.

`photos` calls it before it looks for ink.
"""

import numpy as np

from classroom.preprocessing.background import estimate_ink, shrunk, thin_stroke_mask
from classroom.preprocessing.images import Grey

# The paper is looked for in a copy whose longer side has this many pixels.
PAPER_SIDE = 400
# The least share of the picture that is paper, and the least share of its convex hull that
# the paper fills.
LEAST_PAPER, LEAST_FULL = 0.2, 0.75
# Where the paper takes up a larger share of the picture, there is no table around it.
ALL_PAPER = 0.98
# Components outside of the paper are digits where their heights differ from those inside by
# at most the first factor, and their number is at least the second share of those inside.
ALIKE, WRITTEN_OUTSIDE = 2.0, 0.05
# The width of the paper's blurred edge, in pixels of the small copy.
EDGE = 7


def only_paper(grey: Grey) -> Grey:
    """Return a picture with everything around the sheet of paper painted over as paper.

    The paper is the largest part without a sharp edge in it. The edge of a hard shadow is
    sharp, too; where digits are written on both sides of an edge, both are paper. The
    picture is returned unchanged where the paper fills it, or where no paper is found.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8

    Returns
    -------
    ndarray of shape (h, w), uint8
    """
    import cv2

    height, width = grey.shape
    if max(height, width) <= PAPER_SIDE:
        return grey
    small: Grey = np.asarray(cv2.medianBlur(shrunk(grey, PAPER_SIDE), 9), np.uint8)
    paper = _largest_smooth_part(small)
    outlines, _tree = cv2.findContours(paper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    filled = np.asarray(cv2.fillConvexPoly(np.zeros_like(paper), hull, 1), np.uint8)
    # What is found is no sheet on a table where it is too small, ragged, or the whole picture.
    ragged = paper.sum() < LEAST_FULL * filled.sum()
    if ragged or not LEAST_PAPER <= filled.mean() <= ALL_PAPER or _written_outside(grey, filled):
        return grey
    inside = cv2.erode(filled, np.ones((EDGE, EDGE), np.uint8), borderValue=1)
    mask = cv2.resize(inside, (width, height), interpolation=cv2.INTER_NEAREST)
    # Outside, the brightness of the nearest paper goes on, so that no edge is left.
    _far, nearest = cv2.distanceTransformWithLabels(
        1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    brightness = np.zeros(int(nearest.max()) + 1, np.uint8)
    brightness[nearest[inside > 0]] = small[inside > 0]
    around = cv2.resize(brightness[nearest], (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(mask > 0, grey, around).astype(np.uint8)


def _written_outside(grey: Grey, paper: Grey) -> bool:
    """Say whether digits are written outside of what looks like the paper.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
    paper : ndarray of shape (h', w'), uint8
        The mask of the paper in a smaller copy, 0 and 1.
    """
    import cv2

    ink = thin_stroke_mask(grey, estimate_ink(grey).light)
    size = (ink.shape[1], ink.shape[0])
    reach = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
    inside, around = (
        cv2.resize(way(paper, reach), size, interpolation=cv2.INTER_NEAREST)
        for way in (cv2.erode, cv2.dilate)
    )
    # The edge itself looks like a thin stroke, so components that touch it are ignored.
    count, labels, statistics, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = np.asarray(statistics)[:, cv2.CC_STAT_HEIGHT]
    total = np.bincount(labels.ravel(), minlength=count)
    within = np.bincount(labels[inside > 0], minlength=count) == total
    beyond = np.bincount(labels[around > 0], minlength=count) == 0
    within[0] = beyond[0] = False
    tall = heights[within & (heights >= 0.4 * heights[within].max(initial=0))]
    if not len(tall):
        return False
    typical = float(np.median(tall))
    alike = beyond & (heights >= typical / ALIKE) & (heights <= typical * ALIKE)
    return int(alike.sum()) >= max(1, WRITTEN_OUTSIDE * len(tall))


def _largest_smooth_part(small: Grey) -> Grey:
    """Return the mask, 0 and 1, of the largest part that has no sharp edge in it.

    The parts are flood-filled from a grid of points.
    """
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
