"""The window's side of the engine: starts it, sends requests, replaces one that ends or hangs.

The window calls `EngineClient.poll` again and again; no method here waits for the engine.
"""

import atexit
import logging
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classroom import catalogue
from classroom.datasets import mnist
from classroom.engine import messages, requests
from classroom.engine.channel import Channel
from classroom.engine.heartbeat import Watchdog
from classroom.engine.questions import PendingQuestion, Questions, Urgency
from classroom.evaluation.studies import StudyPlan
from classroom.i18n import _
from classroom.starts import Start

MESSAGES_A_POLL = 20
# If a cancelled job does not stop within this time, the engine is ended.
CANCEL_SECONDS = 3.0
# No further engine is started after this many starts within `STEADY_SECONDS`, or this many in a
# row that did not get ready.
MOST_STARTS = 3
STEADY_SECONDS = 30.0
# An engine that is silent for this long is taken for hanging, and replaced. The time is longer
# during a job, which a mistake would end, and during the start, which takes long on an old disk;
# there it doubles with each attempt.
SILENT_SECONDS, SILENT_IN_JOB_SECONDS, SILENT_STARTING_SECONDS = 5.0, 20.0, 30.0
# An engine that sends heartbeats but no answer for this long is replaced too.
ANSWER_SECONDS = 60.0

log = logging.getLogger(__name__)


