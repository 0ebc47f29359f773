"""Strokes as students drew them, and the file that holds them.

A stroke is what the pen draws between going down and coming up: a list of
points, x to the right and y down, in any unit.
"""

import gzip
import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from classroom.errors import ClassroomError
from classroom.i18n import _

Stroke = list[tuple[float, float]]
Strokes = list[Stroke]

# Limits for what comes from a file: far above any digit, far below what hurts.
POINTS_AT_MOST = 200_000
LONGEST_LINE = 16 * 1024 * 1024


def parse_strokes(value: object) -> Strokes:
    """Check strokes that came from outside: ``[[[x, y], ...], ...]``.

    Parameters
    ----------
    value : object
        What a JSON parser returned.

    Returns
    -------
    list of list of (float, float)
        Strokes without a point are left out.

    Raises
    ------
    ClassroomError
        It is not a list of lists of pairs of finite numbers, holds no point,
        or more than 200,000.
    """
    if not isinstance(value, list) or not all(isinstance(stroke, list) for stroke in value):
        raise ClassroomError(_("The strokes were expected as lists of points [x, y]."))
    count = sum(len(stroke) for stroke in value)
    if count == 0:
        raise ClassroomError(_("The strokes hold no point."))
    if count > POINTS_AT_MOST:
        raise ClassroomError(
            _("The strokes hold {count} points; a digit has at most {limit}.").format(
                count=count, limit=POINTS_AT_MOST
            )
        )
    return [[_point(pair) for pair in stroke] for stroke in value if stroke]


def _point(pair: object) -> tuple[float, float]:
    """Return a pair of finite numbers as floats."""
    if isinstance(pair, list | tuple) and len(pair) == 2:
        x, y = (_finite(number) for number in pair)
        if x is not None and y is not None:
            return x, y
    raise ClassroomError(
        _(
            "A point of a stroke was expected as two finite numbers [x, y]. Leave times and "
            "pressures out, and write no names before the numbers."
        )
    )


def _finite(number: object) -> float | None:
    """Return a number as a finite float, or None. True and False are no numbers."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class StrokesLine:
    """One digit of a strokes file; what the file does not say is None.

    `item` is where it stands: the file and the number of the line.
    """

    label: int | None
    writer: str | None
    strokes: Strokes
    part: str | None
    created: str | None
    origin: str | None
    item: str = field(default="", compare=False)


@dataclass(frozen=True)
class Rejected:
    """Something that was not taken, and the sentence that says why."""

    item: str
    why: str


def read_strokes_file(path: Path, name: str | None = None) -> Iterator[StrokesLine | Rejected]:
    """Read a strokes file, JSON lines, plain or gzipped, one digit a line.

    Parameters
    ----------
    path : Path
        ``{"label": 3, "writer": "ann", "strokes": [[[x, y], ...], ...]}`` a
        line; ``part``, ``created`` and ``origin`` may stand there too.
    name : str, optional
        What the user calls the file; its name, where nothing is given.

    Yields
    ------
    StrokesLine or Rejected
        In the order of the file; a bad line is rejected and the next one read.

    Raises
    ------
    ClassroomError
        While iterating: the file cannot be read, is damaged, or is no text in
        lines.
    """
    name = name or path.name
    try:
        with _opened(path) as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise ClassroomError(
                        _("{name} is no strokes file: line {number} is far too long.").format(
                            name=name, number=number
                        )
                    )
                if line.strip():
                    yield _read_line(line, f"{name}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        raise ClassroomError(
            _("{name} cannot be read: {reason}. Check the file and try again.").format(
                name=name, reason=getattr(error, "strerror", None) or _("it is damaged")
            )
        ) from error


def _opened(path: Path) -> IO[bytes]:
    """Open a file, gzipped or not, whatever its name says."""
    with path.open("rb") as file:
        gzipped = file.read(2) == b"\x1f\x8b"
    if gzipped:
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _read_line(line: bytes, item: str) -> StrokesLine | Rejected:
    """Read one line of a strokes file."""
    try:
        value: Any = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Rejected(item, _("This line is not JSON; one digit a line was expected."))
    if not isinstance(value, dict):
        return Rejected(
            item, _("This line holds no digit; label, writer and strokes were expected.")
        )
    label = value.get("label")
    if label is not None and (type(label) is not int or not 0 <= label <= 9):
        return Rejected(
            item, _("The label was expected to be a number from 0 to 9, without quotes.")
        )
    texts = {name: value.get(name) for name in ("writer", "part", "created", "origin")}
    if not all(text is None or isinstance(text, str) for text in texts.values()):
        return Rejected(item, _("Writer, part, created and origin were expected to be texts."))
    try:
        strokes = parse_strokes(value.get("strokes"))
        return StrokesLine(label=label, strokes=strokes, **texts, item=item)
    except ClassroomError as error:
        return Rejected(item, str(error))
