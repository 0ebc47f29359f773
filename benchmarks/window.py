"""A real window for the benchmarks that drive one in their own process."""

import contextlib
import gc
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import results  # noqa: F401  finds the project

from classroom import logs


def until(app: "App", condition: Callable[[], bool], seconds: float = 300.0) -> None:  # noqa: F821
    """Let the window work until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            log = logs.file_of(app.home).read_text(encoding="utf-8")[-2000:]
            raise SystemExit(f"waited {seconds:.0f} s in vain; the log ends with:\n{log}")
        # The timer is what happens at the latest, where nothing else does.
        timer = app.root.after(10, lambda: None)
        app.root.tk.dooneevent(0)
        app.root.after_cancel(timer)


@contextlib.contextmanager
def opened(home: Path) -> Iterator["App"]:  # noqa: F821
    """Open the window on `home`, with its engine and all its tabs; close it at the end."""
    from classroom.ui.app import App
    from classroom.ui.core.controls import State

    # What belonged to the window before may be freed on no other thread than this.
    gc.collect()
    logs.configure(home)
    if sys.stderr.fileno() == 2:
        # As main.py does, but once.
        logs.divert_native_output(home)
    app = App(home)
    try:
        until(app, lambda: len(app.panels) == 6)
        # Its first job makes SVM and k-NN ready, or finds that there is no MNIST.
        # Where they only have to be loaded, it is over before anybody looks.
        until(app, lambda: app._preparing is not None)
        until(app, lambda: app.controls.state is State.READY)
        yield app
    finally:
        app.close()
