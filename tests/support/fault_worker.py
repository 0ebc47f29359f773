"""A process in which faults can happen: it forks one child for each case, and one to look.

It runs with the environment of `faulty_disk.environment`, takes a line of JSON for each case on
stdin, and answers with one on stdout.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import fault_judge
import fault_look
import fault_steps
from fault_judge import Account
from fault_look import Seen
from fault_steps import STEPS
from faulty_disk import EVERY, FAULTS, FaultyDisk, script

SECONDS, SECONDS_TO_LEARN = 30.0, 180.0
PAGE = 4096


def main() -> None:
    folder = Path(sys.argv[1])
    disk = FaultyDisk(Path(os.environ["FAULTY_DISK"]))
    worker = Worker(folder, disk)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(worker.run(**json.loads(line))), file=answers, flush=True)


class Worker:
    """Runs cases below a folder.

    Parameters
    ----------
    folder : Path
    disk : FaultyDisk
    """

    def __init__(self, folder: Path, disk: FaultyDisk) -> None:
        self._folder, self._disk = folder, disk
        self._before: dict[bool, fault_steps.Digits] = {}

    def run(
        self, step: str, fault: str, at: int, kinds: int = EVERY, mount: str = ""
    ) -> dict[str, Any]:
        """Run a step with a fault at call `at`; 0 counts the calls without any fault.

        With `mount`, a folder on a small file system, `at` is the number of pages of 4 KiB that
        stay free there instead.
        """
        learns = STEPS[step].learns
        template = self._template(learns)
        # In every second case the user agrees at once to set a damaged file aside.
        name = f"{step}-{fault}-{at}" + ("-recovers" if at % 2 else "")
        folder = Path(mount or self._folder) / name
        shutil.copytree(template, folder)
        target = STEPS[step].targets[at % len(STEPS[step].targets)]
        try:
            account = self._act(folder, step, fault, at, kinds, target, on_mount=bool(mount))
            answer = {"step": step, "fault": fault, "at": at, "count": self._disk.control.count}
            if account is None:
                return {**answer, "fired": False}
            seen = self._look(folder, learns=learns)
            verdict = fault_judge.judge(account, self._before[learns], seen)
            said = [one["event"] for one in account.events] or [f"exit {account.status}"]
            return {
                **answer,
                "fired": account.fired,
                "where": account.where,
                "said": said,
                "verdict": asdict(verdict),
                "err": account.err[-400:],
                "seen": [seen.sentences, seen.recovered],
            }
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _template(self, learns: bool) -> Path:
        folder = self._folder / ("learning" if learns else "plain")
        if learns:
            self._warm_up()
        if not folder.is_dir():
            _in_child(lambda: fault_steps.make_home(folder, learns=learns), 300)
        store = folder / "home" / "data" / "samples.sqlite"
        self._before.setdefault(learns, fault_look.live(store))
        return folder

    def _warm_up(self) -> None:
        """Load the libraries for training once, for all children and their children."""
        import multiprocessing
        from multiprocessing import forkserver

        if "sklearn.svm" in sys.modules:
            return
        import sklearn.calibration
        import sklearn.svm  # noqa: F401

        import classroom.engine.engine
        import classroom.networks.keras_models  # noqa: F401

        quick, get_context = multiprocessing.get_context("forkserver"), multiprocessing.get_context
        quick.set_forkserver_preload(
            ["classroom.engine.engine", "sklearn.svm", "sklearn.calibration"]
        )
        forkserver.ensure_running()
        # The forked children of this process may use it, but cannot wait for its end.
        forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
        multiprocessing.get_context = lambda method=None: (  # type: ignore[assignment]
            quick if method == "spawn" else get_context(method)
        )

    def _act(
        self, folder: Path, step: str, fault: str, at: int, kinds: int, target: str, on_mount: bool
    ) -> Account | None:
        files = {name: self._folder / f"said.{name}" for name in ("out", "err", "events")}
        for file in files.values():
            file.write_bytes(b"")
        chosen = FAULTS.get(fault)
        text = script(chosen, folder / target, _substitute(folder, target)) if chosen else ""
        say = fault_steps.speaker(
            files["events"], (lambda: True) if on_mount else (lambda: self._disk.fired)
        )

        def act() -> int:
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(files[name], os.O_WRONLY | os.O_APPEND), number)
            fault_steps.tell_of_closing(say)
            if STEPS[step].learns:
                fault_steps.prepare_learning()
            return STEPS[step].act(folder, say)

        if on_mount:
            fill(folder, at)
        else:
            self._disk.arm(folder, chosen if at else None, kinds, at, text)
        status = _in_child(act, SECONDS_TO_LEARN if STEPS[step].learns else SECONDS)
        self._disk.disarm()
        if on_mount:
            (folder / "filler").unlink()
        fired = self._disk.fired or on_mount
        if not fired:
            return None
        where = self._disk.control.where.decode(errors="replace")
        out, err, events = (file.read_text(errors="replace") for file in files.values())
        parsed = [json.loads(line) for line in events.splitlines()]
        return Account(step, fault, status, fired, target, where, out, err, parsed)

    def _look(self, folder: Path, *, learns: bool) -> Seen:
        file = self._folder / "seen.json"
        file.write_text("")

        def look() -> int:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            file.write_text(json.dumps(asdict(fault_look.look(folder, learns=learns))))
            return 0

        status = _in_child(look, SECONDS_TO_LEARN)
        text = file.read_text()
        if not text:
            return Seen(errors=[f"Traceback: who looked ended with {status}"])
        return Seen(**json.loads(text))


def _substitute(folder: Path, target: str) -> Path:
    """Return the file that takes the place of another: an older store, or nonsense."""
    if target.endswith(".sqlite"):
        return folder / "substitute" / "samples.sqlite"
    nonsense = folder / "substitute" / "nonsense"
    nonsense.write_bytes(bytes(range(256)) * 16)
    return nonsense


def fill(folder: Path, pages: int) -> None:
    """Leave `pages` pages free on the file system of `folder`."""
    room = os.statvfs(folder)
    with (folder / "filler").open("wb") as file:
        left = max(0, room.f_bavail * room.f_frsize - pages * PAGE)
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))


def _in_child(function: Callable[[], Any], seconds: float) -> int | None:
    """Return the exit status of a child that calls a function; None where it takes too long."""
    child = os.fork()
    if not child:
        status = 70
        try:
            status = int(function() or 0)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main()
