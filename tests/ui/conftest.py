"""A real window, driven through its own events."""

import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from types import TracebackType

import pytest

from classroom.mnist_files import Checksums
from classroom.ui.app import App
from classroom.ui.draw import DrawPanel

Errors = list[tuple[type[BaseException], BaseException, TracebackType | None]]


def until(window: tk.Misc, condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window work until `condition` holds; fail the test when it never does."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"waited {seconds} s in vain"
        # The event loop sleeps until something happens; the timer is what happens at the latest.
        window.after(10, lambda: None)
        window.tk.dooneevent(0)
    window.update()


@pytest.fixture
def app(display: str, home: Path, checksums: Checksums) -> Iterator[App]:
    """A window on a home with the small MNIST; fails the test when a callback of Tk raises."""
    errors: Errors = []
    window = App(home, checksums)
    window.root.report_callback_exception = lambda *error: errors.append(error)  # type: ignore
    until(window.root, lambda: len(window.panels) == 4)
    yield window
    window.panels[DrawPanel].unsaved.clear()  # type: ignore[attr-defined]
    window.close()
    for _kind, error, traceback in errors:
        raise error.with_traceback(traceback)


def draw(app: App, strokes: list[list[tuple[float, float]]]) -> None:
    """Draw `strokes`, in units of a paper of 400 x 400, with the mouse."""
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
