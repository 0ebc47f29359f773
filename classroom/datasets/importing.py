"""Import: read what the user names, ask what is open, store all of it in one transaction.

The tab My digits asks between `read` and `PendingImport.keep`; commands call `import_paths`.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from classroom.catalogue import AUTO
from classroom.datasets.dataset import PARTS, Dataset, Sample
from classroom.datasets.import_orientation import (
    Reorientation,
    Reoriented,
    brought_upright,
    reorientations,
)
from classroom.datasets.import_plan import Clash, Contribution, ImportPlan, Namesake, plan
from classroom.datasets.import_sources import Reading, Source, read_sources
from classroom.datasets.user_paths import expanded
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing.orientation import named
from classroom.preprocessing.strokes import Rejected
from classroom.writers import clean_writer

__all__ = [
    "Clash",
    "Contribution",
    "ImportReport",
    "Namesake",
    "PendingImport",
    "Rejected",
    "Reorientation",
    "import_paths",
    "read",
]

# The answer to every clash of names: it is somebody else.
NOBODY: Mapping[Clash, Namesake] = MappingProxyType({})
_SCRATCH = ".importing-"
_LONGEST_IMPORT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import.

    Attributes
    ----------
    added, duplicates : int
        How many samples were new, and how many were stored already.
    rejected : list of Rejected
        The files and digits that were refused, each with its reason.
    contributions : list of Contribution
        How many samples came from each writer in each source.
    left_out : list of Rejected
        Zips and stores that cannot be read, where the user wanted the others without them.
    reoriented : list of Reoriented
        The files whose digits were turned upright.
    edit : int or None
        The edit for `Dataset.undo`; None where nothing is new.
    """

    added: int
    duplicates: int
    rejected: list[Rejected]
    contributions: list[Contribution] = field(default_factory=list)
    left_out: list[Rejected] = field(default_factory=list)
    reoriented: list[Reoriented] = field(default_factory=list)
    edit: int | None = None


@dataclass(frozen=True)
class PendingImport:
    """Samples that were read and not stored yet, with the questions that they raise.

    Attributes
    ----------
    reading : Reading
        What is in its ``bad`` is not stored.
    clashes : list of Clash
        Writers who share their name with another.
    reorientations : list of Reorientation
        Digits that seem to lie on their side; they are kept so, unless `upright` turns them.
    reoriented : list of Reoriented
        The files whose digits `upright` has turned.
    """

    reading: Reading
    clashes: list[Clash]
    reorientations: list[Reorientation] = field(default_factory=list)
    reoriented: list[Reoriented] = field(default_factory=list)

    def upright(self, dataset: Dataset, accepted: Sequence[Reorientation]) -> "PendingImport":
        """Return a copy in which the accepted reorientations are done, and the others are not."""
        reading, done = brought_upright(self.reading, accepted)
        return PendingImport(reading, _plan(dataset, reading).clashes, reoriented=done)

    def keep(
        self, dataset: Dataset, same: Mapping[Clash, Namesake] | None = NOBODY
    ) -> ImportReport:
        """Store everything in one transaction.

        Parameters
        ----------
        dataset : Dataset
        same : mapping of Clash to Namesake, or None
            Which of the others the writer of a clash is; without an entry it is somebody
            else. None where each is the first of the others.
        """
        planned = _plan(dataset, self.reading, same)
        added, _duplicates, edit = dataset.keep_many(planned.samples)
        found = sum(len(source.samples) for source in self.reading.sources)
        return ImportReport(
            added,
            found - added,
            self.reading.rejected,
            planned.contributions,
            self.reading.bad,
            self.reoriented,
            edit,
        )


def import_paths(
    dataset: Dataset,
    paths: Sequence[str | Path],
    *,
    writer: str | None = None,
    same_writers: bool = False,
    skip_bad: bool = False,
    orientation: str = AUTO,
) -> ImportReport:
    """Add the samples of files and folders to the store, all in one transaction.

    Parameters
    ----------
    dataset : Dataset
    paths : sequence of paths
        Files of any format of `classroom.datasets.formats`, zips, and folders of these.
    writer : str or None
        Who wrote them all; None for the writer that a file names, else ``"unknown"``.
    same_writers : bool
        Whether writers of the same name in several zips and stores are one person. Otherwise
        the second "ann" becomes "ann (2)", unless the two have a sample in common.
    skip_bad : bool
        Whether to leave out zips and stores that cannot be read, and import the others.
    orientation : str
        How the digits of other programs lie, one of `catalogue.ORIENTATIONS`; ``auto`` to
        find out by comparing them with MNIST's.

    Returns
    -------
    ImportReport
        A sample without a writer counts as a duplicate of every sample with the same image,
        because the same samples may come in several formats.

    Raises
    ------
    ClassroomError
        None of the paths exists, a zip or a store cannot be read, or the samples cannot be
        stored; nothing was imported.
    """
    pending = read(dataset, paths, writer=writer, orientation=orientation)
    if pending.reading.bad and not (skip_bad and pending.reading.sources):
        raise ClassroomError(bad_sentence(pending.reading))
    if pending.reorientations:
        pending = pending.upright(dataset, pending.reorientations)
    return pending.keep(dataset, None if same_writers else NOBODY)


