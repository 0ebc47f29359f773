"""Reads a strokes file of real handwriting, for the benchmarks that take one."""

from collections import defaultdict
from pathlib import Path

import numpy as np


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
