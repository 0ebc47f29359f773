"""The region of a camera's frames in which a digit is looked for; the arithmetic of dragging it.

The camera's tab and the boxes on a photo use it; nothing here needs a window.
"""

from dataclasses import dataclass
from typing import Self

# The side of a region, as a share of the frame's shorter side: at least, and at first.
LEAST_SHARE, SHARE = 0.2, 0.6

# A rectangle by its left, top, right and bottom sides.
Sides = tuple[float, float, float, float]


@dataclass(frozen=True)
class Region:
    """A square part of each frame, whatever the frame's size.

    Attributes
    ----------
    x, y : float
        The centre, as shares of the frame's width and height.
    share : float
        The side, as a share of the frame's shorter side; `LEAST_SHARE` to 1.
    """

    x: float = 0.5
    y: float = 0.5
    share: float = SHARE

    @classmethod
    def of(cls, sides: Sides, width: int, height: int) -> Self:
        """Return the region with these sides, moved into a frame where it would stick out.

        Parameters
        ----------
        sides : tuple of float
            Left, top, right, bottom of a square, in pixels of the frame.
        width, height : int
            The size of the frame in pixels.
        """
        left, top, right, bottom = sides
        centre = ((left + right) / 2 / width, (top + bottom) / 2 / height)
        inside = cls(*centre, (right - left) / min(width, height)).box(width, height)
        share = min(1.0, max(LEAST_SHARE, (right - left) / min(width, height)))
        return cls((inside[0] + inside[2]) / 2 / width, (inside[1] + inside[3]) / 2 / height, share)

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the region's box in a frame of this size, moved inside where it would stick out.

        Left, top, right, bottom in pixels; right and bottom are exclusive.
        """
        shorter = min(width, height)
        side = max(1, min(shorter, round(shorter * min(1.0, max(LEAST_SHARE, self.share)))))
        left = min(max(0, round(width * self.x - side / 2)), width - side)
        top = min(max(0, round(height * self.y - side / 2)), height - side)
        return left, top, left + side, top + side


def square_towards(corner: tuple[float, float], point: tuple[float, float]) -> Sides:
    """Return the square that a drag from `corner` to `point` draws.

    Its side is the longer one of the distances across and down.
    """
    x, y = point[0] - corner[0], point[1] - corner[1]
    side = max(abs(x), abs(y))
    left = corner[0] - (side if x < 0 else 0)
    top = corner[1] - (side if y < 0 else 0)
    return left, top, left + side, top + side


def opposite_corner(sides: Sides, x: float, y: float, reach: float) -> tuple[float, float] | None:
    """Return the corner that stays fixed when the corner near a point is dragged.

    Parameters
    ----------
    sides : tuple of float
        Left, top, right, bottom.
    x, y : float
        Where the mouse is.
    reach : float
        How far a corner may be from the mouse, across and down.

    Returns
    -------
    tuple of float or None
        The corner opposite to the near one; None where no corner is near.
    """
    left, top, right, bottom = sides
    for near_x, far_x in ((left, right), (right, left)):
        for near_y, far_y in ((top, bottom), (bottom, top)):
            if abs(x - near_x) <= reach and abs(y - near_y) <= reach:
                return far_x, far_y
    return None
