"""What a piece of long work says while it runs: steps, progress, results; and when to stop."""

import threading
import time
from collections.abc import Callable

from classroom.engine.messages import CellDone, EpochDone, JobReport, Progress, ResultReady
from classroom.errors import Cancelled
from classroom.evaluation.results import Epoch, Result
from classroom.evaluation.studies import CombinationResult

# More often than this nobody can read it, and the window has better things to do.
SECONDS_BETWEEN_REPORTS = 0.1


class Job:
    """One job under way.

    Parameters
    ----------
    report : callable
        Takes each message about the job.
    job_id : int
    """

    def __init__(self, report: Callable[[JobReport], None], job_id: int = 0) -> None:
        self.job_id = job_id
        self._report = report
        self._stop = threading.Event()
        self._step, self._steps, self._title = 0, 1, ""
        self._step_began = self._last_report = 0.0

    def plan(self, steps: int) -> None:
        """Say how many steps there will be."""
        self._steps = steps

    def step(self, title: str) -> None:
        """Begin the next step; the place between two steps is where a job can be cancelled."""
        self.check()
        self._step += 1
        self._title = title
        self._step_began = time.monotonic()
        self._last_report = 0.0
        self.progress(None)

    def progress(self, fraction: float | None, title: str | None = None) -> None:
        """Say how much of the step is done, 0 to 1, or None; too frequent calls are dropped."""
        now = time.monotonic()
        if now - self._last_report < SECONDS_BETWEEN_REPORTS and title in (None, self._title):
            return
        self._last_report = now
        self._title = title or self._title
        elapsed = now - self._step_began
        # The first moments of a step say little about how long it takes.
        predictable = fraction is not None and fraction > 0.02 and elapsed > 0.3
        left = elapsed * (1 - fraction) / fraction if predictable and fraction else None
        steps = max(self._steps, self._step)
        self._report(Progress(self.job_id, self._step, steps, self._title, fraction, left))

    def epoch(self, epoch: Epoch) -> None:
        """Report a point of the training curves."""
        self._report(EpochDone(self.job_id, epoch))

    def result(self, result: Result) -> None:
        """Report a row of a comparison."""
        self._report(ResultReady(self.job_id, result))

    def cell(self, done: CombinationResult, of: int) -> None:
        """Report a cell of a study that has so many."""
        self._report(CellDone(self.job_id, done, of))

    def aside(self) -> "Job":
        """Return a job that says nothing, and stops when this one does."""
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
        """Raise `Cancelled` when the job was asked to stop."""
        if self.cancelled():
            raise Cancelled
