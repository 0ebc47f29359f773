"""The reports that the engine sends to the client; `classroom.engine.requests` has the requests.

Every report about a job carries its ``job_id``; the client drops reports about a job that is over.
"""

from dataclasses import dataclass, field
from pathlib import Path

from classroom.engine.versions import Fallback, Version
from classroom.evaluation.results import Epoch, LedgerLine, Probabilities, Result
from classroom.evaluation.studies import CombinationResult


@dataclass(frozen=True)
class Ready:
    """The engine can answer; the CNN of `version` is loaded.

    Attributes
    ----------
    fallback : Fallback or None
        Why `version` is not the version that was chosen; None if it is.
    """

    version: Version
    fallback: Fallback | None = None


@dataclass(frozen=True)
class BaseInUse:
    """The CNN of `version` answers about pictures and samples, until another one is reported.

    Attributes
    ----------
    version : Version
        A version of the base line: the one in use, or the one to use if another line is in use.
    fallback : Fallback or None
        Why `version` is not the version of the line that was chosen; None if it is.
    """

    version: Version
    fallback: Fallback | None = None


@dataclass(frozen=True, eq=False)
class Prediction:
    """The answer of one classifier to a `Predict`.

    Attributes
    ----------
    probabilities : array of shape (10,), float32, or None
        None if the classifier could not answer, or is not loaded yet.
    done : bool
        Whether this is the last answer to the request.
    """

    request_id: int
    classifier: str
    probabilities: Probabilities | None
    done: bool


@dataclass(frozen=True, eq=False)
class Scored:
    """The answer of the CNN of `version`, of the base line, to a `ScoreSamples`.

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
    """The answer of the CNN of the base line to a `Recognise`.

    Attributes
    ----------
    probabilities : array of shape (n, 10), float32
    """

    request_id: int
    probabilities: Probabilities


@dataclass(frozen=True)
class Unanswered:
    """The question with this id has ended without an answer.

    The engine sends it if the question failed. The client makes it if engines died during the
    question, or if no engine is started any more.
    """

    request_id: int


@dataclass(frozen=True)
class Alive:
    """A heartbeat: the engine's process runs. Sent once a second."""


@dataclass(frozen=True)
class ClassifierReady:
    """A classifier has been loaded, or replaced, and answers `Predict` from now on."""

    classifier: str


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes
    ----------
    step, steps : int
        The current step, counted from 1, and the number of steps.
    title : str
        What the step does, as it is shown to the user.
    fraction : float or None
        The part of the step that is done, 0 to 1; None if it is not known.
    seconds_left : float or None
        The estimated rest of this step, in seconds; None if it is not known.
    """

    job_id: int
    step: int
    steps: int
    title: str
    fraction: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class EpochDone:
    """An epoch of a network's training is over: a point of the training curves."""

    job_id: int
    epoch: Epoch


@dataclass(frozen=True)
class ResultReady:
    """A row of the comparison is complete, or has been completed further."""

    job_id: int
    result: Result


@dataclass(frozen=True)
class CellDone:
    """A cell of the study is done; the study has `of` cells."""

    job_id: int
    done: CombinationResult
    of: int


@dataclass(frozen=True)
class Prepared:
    """SVM and k-NN of `version` are loaded too.

    Attributes
    ----------
    fallback : Fallback or None
        Why `version` is not the version that was chosen; None if it is.
    """

    job_id: int
    version: Version
    fallback: Fallback | None = None


@dataclass(frozen=True)
class ClassifierRetrained:
    """One classifier of a version in the making is trained and scored; others may follow."""

    job_id: int
    scores: LedgerLine


@dataclass(frozen=True)
class Retrained:
    """A new version has been trained, and is the one in use."""

    job_id: int
    version: Version
    previous: int
    ledger: tuple[LedgerLine, ...] = field(default=())


@dataclass(frozen=True)
class VersionInUse:
    """A version, and its line, has been made the one in use.

    Attributes
    ----------
    fallback : Fallback or None
        Why `version` is not the version that was chosen in its line; None if it is.
    """

    job_id: int
    version: Version
    fallback: Fallback | None = None


@dataclass(frozen=True)
class Compared:
    """The comparison is over; all its rows have been reported.

    Attributes
    ----------
    train_counts : dict of str to int
        The number of digits that were trained on: ``mnist`` and ``own``.
    run : int
        The run's number, see `classroom.evaluation.runs`; 0 if the run could not be stored.
    note : str
        Why the run could not be stored; else empty.
    held_out : int
        How many of these MNIST digits the networks did not train on, but were validated on.
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
        The number of cells that were computed now, and that were done already.
    failed : tuple of str
        Why the other cells failed: each reason once, as a sentence.
    """

    job_id: int
    computed: int
    found: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportSaved:
    """The report has been written to `file`."""

    job_id: int
    file: Path


@dataclass(frozen=True)
class JobFailed:
    """The job failed.

    Attributes
    ----------
    job_id : int
    sentence : str
        Why, and what to do.
    needs_mnist : bool
        Whether it failed because MNIST is not there.
    """

    job_id: int
    sentence: str
    needs_mnist: bool = False


@dataclass(frozen=True)
class JobCancelled:
    """The job was cancelled; the version in use is as it was before."""

    job_id: int


@dataclass(frozen=True)
class EngineDied:
    """The engine's process has ended, and its job with it. The client makes this report.

    Attributes
    ----------
    sentence : str
        What happened; empty if the client ended the engine because the user cancelled a job.
    restarting : bool
        Whether another engine is starting.
    """

    sentence: str
    restarting: bool


Success = Prepared | Retrained | VersionInUse | Compared | Studied | ReportSaved
JobEnd = Success | JobFailed | JobCancelled
JobReport = Progress | EpochDone | ClassifierRetrained | ResultReady | CellDone | JobEnd
Answer = Prediction | Recognised | Scored | Unanswered
Report = Ready | BaseInUse | Answer | Alive | ClassifierReady | EngineDied | JobReport
