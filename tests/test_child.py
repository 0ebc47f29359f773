import os
import signal
import threading
import time

import pytest

from classroom import child
from classroom.errors import Cancelled, ClassroomError


def double(value: int) -> int:
    return 2 * value


def say_why(why: str) -> None:
    raise ClassroomError(why)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def fail() -> None:
    raise ZeroDivisionError("a bug")


def work_for_ever() -> None:
    threading.Event().wait()


def never() -> bool:
    return False


def test_the_answer_comes_back() -> None:
    assert child.run(double, 21, cancelled=never) == 42


def test_a_sentence_comes_back_as_it_was_said() -> None:
    with pytest.raises(ClassroomError, match="not enough digits"):
        child.run(say_why, "not enough digits", cancelled=never)


def test_a_crash_in_native_code_costs_only_the_child() -> None:
    with pytest.raises(ClassroomError, match="ended by the system"):
        child.run(crash, cancelled=never)


def test_a_bug_becomes_a_sentence() -> None:
    with pytest.raises(ClassroomError, match="failed: a bug"):
        child.run(fail, cancelled=never)


def test_cancel_ends_it_at_once() -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        child.run(work_for_ever, cancelled=stop.is_set)
    assert time.monotonic() - began < 5