class EngineClient:
    """Talks to one engine process, and starts the next one when it dies or hangs.

    Parameters
    ----------
    home : Path
    checksums : mnist.Checksums
        The checksums that MNIST must have.
    """

    def __init__(self, home: Path, checksums: mnist.Checksums = mnist.ORIGINAL) -> None:
        self._home = home
        self._checksums = checksums
        self._process: BaseProcess | None = None
        # Killed engines that the system has not removed yet.
        self._ending: list[BaseProcess] = []
        self._channel: Channel | None = None
        self._watchdog = Watchdog()
        self._ready = self._given_up = False
        self._starts: list[float] = []
        # The number of engines in a row that were started and did not get ready.
        self._unready = 0
        self._last_id = 0
        self._job_id: int | None = None
        self._cancel_deadline: float | None = None
        self._questions = Questions()
        # If the window ends without closing, Python would wait for the engine for ever.
        atexit.register(self.stop)

    # --- the process --------------------------------------------------------
    @property
    def pid(self) -> int | None:
        """The engine's process id; None if no engine runs."""
        return self._process.pid if self._process else None

    @property
    def ready(self) -> bool:
        """Whether the engine is ready to answer."""
        return self._ready

    @property
    def starting(self) -> bool:
        """Whether an engine is starting."""
        return self._process is not None and not self._ready

    @property
    def predicting(self) -> bool:
        """Whether an answer to `predict` or `recognise` is still to come."""
        return self._questions.pending(Urgency.PEN, Urgency.PICTURE)

    @property
    def scoring(self) -> bool:
        """Whether an answer to `score` is still to come."""
        return self._questions.pending(Urgency.SAMPLES)

    def start(self) -> None:
        """Start an engine process; `Ready` arrives when it answers."""
        # Imported here, because the window does not need the module before.
        from classroom.engine.process import main

        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=main, args=(theirs, self._home, self._checksums), name="engine"
        )
        self._starts.append(time.monotonic())
        self._unready += 1
        process.start()
        # If this process kept the engine's end open, it would not notice the engine's death.
        theirs.close()
        self._process, self._channel, self._watchdog = process, Channel(ours), Watchdog()
        self._ready = self._given_up = False

    def stop(self, timeout: float = 1.0) -> None:
        """Ask the engine to end; kill it if it has not ended within `timeout` seconds."""
        atexit.unregister(self.stop)
        if self._ready:
            self._send(requests.Stop())
        elif self._process is not None:
            # An engine that is loading its libraries does not read requests.
            self._process.kill()
        self._end_process(timeout)
        self._questions.give_up()

    def _end_process(self, timeout: float) -> None:
        if self._process is not None:
            self._process.join(timeout)
            if self._process.is_alive():
                self._process.kill()
                self._process.join(timeout)
        for process in self._ending:
            process.join(timeout)
        self._ending = []
        self._forget_engine()

    def _forget_engine(self) -> None:
        self._process = self._channel = None
        self._ready = False
        self._job_id = self._cancel_deadline = None

    # --- questions ----------------------------------------------------------
    def predict(
        self,
        image: Callable[[], NDArray[np.uint8]],
        classifiers: tuple[str, ...] = catalogue.NAMES,
        *,
        finished: bool = False,
    ) -> int:
        """Ask classifiers about a digit; a new question replaces one that is still waiting.

        Parameters
        ----------
        image : callable
            Returns the (28, 28) uint8 image. It is called when the engine is free, so that no
            image is made for a question that is replaced.
        classifiers : tuple of str, at least one
        finished : bool
            Whether the digit is not drawn on any more. Then no other question replaces this one,
            `forget_prediction` leaves it, and the questions about a digit under the pen come first.

        Returns
        -------
        int
            The request's id, which the `Prediction` or `Unanswered` carries.
        """
        urgency = Urgency.PICTURE if finished else Urgency.PEN
        return self._ask(urgency, lambda number: requests.Predict(number, image(), classifiers))

    def score(self, samples: tuple[int, ...], images: NDArray[np.uint8]) -> int:
        """Ask the CNN about samples of the store: their ids, and (n, 28, 28) uint8 images.

        Returns
        -------
        int
            The request's id, which the `Scored` or `Unanswered` carries.
        """
        return self._ask(
            Urgency.SAMPLES, lambda number: requests.ScoreSamples(number, samples, images)
        )

    def recognise(self, images: NDArray[np.uint8]) -> int:
        """Ask the CNN about the digits of a photo or a camera frame, (n, 28, 28) uint8 images.

        Returns
        -------
        int
            The request's id, which the `Recognised` or `Unanswered` carries.
        """
        return self._ask(Urgency.PICTURE, lambda number: requests.Recognise(number, images))

    def forget(self, number: int) -> None:
        """Drop the question with this id, or the answer to it."""
        self._questions.forget(number)

    def forget_prediction(self) -> None:
        """Drop the `predict` question that waits, and the answers to the one that was sent."""
        self._questions.forget_pen()

    def _ask(self, urgency: Urgency, request: Callable[[int], requests.Question]) -> int:
        self._last_id += 1
        number = self._last_id
        self._questions.ask(PendingQuestion(number, urgency, lambda: request(number)))
        self._send_next()
        return number

    def _send_next(self) -> None:
        if self._ready and (question := self._questions.next(self._watchdog.seconds)):
            self._send(question.request())

    # --- jobs ---------------------------------------------------------------
    def prepare(self) -> int:
        """Start loading SVM and k-NN; returns the job's id, as all methods that start a job do."""
        return self._start_job(lambda job: requests.Prepare(job))

    def retrain(self, seed: int = 0) -> int:
        """Start a retraining."""
        return self._start_job(lambda job: requests.Retrain(job, seed))

    def use_version(self, start: Start, number: int) -> int:
        """Start making another version the one in use."""
        return self._start_job(lambda job: requests.UseVersion(job, start, number))

    def use_line(self, start: Start) -> int:
        """Start making another line the one in use."""
        return self._start_job(lambda job: requests.UseLine(job, start))

    def compare(
        self, mnist_count: int, classifiers: tuple[str, ...], seed: int = 0, *, unseen: bool = False
    ) -> int:
        """Start a comparison; with `unseen` also by leaving one writer out."""
        return self._start_job(
            lambda job: requests.Compare(job, mnist_count, tuple(classifiers), seed, unseen)
        )

    def study(self, plan: StudyPlan) -> int:
        """Start a study, or continue one."""
        return self._start_job(lambda job: requests.Study(job, plan))

    def save_report(self, folder: Path, run: int, plots: tuple[str, ...]) -> int:
        """Start writing the report of a run into a folder."""
        return self._start_job(lambda job: requests.SaveReport(job, folder, run, plots))

    def cancel(self) -> None:
        """Ask the job to stop; if it does not, `poll` replaces the engine."""
        if self._job_id is not None and self._cancel_deadline is None:
            self._send(requests.Cancel(self._job_id))
            self._cancel_deadline = self._watchdog.seconds + CANCEL_SECONDS

    def _start_job(self, request: Callable[[int], requests.JobRequest]) -> int:
        if self._job_id is not None:
            raise RuntimeError("a job is running; the window must not offer another")
        self._last_id += 1
        self._job_id = self._last_id
        self._cancel_deadline = None
        self._send(request(self._job_id))
        return self._job_id

    def _send(self, request: requests.Request) -> None:
        if self._channel is not None:
            self._channel.send(request)

    # --- reports ------------------------------------------------------------
    def poll(self) -> list[messages.Report]:
        """Return the reports that have arrived, a few at a time; never waits."""
        self._ending = [process for process in self._ending if process.is_alive()]
        reports: list[messages.Report] = []
        if self._channel is None:
            return self._give_up() if self._given_up else reports
        heard = False
        try:
            while len(reports) < MESSAGES_A_POLL and (report := self._channel.take()) is not None:
                heard = True
                reports += self._accept(report)
        except EOFError:
            return reports + self._replace(_("The engine stopped unexpectedly."))
        self._watchdog.listened(heard)
        if self._cancel_deadline is not None and self._watchdog.seconds > self._cancel_deadline:
            return reports + self._cancel_by_force()
        if self._hangs():
            return reports + self._replace(_("The engine did not answer any more."))
        self._send_next()
        return reports

    def _accept(self, report: messages.Report) -> list[messages.Report]:
        """Note what a report changes; return it, unless it is not waited for any more."""
        match report:
            case messages.Alive():
                return []
            case (
                messages.Prediction(request_id=number)
                | messages.Recognised(request_id=number)
                | messages.Scored(request_id=number)
                | messages.Unanswered(request_id=number)
            ):
                wanted = self._questions.is_wanted(number)
                if not isinstance(report, messages.Prediction) or report.done:
                    self._questions.ended(number)
                    self._send_next()
                return [report] if wanted else []
            case messages.Ready():
                self._ready, self._unready = True, 0
                self._send_next()
        if isinstance(report, messages.JobReport):
            if report.job_id != self._job_id:
                return []
            if isinstance(report, messages.JobEnd):
                self._job_id = self._cancel_deadline = None
        return [report]

    def _hangs(self) -> bool:
        """Return whether the engine has been silent, or a question unanswered, for too long."""
        watchdog, question = self._watchdog, self._questions.under_way
        if not self._ready:
            return watchdog.silence > SILENT_STARTING_SECONDS * 2 ** (self._unready - 1)
        if self._job_id is not None:
            return watchdog.silence > SILENT_IN_JOB_SECONDS
        if question is not None and watchdog.seconds - question.asked > ANSWER_SECONDS:
            return True
        return watchdog.silence > SILENT_SECONDS

    def _replace(self, what_happened: str) -> list[messages.Report]:
        """Kill the engine, and start another one unless too many have failed."""
        job = self._job_id is not None
        log.error("%s It was silent for %.1f s.", what_happened, self._watchdog.silence)
        self._end_by_force()
        now = time.monotonic()
        self._starts = [start for start in self._starts if now - start < STEADY_SECONDS]
        restarting = max(len(self._starts), self._unready) < MOST_STARTS
        if not restarting:
            sentence = _(
                "The engine stopped several times in a row. Close other programs and start "
                "Digit Classroom again; drawing and keeping go on working, nothing is lost."
            )
            self._given_up = True
            return [*self._give_up(), messages.EngineDied(sentence, False)]
        if job:
            then = _(
                "Another one is starting; nothing is lost, but a training or a comparison that "
                "was under way has to be started again."
            )
        else:
            then = _("Another one is starting; nothing is lost.")
        return [*self._start_again(), messages.EngineDied(f"{what_happened} {then}", True)]

    def _cancel_by_force(self) -> list[messages.Report]:
        assert self._job_id is not None
        job_id = self._job_id
        log.warning("job %d did not stop when asked; the engine is started anew", job_id)
        self._end_by_force()
        return [
            messages.JobCancelled(job_id),
            *self._start_again(),
            messages.EngineDied("", True),
        ]

    def _end_by_force(self) -> None:
        if self._process is not None:
            self._process.kill()
            # Waiting until the system has freed its memory would hold up the window.
            self._ending.append(self._process)
        self._forget_engine()

    def _start_again(self) -> list[messages.Report]:
        """Start an engine; return `Unanswered` for a question that it is not asked again."""
        left = self._questions.engine_lost()
        self.start()
        return [messages.Unanswered(number) for number in left]

    def _give_up(self) -> list[messages.Report]:
        """End all questions and the job, because no further engine is started."""
        reports: list[messages.Report] = [
            messages.Unanswered(number) for number in self._questions.give_up()
        ]
        if self._job_id is not None:
            sentence = _("The engine is not running. Start Digit Classroom again.")
            reports.append(messages.JobFailed(self._job_id, sentence))
            self._job_id = self._cancel_deadline = None
        return reports
