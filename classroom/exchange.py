"""Own samples in and out: pictures, npz, IDX and strokes files.

An import takes what it can, and says of the rest why not.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classroom.dataset import EXAM, PRACTICE, Dataset, Sample
from classroom.errors import ClassroomError
from classroom.exporting import FORMATS, STROKES_ENDINGS, ExportReport, export
from classroom.formats import read_strokes
from classroom.formats_arrays import idx_pair, is_idx, read_idx, read_npz
from classroom.formats_pictures import ENDINGS, read_picture
from classroom.i18n import _
from classroom.sample import clean_writer
from classroom.strokes import Rejected

__all__ = ["FORMATS", "ExportReport", "ImportReport", "Rejected", "export", "import_paths"]

SAMPLES_AT_MOST = 200_000
_LITTER = {"thumbs.db", "desktop.ini"}

Reader = Callable[[Path, str], Iterator[Sample | Rejected]]


@dataclass(frozen=True)
class ImportReport:
    """How many samples were new, how many were there already, and what was refused and why."""

    added: int
    duplicates: int
    rejected: list[Rejected]


def import_paths(
    dataset: Dataset, paths: Sequence[str | Path], *, writer: str | None = None
) -> ImportReport:
    """Add the samples of files and folders to the store, all in one transaction.

    Parameters
    ----------
    dataset : Dataset
    paths : sequence of paths
        Strokes files, npz, IDX, pictures in folders named 0 to 9, or folders
        that hold any of these.
    writer : str or None
        Who wrote them all; None: who the file says, else ``"unknown"``.

    Returns
    -------
    ImportReport
        A digit of which no writer is known is a duplicate of any that has the
        same image: the same samples may come in several formats.

    Raises
    ------
    ClassroomError
        None of the paths exists, or the store cannot take the samples.
    """
    given = [Path(path) for path in paths]
    if not any(path.exists() for path in given):
        raise ClassroomError(
            _("{names} was not found. Check the name and the folder.").format(
                names=", ".join(str(path) for path in given) or _("The file to import")
            )
        )
    override = clean_writer(writer) if writer and writer.strip() else None
    samples: list[Sample] = []
    rejected: list[Rejected] = []
    for found in _read_all(given):
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            samples.append(replace(found, writer=override) if override else found)
    fresh = _without_known(dataset, samples)
    added, duplicates = dataset.keep_many(fresh)
    return ImportReport(added, duplicates + len(samples) - len(fresh), rejected)


def _without_known(dataset: Dataset, samples: list[Sample]) -> list[Sample]:
    """Leave out the samples without a writer whose image is known of some writer."""
    if all(sample.writer for sample in samples):
        return samples
    known = {sample.image.tobytes() for sample in samples if sample.writer}
    for part in (PRACTICE, EXAM):
        known.update(image.tobytes() for image in dataset.arrays(part)[0])
    return [sample for sample in samples if sample.writer or sample.image.tobytes() not in known]


def _read_all(paths: Sequence[Path]) -> Iterator[Sample | Rejected]:
    """Yield what all the files hold; one that cannot be read is rejected as a whole."""
    count = 0
    images_read: set[Path] = set()
    for path, name in _files(paths):
        try:
            if is_idx(path):
                # the images and their labels are two files, and both may be given
                images, _labels = idx_pair(path, name)
                if images in images_read:
                    continue
                images_read.add(images)
            for found in _reader(path, name)(path, name):
                count += isinstance(found, Sample)
                if count > SAMPLES_AT_MOST:
                    raise ClassroomError(
                        _(
                            "More than {most:,} samples cannot be imported at once; "
                            "the rest was left out."
                        ).format(most=SAMPLES_AT_MOST)
                    )
                yield found
        except ClassroomError as error:
            yield Rejected(name, str(error))


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file, folders opened, with the name that the user knows it by."""
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for folder, folders, files in os.walk(path):
            # what starts with a dot is the system's own
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if not name.startswith(".") and name.lower() not in _LITTER:
                    file = Path(folder, name)
                    yield file, file.relative_to(path.parent).as_posix()


def _reader(path: Path, name: str) -> Reader:
    """Return the function that reads a file of this kind, by its name."""
    lower = path.name.lower()
    if not path.exists():
        raise ClassroomError(
            _("{name} was not found. Check the name and the folder.").format(name=name)
        )
    if not path.is_file():
        raise ClassroomError(_("{name} is no file and no folder.").format(name=name))
    if is_idx(path):
        return read_idx
    if lower.endswith(STROKES_ENDINGS):
        return read_strokes
    if lower.endswith(".npz"):
        return read_npz
    if lower.endswith(ENDINGS):
        return read_picture
    raise ClassroomError(
        _(
            "{name} is of no kind that can be imported: strokes (.jsonl, .jsonl.gz), "
            ".npz, IDX (…-idx3-ubyte) or pictures."
        ).format(name=name)
    )
