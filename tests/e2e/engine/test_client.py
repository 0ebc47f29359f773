"""The engine and the window's side of it: a real process, real but small data."""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from support import Listener, base, keep_some, wait_for

from classroom.datasets import mnist_files
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import messages, versions
from classroom.engine.client import EngineClient
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start


@pytest.fixture
def engine(prepared: Path, checksums: Checksums) -> Iterator[Listener]:
    client = EngineClient(prepared, checksums)
    client.start()
    listener = Listener(client)
    yield listener
    client.stop()
    assert not active_children()


def image_of(mnist: Mnist, index: int = 0) -> Callable[[], np.ndarray]:
    return lambda: mnist.test_images[index]


def test_it_answers_before_and_after_mnist(engine: Listener, small_mnist: Mnist) -> None:
    assert engine.wait(messages.Ready).version.number == versions.SHIPPED
    engine.client.predict(image_of(small_mnist))
    answer = engine.wait(messages.Prediction)
    assert answer.classifier == "cnn"
    assert answer.probabilities is not None
    assert answer.probabilities.argmax() == small_mnist.test_labels[0]
    not_yet = [engine.wait(messages.Prediction) for _name in ("svm", "knn")]
    assert [(one.probabilities, one.done) for one in not_yet] == [(None, False), (None, True)]
    engine.client.prepare()
    engine.wait(messages.Prepared)
    engine.client.predict(image_of(small_mnist))
    answers = [engine.wait(messages.Prediction) for _name in ("cnn", "svm", "knn")]
    assert [answer.classifier for answer in answers] == ["cnn", "svm", "knn"]
    for answer in answers:
        assert answer.probabilities is not None
        assert answer.probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert [answer.done for answer in answers] == [False, False, True]


def test_a_later_start_needs_no_mnist(home: Path, checksums: Checksums, small_mnist: Mnist) -> None:
    for _start in ("the first", "a later one"):
        client = EngineClient(home, checksums)
        client.start()
        listener = Listener(client)
        listener.wait(messages.Ready)
        client.prepare()
        listener.wait(messages.Prepared)
        client.predict(image_of(small_mnist))
        answers = [listener.wait(messages.Prediction) for _name in ("cnn", "svm", "knn")]
        client.stop()
        (home / "data" / "mnist.npz").unlink(missing_ok=True)
    assert all(answer.probabilities is not None for answer in answers)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs prlimit")
def test_a_full_memory_is_said_and_the_engine_goes_on(home: Path, small_mnist: Mnist) -> None:
    import resource

    # As large as the original, so that it is what the memory is too small for.
    large = replace(
        small_mnist,
        train_images=np.resize(small_mnist.train_images, (60_000, 28, 28)),
        train_labels=np.resize(small_mnist.train_labels, 60_000),
    )
    assert mnist_files.write_npz(large, home / "data" / "mnist.npz")
    client = EngineClient(home, mnist_files.checksums(large))
    client.start()
    engine = Listener(client)
    engine.wait(messages.Ready)
    pid = client.pid
    assert pid is not None
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    least = pages * resource.getpagesize() + 30 * 2**20
    before = resource.prlimit(pid, resource.RLIMIT_AS, (least, resource.RLIM_INFINITY))
    client.prepare()
    assert engine.wait(messages.JobFailed).sentence.startswith("The memory is full.")
    resource.prlimit(pid, resource.RLIMIT_AS, before)
    client.predict(image_of(small_mnist))
    assert engine.wait(messages.Prediction).probabilities is not None
    assert client.pid == pid
    client.stop()


def test_of_many_questions_the_last_is_answered(engine: Listener, small_mnist: Mnist) -> None:
    engine.wait(messages.Ready)
    asked: list[int] = []

    def ask(index: int) -> np.ndarray:
        asked.append(index)
        return small_mnist.test_images[index]

    for index in range(50):
        engine.client.predict(lambda index=index: ask(index))
    wait_for(lambda: bool(engine.client.poll()) and not engine.client.predicting, 60)
    assert asked[-1] == 49
    assert len(asked) < 50


def test_retrain_keeps_a_version_and_can_go_back(
    engine: Listener, home: Path, drawn: list[StrokesLine], small_mnist: Mnist
) -> None:
    keep_some(home, drawn, 60)
    engine.wait(messages.Ready)
    job = engine.client.retrain()
    progress = engine.wait(messages.Progress)
    assert progress.job_id == job
    assert engine.wait(messages.EpochDone).epoch.number == 1
    # Live answers go on while the job runs.
    engine.client.predict(image_of(small_mnist, 3))
    assert engine.wait(messages.Prediction).classifier == "cnn"
    done = engine.wait(messages.Retrained, 120)
    assert done.job_id == job
    assert [line.classifier for line in done.ledger] == ["cnn", "svm", "knn"]
    for line in done.ledger:
        assert line.mnist_test_before.total == line.mnist_test_after.total == 500
        assert line.own_exam_after.total == line.own_exam_before.total > 0
        assert line.own_exam_after.correct >= line.own_exam_before.correct
    assert versions.in_use(home)[0] == done.version
    assert done.previous == versions.SHIPPED
    engine.client.use_version(Start.BASE, versions.SHIPPED)
    assert engine.wait(messages.VersionInUse).version.number == versions.SHIPPED
    assert versions.in_use(home)[0].number == versions.SHIPPED
    assert len(versions.listing(base(home))) == 2


