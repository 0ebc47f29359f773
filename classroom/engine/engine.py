"""The engine: the process that holds the classifiers, answers questions and runs the jobs.

`classroom.engine.process` starts it; `classroom.engine.client` is the window's side.
"""

import gc
import logging
import threading
from contextlib import suppress
from pathlib import Path

from classroom import logs, memory, runtime
from classroom.classifiers.base import Classifier
from classroom.datasets.mnist import Checksums, MnistUnavailable
from classroom.engine import messages, requests
from classroom.engine.channel import SharedConnection
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.jobs import Job
from classroom.engine.study import Outcome
from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

log = logging.getLogger(__name__)


def run(connection: SharedConnection, home: Path, checksums: Checksums) -> None:
    """Answer requests from `connection` until `Stop`; raises EOFError if the window closes it."""
    Engine(connection, ClassifierService(home, checksums)).serve()


class Engine:
    """Reads requests from a connection and sends reports to it.

    Every question gets an answer or `Unanswered`, and every job ends with one `JobEnd`, whatever
    fails. The main thread answers questions; a job runs in a second thread. Keras releases
    Python's global lock while it trains, and what does not release it runs in a process of its
    own (`classroom.processes`), so that questions are answered within milliseconds during a job.

    Parameters
    ----------
    connection : SharedConnection
    service : ClassifierService
    """

    def __init__(self, connection: SharedConnection, service: ClassifierService) -> None:
        self._connection = connection
        self._service = service
        self._base: messages.BaseInUse | None = None
        self._job: Job | None = None
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Answer requests until `Stop`; raises EOFError if the window closes the connection."""
        self._service.load_network()
        self._send(messages.Ready(self._service.version, self._service.fallback))
        self._tell_base()
        runtime.freeze_loaded_objects()
        while not isinstance(request := self._connection.recv(), requests.Stop):
            if isinstance(request, requests.Question):
                self._answer(request)
            elif isinstance(request, requests.Cancel):
                if self._job is not None and self._job.job_id == request.job_id:
                    self._job.cancel()
            else:
                self._start(request)

    def _answer(self, request: requests.Question) -> None:
        """Send the answer to a question, or `Unanswered` if it fails."""
        try:
            match request:
                case requests.Predict():
                    self._predict(request)
                case requests.Recognise(request_id=number, images=images):
                    probabilities = self._base_network().predict_proba(images)
                    self._send(messages.Recognised(number, probabilities))
                case requests.ScoreSamples(request_id=number, samples=samples, images=images):
                    network = self._base_network()
                    version, _fallback = self._service.base_version
                    probabilities = network.predict_proba(images)
                    self._send(messages.Scored(number, version, samples, probabilities))
        except Exception:
            log.exception("%s could not be answered", type(request).__name__)
            self._send(messages.Unanswered(request.request_id))

    def _base_network(self) -> Classifier:
        network = self._service.base_network()
        # Only now may it have turned out that another version has to answer.
        self._tell_base()
        return network

    def _tell_base(self) -> None:
        """Report the version of the base line, if it is another one than was last reported."""
        base = messages.BaseInUse(*self._service.base_version)
        if base != self._base:
            self._base = base
            self._send(base)

    def _predict(self, request: requests.Predict) -> None:
        if not request.classifiers:
            raise ValueError("nobody is asked")
        last = len(request.classifiers) - 1
        for place, name in enumerate(request.classifiers):
            try:
                classifier = self._service.classifier(name)
                probabilities = classifier.predict_proba(request.image[None])[0]
            except ClassroomError as error:
                log.debug("no answer from %s: %s", name, error)
                probabilities = None
            except Exception:
                log.exception("%s could not answer", name)
                probabilities = None
            self._send(messages.Prediction(request.request_id, name, probabilities, place == last))

    def _start(self, request: requests.JobRequest) -> None:
        if self._thread is not None and self._thread.is_alive():
            sentence = _("Another job is still running; wait for it or cancel it first.")
            self._send(messages.JobFailed(request.job_id, sentence))
            return
        self._job = Job(self._send, request.job_id)
        self._thread = threading.Thread(
            target=self._work, args=(request, self._job), name="job", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:
            # The system can start no more threads, mostly because the memory is full.
            log.exception("no thread for a job")
            self._send(messages.JobFailed(request.job_id, self._why(error)))

    def _work(self, request: requests.JobRequest, job: Job) -> None:
        end: messages.JobEnd
        try:
            end = self._do(request, job)
        except Cancelled:
            end = messages.JobCancelled(job.job_id)
        except ClassroomError as error:
            log.info("job failed: %s", error)
            needs_mnist = isinstance(error, MnistUnavailable)
            end = messages.JobFailed(job.job_id, str(error), needs_mnist)
        except BaseException as error:
            # Without a report of the end, the window would wait for ever.
            log.exception("job failed")
            end = messages.JobFailed(job.job_id, self._why(error))
        # A trained network contains reference cycles, which only the garbage collector frees. It
        # runs before the end is reported, because the next job may be requested at once.
        with suppress(Exception):
            gc.collect()
        self._send(end)

    def _why(self, error: BaseException) -> str:
        if isinstance(error, MemoryError) or memory.is_full():
            return _("The memory is full. Close other programs, or choose fewer digits.")
        return _(
            "Something unexpected went wrong; nothing was changed. "
            "The log file has the details: {log}"
        ).format(log=logs.file_of(self._service.home))

    def _do(self, request: requests.JobRequest, job: Job) -> messages.JobEnd:
        service = self._service
        match request:
            case requests.Prepare():
                service.prepare(job)
                end: messages.JobEnd = messages.Prepared(
                    job.job_id, service.version, service.fallback
                )
            case requests.Retrain(seed=seed):
                new = service.retrain(job, seed)
                end = messages.Retrained(job.job_id, new.version, new.previous, new.ledger)
            case requests.UseVersion(start=start, version=number):
                end = messages.VersionInUse(job.job_id, service.use_version(start, number, job))
            case requests.UseLine(start=start):
                version = service.use_line(start, job)
                end = messages.VersionInUse(job.job_id, version, service.fallback)
            case requests.Compare(mnist_count=count, classifiers=names, seed=seed, unseen=unseen):
                done = service.compare(job, count, names, seed, unseen=unseen)
                return messages.Compared(
                    job.job_id, done.data.trained_on, done.run, done.note, done.data.held_out
                )
            case requests.Study(plan=plan):
                return _studied(job, service.study(job, plan))
            case requests.SaveReport(folder=folder, run=number, plots=plots):
                file = service.save_report(job, folder, number, plots)
                return messages.ReportSaved(job.job_id, file)
        self._tell_base()
        for name in service.classifiers:
            self._send(messages.ClassifierReady(name))
        return end

    def _send(self, report: messages.Report) -> None:
        try:
            self._connection.send(report)
        except OSError:
            # The window is gone. The main thread notices it and ends the process.
            log.info("nobody takes %s", type(report).__name__)


def _studied(job: Job, outcome: Outcome) -> messages.Studied:
    found = sum(cell.found for cell in outcome.cells)
    why = tuple(dict.fromkeys(sentence for _cell, sentence in outcome.failed))
    return messages.Studied(job.job_id, len(outcome.cells) - found, found, why)
