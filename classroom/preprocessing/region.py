"""Squares that a mouse drags, such as the one a camera looks into: numbers, without a window."""

from dataclasses import dataclass
from typing import Self

# Its side is at least this share of the frame's shorter side, and this at first.
LEAST_SHARE, SHARE = 0.2, 0.6

# Left, top, right, bottom.
Sides = tuple[float, float, float, float]


@dataclass(frozen=True)
class Square:
    """The square of each frame in which a digit is looked for.

    Attributes
    ----------
    x, y : float
        Its middle, as shares of the frame's width and height.
    share : float
        Its side, as a share of the frame's shorter side; `LEAST_SHARE` to 1.
    """

    x: float = 0.5
    y: float = 0.5
    share: float = SHARE

    @classmethod
    def of(cls, sides: Sides, width: int, height: int) -> Self:
        """Return the square with these sides in a frame, or, outside of it, the nearest one."""
        left, top, right, bottom = sides
        middle = ((left + right) / 2 / width, (top + bottom) / 2 / height)
        there = cls(*middle, (right - left) / min(width, height)).box(width, height)
        share = min(1.0, max(LEAST_SHARE, (right - left) / min(width, height)))
        return cls((there[0] + there[2]) / 2 / width, (there[1] + there[3]) / 2 / height, share)

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return where it lies in a frame: moved into it where it would stick out."""
        whole = min(width, height)
        side = max(1, min(whole, round(whole * min(1.0, max(LEAST_SHARE, self.share)))))
        left = min(max(0, round(width * self.x - side / 2)), width - side)
        top = min(max(0, round(height * self.y - side / 2)), height - side)
        return left, top, left + side, top + side


def between(fixed: tuple[float, float], to: tuple[float, float]) -> Sides:
    """Return the square from one corner in the direction of another point, as far as that is."""
    x, y = to[0] - fixed[0], to[1] - fixed[1]
    side = max(abs(x), abs(y))
    left = fixed[0] - (side if x < 0 else 0)
    top = fixed[1] - (side if y < 0 else 0)
    return left, top, left + side, top + side


def opposite_corner(sides: Sides, x: float, y: float, reach: float) -> tuple[float, float] | None:
    """Return the corner opposite to the one within `reach` of a point; None where there is none."""
    left, top, right, bottom = sides
    for near_x, far_x in ((left, right), (right, left)):
        for near_y, far_y in ((top, bottom), (bottom, top)):
            if abs(x - near_x) <= reach and abs(y - near_y) <= reach:
                return far_x, far_y
    return None
