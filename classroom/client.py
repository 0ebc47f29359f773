"""The window's side of the engine: starts it, asks it, notices when it is gone.

Nothing here waits. The window calls `poll` again and again; each call takes
what has arrived, a few messages at a time.
"""

import atexit
import logging
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom import catalogue, messages, mnist, requests
from classroom.i18n import _
from classroom.studies import Plan

MESSAGES_A_POLL = 20
# A job that does not stop within this time is stopped by ending the engine.
CANCEL_SECONDS = 3.0
# An engine that dies this often in a row will not come up by trying again.
MOST_STARTS = 3
STEADY_SECONDS = 30.0

log = logging.getLogger(__name__)


class EngineClient:
    """Talks to one engine process, and to the next one when that dies.

    Parameters
    ----------
    home : Path
    checksums : mnist.Checksums
        What MNIST must be.
    """

    def __init__(self, home: Path, checksums: mnist.Checksums = mnist.ORIGINAL) -> None:
        self._home = home
        self._checksums = checksums
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._ready = False
        self._starts: list[float] = []
        self._last_id = 0
        self._job_id: int | None = None
        self._cancel_deadline: float | None = None
        # The question under way, and the same where its answer is still wanted.
        self._in_flight: int | None = None
        self._wanted: int | None = None
        self._waiting: tuple[Callable[[], NDArray[np.uint8]], tuple[str, ...]] | None = None
        self._scoring: int | None = None
        self._recognising: set[int] = set()
        # Where the window ends without closing, Python would wait for the engine for ever.
        atexit.register(self.stop)

    # --- the process --------------------------------------------------------
    @property
    def pid(self) -> int | None:
        """The engine's process id, None while there is none."""
        return self._process.pid if self._process else None

    @property
    def ready(self) -> bool:
        """Whether the engine answers."""
        return self._ready

    @property
    def job_running(self) -> bool:
        """Whether a job is under way."""
        return self._job_id is not None

    @property
    def predicting(self) -> bool:
        """Whether an answer to `predict` or `recognise` is outstanding."""
        return self._in_flight is not None or bool(self._recognising)

    @property
    def scoring(self) -> bool:
        """Whether an answer to `score` is outstanding."""
        return self._scoring is not None

    def start(self) -> None:
        """Start an engine process; `Ready` arrives when it answers."""
        # Imported here: the window itself never needs the engine's modules.
        from classroom.engine_process import main

        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=main, args=(theirs, self._home, self._checksums), name="engine"
        )
        self._starts.append(time.monotonic())
        process.start()
        # Only the engine may hold its end, or its death would go unnoticed.
        theirs.close()
        self._process, self._connection = process, ours
        self._ready = False

    def stop(self, timeout: float = 1.0) -> None:
        """End the engine: politely, then within `timeout` seconds by force."""
        atexit.unregister(self.stop)
        if self._ready:
            self._send(requests.Stop())
        elif self._process is not None:
            # It would not listen before everything is loaded.
            self._process.kill()
        self._end_process(timeout)

    def _end_process(self, timeout: float) -> None:
        if self._process is not None:
            self._process.join(timeout)
            if self._process.is_alive():
                self._process.kill()
                self._process.join(timeout)
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None
        self._ready = False
        self._in_flight = self._waiting = self._scoring = None
        self._job_id = self._cancel_deadline = None

    # --- requests -----------------------------------------------------------
    def predict(
        self,
        image: Callable[[], NDArray[np.uint8]],
        classifiers: tuple[str, ...] = catalogue.NAMES,
    ) -> None:
        """Ask classifiers about a digit; of questions that come too fast the last counts.

        Parameters
        ----------
        image : callable
            Gives the (28, 28) uint8 image; called when the engine is free to
            take it, so that no image is made in vain.
        classifiers : tuple of str, at least one
        """
        self._waiting = image, classifiers
        self._send_waiting()

    def score(self, samples: tuple[int, ...], images: NDArray[np.uint8]) -> bool:
        """Ask the CNN about kept samples, their numbers and (n, 28, 28) uint8 images.

        Returns
        -------
        bool
            Whether it was asked; not while a pen or another such question waits.
        """
        if not self._ready or self.predicting or self.scoring:
            return False
        self._last_id += 1
        self._scoring = self._last_id
        self._send(requests.Score(self._last_id, samples, images))
        return True

    def recognise(self, images: NDArray[np.uint8]) -> int | None:
        """Have the CNN look at (n, 28, 28) images; `Recognised` brings the answer.

        Returns
        -------
        int or None
            The request's id; None while the engine is not ready to be asked.
        """
        if not self._ready:
            return None
        self._last_id += 1
        self._recognising.add(self._last_id)
        self._send(requests.Recognise(self._last_id, images))
        return self._last_id

    def forget_prediction(self) -> None:
        """Drop the question that was not sent yet, and the answers to the one that was."""
        self._waiting = None
        self._wanted = None

    def prepare(self) -> int:
        """Start the job that makes SVM and k-NN ready; returns its id, like all jobs."""
        return self._start_job(lambda job: requests.Prepare(job))

    def retrain(self, seed: int = 0) -> int:
        """Start a retraining."""
        return self._start_job(lambda job: requests.Retrain(job, seed))

    def use_version(self, number: int) -> int:
        """Start making a version the one in use."""
        return self._start_job(lambda job: requests.UseVersion(job, number))

    def compare(
        self, mnist_count: int, classifiers: tuple[str, ...], seed: int = 0, *, unseen: bool = False
    ) -> int:
        """Start a comparison; `unseen`: by leaving one writer out, too."""
        return self._start_job(
            lambda job: requests.Compare(job, mnist_count, tuple(classifiers), seed, unseen)
        )

    def study(self, plan: Plan) -> int:
        """Start a study, or go on with it."""
        return self._start_job(lambda job: requests.Study(job, plan))

    def save_report(self, folder: Path, run: int, plots: tuple[str, ...]) -> int:
        """Start writing the report of a run."""
        return self._start_job(lambda job: requests.SaveReport(job, folder, run, plots))

    def cancel(self) -> None:
        """Ask the job to stop; when it does not, the engine is ended and started anew."""
        if self._job_id is not None and self._cancel_deadline is None:
            self._send(requests.Cancel(self._job_id))
            self._cancel_deadline = time.monotonic() + CANCEL_SECONDS

    def _start_job(self, request: Callable[[int], requests.JobRequest]) -> int:
        if self._job_id is not None:
            raise RuntimeError("a job is running; the window must not offer another")
        self._last_id += 1
        self._job_id = self._last_id
        self._cancel_deadline = None
        self._send(request(self._job_id))
        return self._job_id

    def _send_waiting(self) -> None:
        if self._waiting is None or self._in_flight is not None or not self._ready:
            return
        (image, classifiers), self._waiting = self._waiting, None
        self._last_id += 1
        self._in_flight = self._wanted = self._last_id
        self._send(requests.Predict(self._in_flight, image(), classifiers))

    def _send(self, request: requests.Request) -> None:
        if self._connection is None:
            return
        try:
            self._connection.send(request)
        except OSError:
            # The engine is gone; `poll` finds that out and says so.
            log.info("nobody takes %s", type(request).__name__)

    # --- reports ------------------------------------------------------------
    def poll(self) -> list[messages.Report]:
        """Take what has arrived: never waits, a few messages at the most."""
        reports: list[messages.Report] = []
        if self._connection is None:
            return reports
        try:
            while len(reports) < MESSAGES_A_POLL and self._connection.poll():
                reports += self._accept(self._connection.recv())
        except (EOFError, OSError):
            return reports + self._after_death()
        if self._cancel_deadline is not None and time.monotonic() > self._cancel_deadline:
            return reports + self._cancel_by_force()
        return reports

    def _accept(self, report: messages.Report) -> list[messages.Report]:
        """Keep the books; returns the report, or nothing where it is of no interest any more."""
        if isinstance(report, messages.Prediction):
            wanted = report.request_id == self._wanted
            if report.done and report.request_id == self._in_flight:
                self._in_flight = None
                self._send_waiting()
            return [report] if wanted else []
        if isinstance(report, messages.Scored):
            self._scoring = None
        elif isinstance(report, messages.Ready):
            self._ready = True
            self._send_waiting()
        elif isinstance(report, messages.JobReport):
            if report.job_id != self._job_id:
                return []
            if isinstance(report, messages.JobEnd):
                self._job_id = self._cancel_deadline = None
        return [report]

    def _after_death(self) -> list[messages.Report]:
        self._end_process(timeout=0.5)
        now = time.monotonic()
        self._starts = [start for start in self._starts if now - start < STEADY_SECONDS]
        restarting = len(self._starts) < MOST_STARTS
        if restarting:
            sentence = _("The engine stopped unexpectedly and is starting again; nothing is lost.")
            self.start()
        else:
            sentence = _(
                "The engine stopped several times in a row. Close other programs and start "
                "Digit Classroom again; drawing and keeping go on working, nothing is lost."
            )
        log.error("the engine died; starting again: %s", restarting)
        return [messages.EngineDied(sentence, restarting)]

    def _cancel_by_force(self) -> list[messages.Report]:
        assert self._job_id is not None
        job_id = self._job_id
        log.warning("job %d did not stop when asked; the engine is started anew", job_id)
        if self._process is not None:
            self._process.kill()
        self._end_process(timeout=0.5)
        self.start()
        return [messages.JobCancelled(job_id)]
