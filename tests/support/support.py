"""What tests do again and again: wait for a condition, draw, keep, listen to an engine."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from places import ROOT

from classroom.datasets.dataset import Dataset, Sample
from classroom.engine import messages, versions
from classroom.engine.client import EngineClient
from classroom.engine.versions import Line
from classroom.paths import store_url
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import Strokes, StrokesLine
from classroom.starts import Start

if TYPE_CHECKING:
    from classroom.ui.app import App

Kind = TypeVar("Kind")


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return when `condition` holds; fail the test when it does not within `seconds`."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        pause.wait(0.01)


def until(window: tk.Misc, condition: Callable[[], bool], seconds: float = 90.0) -> None:
    """Let the window work until `condition` holds; fail the test when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        # The event loop sleeps until something happens; the timer is what happens at the latest.
        timer = window.after(10, lambda: None)
        window.tk.dooneevent(0)
        window.after_cancel(timer)
    window.update()


def bound_by_rights() -> list[str]:
    """Return what to put before a command that may write only where its user may; root may all."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set=-dac_override"]


@contextlib.contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Make a folder one that is only read."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    yield
    for path in folders:
        path.chmod(0o755)


def commands_of(window: tk.Misc) -> set[str]:
    """Return the names of all Tcl commands but those that a timer will call and delete."""
    call, split = window.tk.call, window.tk.splitlist
    waiting = (split(call("after", "info", timer))[0] for timer in split(call("after", "info")))
    return set(split(call("info", "commands"))) - {str(split(script)[0]) for script in waiting}


def copy_the_repository(folder: Path) -> None:
    """Copy what git has, and what is new, into `folder`; skip the test where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("needs the repository")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def keep_some(home: Path, drawn: list[StrokesLine], count: int) -> None:
    """Put `count` drawn digits into the store of `home`."""
    with Dataset(store_url(home)) as store:
        for line in drawn[:count]:
            assert line.label is not None
            image = from_strokes(line.strokes)
            store.keep(Sample(image, line.label, line.writer or "", "drawn", line.strokes))


def base(home: Path) -> Line:
    """Return the line of versions that homes of before have."""
    return Line(home, Start.BASE)


def make_version(home: Path, number: int, start: Start = Start.BASE) -> None:
    """Leave a whole version in a home in which those that ship are ready."""
    with versions.new_folder(Line(home, start), number) as (folder, _number):
        shutil.copy(start.file, folder / "cnn.keras")
        for name in ("svm.npz", "knn.npz"):
            shutil.copy(versions.folder(base(home), versions.SHIPPED) / name, folder / name)
        card = versions.Version(number, "2026-01-02T03:04:05+00:00", practice=30, start=start)
        versions.write_metadata(folder, card)


def draw(app: "App", strokes: Strokes) -> None:
    """Draw `strokes`, in units of a paper of 400 x 400, with the mouse."""
    from classroom.ui.draw.panel import DrawPanel

    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    canvas = panel.canvas
    app.root.update()
    scale = canvas.winfo_width() / 400
    for stroke in strokes:
        at = [{"x": round(x * scale), "y": round(y * scale)} for x, y in stroke]
        canvas.event_generate("<ButtonPress-1>", **at[0])
        for point in at[1:]:
            canvas.event_generate("<B1-Motion>", **point)
        canvas.event_generate("<ButtonRelease-1>", **at[-1])
    app.root.update()


class Listener:
    """Polls a client and keeps what it said."""

    def __init__(self, client: EngineClient) -> None:
        self.client = client
        self.heard: list[messages.Report] = []

    def wait(self, kind: type[Kind], seconds: float = 60.0) -> Kind:
        """Return the next report of a kind."""

        def found() -> list[Kind]:
            return [report for report in self.heard if isinstance(report, kind)]

        def listen() -> bool:
            self.heard += self.client.poll()
            return bool(found())

        wait_for(listen, seconds)
        report = found()[0]
        del self.heard[: self.heard.index(report) + 1]  # type: ignore[arg-type]
        return report
