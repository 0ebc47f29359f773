"""What the classifiers of a run said of every digit, as a file of plain arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classroom.array_files import read_arrays, write_arrays
from classroom.evaluation import DIGITS, Evaluation, Result

# What a classifier can have been scored on: the attributes of `Result`.
SETS = ("mnist_test", "own_exam", "unseen")


def write(file: Path, results: Sequence[Result]) -> None:
    """Write what each classifier said of each digit."""
    arrays: dict[str, NDArray[Any]] = {}
    for result in results:
        for name in SETS:
            evaluation: Evaluation | None = getattr(result, name)
            if evaluation is None:
                continue
            arrays[f"{name}-{result.classifier}"] = evaluation.probabilities
            which = "exam" if evaluation.ids is not None else "mnist"
            arrays[f"labels-{which}"] = evaluation.labels
            if evaluation.ids is not None:
                arrays["ids-exam"] = evaluation.ids
    write_arrays(file, **arrays)


def read(file: Path, name: str, classifier: str, writers: tuple[str, ...]) -> Evaluation:
    """Return what a classifier said.

    Parameters
    ----------
    file : Path
    name : str
        One of `SETS`.
    classifier : str
    writers : tuple of str
        Who wrote each digit of the exam.

    Raises
    ------
    OSError, ValueError
        Where `file` does not hold it.
    """
    answers = f"{name}-{classifier}"
    if name == "mnist_test":
        arrays = read_arrays(file, **{answers: (np.float32, 2), "labels-mnist": (np.uint8, 1)})
        evaluation = Evaluation(arrays["labels-mnist"], arrays[answers])
    else:
        own = {answers: (np.float32, 2), "labels-exam": (np.uint8, 1), "ids-exam": (np.int64, 1)}
        arrays = read_arrays(file, **own)
        evaluation = Evaluation(arrays["labels-exam"], arrays[answers], arrays["ids-exam"], writers)
        if not len(writers) == len(arrays["ids-exam"]) == len(evaluation.labels):
            raise ValueError("not a writer and a number for each digit")
    if evaluation.probabilities.shape != (len(evaluation.labels), DIGITS):
        raise ValueError("not ten probabilities for each digit")
    if len(evaluation.labels) and evaluation.labels.max() >= DIGITS:
        raise ValueError("a label that is no digit")
    return evaluation
