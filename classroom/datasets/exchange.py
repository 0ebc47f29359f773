"""Own samples in and out: pictures, npz, IDX, strokes files, handed-in zips, other stores.

An import has two halves. `read` opens the files and stores nothing; what it
finds may raise questions, which `Joining` names. `Joining.keep` stores all of
it in one transaction, or nothing.
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
from classroom.datasets.exporting import FORMATS, ExportReport, export
from classroom.datasets.merging import Clash, Contribution, Namesake, Plan, plan
from classroom.datasets.patterns import expanded
from classroom.datasets.sources import Reading, Source, read_sources
from classroom.datasets.upright import Reorientation, Reoriented, brought_upright, reorientations
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing.orientation import named
from classroom.preprocessing.strokes import Rejected
from classroom.writers import clean_writer

__all__ = [
    "FORMATS",
    "Clash",
    "Contribution",
    "ExportReport",
    "ImportReport",
    "Joining",
    "Namesake",
    "Rejected",
    "Reorientation",
    "export",
    "import_paths",
    "read",
]

NOBODY: Mapping[Clash, Namesake] = MappingProxyType({})
_SCRATCH = ".importing-"
_LONGEST_IMPORT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class ImportReport:
    """How many samples were new, how many were there already, and what was refused and why.

    Attributes
    ----------
    added, duplicates : int
    rejected : list of Rejected
    contributions : list of Contribution
        What came from whom.
    left_out : list of Rejected
        Zips and stores that cannot be read, where the others were wanted without them.
    reoriented : list of Reoriented
        Digits that lay on their side, and were turned.
    edit : int or None
        What `Dataset.undo` takes back; None where nothing is new.
    """

    added: int
    duplicates: int
    rejected: list[Rejected]
    contributions: list[Contribution] = field(default_factory=list)
    left_out: list[Rejected] = field(default_factory=list)
    reoriented: list[Reoriented] = field(default_factory=list)
    edit: int | None = None


@dataclass(frozen=True)
class Joining:
    """Samples that were read and can be stored.

    Attributes
    ----------
    reading : Reading
        Those in ``bad`` will not be there.
    clashes : list of Clash
        Writers who have the name of another.
    reorientations : list of Reorientation
        Digits that seem to lie on their side; they are kept so, unless `upright` turns them.
    reoriented : list of Reoriented
        Those that were turned.
    """

    reading: Reading
    clashes: list[Clash]
    reorientations: list[Reorientation] = field(default_factory=list)
    reoriented: list[Reoriented] = field(default_factory=list)

    def upright(self, dataset: Dataset, accepted: Sequence[Reorientation]) -> "Joining":
        """Return the same with the accepted digits turned; those of the others lie as they are."""
        reading, done = brought_upright(self.reading, accepted)
        return Joining(reading, _plan(dataset, reading).clashes, reoriented=done)

    def keep(
        self, dataset: Dataset, same: Mapping[Clash, Namesake] | None = NOBODY
    ) -> ImportReport:
        """Store everything in one transaction.

        Parameters
        ----------
        dataset : Dataset
        same : mapping of Clash to Namesake, or None
            Which of the others the writer of a clash is; who is not named is
            somebody else. None: each is the first of the others.
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
        Strokes files, npz, IDX, pictures in folders named 0 to 9, zips that were
        handed in, other stores, or folders that hold any of these.
    writer : str or None
        Who wrote them all; None: who the file says, else ``"unknown"``.
    same_writers : bool
        Take writers of the same name in several zips and stores for one
        person. Otherwise the second "ann" becomes "ann (2)", unless the two
        have a sample in common.
    skip_bad : bool
        Leave out zips and stores that cannot be read, and take the others.
    orientation : str
        How the digits of other programs lie, one of `catalogue.ORIENTATIONS`;
        ``auto``: as they tell by comparison with MNIST's.

    Returns
    -------
    ImportReport
        A digit of which no writer is known is a duplicate of any that has the
        same image: the same samples may come in several formats.

    Raises
    ------
    ClassroomError
        None of the paths exists, a zip or a store cannot be read, or the store
        cannot take the samples; nothing was imported.
    """
    joining = read(dataset, paths, writer=writer, orientation=orientation)
    if joining.reading.bad and not (skip_bad and joining.reading.sources):
        raise ClassroomError(bad_sentence(joining.reading))
    if joining.reorientations:
        joining = joining.upright(dataset, joining.reorientations)
    return joining.keep(dataset, None if same_writers else NOBODY)


def bad_sentence(reading: Reading) -> str:
    """Say which zips and stores cannot be read, and how to go on without them."""
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
) -> Joining:
    """Read what is to be imported, and find the questions it raises; nothing is stored.

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
    return Joining(reading, _plan(dataset, reading).clashes, found)


@contextlib.contextmanager
def _scratch(dataset: Dataset) -> Iterator[Path]:
    """Give an empty folder in the home: what a child wrote is not left lying elsewhere."""
    beside = dataset.folder
    if beside is not None:
        for left in beside.glob(f"{_SCRATCH}*"):
            # of an import that was killed; one of another window may still be at work
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
    """Remove what imports into the store in `folder` have unpacked, of all that began.

    One that is under way in another window fails, and stores nothing.
    """
    for left in folder.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)


def _plan(
    dataset: Dataset, reading: Reading, same: Mapping[Clash, Namesake] | None = NOBODY
) -> Plan:
    return plan(reading.sources, dataset.traces(), same, _known_images(dataset, reading.sources))


def _known_images(dataset: Dataset, sources: Sequence[Source]) -> set[bytes]:
    """Return the images of which a writer is known, where some come without one."""
    samples: list[Sample] = [sample for source in sources for sample in source.samples]
    if all(sample.writer for sample in samples):
        return set()
    known = {sample.image.tobytes() for sample in samples if sample.writer}
    for part in PARTS:
        known.update(image.tobytes() for image in dataset.arrays(part)[0])
    return known
