"""The samples of an import, source by source, as they are read from files, folders and zips.

`importing` reads them here, decides what is kept, and stores it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from classroom.datasets.file_walk import Walk
from classroom.datasets.formats.base import DigitFile
from classroom.datasets.sample import Sample
from classroom.datasets.user_paths import Place
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.strokes import Rejected

SAMPLES_AT_MOST = 200_000
# The strokes of all samples together may have this many points, about a gigabyte of memory.
POINTS_AT_MOST = 8_000_000


@dataclass
class Source:
    """The samples of one file, folder or zip that the user named.

    Attributes
    ----------
    name : str
        What the user calls it.
    samples : list of Sample
    handed_in : bool
        Whether somebody has handed it in, as a zip or another store. Its writers need not be
        those of the same name elsewhere.
    """

    name: str
    samples: list[Sample] = field(default_factory=list)
    handed_in: bool = False


@dataclass
class Reading:
    """Everything that was read.

    Attributes
    ----------
    sources : list of Source
    rejected : list of Rejected
        Files and digits that cannot be imported, while the rest can.
    bad : list of Rejected
        Zips and stores of which nothing can be imported.
    """

    sources: list[Source] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    bad: list[Rejected] = field(default_factory=list)


def read_sources(paths: Sequence[Path], scratch: Path) -> Reading:
    """Read everything that the user named; nothing is stored.

    Parameters
    ----------
    paths : sequence of Path
    scratch : Path
        An empty folder for temporary files.
    """
    walk = _ImportWalk(lambda: scratch)
    walk.take(paths)
    sources = [Source(batch.name, batch.items, batch.handed_in) for batch in walk.batches]
    return Reading(sources, walk.rejected, walk.bad)


class _ImportWalk(Walk[Sample]):
    """Reads samples, which have a label."""

    def __init__(self, scratch: Callable[[], Path]) -> None:
        super().__init__(scratch)
        self._samples = 0
        self._points = 0

    def read(
        self, format_: DigitFile, place: Place, inventory: Inventory
    ) -> Iterable[Sample | Rejected]:
        """Read the samples of a file."""
        return format_.read(place, inventory)

    def of_sample(self, sample: Sample, _name: str) -> Sample:
        """Return the sample itself."""
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
