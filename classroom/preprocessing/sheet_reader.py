"""Reads photos of filled-in collection sheets: finds the corner marks, and reads the boxes.

The import and the photo's tab call it.
"""

import numpy as np
from numpy.typing import NDArray

from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing import sheet
from classroom.preprocessing.background import dark_contrast, shrunk
from classroom.preprocessing.components import bounding_box
from classroom.preprocessing.digits import from_ink
from classroom.preprocessing.images import Grey
from classroom.preprocessing.page import FoundDigit, Page
from classroom.preprocessing.thresholding import InkSteps, NothingDrawn, Threshold, apply_threshold

Points = NDArray[np.float32]

# The resolution of the straightened page in pixels a millimetre.
SCALE = 8
# Marks are looked for in a copy whose longer side has this many pixels.
MARKS_SIDE = 2000
# The adaptive thresholds that are tried in turn, for even light and for shadows: the longer side
# divided by the size of the neighbourhood, and how much darker than its mean a mark is.
THRESHOLDS = ((8, 14), (24, 8))
# The least area of a mark in pixels of that copy.
LEAST_MARK_AREA = 60.0
# The width of the thickest pen, five millimetres, in pixels of the straightened page.
WIDEST_STROKE = 5 * SCALE
# The least length of the longer side of a digit in millimetres; shorter ink is a mark or dirt.
LEAST_DIGIT = 2.5
# The least area of a component of a digit in square millimetres.
LEAST_COMPONENT = 0.12
# The least contrast of a digit, as a share of the median contrast of the digits on the sheet;
# paler ink is dirt, or shines through from the back of the sheet.
PALEST = 0.35
# The margin around the QR code (left, top, more width, more height) in millimetres, and the
# resolutions at which the code is read, in pixels a millimetre.
QUIET = (-2.0, -2.0, 4.0, 4.0)
CODE_SCALES = (16, 12, 10, 8)
# The strengths of the unsharp mask that are tried on the QR code.
SHARPER = (0.0, 2.0, 4.0)
# The width of a box's rim, as a share of its shorter side; ink that lies only within the rim is
# the printed outline.
RIM = 0.09


def read_sheet(grey: Grey) -> Page | None:
    """Read a photo or scan of a collection sheet.

    Parameters
    ----------
    grey : ndarray of shape (h, w), uint8
        The whole page, in any orientation, askew, and unevenly lit.

    Returns
    -------
    Page or None
        The straightened page at 8 pixels a millimetre, with labelled digits; None where the
        picture shows no sheet.

    Raises
    ------
    ClassroomError
        All boxes of the sheet are empty.
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
    """Return the centres of the marks on the page, clockwise from the upper left.

    The shape is (4, 2): x and y in pixels, at `scale` pixels a millimetre.
    """
    return np.array(sheet.MARKS, np.float32) * scale


def _find_page(grey: Grey) -> Points | None:
    """Return the centres of the marks in a picture, clockwise from the page's upper left.

    None is returned where the picture shows no sheet.
    """
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
            # Pixels of the small copy cover several of the picture, so their centres shift.
            return np.asarray((corners + 0.5) * shrink - 0.5, np.float32)
    return None


def _marks(dark: Grey) -> list[tuple[float, float, float]]:
    """Return the area and centre of everything that looks like a mark, the largest first."""
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
        # The areas are as 49 : 25 : 9, give or take what blur and thresholds change.
        nested = 1.3 <= areas[0] / areas[1] <= 3.2 and 1.5 <= areas[1] / areas[2] <= 6
        hull = cv2.contourArea(cv2.convexHull(outlines[outer]))
        if close and nested and areas[0] >= 0.85 * hull:
            x, y = centres.mean(axis=0)
            found.append((areas[0], float(x), float(y)))
    return sorted(found, reverse=True)


def _upright(dark: Grey, marks: list[tuple[float, float, float]]) -> Points | None:
    """Return the centres of four marks, clockwise from the page's upper left.

    None is returned where the marks are not the corners of a sheet.
    """
    import cv2

    if len(marks) < 4:
        return None
    # The QR code has such squares too, but they are smaller than the marks.
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
    """A box holds ink that is far too small for a digit."""


def _read_boxes(page: Grey) -> tuple[Grey, list[FoundDigit], tuple[str, ...]]:
    """Read all boxes of a straightened page.

    Returns
    -------
    ink : array of shape (h, w), uint8
        The ink of all boxes in their places.
    digits : list of FoundDigit
        With labels, and with boxes in pixels of the page.
    left_out : tuple of str
        What was seen and not read, each as a sentence.
    """
    import cv2

    found: list[tuple[float, FoundDigit]] = []
    marks: list[int] = []
    whole = np.zeros_like(page)
    # Computed on the whole page, because in a single box the edge of a hard shadow looks like ink.
    contrast = dark_contrast(
        np.asarray(cv2.GaussianBlur(page, (0, 0), 1.0), np.uint8), WIDEST_STROKE
    )
    for place in sheet.places():
        left, top, right, bottom = (
            round(side * SCALE) for side in (place.left, place.top, place.right, place.bottom)
        )
        window = contrast[top:bottom, left:right]
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
    """Return a sentence that names the boxes whose ink is no digit, where there are any."""
    if not labels:
        return ()
    text = ngettext(
        "A box for {labels} holds only a faint or tiny mark.",
        "{count} boxes, for {labels}, hold only faint or tiny marks.",
        len(labels),
    )
    names = ", ".join(str(label) for label in sorted(set(labels)))
    return (text.format(count=len(labels), labels=names),)


def _written(contrast: Grey) -> Grey:
    """Return the ink in one box without specks and without its printed outline.

    Raises
    ------
    NothingDrawn
        The box is empty.
    _Mark
        The ink is too small for a digit.
    """
    import cv2

    ink = apply_threshold(contrast, Threshold()).ink
    count, labels, statistics, _centres = cv2.connectedComponentsWithStats(
        (ink >= 128).astype(np.uint8), connectivity=8
    )
    height, width = ink.shape
    rim = round(RIM * min(height, width))
    within = labels[rim : height - rim, rim : width - rim]
    least = LEAST_COMPONENT * SCALE**2
    # A component that lies only in the rim of the box is its printed outline.
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
    """Return the writer's name in the page's QR code; None where none can be read."""
    import cv2

    left, top, width, height = (side + more for side, more in zip(sheet.CODE, QUIET, strict=True))
    # Which resolution OpenCV reads best depends on the sharpness of the photo. Sharpening helps
    # where a module of the code has only a few pixels, in a small or blurred photo.
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
    """Return a picture in black and white after an unsharp mask.

    Parameters
    ----------
    code : ndarray of shape (h, w), uint8
    times : float
        The strength of the mask.
    reach : float
        The standard deviation of its Gaussian blur in pixels.
    """
    import cv2

    around = cv2.GaussianBlur(code, (0, 0), reach).astype(np.float32)
    sharp = np.clip(code * (1 + times) - times * around, 0, 255).astype(np.uint8)
    return np.asarray(cv2.threshold(sharp, 0, 255, cv2.THRESH_OTSU)[1], np.uint8)
