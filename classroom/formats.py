"""What a file says of a digit, as a sample and back; and strokes files.

Files come from anywhere, so nothing that they say is believed unseen. What they
need not say (writer, part, time, origin) is None or empty here where they don't.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from classroom.dataset import EXAM, PRACTICE, Sample
from classroom.digits import from_image, from_strokes
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.overview import ORIGINS
from classroom.sample import clean_writer
from classroom.strokes import Rejected, Strokes, read_strokes_file

# Others speak of training and test sets.
PART_NAMES = {
    PRACTICE: PRACTICE,
    "train": PRACTICE,
    "training": PRACTICE,
    EXAM: EXAM,
    "test": EXAM,
    "testing": EXAM,
}
# The edge of a picture that is brighter than this is paper.
_LIGHT_GROUND = 160
# Pixels; in a picture with a shorter side ink and ground are hard to tell apart.
_SMALL = 48
# A picture no larger, in pixels a side, was cut out to be one digit.
LARGEST_ICON = 64


def to_sample(
    item: str,
    label: int,
    *,
    grey: NDArray[np.uint8] | None = None,
    strokes: Strokes | None = None,
    writer: str | None = None,
    part: str | None = None,
    created: str | None = None,
    origin: str | None = None,
) -> Sample | Rejected:
    """Turn what a file says of one digit into a sample.

    Parameters
    ----------
    item : str
        Where it stands, for the refusal.
    label : int
        What the digit is.
    grey : array of shape (h, w), uint8, or None
        The digit, of any size and on any ground; None: drawn from `strokes`.
    writer, part, created, origin : str or None
        What the file says. A time that is no ISO 8601, or a part or origin
        that is not known, counts as not said.

    Returns
    -------
    Sample or Rejected
        The sample's writer is empty where the file names none.
    """
    try:
        if not 0 <= label <= 9:
            raise ClassroomError(_("The label was expected to be a number from 0 to 9."))
        image = from_strokes(strokes or []) if grey is None else to_digit(grey)
        return Sample(
            image=image,
            label=label,
            writer=clean_writer(writer) if writer and writer.strip() else "",
            origin=origin if origin in ORIGINS else "import",
            strokes=strokes,
            created=parse_time(created),
            part=PART_NAMES.get((part or "").lower()),
        )
    except ClassroomError as error:
        return Rejected(item, str(error))


def to_digit(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture of one digit as the classifiers see it, (28, 28) uint8.

    One that is 28x28 already, on a dark ground, is taken as it is.

    Raises
    ------
    ClassroomError
        Where the picture shows no digit.
    """
    if grey.shape == (28, 28) and grey.any():
        edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        # not np.median, which takes longer than all else here
        if np.count_nonzero(edge > _LIGHT_GROUND) <= len(edge) // 2:
            return grey
    return from_image(_enlarged(grey))


def _enlarged(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a small picture larger, on a margin of its ground: a stroke needs some pixels."""
    if not grey.size or min(grey.shape) >= _SMALL or max(grey.shape) > LARGEST_ICON:
        return grey
    # Imported here because the window needs to paint before OpenCV is loaded.
    import cv2

    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    times = -(-_SMALL // min(grey.shape))
    margin = max(2, max(grey.shape) // 4)
    frame = (margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    framed = cv2.copyMakeBorder(grey, *frame, value=[int(np.median(edge))])
    larger = cv2.resize(framed, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, np.uint8)


def parse_time(text: str | None) -> datetime | None:
    """Return an ISO 8601 time in UTC, which is taken for granted where no zone is given."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def time_text(sample: Sample) -> str:
    """Return when a stored sample was written, as ISO 8601 in UTC."""
    return sample.created.isoformat() if sample.created else ""


def read_strokes(path: Path, name: str) -> Iterator[Sample | Rejected]:
    """Read a strokes file as samples; every line needs a label.

    Parameters
    ----------
    path : Path
        ``.jsonl`` or ``.jsonl.gz``.
    name : str
        What the refusals call the file.

    Raises
    ------
    ClassroomError
        While iterating, where the file cannot be read on.
    """
    for line in read_strokes_file(path):
        if isinstance(line, Rejected):
            yield Rejected(line.item.replace(path.name, name, 1), line.why)
        elif line.label is None:
            yield Rejected(name, _("A line says no label; it was expected to be 0 to 9."))
        else:
            yield to_sample(
                name,
                line.label,
                strokes=line.strokes,
                writer=line.writer,
                part=line.part,
                created=line.created,
                origin=line.origin,
            )


def write_strokes(samples: Iterable[Sample], path: Path, *, gzipped: bool) -> None:
    """Write the samples that have strokes, one JSON object a line."""
    with path.open("wb") as file:
        if gzipped:
            # without a time stamp, the same samples give the same file
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                _write_lines(samples, packed)
        else:
            _write_lines(samples, file)


def _write_lines(samples: Iterable[Sample], file: IO[bytes] | gzip.GzipFile) -> None:
    for sample in samples:
        line = {
            "label": sample.label,
            "writer": sample.writer,
            "strokes": sample.strokes,
            "part": sample.part,
            "created": time_text(sample),
            "origin": sample.origin,
        }
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        file.write(text.encode() + b"\n")
