"""What is to be imported, source by source: files, folders, handed-in zips, other stores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from classroom.datasets.file_walk import Reader, Walk
from classroom.datasets.formats.common import read_strokes
from classroom.datasets.formats.images import read_picture
from classroom.datasets.formats.npz import read_npz
from classroom.datasets.sample import Sample
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.strokes import Rejected

SAMPLES_AT_MOST = 200_000
# In the strokes of all of them together: about a gigabyte of memory.
POINTS_AT_MOST = 8_000_000


@dataclass
class Source:
    """Samples that came together.

    Attributes
    ----------
    name : str
        What the user calls the file or folder.
    samples : list of Sample
    handed_in : bool
        Whether it is what somebody has handed in: a zip or another store. Its
        writers need not be those of the same name elsewhere.
    """

    name: str
    samples: list[Sample] = field(default_factory=list)
    handed_in: bool = False


@dataclass
class Reading:
    """All that was read.

    Attributes
    ----------
    sources : list of Source
    rejected : list of Rejected
        Files and digits that cannot be imported; the rest can.
    bad : list of Rejected
        Zips and stores that cannot be read as a whole.
    """

    sources: list[Source] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    bad: list[Rejected] = field(default_factory=list)


def read_sources(paths: Sequence[Path], scratch: Path) -> Reading:
    """Read everything that is to be imported; nothing is stored.

    Parameters
    ----------
    paths : sequence of Path
    scratch : Path
        An empty folder to unpack zips into.
    """
    walk = _ImportWalk(lambda: scratch)
    walk.take(paths)
    sources = [Source(batch.name, batch.items, batch.handed_in) for batch in walk.batches]
    return Reading(sources, walk.rejected, walk.bad)


class _ImportWalk(Walk[Sample]):
    """Takes digits that have a label."""

    def __init__(self, scratch: Callable[[], Path]) -> None:
        super().__init__(scratch)
        self._samples = 0
        self._points = 0

    def reader(self, kind: Kind) -> Reader[Sample]:
        """Return what reads a picture, strokes or an npz."""
        return {
            Kind.PICTURE: read_picture, Kind.STROKES: read_strokes, Kind.NPZ: read_npz
        }[kind]  # fmt: skip

    def of_sample(self, sample: Sample, _name: str) -> Sample:
        """Return it as it is."""
        return sample

    def count(self, item: Sample) -> None:
        """Count a sample, and the points of its strokes."""
        self._samples += 1
        self._points += sum(len(stroke) for stroke in item.strokes or [])
        if self._samples > SAMPLES_AT_MOST or self._points > POINTS_AT_MOST:
            raise ClassroomError(
                _(
                    "More than {most:,} samples cannot be imported at once, or {points:,} points "
                    "of strokes; the rest was left out. Import a part at a time."
                ).format(most=SAMPLES_AT_MOST, points=POINTS_AT_MOST)
            )
