"""A real window, driven through its own events."""

import gc
from collections.abc import Iterator
from pathlib import Path
from tkinter import messagebox
from types import TracebackType

import pytest
from gallery_support import keep_three_of_each, opened
from support import until

from classroom.datasets.dataset import Sample
from classroom.datasets.mnist_files import Checksums
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.samples.panel import SamplesPanel

Errors = list[tuple[type[BaseException], BaseException, TracebackType | None]]


@pytest.fixture(autouse=True)
def _free_the_window() -> Iterator[None]:
    """Have this thread, and no other, free what belonged to a window that is gone.

    Before a test as well: at the end of the last one pytest still held its window, and
    `_free_the_last_window` does the same before tests that open none.
    """
    gc.collect()
    yield
    gc.collect()


@pytest.fixture
def app(display: str, prepared: Path, checksums: Checksums) -> Iterator[App]:
    """A window on a home with the small MNIST; fails the test when a callback of Tk raises."""
    errors: Errors = []
    window = App(prepared, checksums)
    window.root.report_callback_exception = lambda *error: errors.append(error)  # type: ignore
    until(window.root, lambda: len(window.panels) == 6)
    yield window
    window.panels[DrawPanel].unsaved.clear()  # type: ignore[attr-defined]
    window.close()
    for _kind, error, traceback in errors:
        raise error.with_traceback(traceback)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked; the dialog is the system's own, and the answer is yes."""
    asked: list[str] = []
    monkeypatch.setattr(
        messagebox, "askyesno", lambda _title, question, **_more: not asked.append(question)
    )
    return asked


@pytest.fixture
def some(home: Path, drawn: list[StrokesLine]) -> list[Sample]:
    """What is in the store: three 0, three 1 and three 7 of each of three writers."""
    return keep_three_of_each(home, drawn)


@pytest.fixture
def panel(some: list[Sample], app: App) -> SamplesPanel:
    """The tab *My digits*, open and filled; tests of other tabs have their own `panel`."""
    return opened(app, len(some))
