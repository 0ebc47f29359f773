"""Photos of filled-in collection sheets: find the page by its corner marks, and read its boxes."""

import numpy as np
from numpy.typing import NDArray

from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing import sheet
from classroom.preprocessing.background import dark_contrast, shrunk
from classroom.preprocessing.components import bounding_box
from classroom.preprocessing.digits import NothingDrawn, from_ink
from classroom.preprocessing.images import Grey
from classroom.preprocessing.page import FoundDigit, Page
from classroom.preprocessing.thresholding import InkSteps, Threshold, apply_threshold

Points = NDArray[np.float32]

# Pixels a millimetre of the page once it is straightened.
SCALE = 8
# Marks are looked for in a copy with this longer side.
MARKS_SIDE = 2000
# The neighbourhoods that adaptive thresholding compares with, as shares of the
# longer side, and by how much ink is darker: even light first, then shadows.
THRESHOLDS = ((8, 14), (24, 8))
LEAST_MARK_AREA = 60.0
# The thickest pen, in pixels of the straightened page: five millimetres.
WIDEST_STROKE = 5 * SCALE
# The shorter of these is no digit, in millimetres.
LEAST_DIGIT = 2.5
LEAST_COMPONENT = 0.12  # square millimetres
# Ink this much paler than that of the other boxes is dirt, or shines through.
PALEST = 0.35
# Around the code, and the pixels a millimetre to read it with.
QUIET = (-2.0, -2.0, 4.0, 4.0)
CODE_SCALES = (16, 12, 10, 8)
# How many times the difference to what is around a spot is added, before black and white.
SHARPER = (0.0, 2.0, 4.0)
# Ink that lies within this share of a box's rim only is the printed outline.
RIM = 0.09


