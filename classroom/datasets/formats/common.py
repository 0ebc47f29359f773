"""What a file says of a digit, as a sample and back; and strokes files.

Files come from anywhere, so nothing that they say is believed unseen. What they
need not say (writer, part, time, origin) is None or empty here where they don't.
"""

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

from classroom.datasets.sample import ORIGINS, Part, Sample
from classroom.datasets.sample_json import parse_time, to_line, to_values
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.background import shrunk
from classroom.preprocessing.digits import LARGEST_ICON, SIDE, Grey, from_strokes, to_digit
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import Rejected, Strokes, read_strokes_file
from classroom.writers import clean_writer

# Others speak of training and test sets.
PART_NAMES = {
    Part.PRACTICE: Part.PRACTICE,
    "train": Part.PRACTICE,
    "training": Part.PRACTICE,
    Part.EXAM: Part.EXAM,
    "test": Part.EXAM,
    "testing": Part.EXAM,
    # What is held out of the training to tune a network is no exam.
    "val": Part.PRACTICE,
    "valid": Part.PRACTICE,
    "validation": Part.PRACTICE,
}


@dataclass(frozen=True, eq=False)
class ForeignSample(Sample):
    """A sample that another program wrote, with what it was made of: it may lie on its side.

    Attributes
    ----------
    picture : array of shape (h, w), uint8, or None
        At most 64 pixels a side; None where it was drawn from strokes alone.
    item, group : str
        Where it stands, and the path of the file or folder with which it was made.
    """

    picture: Grey | None = None
    item: str = ""
    group: str = ""

    def plain(self) -> Sample:
        """Return the sample alone, as it is kept."""
        return Sample(**{each.name: getattr(self, each.name) for each in fields(Sample)})


def to_sample(
    item: str,
    label: int,
    *,
    grey: Grey | None = None,
    strokes: Strokes | None = None,
    writer: str | None = None,
    part: str | None = None,
    created: str | None = None,
    origin: str | None = None,
    own: bool = False,
    as_seen: bool = False,
    group: str = "",
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
    own : bool
        Whether this program wrote the file, so that `grey` is a sample's image
        already, and is taken as it is; it lies as it should.
    as_seen : bool
        Whether `grey` was cut out of a larger picture, and is such an image, too.
    group : str
        The path of the file or folder of digits that were made together.

    Returns
    -------
    Sample or Rejected
        The sample's writer is empty where the file names none. It is a
        `ForeignSample` where this program did not write the file.
    """
    try:
        if not 0 <= label <= 9:
            raise ClassroomError(_("The label was expected to be a number from 0 to 9."))
        if grey is None:
            image = from_strokes(strokes or [])
        else:
            done = (own or as_seen) and grey.shape == (SIDE, SIDE)
            image = grey if done else to_digit(grey)
        sample = Sample(
            image=image,
            label=label,
            writer=clean_writer(writer) if writer and writer.strip() else "",
            origin=origin if origin in ORIGINS else "import",
            strokes=strokes,
            created=parse_time(created),
            part=PART_NAMES.get((part or "").lower()),
        )
        if own:
            return sample
        picture = None if grey is None else shrunk(grey, LARGEST_ICON)
        return ForeignSample(**vars(sample), picture=picture, item=item, group=group)
    except ClassroomError as error:
        return Rejected(item, str(error))


def read_strokes(place: Place, inventory: Inventory) -> Iterator[Sample | Rejected]:
    """Read a strokes file as samples; every line needs a label.

    Parameters
    ----------
    place : Place
        JSON lines, plain or gzipped.
    inventory : Inventory

    Raises
    ------
    ClassroomError
        While iterating, where the file cannot be read on.
    """
    for line in read_strokes_file(place.path, place.name):
        inventory.expect(1)
        if isinstance(line, Rejected):
            yield line
        elif line.label is None:
            yield Rejected(line.item, _("This line says no label; it was expected to be 0 to 9."))
        else:
            yield to_sample(
                line.item,
                line.label,
                strokes=line.strokes,
                writer=line.writer,
                part=line.part,
                created=line.created,
                origin=line.origin,
                own=bool(line.created and line.part and line.origin),
                group=place.name,
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
        file.write(to_line(to_values(sample)))
