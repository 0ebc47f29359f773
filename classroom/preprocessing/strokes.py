"""Strokes of a pen, and the files that hold them.

A stroke is the list of points between touching the paper and leaving it: x to the right and y
down, in any unit. The window, the import and the lesson read strokes here.
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

# Limits for strokes from a file: the most points of a digit, and the most bytes of a line.
POINTS_AT_MOST = 200_000
LONGEST_LINE = 16 * 1024 * 1024


def parse_strokes(value: object) -> Strokes:
    """Return strokes from JSON, ``[[[x, y], ...], ...]``, after checking them.

    Parameters
    ----------
    value : object
        The value that a JSON parser returned.

    Returns
    -------
    list of list of (float, float)
        Strokes without a point are left out.

    Raises
    ------
    ClassroomError
        The value is not a list of lists of pairs of finite numbers, or it holds no
        point, or more than 200,000 points.
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
    """Return a number as a finite float; None for anything else, including True and False."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class StrokesLine:
    """One digit of a strokes file; None stands for what the file does not say.

    `item` is the place of the digit: the file's name and the line's number.
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
    """An item of a file that was refused, and the sentence that says why."""

    item: str
    why: str


def read_strokes_file(path: Path, name: str | None = None) -> Iterator[StrokesLine | Rejected]:
    """Read a strokes file: JSON lines, one digit a line, plain or gzipped.

    Parameters
    ----------
    path : Path
        A line is ``{"label": 3, "writer": "ann", "strokes": [[[x, y], ...], ...]}``,
        and may have the keys ``part``, ``created`` and ``origin``.
    name : str, optional
        What the user calls the file; by default the file's name.

    Yields
    ------
    StrokesLine or Rejected
        In the order of the file. A wrong line is rejected, and reading goes on.

    Raises
    ------
    ClassroomError
        While iterating: the file cannot be read, is damaged, or has no lines of text.
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
    """Open a file, which may be gzipped whatever its name says."""
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
