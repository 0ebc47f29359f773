"""A little of what benchmarks/faults.py tries: faults at chosen calls, and what is left then."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import faulty_disk
import pytest
from faulty_disk import FAULTS
from places import ROOT

pytestmark = pytest.mark.skipif(bool(faulty_disk.why_not()), reason=faulty_disk.why_not() or "-")

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A function that has a case run, in a process into which faults can be put."""
    folder = tmp_path_factory.mktemp("faults")
    environment = {**os.environ, **faulty_disk.environment(folder)}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    environment.pop("CLASSROOM_DATABASE", None)
    command = [sys.executable, str(ROOT / "tests" / "support" / "fault_worker.py"), str(folder)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(step: str, fault: str, at: int) -> Any:
            kinds = FAULTS[fault].kinds if at else faulty_disk.EVERY
            case = {"step": step, "fault": fault, "at": at, "kinds": kinds}
            print(json.dumps(case), file=process.stdin, flush=True)
            answer = json.loads(process.stdout.readline())
            return answer

        yield ask
        process.stdin.close()


def test_calls_are_counted_the_same_each_time(ask: Ask) -> None:
    counts = {ask("keep", "error-once", 0)["count"] for _time in range(2)}
    assert len(counts) == 1
    assert counts.pop() > 50


@pytest.mark.parametrize("step", ["keep", "undo", "import-zip", "command-redo"])
@pytest.mark.parametrize("fault", ["error-once", "error-lasting", "full-lasting", "clock-back"])
def test_a_fault_loses_nothing_that_was_acknowledged(ask: Ask, step: str, fault: str) -> None:
    # Once where the store is opened, and once where it is written.
    for at in (7, 25):
        answer = ask(step, fault, at)
        assert answer["fired"]
        assert not any(answer["verdict"].values()), answer


def test_nothing_is_changed_where_that_was_said(ask: Ask) -> None:
    # Among these calls are those of a commit; where the last of them fails, it may be there.
    for at in range(50, 70):
        answer = ask("undo", "error-lasting", at)
        assert not any(answer["verdict"].values()), answer


@pytest.mark.parametrize("fault", ["removed-all", "replaced", "emptied", "halved"])
def test_a_digit_is_not_called_kept_in_a_file_that_somebody_took_away(ask: Ask, fault: str) -> None:
    # While the store is opened, while a digit is kept, and while the store is closed.
    for at in (9, 26, 60, 61, 100, 140):
        answer = ask("keep", fault, at)
        assert answer["fired"]
        assert not any(answer["verdict"].values()), answer
