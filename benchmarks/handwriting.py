"""Reads handwriting from elsewhere, for the benchmarks that take some: strokes, or npz files."""

from collections import defaultdict
from pathlib import Path

import numpy as np


def named(file: Path) -> str:
    """Return the name of a set of digits: its file's, without the endings."""
    return file.name.partition(".")[0]


def read_digits(file: Path, leave_out: str = "") -> "dict[str, Digits]":  # noqa: F821
    """Return the labelled digits of a file by their writers.

    Parameters
    ----------
    file : Path
        Strokes, as `digits_by_writer` takes them, or an npz file with `images`, (n, 28, 28),
        and `labels`, whose writers are not known: they have no name.
    leave_out : str
        As `digits_by_writer` takes it.

    Raises
    ------
    SystemExit
        The file cannot be read, or holds other arrays.
    """
    from classroom.engine.scoring import Digits
    from classroom.errors import ClassroomError

    if file.suffix != ".npz":
        try:
            found = digits_by_writer(file, leave_out)
        except (ClassroomError, OSError) as error:
            raise SystemExit(str(error)) from None
        if not found:
            raise SystemExit(f"{file.name} holds no labelled strokes.")
        return found
    try:
        with np.load(file, allow_pickle=False) as arrays:
            images, labels = arrays["images"], arrays["labels"]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise SystemExit(
            f"{file.name} cannot be read ({error}): an npz file with images and labels was "
            "expected."
        ) from None
    fits = images.dtype == np.uint8 and images.shape[1:] == (28, 28) and len(images)
    if not fits or labels.shape != images.shape[:1] or not np.isin(labels, range(10)).all():
        raise SystemExit(
            f"{file.name} holds images of shape {images.shape}, {images.dtype}, and labels of "
            f"shape {labels.shape}: (n, 28, 28), uint8, and (n,), 0 to 9, were expected."
        )
    return {"": Digits(images, labels.astype(np.uint8))}


def digits_by_writer(file: Path, leave_out: str = "") -> "dict[str, Digits]":  # noqa: F821
    """Return the labelled digits of each writer, by name.

    Parameters
    ----------
    file : Path
        JSON lines as the program exports them.
    leave_out : str
        Writers whose names begin with this text are left out; none where it is empty.
    """
    from classroom.engine.scoring import Digits
    from classroom.preprocessing.digits import from_strokes
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    images, labels = defaultdict(list), defaultdict(list)
    for line in read_strokes_file(file):
        if isinstance(line, StrokesLine) and line.label is not None:
            writer = line.writer or ""
            if leave_out and writer.startswith(leave_out):
                continue
            images[writer].append(from_strokes(line.strokes))
            labels[writer].append(line.label)
    return {
        writer: Digits(np.stack(images[writer]), np.array(labels[writer], np.uint8))
        for writer in sorted(images)
    }
