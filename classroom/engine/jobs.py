"""A job reports its steps, progress and results while it runs, and can be cancelled."""

import threading
import time
from collections.abc import Callable

from classroom.engine.messages import (
    CellDone,
    ClassifierRetrained,
    EpochDone,
    JobReport,
    Progress,
    ResultReady,
)
from classroom.errors import Cancelled
from classroom.evaluation.results import Epoch, LedgerLine, Result
from classroom.evaluation.studies import CombinationResult

# More frequent reports could not be read, and would keep the window busy.
SECONDS_BETWEEN_REPORTS = 0.1


class Job:
    """A job that is running.

    Parameters
    ----------
    report : callable
        Called with each message about the job.
    job_id : int
    """

    def __init__(self, report: Callable[[JobReport], None], job_id: int = 0) -> None:
        self.job_id = job_id
        self._report = report
        self._stop = threading.Event()
        self._step, self._steps, self._title = 0, 1, ""
        self._step_began = self._last_report = 0.0

    def plan(self, steps: int) -> None:
        """Set how many steps there will be."""
        self._steps = steps

    def step(self, title: str) -> None:
        """Begin the next step; raises `Cancelled` if the job was asked to stop."""
        self.check()
        self._step += 1
        self._title = title
        self._step_began = time.monotonic()
        self._last_report = 0.0
        self.progress(None)

    def progress(self, fraction: float | None, title: str | None = None) -> None:
        """Report which part of the step is done.

        Parameters
        ----------
        fraction : float or None
            From 0 to 1; None if it is not known. Calls within 0.1 s are dropped.
        title : str, optional
            A new title for the step.
        """
        now = time.monotonic()
        if now - self._last_report < SECONDS_BETWEEN_REPORTS and title in (None, self._title):
            return
        self._last_report = now
        self._title = title or self._title
        elapsed = now - self._step_began
        # The first moments of a step would give a poor estimate of how long it takes.
        predictable = fraction is not None and fraction > 0.02 and elapsed > 0.3
        left = elapsed * (1 - fraction) / fraction if predictable and fraction else None
        steps = max(self._steps, self._step)
        self._report(Progress(self.job_id, self._step, steps, self._title, fraction, left))

    def epoch(self, epoch: Epoch) -> None:
        """Report a point of the training curves."""
        self._report(EpochDone(self.job_id, epoch))

    def retrained(self, scores: LedgerLine) -> None:
        """Report the scores of one classifier of the version in the making."""
        self._report(ClassifierRetrained(self.job_id, scores))

    def result(self, result: Result) -> None:
        """Report a row of a comparison."""
        self._report(ResultReady(self.job_id, result))

    def cell(self, done: CombinationResult, of: int) -> None:
        """Report a cell of a study that has `of` cells."""
        self._report(CellDone(self.job_id, done, of))

    def silent(self) -> "Job":
        """Return a job that reports nothing, and is cancelled when this one is."""
        silent = Job(lambda _report: None, self.job_id)
        silent._stop = self._stop
        return silent

    def cancel(self) -> None:
        """Ask the job to stop; can be called from any thread."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if the job was asked to stop."""
        if self.cancelled():
            raise Cancelled
