"""Pieces of work on several cores: all answers, prompt ends, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from support import wait_for

from classroom import spread as spreading
from classroom.errors import Cancelled, ClassroomError
from classroom.spread import spread

ROOT = Path(__file__).parent.parent


def square(number: int) -> int:
    if number == 3:
        raise ClassroomError("three is no good")
    if number == 4:
        os._exit(9)
    return number * number


def note_and_wait(place: Path) -> None:
    (place / str(os.getpid())).touch()
    threading.Event().wait()


def never() -> bool:
    return False


def test_a_piece_that_fails_or_crashes_costs_only_itself() -> None:
    answers = dict(spread(square, range(7), never))
    assert {piece: answers[piece] for piece in (0, 1, 2, 5, 6)} == {0: 0, 1: 1, 2: 4, 5: 25, 6: 36}
    assert "three is no good" in str(answers[3])
    assert "ended by the system" in str(answers[4])
    assert list(spread(square, [], never)) == []


def test_cancel_ends_all_at_once(tmp_path: Path) -> None:
    stop = threading.Event()

    def wanted() -> bool:
        if len(list(tmp_path.iterdir())) == spreading.workers():
            stop.set()
        return stop.is_set()

    with pytest.raises(Cancelled):
        list(spread(note_and_wait, [tmp_path] * 9, wanted))
    # Those that were waiting never began.
    assert len(list(tmp_path.iterdir())) == spreading.workers()
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
sys.path.insert(0, "tests")
from test_spread import never, note_and_wait
from classroom.spread import spread

if __name__ == "__main__":
    # A shell that runs this in the background has it ignore Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    list(spread(note_and_wait, [Path(sys.argv[1])] * 9, never))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, how: int) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as parent:
        wait_for(lambda: len(list(tmp_path.iterdir())) >= min(2, spreading.workers()), 60)
        began = time.monotonic()
        parent.send_signal(how)
        parent.wait(30)
        assert time.monotonic() - began < 30
    wait_for(lambda: not any(alive(int(path.name)) for path in tmp_path.iterdir()), 20)
