"""The boxes around the digits of a photo, and what a student does to them. Without a window."""

from dataclasses import dataclass, replace

from classroom.preprocessing.images import Box
from classroom.preprocessing.region import opposite_corner

# A box smaller than this, in pixels of the picture, was a slip of the mouse.
LEAST_SIDE = 6


@dataclass(frozen=True)
class MarkedBox:
    """A box with what it holds.

    Attributes
    ----------
    box : left, top, right, bottom
        In pixels of the picture.
    label : int or None
        None as long as nobody has said.
    sure : bool
        Whether a person, or the box's place on a sheet, said so.
    doubtful : bool
        Whether the classifier that proposed the label was unsure.
    """

    box: Box
    label: int | None = None
    sure: bool = False
    doubtful: bool = False


class Boxes:
    """The boxes of one page, one of them selected.

    Attributes
    ----------
    marked : list of MarkedBox
    selected : int or None
        The place of the selected one in `marked`.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.marked: list[MarkedBox] = []
        self.selected: int | None = None

    @property
    def current(self) -> MarkedBox | None:
        """The selected box."""
        return None if self.selected is None else self.marked[self.selected]

    def add(self, box: Box) -> bool:
        """Add and select a box, its corners in any order; say whether it is large enough."""
        fitted = self._fitted(box)
        if fitted is None:
            return False
        self.marked.append(MarkedBox(fitted))
        self.selected = len(self.marked) - 1
        return True

    def delete(self) -> None:
        """Delete the selected box, and select the one after it."""
        if self.selected is None:
            return
        del self.marked[self.selected]
        left = len(self.marked)
        self.selected = min(self.selected, left - 1) if left else None

    def say(self, label: int) -> None:
        """Say what the selected box holds, and go on to the next one."""
        if self.selected is not None:
            self.marked[self.selected] = replace(
                self.marked[self.selected], label=label, sure=True, doubtful=False
            )
            self.step(1)

    def propose(self, box: Box, label: int, doubtful: bool) -> None:
        """Take what a classifier says of a box, unless it is gone or a person has said."""
        for place, one in enumerate(self.marked):
            if one.box == box and not one.sure:
                self.marked[place] = replace(one, label=label, doubtful=doubtful)

    def step(self, by: int) -> None:
        """Select another box: the next (1) or the one before (-1)."""
        if self.marked:
            at = -1 if self.selected is None and by > 0 else self.selected or 0
            self.selected = (at + by) % len(self.marked)

    def move(self, box: Box) -> bool:
        """Give the selected box other sides; say whether it is large enough."""
        fitted = self._fitted(box)
        if fitted is None or self.selected is None:
            return False
        old = self.marked[self.selected]
        # What it holds is another thing now, unless a person has said what.
        self.marked[self.selected] = MarkedBox(fitted, old.label if old.sure else None, old.sure)
        return True

    def shifted(self, box: Box, left: float, top: float) -> Box:
        """Return a box moved to another place, as far as the picture goes."""
        width, height = box[2] - box[0], box[3] - box[1]
        x = min(max(0, round(left)), self.width - width)
        y = min(max(0, round(top)), self.height - height)
        return (x, y, x + width, y + height)

    def split(self) -> bool:
        """Cut the selected box into a left and a right half."""
        if self.selected is None:
            return False
        left, top, right, bottom = self.marked[self.selected].box
        middle = (left + right) // 2
        if middle - left < LEAST_SIDE:
            return False
        halves = [MarkedBox((left, top, middle, bottom)), MarkedBox((middle, top, right, bottom))]
        self.marked[self.selected : self.selected + 1] = halves
        return True

    def join(self) -> bool:
        """Join the selected box with the next one."""
        if self.selected is None or self.selected + 1 >= len(self.marked):
            return False
        mine, other = (self.marked[self.selected + by].box for by in (0, 1))
        low = (min(mine[0], other[0]), min(mine[1], other[1]))
        high = (max(mine[2], other[2]), max(mine[3], other[3]))
        self.marked[self.selected : self.selected + 2] = [MarkedBox(low + high)]
        return True

    def at(self, x: float, y: float) -> int | None:
        """Return the place of the smallest box around a point; None where there is none."""
        around = [
            ((right - left) * (bottom - top), place)
            for place, (left, top, right, bottom) in enumerate(one.box for one in self.marked)
            if left <= x <= right and top <= y <= bottom
        ]
        return min(around)[1] if around else None

    def corner(self, x: float, y: float, reach: float) -> tuple[float, float] | None:
        """Return the corner of the selected box opposite to the one within `reach` of a point."""
        if self.current is None:
            return None
        return opposite_corner(self.current.box, x, y, reach)

    def _fitted(self, box: Box) -> Box | None:
        left, right = sorted((box[0], box[2]))
        top, bottom = sorted((box[1], box[3]))
        left, top = max(0, left), max(0, top)
        right, bottom = min(self.width, right), min(self.height, bottom)
        return (left, top, right, bottom) if min(right - left, bottom - top) >= LEAST_SIDE else None
