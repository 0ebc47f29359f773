"""Functions in processes of their own: answers, errors, prompt ends, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from places import ROOT
from process_support import never, note_and_wait
from support import wait_for

from classroom import processes
from classroom.errors import Cancelled, ClassroomError
from classroom.processes import run_all


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


def test_the_answer_comes_back() -> None:
    assert processes.run(double, 21, cancelled=never) == 42


def test_a_sentence_comes_back_as_it_was_said() -> None:
    with pytest.raises(ClassroomError, match="not enough digits"):
        processes.run(say_why, "not enough digits", cancelled=never)


def test_a_crash_in_native_code_costs_only_its_process() -> None:
    with pytest.raises(ClassroomError, match="ended by the system"):
        processes.run(crash, cancelled=never)


def test_a_bug_becomes_a_sentence() -> None:
    with pytest.raises(ClassroomError, match="failed: a bug"):
        processes.run(fail, cancelled=never)


def test_cancel_ends_it_at_once() -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        processes.run(work_for_ever, cancelled=stop.is_set)
    assert time.monotonic() - began < 5


def square(number: int) -> int:
    if number == 3:
        raise ClassroomError("three is no good")
    if number == 4:
        os._exit(9)
    return number * number


def test_a_task_that_fails_or_crashes_costs_only_itself() -> None:
    answers = dict(run_all(square, range(7), never))
    assert {task: answers[task] for task in (0, 1, 2, 5, 6)} == {0: 0, 1: 1, 2: 4, 5: 25, 6: 36}
    assert "three is no good" in str(answers[3])
    assert "ended by the system" in str(answers[4])
    assert list(run_all(square, [], never)) == []


def test_cancel_ends_all_at_once(tmp_path: Path) -> None:
    stop = threading.Event()

    def wanted() -> bool:
        if len(list(tmp_path.iterdir())) == processes.process_count():
            stop.set()
        return stop.is_set()

    with pytest.raises(Cancelled):
        list(run_all(note_and_wait, [tmp_path] * 9, wanted))
    # Those that were waiting never began.
    assert len(list(tmp_path.iterdir())) == processes.process_count()
    assert not any(alive(int(path.name)) for path in tmp_path.iterdir())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


PARENT = """
import signal, sys
from pathlib import Path
sys.path.insert(0, "tests/support")
from process_support import never, note_and_wait
from classroom.processes import run_all

if __name__ == "__main__":
    # A shell that runs this in the background has it ignore Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    list(run_all(note_and_wait, [Path(sys.argv[1])] * 9, never))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, how: int) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as parent:
        wait_for(lambda: len(list(tmp_path.iterdir())) >= min(2, processes.process_count()), 60)
        began = time.monotonic()
        parent.send_signal(how)
        parent.wait(30)
        assert time.monotonic() - began < 30
    wait_for(lambda: not any(alive(int(path.name)) for path in tmp_path.iterdir()), 20)
