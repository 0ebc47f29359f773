"""A sample as JSON and back: the one place that says how files and the store spell its values.

The formats of `classroom.datasets.formats` and `samples_table` write and read through it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.sample import ORIGINS, PARTS, Part, Sample
from classroom.preprocessing.strokes import Strokes, parse_strokes
from classroom.writers import clean_writer


def to_values(sample: Sample) -> dict[str, Any]:
    """Return everything but the image of a stored sample, as values that JSON knows."""
    return {
        "label": sample.label,
        "writer": sample.writer,
        "strokes": sample.strokes,
        "part": sample.part,
        "created": time_text(sample),
        "origin": sample.origin,
    }


def to_line(values: Mapping[str, Any]) -> bytes:
    """Return values as one line of a file with one JSON object a line."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_values(values: Mapping[str, Any], image: NDArray[np.uint8]) -> Sample:
    """Return the sample that a file of this program describes.

    Parameters
    ----------
    values : mapping
        As `to_values` returns them, from a file that anybody may have changed.
    image : array of shape (28, 28), uint8

    Returns
    -------
    Sample
        Its `created` is None where the file's time is not ISO 8601.

    Raises
    ------
    LookupError, TypeError, ValueError
        A value is missing, of another type, or out of its range.
    ClassroomError
        The strokes are not strokes.
    """
    label, part, origin = values["label"], values["part"], values["origin"]
    writer, created = values["writer"], values["created"]
    if type(label) is not int or not all(
        isinstance(text, str) for text in (writer, part, created, origin)
    ):
        raise TypeError("not the types of values that were expected")
    if part not in PARTS or not 0 <= label <= 9:
        raise ValueError("not the values that were expected")
    strokes = values["strokes"]
    return Sample(
        image=image,
        label=label,
        writer=clean_writer(writer),
        origin=origin if origin in ORIGINS else "import",
        strokes=None if strokes is None else parse_strokes(strokes),
        created=parse_time(created),
        part=Part(part),
    )


def strokes_text(strokes: Strokes) -> str:
    """Return strokes as JSON; `ValueError` where a coordinate is not a finite number."""
    return json.dumps(strokes, separators=(",", ":"), allow_nan=False)


def parse_strokes_text(text: str) -> Strokes:
    """Return the strokes of a JSON text that anybody may have written.

    Raises
    ------
    ClassroomError, ValueError, RecursionError
        The text is not JSON, or its content is not strokes.
    """
    return parse_strokes(json.loads(text))


def time_text(sample: Sample) -> str:
    """Return when a stored sample was written, as ISO 8601 in UTC."""
    return sample.created.isoformat() if sample.created else ""


def parse_time(text: str | None) -> datetime | None:
    """Return an ISO 8601 time in UTC; None for any other text. Without a zone it counts as UTC."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
