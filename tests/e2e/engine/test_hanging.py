"""An engine that hangs is noticed and replaced, and every question to it ends; real processes."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe, active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Listener, keep_some, wait_for

from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import channel, client, engine, heartbeat, messages, requests, versions
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.client import EngineClient
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows stops no process")


@pytest.fixture
def running(prepared: Path, checksums: Checksums) -> Iterator[Listener]:
    """A client with an engine that is ready."""
    started = EngineClient(prepared, checksums)
    started.start()
    listener = Listener(started)
    listener.wait(messages.Ready)
    yield listener
    started.stop()
    assert not active_children()


def stop_process(listener: Listener) -> int:
    pid = listener.client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    return pid


def ask(listener: Listener, what: str, images: np.ndarray) -> int:
    asked = listener.client
    if what == "predict":
        return asked.predict(lambda: images[0])
    if what == "recognise":
        return asked.recognise(images)
    return asked.score(tuple(range(len(images))), images)


ANSWERS: dict[str, type[Any]] = {
    "predict": messages.Prediction,
    "recognise": messages.Recognised,
    "score": messages.Scored,
}


def test_one_that_hangs_while_nothing_is_asked_is_replaced(running: Listener) -> None:
    pid = stop_process(running)
    died = running.wait(messages.EngineDied)
    assert "did not answer" in died.sentence
    assert "nothing is lost" in died.sentence
    assert died.restarting
    running.wait(messages.Ready)
    assert running.client.pid != pid


@pytest.mark.parametrize(
    "what",
    [pytest.param(what, marks=[] if what == "predict" else pytest.mark.long) for what in ANSWERS],
)
def test_a_question_to_one_that_hangs_is_answered_by_the_next(
    running: Listener, small_mnist: Mnist, what: str
) -> None:
    stop_process(running)
    began = time.monotonic()
    # More than a pipe takes: to send it must not make the window wait until the engine is ended.
    number = ask(running, what, np.resize(small_mnist.test_images, (2000, 28, 28)))
    assert time.monotonic() - began < client.SILENT_SECONDS
    running.wait(messages.EngineDied)
    answer = running.wait(ANSWERS[what])
    assert answer.request_id == number
    wait_for(lambda: bool(running.client.poll()) or not running.client.predicting)
    assert not running.client.scoring


@pytest.mark.parametrize("job", [pytest.param("retrain", marks=pytest.mark.long), "use_version"])
def test_one_that_hangs_in_a_job_is_replaced_and_the_job_said_to_be_over(
    running: Listener,
    home: Path,
    drawn: list[StrokesLine],
    monkeypatch: pytest.MonkeyPatch,
    job: str,
) -> None:
    monkeypatch.setattr(client, "SILENT_IN_JOB_SECONDS", 3.0)
    keep_some(home, drawn, 30)
    if job == "retrain":
        running.client.retrain()
        running.wait(messages.EpochDone)
        stop_process(running)
    else:
        # This job is short: it would be over before the process is stopped.
        stop_process(running)
        running.client.use_version(Start.BASE, versions.SHIPPED)
    died = running.wait(messages.EngineDied)
    assert "has to be started again" in died.sentence
    running.wait(messages.Ready)
    running.client.prepare()
    running.wait(messages.Prepared)


def test_one_that_hangs_while_it_starts_is_replaced_and_not_for_ever(
    home: Path, checksums: Checksums, small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SILENT_STARTING_SECONDS", 0.5)
    started = EngineClient(home, checksums)
    listener = Listener(started)
    number = started.recognise(small_mnist.test_images[:3])
    died = []
    started.start()
    for _start in range(client.MOST_STARTS):
        stop_process(listener)
        died.append(listener.wait(messages.EngineDied))
    assert [report.restarting for report in died] == [True, True, False]
    # Nobody comes any more: what waited has ended, and what is asked now ends as well.
    assert not started.predicting
    assert number not in {started.predict(lambda: small_mnist.test_images[0])}
    job = started.retrain()
    listener.wait(messages.Unanswered)
    assert listener.wait(messages.JobFailed).job_id == job
    assert not started.predicting
    # The job is over: another one can be asked for.
    assert started.retrain() != job
    started.stop()


def test_a_question_over_which_two_engines_died_ends_without_an_answer(
    running: Listener, small_mnist: Mnist
) -> None:
    # So many take far longer than to end a process.
    number = running.client.recognise(np.resize(small_mnist.test_images, (50_000, 28, 28)))
    for last in (False, True):
        pid = running.client.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert running.client.predicting
        running.wait(messages.Unanswered if last else messages.EngineDied)
        if not last:
            running.wait(messages.Ready)
    assert not running.client.predicting
    running.wait(messages.Ready)
    assert running.client.recognise(small_mnist.test_images[:3]) > number
    assert running.wait(messages.Recognised).probabilities.shape == (3, 10)
    assert not running.client.predicting


def test_to_stop_one_that_hangs_does_not_take_long(running: Listener) -> None:
    stop_process(running)
    began = time.monotonic()
    running.client.stop()
    # It is given a second to end by itself.
    assert time.monotonic() - began < 10
    assert not active_children()


def test_a_window_that_was_not_served_holds_nothing_against_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    watchdog = heartbeat.Watchdog()
    watchdog.listened(heard=True)
    # The computer sleeps for an hour, and the window wakes up before the engine.
    now += 3600
    watchdog.listened(heard=False)
    assert watchdog.silence == heartbeat.LOOK_SECONDS < client.SILENT_SECONDS
    # What a user waits until the notice.
    assert client.SILENT_SECONDS <= 5
    for _look in range(20):
        now += 0.5
        watchdog.listened(heard=False)
    assert watchdog.silence > client.SILENT_SECONDS
    watchdog.listened(heard=True)
    assert watchdog.silence == 0


def test_every_question_and_every_job_ends_also_where_all_goes_wrong(
    home: Path, checksums: Checksums, small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fails:
        """A classifier as nobody thought that it could be."""

        def predict_proba(self, images: np.ndarray) -> np.ndarray:
            if len(images) > 1:
                raise MemoryError
            raise ValueError("of no use")

    def no_more(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    ours, theirs = Pipe()
    served = engine.Engine(channel.SharedConnection(theirs), ClassifierService(home, checksums))
    image, images = small_mnist.test_images[0], small_mnist.test_images[:3]
    for request in (
        requests.Predict(1, image, ("cnn", "knn", "lenet-5")),
        requests.Predict(2, image, ()),
        requests.Recognise(3, images),
        requests.Recognise(4, images[:0]),
        requests.ScoreSamples(5, (1, 2, 3), images),
        requests.Retrain(6),
        requests.UseVersion(7, Start.BASE, 1),
        requests.Stop(),
    ):
        ours.send(request)

    def load(bench: ClassifierService) -> None:
        bench.classifiers = {"cnn": Fails()}  # type: ignore[dict-item]

    monkeypatch.setattr(ClassifierService, "load_network", load)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_more)
        served.serve()
    sent = []
    while ours.poll():
        sent.append(ours.recv())
    predictions = [one for one in sent if isinstance(one, messages.Prediction)]
    assert [(one.classifier, one.probabilities, one.done) for one in predictions] == [
        ("cnn", None, False),
        ("knn", None, False),
        ("lenet-5", None, True),
    ]
    unanswered = [one.request_id for one in sent if isinstance(one, messages.Unanswered)]
    assert unanswered == [2, 3, 4, 5]
    failed = [one for one in sent if isinstance(one, messages.JobFailed)]
    assert [one.job_id for one in failed] == [6, 7]
    assert all("log file" in one.sentence for one in failed)