def read_sheet(grey: Grey) -> Page | None:
    """Read a photo or scan of a collection sheet.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        The whole page, turned any way, askew, unevenly lit.

    Returns
    -------
    Page or None
        As a scanner would see it, 8 pixels a millimetre; the digits have their labels.
        None where the picture shows no sheet.

    Raises
    ------
    ClassroomError
        It is a sheet, and all of its boxes are empty.
    """
    import cv2

    if min(grey.shape) < 100:
        return None
    corners = _find_page(grey)
    if corners is None:
        return None
    to_photo = cv2.getPerspectiveTransform(_marks_on_page(SCALE), corners)
    size = (round(sheet.WIDTH * SCALE), round(sheet.HEIGHT * SCALE))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    page: Grey = np.asarray(
        cv2.warpPerspective(grey, to_photo, size, flags=flags, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )
    ink, found, left_out = _read_boxes(page)
    if not found:
        raise ClassroomError(_("All boxes of this sheet are empty. Write in them with a dark pen."))
    steps = InkSteps(255 - page, 0, ink)
    transform = np.asarray(to_photo, np.float64)
    writer = _read_writer(grey, corners)
    return Page(page, steps, found, transform, writer, left_out=left_out)


# --- the page -----------------------------------------------------------------
def _marks_on_page(scale: float) -> Points:
    """Return the centres of the marks, clockwise from the upper left, in pixels: (4, 2)."""
    return np.array(sheet.MARKS, np.float32) * scale


def _find_page(grey: Grey) -> Points | None:
    """Return the centres of the marks in the picture, clockwise from the page's upper left."""
    import cv2

    small = cv2.GaussianBlur(shrunk(grey, MARKS_SIDE), (0, 0), 1.0)
    shrink = max(grey.shape) / max(small.shape)
    for part, darker in THRESHOLDS:
        block = max(small.shape) // part | 1
        mean, inverse = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
        found = cv2.adaptiveThreshold(small, 255, mean, inverse, block, darker)
        dark: Grey = np.asarray(found, np.uint8)
        corners = _upright(dark, _marks(dark))
        if corners is not None:
            # The centre of a pixel of the small picture lies between those of the large one.
            return np.asarray((corners + 0.5) * shrink - 0.5, np.float32)
    return None


def _marks(dark: Grey) -> list[tuple[float, float, float]]:
    """Return area and centre of each square in a square in a square, the largest first."""
    import cv2

    outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outer, (_next, _before, inner, _parent) in enumerate(tree[0] if len(outlines) else ()):
        if inner < 0 or tree[0][inner][2] < 0:
            continue
        trio = [cv2.moments(outlines[at]) for at in (outer, inner, tree[0][inner][2])]
        areas = [moments["m00"] for moments in trio]
        if areas[2] <= 0 or areas[0] < LEAST_MARK_AREA:
            continue
        centres = np.array([(m["m10"] / m["m00"], m["m01"] / m["m00"]) for m in trio])
        close = np.ptp(centres, axis=0).max() <= 0.15 * areas[0] ** 0.5
        # 49 : 25 : 9, with what blur and thresholds do to it.
        nested = 1.3 <= areas[0] / areas[1] <= 3.2 and 1.5 <= areas[1] / areas[2] <= 6
        hull = cv2.contourArea(cv2.convexHull(outlines[outer]))
        if close and nested and areas[0] >= 0.85 * hull:
            x, y = centres.mean(axis=0)
            found.append((areas[0], float(x), float(y)))
    return sorted(found, reverse=True)


def _upright(dark: Grey, marks: list[tuple[float, float, float]]) -> Points | None:
    """Return the four marks, clockwise from the page's upper left; None where they make no page."""
    import cv2

    if len(marks) < 4:
        return None
    # A name's QR code has such squares, too, but smaller ones.
    centres = np.array([(x, y) for _area, x, y in marks[:4]], np.float32)
    middle = centres.mean(axis=0)
    around = np.arctan2(centres[:, 1] - middle[1], centres[:, 0] - middle[0])
    ring = centres[np.argsort(around)]
    if not cv2.isContourConvex(ring):
        return None
    left, top, width, height = sheet.BAR
    for turn in range(4):
        corners = np.roll(ring, turn, axis=0)
        transform = cv2.getPerspectiveTransform(_marks_on_page(2), corners)
        size = (round(sheet.WIDTH * 2), round(sheet.HEIGHT * 2))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        page = cv2.warpPerspective(dark, transform, size, flags=flags) > 0
        columns = slice(round(left * 2) + 2, round((left + width) * 2) - 2)
        bar = page[round(top * 2) + 2 : round((top + height) * 2) - 2, columns]
        below = page[round((top + height) * 2) + 3 : round((top + height) * 2) + 9, columns]
        if bar.mean() > 0.75 and below.mean() < 0.3:
            return np.asarray(corners, np.float32)
    return None


# --- what is on it --------------------------------------------------------------
class _Mark(NothingDrawn):
    """There is something in a box, but far too small for a digit."""


def _read_boxes(page: Grey) -> tuple[Grey, list[FoundDigit], tuple[str, ...]]:
    """Return all ink (h, w), the digits with their labels and boxes, and what was left out."""
    import cv2

    found: list[tuple[float, FoundDigit]] = []
    marks: list[int] = []
    whole = np.zeros_like(page)
    # Of the whole page, or the edge of a hard shadow would look like ink in a small box.
    even = dark_contrast(np.asarray(cv2.GaussianBlur(page, (0, 0), 1.0), np.uint8), WIDEST_STROKE)
    for place in sheet.places():
        left, top, right, bottom = (
            round(side * SCALE) for side in (place.left, place.top, place.right, place.bottom)
        )
        window = even[top:bottom, left:right]
        try:
            ink = _written(window)
            image = from_ink(ink)
        except _Mark:
            marks.append(place.label)
            continue
        except NothingDrawn:
            continue
        strength = float(np.median(window[ink >= 128]))
        found.append((strength, FoundDigit(image, bounding_box(ink, left, top), place.label)))
        whole[top:bottom, left:right] = ink
    usual = float(np.median([strength for strength, _digit in found])) if found else 0.0
    strong = [digit for strength, digit in found if strength >= PALEST * usual]
    marks += [digit.label or 0 for strength, digit in found if strength < PALEST * usual]
    return whole, strong, _marks_left_out(marks)


def _marks_left_out(labels: list[int]) -> tuple[str, ...]:
    """Name the boxes that are not empty, and whose ink is no digit."""
    if not labels:
        return ()
    text = ngettext(
        "A box for {labels} holds only a faint or tiny mark.",
        "{count} boxes, for {labels}, hold only faint or tiny marks.",
        len(labels),
    )
    names = ", ".join(str(label) for label in sorted(set(labels)))
    return (text.format(count=len(labels), labels=names),)


def _written(even: Grey) -> Grey:
    """Return the ink in one box, without specks and without a remainder of the outline.

    Raises
    ------
    NothingDrawn
        The box is empty.
    _Mark
        What is in it is too small for a digit.
    """
    import cv2

    ink = apply_threshold(even, Threshold()).ink
    count, labels, statistics, _centres = cv2.connectedComponentsWithStats(
        (ink >= 128).astype(np.uint8), connectivity=8
    )
    height, width = ink.shape
    rim = round(RIM * min(height, width))
    within = labels[rim : height - rim, rim : width - rim]
    least = LEAST_COMPONENT * SCALE**2
    # What comes nowhere near the middle of the box is its printed outline.
    kept = [
        component
        for component in np.unique(within[within > 0]).tolist()
        if statistics[component][cv2.CC_STAT_AREA] >= least
    ]
    own = np.isin(labels, kept)
    rows, columns = np.nonzero(own)
    if count == 1 or not kept:
        raise NothingDrawn
    if max(np.ptp(rows), np.ptp(columns)) < LEAST_DIGIT * SCALE:
        raise _Mark
    others = (labels > 0) & ~own
    return np.where(others, 0, ink).astype(np.uint8)


def _read_writer(grey: Grey, corners: Points) -> str | None:
    """Return the name in the page's QR code; None where there is none to be read."""
    import cv2

    left, top, width, height = (side + more for side, more in zip(sheet.CODE, QUIET, strict=True))
    # Which size the reader likes best depends on how sharp the photo is; where
    # a module is only a few pixels of a small or blurred photo, sharpening helps.
    for sharper, scale in ((more, scale) for more in SHARPER for scale in CODE_SCALES):
        origin = np.array([left, top], np.float32) * scale
        transform = cv2.getPerspectiveTransform(_marks_on_page(scale) - origin, corners)
        size = (round(width * scale), round(height * scale))
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        code = cv2.warpPerspective(grey, transform, size, flags=flags)
        code = cv2.GaussianBlur(code, (0, 0), scale / 8)
        if sharper:
            code = _sharpened(np.asarray(code, np.uint8), sharper, 0.6 * scale)
        try:
            text, _points, _straight = cv2.QRCodeDetector().detectAndDecode(code)
        except cv2.error:
            continue
        if text:
            return sheet.name_of_code(text)
    return None


def _sharpened(code: Grey, times: float, reach: float) -> Grey:
    """Return black and white only, after what differs from around it was made to differ more."""
    import cv2

    around = cv2.GaussianBlur(code, (0, 0), reach).astype(np.float32)
    sharp = np.clip(code * (1 + times) - times * around, 0, 255).astype(np.uint8)
    return np.asarray(cv2.threshold(sharp, 0, 255, cv2.THRESH_OTSU)[1], np.uint8)