def test_compare_gives_a_row_for_each_on_the_same_data(
    engine: Listener, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 60)
    engine.wait(messages.Ready)
    engine.client.compare(1000, ("cnn", "svm", "knn"))
    for name in ("cnn", "svm", "knn"):
        result = engine.wait(messages.ResultReady, 120).result
        assert result.classifier == name
        assert result.error == ""
        assert result.mnist_test is not None
        assert result.mnist_test.score.total == 500
        assert result.mnist_test.score.accuracy > 0.8
        assert result.own_exam is not None
        assert result.own_exam.ids is not None
        assert (
            len(result.own_exam.ids) == len(result.own_exam.writers) == result.own_exam.score.total
        )
        assert [epoch.number for epoch in result.history] == list(
            range(1, 17 if name == "cnn" else 1)
        )
        assert result.fit_seconds > 0
    counts = engine.wait(messages.Compared).train_counts
    assert counts["mnist"] == 1000
    assert counts["own"] > 0


def test_nothing_kept_means_a_sentence_not_a_training(engine: Listener) -> None:
    engine.wait(messages.Ready)
    engine.client.retrain()
    assert "Draw and keep a few digits first" in engine.wait(messages.JobFailed).sentence


def test_cancel_leaves_everything_as_it_was(
    engine: Listener, home: Path, drawn: list[StrokesLine], small_mnist: Mnist
) -> None:
    keep_some(home, drawn, 30)
    engine.wait(messages.Ready)
    job = engine.client.retrain()
    engine.wait(messages.Progress)
    engine.client.cancel()
    assert engine.wait(messages.JobCancelled).job_id == job
    assert [version.number for version in versions.listing(base(home))] == [versions.SHIPPED]
    engine.client.predict(image_of(small_mnist))
    assert engine.wait(messages.Prediction).classifier == "cnn"


@pytest.mark.parametrize("state", ["idle", "predicting", "retraining"])
def test_a_killed_engine_is_said_and_replaced(
    engine: Listener, home: Path, drawn: list[StrokesLine], small_mnist: Mnist, state: str
) -> None:
    keep_some(home, drawn, 30)
    engine.wait(messages.Ready)
    pid = engine.client.pid
    assert pid is not None
    if state == "predicting":
        os.kill(pid, signal.SIGSTOP)
        engine.client.predict(image_of(small_mnist))
    elif state == "retraining":
        engine.client.retrain()
        engine.wait(messages.EpochDone)
    os.kill(pid, signal.SIGKILL)
    died = engine.wait(messages.EngineDied)
    assert "nothing is lost" in died.sentence
    assert died.restarting
    engine.wait(messages.Ready)
    engine.client.predict(image_of(small_mnist))
    assert engine.wait(messages.Prediction).probabilities is not None
    assert [version.number for version in versions.listing(base(home))] == [versions.SHIPPED]
    # The job under way is over: another one can begin.
    engine.client.prepare()


def test_a_job_that_does_not_listen_is_ended_by_force(
    engine: Listener, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 30)
    engine.wait(messages.Ready)
    job = engine.client.retrain()
    engine.wait(messages.Progress)
    assert engine.client.pid is not None
    os.kill(engine.client.pid, signal.SIGSTOP)
    engine.client.cancel()
    assert engine.wait(messages.JobCancelled).job_id == job
    assert engine.wait(messages.Ready).version.number == versions.SHIPPED


def test_an_engine_that_cannot_come_up_is_said_and_not_tried_for_ever(
    spawned: None,
    home: Path,
    checksums: Checksums,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    # What half an installation looks like; the engine gets this process's sys.path.
    (tmp_path / "keras.py").write_text("raise ImportError('half installed')")
    monkeypatch.syspath_prepend(tmp_path)
    client = EngineClient(home, checksums)
    listener = Listener(client)
    client.start()
    died = [listener.wait(messages.EngineDied) for _start in range(3)]
    assert [report.restarting for report in died] == [True, True, False]
    assert "several times" in died[-1].sentence
    client.stop()


def test_a_version_whose_files_are_gone_falls_back_on_the_shipped_one(
    home: Path, checksums: Checksums
) -> None:
    with versions.new_folder(base(home), 1) as (folder, _number):
        versions.write_metadata(folder, versions.Version(1))
    versions.set_current(base(home), 1)
    client = EngineClient(home, checksums)
    client.start()
    assert Listener(client).wait(messages.Ready).version.number == versions.SHIPPED
    client.stop()


def test_the_engine_ends_with_its_window(home: Path, checksums: Checksums) -> None:
    client = EngineClient(home, checksums)
    client.start()
    listener = Listener(client)
    listener.wait(messages.Ready)
    # What the system does to a window that is killed: its end of the pipe is closed.
    assert client._channel is not None
    with socket.fromfd(client._channel._connection.fileno(), socket.AF_UNIX, 0) as pipe:
        pipe.shutdown(socket.SHUT_RDWR)
    wait_for(lambda: not active_children(), 60)
    client.stop()


def test_a_full_disk_is_said_and_the_old_version_stays(
    engine: Listener, home: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 30)
    engine.wait(messages.Ready)
    engine.client.prepare()
    engine.wait(messages.Prepared)
    shutil.move(home / "models" / "versions", home / "models" / "elsewhere")
    (home / "models" / "versions").write_text("no folder can be made here")
    engine.client.retrain()
    assert "could not be written" in engine.wait(messages.JobFailed, 120).sentence