def bad_sentence(reading: Reading) -> str:
    """Return the sentences about zips and stores that cannot be read, and how to do without."""
    whys = " ".join(f"{one.why}" for one in reading.bad)
    nothing = _("Nothing was imported.")
    if not reading.sources:
        return f"{whys} {nothing}"
    count = len(reading.bad)
    rest = ngettext(
        "Leave it out, or say --skip-bad, to import the others.",
        "Leave them out, or say --skip-bad, to import the others.",
        count,
    )
    return f"{whys} {nothing} {rest}"


def read(
    dataset: Dataset,
    paths: Sequence[str | Path],
    *,
    writer: str | None = None,
    orientation: str = AUTO,
) -> PendingImport:
    """Read what is imported, and find the questions that it raises; nothing is stored yet.

    The parameters are those of `import_paths`.

    Raises
    ------
    ClassroomError
        None of the paths exists, or the store cannot be read.
    """
    given, unmatched = expanded(paths)
    if not any(os.path.lexists(path) for path in given):
        whys = [one.why for one in unmatched]
        if given:
            names = ", ".join(str(path) for path in given)
            text = _("{names} was not found. Check the name and the folder.")
            whys.append(text.format(names=names))
        raise ClassroomError(" ".join(whys) or _("There is no file to import."))
    override = clean_writer(writer) if writer and writer.strip() else None
    with _scratch(dataset) as scratch:
        reading = read_sources(given, scratch)
    reading.rejected += unmatched
    if override:
        for source in reading.sources:
            source.handed_in = False
            source.samples = [replace(sample, writer=override) for sample in source.samples]
    wanted = None if orientation == AUTO else named(orientation)
    found = reorientations(reading.sources, wanted)
    return PendingImport(reading, _plan(dataset, reading).clashes, found)


@contextlib.contextmanager
def _scratch(dataset: Dataset) -> Iterator[Path]:
    """Give an empty folder to unpack zips into.

    It lies in the home and not with the system's temporary files, because what children wrote
    must not be left there.
    """
    beside = dataset.folder
    if beside is not None:
        for left in beside.glob(f"{_SCRATCH}*"):
            # A younger folder may belong to an import that another window is doing now.
            if time.time() - left.stat().st_mtime > _LONGEST_IMPORT_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    try:
        folder = tempfile.TemporaryDirectory(
            prefix=_SCRATCH, dir=beside, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise ClassroomError(
            _("Nothing can be written to {folder}: {reason}. Make room or allow writing.").format(
                folder=beside or tempfile.gettempdir(), reason=error.strerror or error
            )
        ) from error
    with folder as name:
        try:
            yield Path(name)
        finally:
            removed = not Path(name).is_dir()
        if removed:
            raise ClassroomError(
                _("Somebody deleted a writer meanwhile, and nothing was imported. Import again.")
            )


def remove_scratch(folder: Path) -> None:
    """Remove everything that imports into the store in `folder` have unpacked.

    An import that another window is doing now fails, and stores nothing.
    """
    for left in folder.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)


def _plan(
    dataset: Dataset, reading: Reading, same: Mapping[Clash, Namesake] | None = NOBODY
) -> ImportPlan:
    return plan(reading.sources, dataset.traces(), same, _known_images(dataset, reading.sources))


def _known_images(dataset: Dataset, sources: Sequence[Source]) -> set[bytes]:
    """Return the images with a known writer; none where every sample names its writer."""
    samples: list[Sample] = [sample for source in sources for sample in source.samples]
    if all(sample.writer for sample in samples):
        return set()
    known = {sample.image.tobytes() for sample in samples if sample.writer}
    for part in PARTS:
        known.update(image.tobytes() for image in dataset.arrays(part)[0])
    return known
