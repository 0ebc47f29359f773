"""What the pen has drawn: pure logic, without a window.

Coordinates are kept in units of the paper, 0 to `PAPER` on both axes, so that
a drawing survives a change of the window's size.
"""

PAPER = 400.0

Point = tuple[float, float]


class Ink:
    """The strokes on the paper, the last of them possibly still being drawn.

    Where the pen leaves the paper the stroke ends, and where it comes back
    another begins: what is kept is what the student sees.
    """

    def __init__(self) -> None:
        self.strokes: list[list[Point]] = []
        # How many pieces each movement of the pen, from down to up, left behind.
        self._pieces: list[int] = []
        self._down = False
        self._outside = False

    def __bool__(self) -> bool:
        return bool(self.strokes)

    @property
    def pen_is_down(self) -> bool:
        """Whether a stroke is being drawn."""
        return self._down

    def begin(self, x: float, y: float) -> None:
        """Put the pen down."""
        self._down, self._outside = True, True
        self._pieces.append(0)
        self.move(x, y)

    def move(self, x: float, y: float) -> Point | None:
        """Draw on to a point; returns the point to draw a line from, None where there is none."""
        if not self._down:
            return None
        if not (0 <= x <= PAPER and 0 <= y <= PAPER):
            self._outside = True
            return None
        point = (round(x, 1), round(y, 1))
        if self._outside:
            self._outside = False
            self.strokes.append([point])
            self._pieces[-1] += 1
            return None
        stroke = self.strokes[-1]
        if stroke[-1] == point:
            return None
        stroke.append(point)
        return stroke[-2]

    def end(self) -> None:
        """Lift the pen."""
        self._down = False
        if self._pieces and not self._pieces[-1]:
            self._pieces.pop()

    def undo(self) -> bool:
        """Take the last movement of the pen back; returns whether there was one."""
        self.end()
        if not self._pieces:
            return False
        del self.strokes[-self._pieces.pop() :]
        return True

    def take(self) -> list[list[Point]]:
        """Return the strokes and leave an empty paper."""
        strokes = self.strokes
        self.strokes, self._pieces, self._down = [], [], False
        return strokes
