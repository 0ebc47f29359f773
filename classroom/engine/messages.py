"""What the engine tells the window; what it was asked is in `classroom.engine.requests`.

Frozen dataclasses that travel over one pipe. Every report about long work
carries a ``job_id``; the client drops what comes for a job that is over.
"""

from dataclasses import dataclass, field
from pathlib import Path

from classroom.engine.versions import Fallback, Version
from classroom.evaluation.results import Epoch, LedgerLine, Probabilities, Result
from classroom.evaluation.studies import CombinationResult


@dataclass(frozen=True)
class Ready:
    """The engine answers; the network of `version` is loaded.

    Attributes
    ----------
    fallback : Fallback or None
        Why that is not the version that was chosen.
    """

    version: Version
    fallback: Fallback | None = None


@dataclass(frozen=True, eq=False)
class Prediction:
    """One classifier's answer.

    Attributes
    ----------
    probabilities : array of shape (10,), float32, or None
        None where the classifier could not answer, or is not there yet.
    done : bool
        Whether this is the last answer to the request.
    """

    request_id: int
    classifier: str
    probabilities: Probabilities | None
    done: bool


@dataclass(frozen=True, eq=False)
class Scored:
    """What the CNN of `version` says of kept samples.

    Attributes
    ----------
    probabilities : array of shape (n, 10), float32
    """

    request_id: int
    version: Version
    samples: tuple[int, ...]
    probabilities: Probabilities


@dataclass(frozen=True, eq=False)
class Recognised:
    """What the CNN says of the digits of a `Recognise`.

    Attributes
    ----------
    probabilities : array of shape (n, 10), float32
    """

    request_id: int
    probabilities: Probabilities


@dataclass(frozen=True)
class Unanswered:
    """The question with this id has ended without an answer.

    The engine says so where it failed over it, the client where it was lost
    with an engine, or where no engine comes any more.
    """

    request_id: int


@dataclass(frozen=True)
class Alive:
    """The engine is there, whatever it is doing; said once a second, heard by the client."""


@dataclass(frozen=True)
class ClassifierReady:
    """From now on this classifier answers `Predict` too, or answers anew."""

    classifier: str


@dataclass(frozen=True)
class Progress:
    """Where a job is.

    Attributes
    ----------
    step, steps : int
        The step under way, from 1, of how many.
    title : str
        What the step does, in the user's words.
    fraction : float or None
        How much of the step is done, 0 to 1; None where nobody can tell.
    seconds_left : float or None
        Of this step.
    """

    job_id: int
    step: int
    steps: int
    title: str
    fraction: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class EpochDone:
    """One more point of the training curves."""

    job_id: int
    epoch: Epoch


@dataclass(frozen=True)
class ResultReady:
    """One more row of the comparison, or the same with more in it."""

    job_id: int
    result: Result


@dataclass(frozen=True)
class CellDone:
    """One more cell of the study, of so many."""

    job_id: int
    done: CombinationResult
    of: int


@dataclass(frozen=True)
class Prepared:
    """SVM and k-NN of `version` are ready too.

    Attributes
    ----------
    fallback : Fallback or None
        Why that is not the version that was chosen.
    """

    job_id: int
    version: Version
    fallback: Fallback | None = None


@dataclass(frozen=True)
class Retrained:
    """There is a new version, and it is current."""

    job_id: int
    version: Version
    previous: int
    ledger: tuple[LedgerLine, ...] = field(default=())


@dataclass(frozen=True)
class VersionInUse:
    """The version that is current now."""

    job_id: int
    version: Version


@dataclass(frozen=True)
class Compared:
    """All rows of the comparison have been reported.

    Attributes
    ----------
    train_counts : dict of str to int
        How many digits were trained on: ``mnist`` and ``own``.
    run : int
        The number under which the comparison is kept, see `runs`; 0 where it is not.
    note : str
        Why it is not, in a sentence.
    held_out : int
        How many of MNIST's digits the networks left out, to be validated on them.
    """

    job_id: int
    train_counts: dict[str, int]
    run: int = 0
    note: str = ""
    held_out: int = 0


@dataclass(frozen=True)
class Studied:
    """The study is over.

    Attributes
    ----------
    computed, found : int
        How many cells were computed now, and how many were there already.
    failed : tuple of str
        Why others are missing, a sentence each.
    """

    job_id: int
    computed: int
    found: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportSaved:
    """The report is there."""

    job_id: int
    file: Path


@dataclass(frozen=True)
class JobFailed:
    """The job could not be done.

    Attributes
    ----------
    job_id : int
    sentence : str
        Why, and what to do.
    needs_mnist : bool
        Whether it failed for want of MNIST.
    """

    job_id: int
    sentence: str
    needs_mnist: bool = False


@dataclass(frozen=True)
class JobCancelled:
    """The job was stopped; everything is as it was before."""

    job_id: int


@dataclass(frozen=True)
class EngineDied:
    """Made by the client: the engine's process is gone, and a job under way with it.

    Attributes
    ----------
    sentence : str
        What happened; empty where the user had asked for it, by a cancel.
    restarting : bool
        Whether another one starts.
    """

    sentence: str
    restarting: bool


Success = Prepared | Retrained | VersionInUse | Compared | Studied | ReportSaved
JobEnd = Success | JobFailed | JobCancelled
JobReport = Progress | EpochDone | ResultReady | CellDone | JobEnd
Answer = Prediction | Recognised | Scored | Unanswered
Report = Ready | Answer | Alive | ClassifierReady | EngineDied | JobReport
