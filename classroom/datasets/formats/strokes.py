"""Strokes files: one JSON object a line, one digit each, plain or gzipped."""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from classroom.datasets.foreign_samples import to_sample
from classroom.datasets.formats.base import DigitFile, DigitOnPage
from classroom.datasets.sample import Sample
from classroom.datasets.sample_json import to_line, to_values
from classroom.datasets.user_paths import Place
from classroom.i18n import _, ngettext
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.file_kinds import Kind
from classroom.preprocessing.inventory import Inventory
from classroom.preprocessing.page import FoundDigit
from classroom.preprocessing.strokes import Rejected, read_strokes_file


class StrokesFile(DigitFile):
    """The lines as they were drawn, see `classroom.preprocessing.strokes.read_strokes_file`."""

    name = "strokes"
    kinds = frozenset({Kind.STROKES})
    endings = (".jsonl", ".jsonl.gz")
    written_as = "digits.jsonl"

    def read(self, place: Place, inventory: Inventory) -> Iterator[Sample | Rejected]:
        """Read the samples; every line needs a label."""
        for line in read_strokes_file(place.path, place.name):
            inventory.expect(1)
            if isinstance(line, Rejected):
                yield line
            elif line.label is None:
                yield Rejected(
                    line.item, _("This line says no label; it was expected to be 0 to 9.")
                )
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

    def digits(self, place: Place, inventory: Inventory) -> Iterator[DigitOnPage | Rejected]:
        """Read the digits, with labels or without."""
        for line in read_strokes_file(place.path, place.name):
            inventory.expect(1)
            if isinstance(line, Rejected):
                yield line
            else:
                yield DigitOnPage(1, FoundDigit(from_strokes(line.strokes), None, line.label))

    def holds(self, sample: Sample) -> bool:
        """Whether a sample has strokes."""
        return bool(sample.strokes)

    def left_out(self, count: int) -> str:
        """Return the sentence about samples without strokes."""
        return ngettext(
            "strokes: {count} sample has no strokes and is left out.",
            "strokes: {count} samples have no strokes and are left out.",
            count,
        ).format(count=count)

    def none_held(self) -> str:
        """Return the sentence for an export without any strokes."""
        return _("None of the own samples has strokes. Export them as png, npz or idx.")

    def write(self, samples: Sequence[Sample], path: Path, name: str) -> list[str]:
        """Write one JSON object a line, gzipped where the name ends in ``.gz``."""
        with path.open("wb") as file:
            if name.lower().endswith(".gz"):
                # Without a time stamp, the same samples give the same file.
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    _write_lines(samples, packed)
            else:
                _write_lines(samples, file)
        return _redrawn(samples)


def _write_lines(samples: Iterable[Sample], file: IO[bytes] | gzip.GzipFile) -> None:
    for sample in samples:
        file.write(to_line(to_values(sample)))


def _redrawn(samples: Iterable[Sample]) -> list[str]:
    """Return a sentence about the images that differ from what their strokes give."""
    count = sum(
        not np.array_equal(from_strokes(sample.strokes or []), sample.image) for sample in samples
    )
    if not count:
        return []
    return [
        ngettext(
            "strokes: {count} sample has an image that is not the one its strokes give; "
            "the image is not in.",
            "strokes: {count} samples have images that are not those their strokes give; "
            "the images are not in.",
            count,
        ).format(count=count)
    ]
