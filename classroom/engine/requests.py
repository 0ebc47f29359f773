"""The requests that the client sends to the engine; `classroom.engine.messages` has the reports.

A request for a job carries the ``job_id`` that every report about the job carries too.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom import catalogue
from classroom.evaluation.studies import StudyPlan
from classroom.starts import Start


@dataclass(frozen=True, eq=False)
class Predict:
    """Ask classifiers which digit a drawing is.

    Attributes
    ----------
    image : array of shape (28, 28), uint8
    classifiers : tuple of str, at least one
        Their answers are sent in this order.
    """

    request_id: int
    image: NDArray[np.uint8]
    classifiers: tuple[str, ...] = catalogue.NAMES


@dataclass(frozen=True, eq=False)
class ScoreSamples:
    """Ask the CNN of the base line about samples of the store.

    Attributes
    ----------
    samples : tuple of int
        The samples' ids.
    images : array of shape (n, 28, 28), uint8
    """

    request_id: int
    samples: tuple[int, ...]
    images: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Recognise:
    """Ask the CNN of the base line which digits those of a photo or a camera frame are.

    Attributes
    ----------
    images : array of shape (n, 28, 28), uint8
    """

    request_id: int
    images: NDArray[np.uint8]


@dataclass(frozen=True)
class Prepare:
    """Load SVM and k-NN of the version in use; the first time, fit them on MNIST."""

    job_id: int


@dataclass(frozen=True)
class Retrain:
    """Train a new version of CNN, SVM and k-NN on MNIST and the own practice samples."""

    job_id: int
    seed: int = 0


@dataclass(frozen=True)
class UseVersion:
    """Make a version, and its line, the one in use; 0 is the shipped one."""

    job_id: int
    start: Start
    version: int


@dataclass(frozen=True)
class UseLine:
    """Make a line the one in use, with the version that was chosen there."""

    job_id: int
    start: Start


@dataclass(frozen=True)
class Compare:
    """Train and score classifiers on the same data.

    Attributes
    ----------
    mnist_count : int
        The number of MNIST's training digits.
    unseen : bool
        Whether the own exam is also scored by leaving one writer out.
    """

    job_id: int
    mnist_count: int
    classifiers: tuple[str, ...] = catalogue.NAMES
    seed: int = 0
    unseen: bool = False


@dataclass(frozen=True)
class Study:
    """Train and score over sizes, seeds and classifiers; cells that are done are not repeated."""

    job_id: int
    plan: StudyPlan


@dataclass(frozen=True)
class SaveReport:
    """Write ``report.html`` about a run into a folder, with these plots."""

    job_id: int
    folder: Path
    run: int
    plots: tuple[str, ...]


@dataclass(frozen=True)
class Cancel:
    """Stop a job at the next point where it can be stopped."""

    job_id: int


@dataclass(frozen=True)
class Stop:
    """End the engine's process."""


JobRequest = Prepare | Retrain | UseVersion | UseLine | Compare | Study | SaveReport
Question = Predict | Recognise | ScoreSamples
Request = Question | JobRequest | Cancel | Stop
