"""What the pen has drawn: pure logic, without a window.

Coordinates are kept in units of the paper, 0 to `PAPER` on both axes, so that
a drawing survives a change of the window's size.
"""

PAPER = 400.0

Point = tuple[float, float]


def _on_paper(start: Point, end: Point) -> tuple[Point, Point] | None:
    """Return the ends of the part of a line that lies on the paper; None if no part does.

    Source: Liang and Barsky, "A new concept and method for line clipping" (1984).
    """
    first, last = 0.0, 1.0
    for begin, finish in zip(start, end, strict=True):
        length = finish - begin
        if length == 0:
            if not 0 <= begin <= PAPER:
                return None
            continue
        enters, leaves = sorted((-begin / length, (PAPER - begin) / length))
        first, last = max(first, enters), min(last, leaves)
    if first > last:
        return None
    return _between(start, end, first), _between(start, end, last)


def _between(start: Point, end: Point, share: float) -> Point:
    """Return the point at a share of the way, 0 to 1, to a tenth of a unit."""
    x, y = (
        min(max(begin + share * (finish - begin), 0.0), PAPER)
        for begin, finish in zip(start, end, strict=True)
    )
    return round(x, 1), round(y, 1)


class Ink:
    """The strokes on the paper, the last of them possibly still being drawn.

    Where the pen leaves the paper the stroke ends at the edge, and where it comes back
    another begins there: what is kept is what the student sees.
    """

    def __init__(self) -> None:
        self.strokes: list[list[Point]] = []
        # How many pieces each movement of the pen, from down to up, left behind.
        self._pieces: list[int] = []
        self._down = False
        # Where the pen was last, on the paper or beside it.
        self._last: Point = (0.0, 0.0)
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
        self._last = (x, y)
        self._pieces.append(0)
        self.move(x, y)

    def move(self, x: float, y: float) -> Point | None:
        """Draw on to a point, which may lie beside the paper.

        Returns
        -------
        Point or None
            Where the line begins that is to be painted; it ends at the last point of the last
            stroke. None if there is no new line.
        """
        if not self._down:
            return None
        on_paper = _on_paper(self._last, (x, y))
        self._last = (x, y)
        was_outside, self._outside = self._outside, not (0 <= x <= PAPER and 0 <= y <= PAPER)
        if on_paper is None:
            return None
        start, end = on_paper
        if was_outside:
            if self._outside and start == end:
                return None  # The pen only touches a corner.
            self.strokes.append([start])
            self._pieces[-1] += 1
        stroke = self.strokes[-1]
        if stroke[-1] == end:
            return None
        stroke.append(end)
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
