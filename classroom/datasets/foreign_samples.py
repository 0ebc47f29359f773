"""Makes a sample of a digit as a file describes it; values that make no sense count as missing.

The formats call it for each digit; `import_orientation` turns the foreign ones upright.
"""

from dataclasses import dataclass, fields

from classroom.datasets.sample import ORIGINS, Part, Sample
from classroom.datasets.sample_json import parse_time
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.background import shrunk
from classroom.preprocessing.digits import LARGEST_ICON, from_strokes, to_digit
from classroom.preprocessing.images import SIDE, Grey
from classroom.preprocessing.strokes import Rejected, Strokes
from classroom.writers import clean_writer

# Other programs name training and test sets.
PART_NAMES = {
    str(Part.PRACTICE): Part.PRACTICE,
    "train": Part.PRACTICE,
    "training": Part.PRACTICE,
    str(Part.EXAM): Part.EXAM,
    "test": Part.EXAM,
    "testing": Part.EXAM,
    # A validation set tunes a network, so it cannot examine it.
    "val": Part.PRACTICE,
    "valid": Part.PRACTICE,
    "validation": Part.PRACTICE,
}


@dataclass(frozen=True, eq=False)
class ForeignSample(Sample):
    """A sample from another program, which may lie on its side, with the picture it was made of.

    Attributes
    ----------
    picture : array of shape (h, w), uint8, or None
        At most 64 pixels a side; None for a digit that was drawn from strokes alone.
    item : str
        What the user calls the digit: its file and its place in it.
    group : str
        The path of the file or folder whose digits lie the same way.
    """

    picture: Grey | None = None
    item: str = ""
    group: str = ""

    def plain(self) -> Sample:
        """Return the sample alone, as it is stored."""
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
    """Return a digit that a file describes as a sample.

    Parameters
    ----------
    item : str
        What the user calls the digit, for a refusal.
    label : int
        Any number; outside of 0 to 9 the digit is refused.
    grey : array of shape (h, w), uint8, or None
        The digit, of any size and on any ground; None for one that is drawn from `strokes`.
    strokes : list of strokes, or None
    writer, part, created, origin : str or None
        As the file has them. A time that is not ISO 8601, or an unknown part or origin, counts
        as missing.
    own : bool
        Whether this program wrote the file. `grey` is then the image of a sample, and is taken
        as it is.
    as_seen : bool
        Whether `grey` was cut out of a larger picture, and is already a 28x28 image.
    group : str
        The path of the file or folder whose digits lie the same way.

    Returns
    -------
    Sample or Rejected
        Where the file names no writer, the sample's writer is empty. Where this program did
        not write the file, the sample is a `ForeignSample`.
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
