"""Connected components of ink: which of them make one digit, and in which order digits are read.

`photos` takes the digits of a page from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import Box, Grey

# The components that are looked at, the largest first: a photo of a carpet has many more,
# and is no page of digits.
MOST_COMPONENTS = 1000
# The least height of a digit, as a share of the picture's shorter side.
LEAST_DIGIT = 0.03
# The greatest height of a digit, as a multiple of the typical height of its page.
TALLEST = 2.5

# Components belong to one digit where their ink is at most this far apart: as a multiple of
# the stroke's width, or as a share of a digit's height, whichever is more. The gaps of a thin
# pen are wide compared with its strokes.
CLOSE, CLOSE_BY_HEIGHT = 1.5, 0.07
# The greatest height and width of joined components, as multiples of a digit's height.
HIGHEST, WIDEST = 1.5, 1.2
# Two components that are both at least this high (as a share of a digit's height) are two
# digits, unless they share at least this share of the narrower one's width.
TALL, SHARED_WIDTH = 0.75, 0.3
# Two components, one above the other, are the loops of an 8 where they share at least this
# share of the narrower one's width.
LOOP_WIDTH = 0.6


@dataclass(frozen=True)
class Component:
    """A connected component of ink, or several that make one digit together.

    Attributes
    ----------
    box : tuple of int
        The bounding box: left, top, right, bottom in pixels; right and bottom exclusive.
    area : int
        The number of pixels.
    labels : list of int
        The numbers of the connected components, as in the array of `find_components`.
    """

    box: Box
    area: int
    labels: list[int]

    @classmethod
    def of(cls, label: int, statistics: Sequence[int]) -> "Component":
        """Return the component with the number `label` from OpenCV's statistics of it."""
        x, y, width, height, area = (int(value) for value in statistics)
        return cls((x, y, x + width, y + height), area, [label])

    @property
    def width(self) -> int:
        """The width of the bounding box in pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """The height of the bounding box in pixels."""
        return self.box[3] - self.box[1]

    def joined(self, other: "Component") -> "Component":
        """Return this component and another one as one."""
        mine, theirs = self.box, other.box
        low = (min(mine[0], theirs[0]), min(mine[1], theirs[1]))
        high = (max(mine[2], theirs[2]), max(mine[3], theirs[3]))
        return Component(low + high, self.area + other.area, self.labels + other.labels)


# --- finding ------------------------------------------------------------------
def find_components(ink: Grey) -> tuple[NDArray[np.int32], list[Component], NDArray[np.int32]]:
    """Find the connected components of ink (8-connected).

    Parameters
    ----------
    ink : ndarray of shape (h, w), uint8
        Pixels from 128 on are ink.

    Returns
    -------
    labels : array of shape (h, w), int32
        The number of the component at each pixel; 0 is background.
    components : list of Component
        The largest ones, at most `MOST_COMPONENTS`, by falling area.
    heights : array of shape (n,), int32
        The heights of all other components in pixels.
    """
    import cv2

    _count, labels, statistics, _centres = cv2.connectedComponentsWithStats(
        (ink >= 128).astype(np.uint8), connectivity=8
    )
    areas = np.asarray(statistics)[1:, cv2.CC_STAT_AREA]
    by_area = np.argsort(-areas, kind="stable") + 1
    largest = by_area[:MOST_COMPONENTS].tolist()
    components = [Component.of(label, statistics[label]) for label in largest]
    heights = np.asarray(statistics)[by_area[MOST_COMPONENTS:], cv2.CC_STAT_HEIGHT]
    return np.asarray(labels, np.int32), components, np.asarray(heights, np.int32)


def bounding_box(ink: Grey, left: int, top: int) -> Box:
    """Return the bounding box of the ink in a window of a picture.

    Parameters
    ----------
    ink : ndarray of shape (h, w), uint8
        The window; at least one pixel is 128 or more.
    left, top : int
        Where the window begins in the picture.
    """
    rows, columns = np.nonzero(ink >= 128)
    return (
        left + int(columns.min()),
        top + int(rows.min()),
        left + int(columns.max()) + 1,
        top + int(rows.max()) + 1,
    )


# --- measuring ----------------------------------------------------------------
def typical_height(components: list[Component]) -> float:
    """Return the typical height of a digit in pixels.

    It is the median of the heights within 0.6 and 1.6 times the height that most
    components have near to theirs. Each counts by its height to the power of 1.5: a
    hundred specks weigh less than one digit, and a shadow less than a row of digits.
    """
    heights = np.array([component.height for component in components], float)
    shared = (heights >= 0.6 * heights[:, None]) & (heights <= 1.6 * heights[:, None])
    most = int((shared * heights**1.5).sum(axis=1).argmax())
    return float(np.median(heights[shared[most]]))


def stroke_width(ink: Grey) -> float:
    """Return the width of the strokes in pixels; 0 where there is no ink.

    Parameters
    ----------
    ink : ndarray of shape (h, w), uint8
        Pixels from 128 on are ink.
    """
    import cv2

    mask = (ink >= 128).astype(np.uint8)
    if not mask.any():
        return 0.0
    # Across a stroke the distance to its edge rises from 0 to half the width, so the
    # median distance is a quarter of the width.
    inward = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    return 4 * float(np.median(inward[mask > 0]))


def ink_gap(labels: NDArray[np.int32], a: Component, b: Component) -> float:
    """Return the distance between the ink of two components in pixels.

    Parameters
    ----------
    labels : array of shape (h, w), int32
        As `find_components` returns it.
    a, b : Component
    """
    import cv2

    left, top, right, bottom = a.joined(b).box
    window = labels[top:bottom, left:right]
    away = np.where(np.isin(window, a.labels), 0, 1).astype(np.uint8)
    return float(cv2.distanceTransform(away, cv2.DIST_L2, 3)[np.isin(window, b.labels)].min()) - 1


def _box_gap(a: Box, b: Box) -> float:
    """Return the distance between two boxes in pixels; 0 where they overlap."""
    across = max(0, a[0] - b[2], b[0] - a[2])
    down = max(0, a[1] - b[3], b[1] - a[3])
    return float(np.hypot(across, down))


def _shared_height(a: Box, b: Box) -> float:
    """Return the height that two boxes share, as a share of the lower box's height."""
    shared = min(a[3], b[3]) - max(a[1], b[1])
    return shared / min(a[3] - a[1], b[3] - b[1])


