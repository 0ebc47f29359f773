"""What the window asks of the engine; `classroom.engine.messages` is what the engine answers.

Frozen dataclasses that travel over one pipe. A request for long work carries
the ``job_id`` that every report about it will carry.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom import catalogue
from classroom.evaluation.studies import StudyPlan


@dataclass(frozen=True, eq=False)
class Predict:
    """Say what this digit is.

    Attributes
    ----------
    image : array of shape (28, 28), uint8
    classifiers : tuple of str, at least one
        Each of them is asked, and reported on, in this order.
    """

    request_id: int
    image: NDArray[np.uint8]
    classifiers: tuple[str, ...] = catalogue.NAMES


@dataclass(frozen=True, eq=False)
class Score:
    """Say what the CNN takes each of these kept samples for.

    Attributes
    ----------
    samples : tuple of int
        Their numbers in the store.
    images : array of shape (n, 28, 28), uint8
    """

    request_id: int
    samples: tuple[int, ...]
    images: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Recognise:
    """Say what these digits of a photo or a camera's frame are, by the CNN.

    Attributes
    ----------
    images : array of shape (n, 28, 28), uint8
    """

    request_id: int
    images: NDArray[np.uint8]


@dataclass(frozen=True)
class Prepare:
    """Find or fetch MNIST, then make SVM and k-NN of the current version ready."""

    job_id: int


@dataclass(frozen=True)
class Retrain:
    """Make a new version of all three from MNIST and the own practice samples."""

    job_id: int
    seed: int = 0


@dataclass(frozen=True)
class UseVersion:
    """Make a version current again; 0 is the shipped one."""

    job_id: int
    version: int


@dataclass(frozen=True)
class Compare:
    """Train and score classifiers on the same data.

    Attributes
    ----------
    unseen : bool
        Whether the own exam is scored by leaving one writer out, too.
    """

    job_id: int
    mnist_count: int
    classifiers: tuple[str, ...] = catalogue.NAMES
    seed: int = 0
    unseen: bool = False


@dataclass(frozen=True)
class Study:
    """Repeat comparisons over sizes, seeds and classifiers; what is there already is found."""

    job_id: int
    plan: StudyPlan


@dataclass(frozen=True)
class SaveReport:
    """Write ``report.html`` about a run into a folder, with plots of `classroom.plots.PLOTS`."""

    job_id: int
    folder: Path
    run: int
    plots: tuple[str, ...]


@dataclass(frozen=True)
class Cancel:
    """Stop the job as soon as it can be stopped without harm."""

    job_id: int


@dataclass(frozen=True)
class Stop:
    """End the engine."""


JobRequest = Prepare | Retrain | UseVersion | Compare | Study | SaveReport
Question = Predict | Recognise | Score
Request = Question | JobRequest | Cancel | Stop
