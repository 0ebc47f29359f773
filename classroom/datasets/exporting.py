"""Own samples out: as pictures, npz, IDX, strokes files, and the zip to be handed in.

An export is written under a temporary name and then renamed, so that half an
export never has the name of a whole one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classroom import files
from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.formats.common import write_strokes
from classroom.datasets.formats.hand_in_zip import write_zip
from classroom.datasets.formats.idx import write_idx
from classroom.datasets.formats.images import write_pictures
from classroom.datasets.formats.npz import write_npz
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing.digits import from_strokes

FORMATS = ("png", "npz", "idx", "strokes", "zip")
STROKES_ENDINGS = (".jsonl", ".jsonl.gz")
# The formats that are one file; the others are a folder.
FILE_ENDINGS = {"npz": (".npz",), "strokes": STROKES_ENDINGS, "zip": (".zip",)}
_ALL_ENDINGS = tuple(ending for endings in FILE_ENDINGS.values() for ending in endings)


@dataclass(frozen=True)
class ExportReport:
    """How many samples were written, into which files and folders, and what is missing there."""

    written: int
    files: list[str]
    notes: list[str]


def export(dataset: Dataset, path: str | Path, formats: Sequence[str]) -> ExportReport:
    """Write all samples in one or several formats.

    Parameters
    ----------
    dataset : Dataset
    path : path
        One format: its folder, or for npz, strokes and zip the file itself
        (``.npz``, ``.jsonl``, ``.jsonl.gz``, ``.zip``). Several: the folder that
        gets ``png/``, ``idx/``, ``digits.npz``, ``digits.jsonl`` and
        ``digits.zip``. A file of that name is replaced, a folder that holds
        anything is not.
    formats : sequence of str
        Of ``png``, ``npz``, ``idx``, ``strokes`` and ``zip``.

    Raises
    ------
    ClassroomError
        There is nothing to export, a format is unknown, or the files cannot be
        written there.
    """
    targets = _targets(Path(path).resolve(), list(dict.fromkeys(formats)))
    samples = dataset.samples(newest_first=False)
    if not samples:
        raise ClassroomError(_("There are no own samples yet, so nothing was exported."))
    drawn = [sample for sample in samples if sample.strokes]
    if not drawn and list(targets) == ["strokes"]:
        raise ClassroomError(
            _("None of the own samples has strokes. Export them as png, npz or idx.")
        )
    report = ExportReport(len(drawn) if list(targets) == ["strokes"] else len(samples), [], [])
    try:
        for format_, target in targets.items():
            if format_ != "strokes" or drawn:
                target.parent.mkdir(parents=True, exist_ok=True)
                report.notes.extend(_write(format_, samples, target))
                report.files.append(str(target))
    except OSError as error:
        raise ClassroomError(
            _("The export to {path} cannot be written: {reason}. Choose another place.").format(
                path=path, reason=error.strerror or error
            )
        ) from error
    if "strokes" in targets and len(drawn) < len(samples):
        left_out = len(samples) - len(drawn)
        report.notes.append(
            ngettext(
                "strokes: {count} sample has no strokes and is left out.",
                "strokes: {count} samples have no strokes and are left out.",
                left_out,
            ).format(count=left_out)
        )
    return report


def _targets(path: Path, formats: list[str]) -> dict[str, Path]:
    """Return where each format goes; refuse what would harm something that is there."""
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise ClassroomError(
            _("The format {unknown} is not known. Choose from {formats}.").format(
                unknown=", ".join(unknown) or "''", formats=", ".join(FORMATS)
            )
        )
    names = {
        "png": "png",
        "idx": "idx",
        "npz": "digits.npz",
        "strokes": "digits.jsonl",
        "zip": "digits.zip",
    }
    targets = {name: path / names[name] for name in formats}
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
    for name in {"png", "idx"} & targets.keys():
        _check_empty(targets[name])
    return targets


def _check_empty(folder: Path) -> None:
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


def _write(format_: str, samples: Sequence[Sample], target: Path) -> list[str]:
    """Write one format, as a whole or not at all; return what it cannot hold."""
    with files.replacing(target, handed_over=True) as temporary:
        if format_ in FILE_ENDINGS:
            return _write_file(format_, samples, temporary, target)
        temporary.mkdir()
        return _write_folder(format_, samples, temporary)


def _write_file(
    format_: str, samples: Sequence[Sample], temporary: Path, target: Path
) -> list[str]:
    if format_ == "npz":
        write_npz(samples, temporary)
    elif format_ == "zip":
        write_zip(samples, temporary)
    else:
        drawn = [sample for sample in samples if sample.strokes]
        write_strokes(drawn, temporary, gzipped=target.name.lower().endswith(".gz"))
        return _redrawn(drawn)
    return []


def _redrawn(drawn: Sequence[Sample]) -> list[str]:
    """Say how many images are not what their strokes alone give back."""
    count = sum(
        not np.array_equal(from_strokes(sample.strokes or []), sample.image) for sample in drawn
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


def _write_folder(format_: str, samples: Sequence[Sample], folder: Path) -> list[str]:
    if format_ == "idx":
        write_idx(samples, folder)
        return [
            _("idx: holds images, labels and parts only; writers, times and strokes are not in.")
        ]
    too_long = write_pictures(samples, folder)
    if not too_long:
        return []
    return [
        ngettext(
            "png: the strokes of {count} sample were too long for the file.",
            "png: the strokes of {count} samples were too long for the files.",
            too_long,
        ).format(count=too_long)
    ]