def _shared_width(a: Component, b: Component) -> float:
    """Return the width that two boxes share, as a share of the narrower box's width."""
    return (min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])) / min(a.width, b.width)


# --- dropping -----------------------------------------------------------------
def without_surroundings(components: list[Component], shape: tuple[int, int]) -> list[Component]:
    """Drop what is far too large for a digit: lines, edges, and things that reach into the picture.

    Parameters
    ----------
    components : list of Component
    shape : tuple of int
        The height and width of the picture.
    """
    height, width = shape
    inner = [
        component
        for component in components
        if min(component.box[:2]) > 0 and component.box[2] < width and component.box[3] < height
    ]
    if not inner or typical_height(inner) < LEAST_DIGIT * min(shape):
        return components
    typical = typical_height(inner)
    return [
        component
        for component in components
        if component.height <= TALLEST * typical
        and (component.width <= TALLEST * typical or component.height >= 0.4 * typical)
        and (component in inner or component.width <= TALLEST * typical)
    ]


def without_specks(components: list[Component]) -> list[Component]:
    """Drop what is far too small for a digit or a part of one."""
    if not components:
        return []
    typical = typical_height(components)
    return [
        component
        for component in components
        if max(component.width, component.height) >= 0.15 * typical
        and component.area >= 0.004 * typical**2
    ]


