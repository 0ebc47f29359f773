"""The signals that stop a command: first they cancel a job, then they interrupt."""

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest
from support import wait_for

from classroom.cli import stopping

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for itself")


@pytest.fixture
def signals() -> Iterator[stopping.Signals]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    found = stopping.Signals()
    try:
        with found.listening():
            yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_and_wait() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    wait_for(lambda: False, 30)


def test_the_first_signal_cancels_a_job_and_the_second_interrupts(
    signals: stopping.Signals,
) -> None:
    cancelled = threading.Event()
    with signals.cancelling(cancelled.set):
        os.kill(os.getpid(), signal.SIGTERM)
        assert cancelled.is_set()
        assert signals.status == 143
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signals.status == 130


def test_a_job_that_does_not_end_is_interrupted(
    signals: stopping.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "PATIENCE", 0.1)
    with signals.cancelling(lambda: None), pytest.raises(KeyboardInterrupt):
        stop_and_wait()


def test_after_the_job_a_signal_interrupts_at_once(signals: stopping.Signals) -> None:
    cancelled = threading.Event()
    with signals.cancelling(cancelled.set):
        pass
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert not cancelled.is_set()
