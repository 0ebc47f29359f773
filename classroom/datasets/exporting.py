"""Export: the samples as pictures, npz, IDX, strokes files, or the zip to be handed in.

The tab My digits and ``dataset export`` call it; each file is written as a whole or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classroom import files
from classroom.datasets.dataset import Dataset
from classroom.datasets.formats.base import Format
from classroom.datasets.known_formats import to_export
from classroom.datasets.sample import Sample
from classroom.errors import ClassroomError
from classroom.i18n import _

# The endings of file names, for each format that is one file; the other formats are a folder.
FILE_ENDINGS = {name: each.endings for name, each in to_export().items() if each.endings}
_ALL_ENDINGS = tuple(ending for endings in FILE_ENDINGS.values() for ending in endings)


@dataclass(frozen=True)
class ExportReport:
    """How many samples were written, into which files and folders, and what these lack."""

    written: int
    files: list[str]
    notes: list[str]


def export(dataset: Dataset, path: str | Path, formats: Sequence[str]) -> ExportReport:
    """Write all samples in one or several formats.

    Parameters
    ----------
    dataset : Dataset
    path : path
        For one format its folder, or for npz, strokes and zip the file itself (``.npz``,
        ``.jsonl``, ``.jsonl.gz``, ``.zip``). For several formats the folder that gets
        ``png/``, ``idx/``, ``digits.npz``, ``digits.jsonl`` and ``digits.zip``. A file of that
        name is replaced; a folder must be empty or new.
    formats : sequence of str
        Names of `classroom.catalogue.EXPORT_FORMATS`.

    Raises
    ------
    ClassroomError
        There is nothing to export, a format is unknown, or the files cannot be written there.
    """
    known = to_export()
    targets = _targets(Path(path).resolve(), list(dict.fromkeys(formats)), known)
    samples = dataset.samples(newest_first=False)
    if not samples:
        raise ClassroomError(_("There are no own samples yet, so nothing was exported."))
    held = {name: [one for one in samples if known[name].holds(one)] for name in targets}
    if not any(held.values()):
        raise ClassroomError(known[next(iter(targets))].none_held())
    report = ExportReport(max(len(some) for some in held.values()), [], [])
    try:
        for name, target in targets.items():
            if held[name]:
                target.parent.mkdir(parents=True, exist_ok=True)
                report.notes.extend(_write(known[name], held[name], target))
                report.files.append(str(target))
    except OSError as error:
        raise ClassroomError(
            _("The export to {path} cannot be written: {reason}. Choose another place.").format(
                path=path, reason=error.strerror or error
            )
        ) from error
    for name, some in held.items():
        if len(some) < len(samples):
            report.notes.append(known[name].left_out(len(samples) - len(some)))
    return report


def _targets(path: Path, formats: list[str], known: dict[str, Format]) -> dict[str, Path]:
    """Return the path of each format; refuse those that would overwrite something."""
    unknown = [name for name in formats if name not in known]
    if unknown or not formats:
        raise ClassroomError(
            _("The format {unknown} is not known. Choose from {formats}.").format(
                unknown=", ".join(unknown) or "''", formats=", ".join(known)
            )
        )
    targets = {name: path / known[name].written_as for name in formats}
    if len(formats) == 1:
        [only] = formats
        if only not in FILE_ENDINGS:
            targets[only] = path
        elif path.name.lower().endswith(FILE_ENDINGS[only]) and not path.is_dir():
            return {only: path}
    file_name = path.name.lower().endswith(_ALL_ENDINGS) and not path.is_dir()
    if file_name or path.is_file():
        raise ClassroomError(
            _("{path} is the name of a file, but {formats} needs a folder. Name one.").format(
                path=path, formats=", ".join(formats)
            )
        )
    for name in targets.keys() - FILE_ENDINGS.keys():
        _check_empty(targets[name])
    return targets


def _check_empty(folder: Path) -> None:
    """Raise `ClassroomError` where a folder holds anything."""
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise ClassroomError(
            _("The folder {folder} cannot be opened: {reason}. Choose another place.").format(
                folder=folder, reason=error.strerror
            )
        ) from error
    if taken:
        raise ClassroomError(
            _(
                "The folder {folder} holds something already, and nothing in it is overwritten. "
                "Name a new or an empty one."
            ).format(folder=folder)
        )


def _write(format_: Format, samples: Sequence[Sample], target: Path) -> list[str]:
    """Write one format, as a whole or not at all; return what it cannot hold."""
    with files.replacing(target, handed_over=True) as temporary:
        return format_.write(samples, temporary, target.name)