# --- joining ------------------------------------------------------------------
def join_broken(
    labels: NDArray[np.int32], components: list[Component], typical: float, stroke: float
) -> list[Component]:
    """Join the parts of digits whose strokes are broken.

    Two components are joined where their ink nearly touches, and where both
    together have the size of one digit.

    Parameters
    ----------
    labels : array of shape (h, w), int32
        As `find_components` returns it.
    components : list of Component
    typical : float
        The typical height of a digit in pixels.
    stroke : float
        The width of the strokes in pixels.
    """
    joined: list[Component | None] = list(components)
    near = max(CLOSE * stroke, CLOSE_BY_HEIGHT * typical)
    for one, other in _close_pairs(components, near):
        # Either may have been joined with a third component before.
        first, second = (_place_of(joined, components[at]) for at in (one, other))
        a, b = joined[first], joined[second]
        if first == second or a is None or b is None or not _fit_one_digit(a, b, typical):
            continue
        if _are_loops(a, b, typical) or ink_gap(labels, components[one], components[other]) <= near:
            joined[first], joined[second] = a.joined(b), None
    return [component for component in joined if component is not None]


def _close_pairs(components: list[Component], near: float) -> list[tuple[int, int]]:
    """Return the places of the pairs whose boxes are at most `near` pixels apart, closest first."""
    if not components:
        return []
    boxes = np.array([component.box for component in components], float)
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    apart = np.maximum(low - high.transpose(1, 0, 2), low.transpose(1, 0, 2) - high)
    gaps = np.hypot(*np.moveaxis(np.maximum(apart, 0), -1, 0))
    first, second = np.nonzero(np.triu(gaps <= near, 1))
    order = np.argsort(gaps[first, second], kind="stable")
    return [(int(first[at]), int(second[at])) for at in order]


def _place_of(joined: list[Component | None], component: Component) -> int:
    """Return the place in `joined` of what a component has become a part of."""
    return next(
        at for at, one in enumerate(joined) if one is not None and component.labels[0] in one.labels
    )


def _fit_one_digit(a: Component, b: Component, typical: float) -> bool:
    """Say whether the boxes of two components are no larger together than one digit."""
    both = a.joined(b)
    if both.height > HIGHEST * typical or both.width > WIDEST * typical:
        return False
    return min(a.height, b.height) < TALL * typical or _shared_width(a, b) >= SHARED_WIDTH


def _are_loops(a: Component, b: Component, typical: float) -> bool:
    """Say whether two components may be the loops of an 8, whose ink may be far apart."""
    low = max(a.height, b.height) < TALL * typical
    return low and a.joined(b).height >= TALL * typical and _shared_width(a, b) >= LOOP_WIDTH


def join_parts(labels: NDArray[np.int32], components: list[Component]) -> list[Component]:
    """Join each small component, such as the bar of a 5, with the digit next to it.

    Parameters
    ----------
    labels : array of shape (h, w), int32
        As `find_components` returns it.
    components : list of Component

    Returns
    -------
    list of Component
        One for each digit. What is too small for a digit and next to none is left out.
    """
    if not components:
        return []
    typical = typical_height(components)
    digits = [component for component in components if component.height >= 0.6 * typical]
    # Distances are measured to the digit itself, not to the parts that have joined it, so
    # that dirt does not lead from one digit to the next.
    joined = list(digits)
    alone = []
    for component in components:
        if component.height >= 0.6 * typical:
            continue
        near = [
            at for at, d in enumerate(digits) if _box_gap(component.box, d.box) <= 0.2 * typical
        ]
        if near:
            # By the ink, not by the boxes: the bar of a 5 may reach as far as
            # the box of the digit behind it.
            nearest = min(near, key=lambda at: ink_gap(labels, component, digits[at]))
            joined[nearest] = joined[nearest].joined(component)
        elif component.height >= 0.4 * typical or (
            # A 0 that lies on its side.
            component.height >= 0.25 * typical and component.width >= 0.4 * typical
        ):
            alone.append(component)
    return joined + alone


# --- ordering -----------------------------------------------------------------
def reading_order(digits: list[Component]) -> list[Component]:
    """Sort digits line by line from top to bottom, each line from left to right.

    Lines may slope.
    """
    lines: list[list[Component]] = []
    for digit in sorted(digits, key=lambda d: d.box[0]):
        overlaps = [_shared_height(line[-1].box, digit.box) for line in lines]
        if overlaps and max(overlaps) >= 0.4:
            lines[overlaps.index(max(overlaps))].append(digit)
        else:
            lines.append([digit])
    lines.sort(key=lambda line: float(np.mean([d.box[1] + d.box[3] for d in line])))
    return [digit for line in lines for digit in line]
