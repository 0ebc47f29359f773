"""The window as a whole: what it remembers, what it says when something is missing or dies."""

import os
import signal
import tkinter as tk
from collections.abc import Iterator
from pathlib import Path
from tkinter import ttk

import pytest
from support import draw, keep_some, until

from classroom.datasets import mnist_files
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.core.controls import State
from classroom.ui.core.theme import SMALLEST
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.photo.camera_panel import CameraPanel
from classroom.ui.photo.panel import PhotoPanel
from classroom.ui.samples.panel import SamplesPanel
from classroom.ui.train.panel import TrainPanel

SEVEN = [[(120.0, 100.0), (280.0, 100.0), (180.0, 330.0)]]
TABS = (DrawPanel, SamplesPanel, TrainPanel, ComparePanel, PhotoPanel, CameraPanel)


def draw_panel(app: App) -> DrawPanel:
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    return panel


def test_the_writer_and_the_look_are_remembered(app: App, home: Path, checksums: Checksums) -> None:
    app.writer.set("Zoë 3")
    dark = app.theme.dark
    app.theme_button.invoke()
    app.close()
    again = App(home, checksums)
    try:
        assert again.writer.get() == "Zoë 3"
        assert again.theme.dark != dark
    finally:
        again.close()


def test_unreadable_preferences_cost_nothing(display: str, home: Path) -> None:
    (home / "data" / "preferences.json").write_text('{"writer": 7, "dark": [')
    app = App(home)
    assert app.writer.get() == ""
    app.close()


@pytest.mark.skipif(os.name == "nt", reason="kills by a POSIX signal")
def test_a_dead_engine_is_said_and_the_drawing_is_answered_by_the_next(app: App) -> None:
    until(app.root, lambda: app.controls.state is State.READY)
    draw(app, SEVEN)
    pid = app.client.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(app.root, lambda: "nothing is lost" in app.notice.text)
    assert draw_panel(app).paper.ink
    until(app.root, lambda: app.controls.state is State.READY)
    assert app.client.pid != pid
    for answer in draw_panel(app).answers.values():
        until(app.root, lambda answer=answer: answer.digit.cget("text") == "7")


@pytest.fixture
def nowhere(spawned: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No source of MNIST can be reached, nor by an engine that starts from here."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def app_without_mnist(
    nowhere: None, display: str, home: Path, checksums: Checksums
) -> Iterator[App]:
    (home / "data" / "mnist.npz").unlink()
    app = App(home, checksums)
    yield app
    app.close()


def test_without_mnist_the_cnn_answers_and_the_rest_can_be_tried_again(
    app_without_mnist: App, home: Path, small_mnist: Mnist
) -> None:
    app = app_without_mnist
    until(app.root, lambda: "MNIST is not available" in app.notice.text)
    assert app.controls.state is State.READY
    draw(app, SEVEN)
    answers = draw_panel(app).answers
    until(app.root, lambda: answers["cnn"].digit.cget("text") == "7")
    assert answers["svm"].sureness.cget("text") == "Needs MNIST"
    mnist_files.write_npz(small_mnist, home / "data" / "mnist.npz")
    app.notice.button.invoke()
    until(app.root, lambda: answers["svm"].digit.cget("text") == "7")
    until(app.root, lambda: answers["knn"].digit.cget("text") == "7")


def test_a_job_that_failed_for_another_reason_is_not_laid_to_mnist(
    display: str, home: Path, checksums: Checksums
) -> None:
    app = App(home, checksums)
    until(app.root, lambda: app.controls.state is State.RUNNING)
    app.status.cancel_button.invoke()
    until(app.root, lambda: app.controls.state is State.READY)
    train = app.panels[TrainPanel]
    assert isinstance(train, TrainPanel)
    # A version that is not there.
    train.use_version(77)
    until(app.root, lambda: "Version 77 cannot be read" in app.notice.text)
    answers = draw_panel(app).answers
    said = {answers[name].sureness.cget("text") for name in ("svm", "knn")}
    assert said == {"Not ready"}
    app.close()


def test_after_a_cancel_svm_and_knn_can_be_got_ready_again(
    display: str, home: Path, checksums: Checksums
) -> None:
    app = App(home, checksums)
    until(app.root, lambda: app.controls.state is State.RUNNING)
    app.status.cancel_button.invoke()
    until(app.root, lambda: app.controls.state is State.READY)
    answers = draw_panel(app).answers
    said = {answers[name].sureness.cget("text") for name in ("svm", "knn")}
    assert said == {"Not ready"}
    assert "was cancelled" in app.notice.text
    app.notice.button.invoke()
    draw(app, SEVEN)
    for answer in answers.values():
        until(app.root, lambda answer=answer: answer.digit.cget("text") == "7")
    assert "was cancelled" not in app.notice.text
    app.close()


def widgets(parent: tk.Misc) -> Iterator[tk.Misc]:
    for child in parent.winfo_children():
        yield child
        yield from widgets(child)


@pytest.mark.parametrize("dark", [False, True])
def test_no_text_is_cut_off_in_the_smallest_window(
    app: App, home: Path, drawn: list[StrokesLine], dark: bool
) -> None:
    keep_some(home, drawn, 30)
    app.samples_changed()
    if dark:
        app.theme_button.invoke()
    assert app.root.minsize() == tuple(app.theme.px(size) for size in SMALLEST)
    for tab in TABS:
        app.select_tab(tab)
        until(app.root, lambda: not app.background.busy)
        for widget in widgets(app.root):
            if isinstance(widget, ttk.Label | ttk.Button) and widget.winfo_viewable():
                said = (tab.title, widget.cget("text"))
                assert widget.winfo_width() >= widget.winfo_reqwidth() - 1, said
                assert widget.winfo_height() >= widget.winfo_reqheight() - 1, said
                bottom = widget.winfo_rooty() + widget.winfo_height()
                assert bottom <= app.root.winfo_rooty() + app.root.winfo_height(), said


def test_alt_and_a_number_opens_a_tab(app: App) -> None:
    app.root.focus_force()
    for number, tab in enumerate(TABS, start=1):
        app.root.event_generate(f"<Alt-Key-{number}>")
        app.root.update()
        assert app.tabs.select() == str(app.panels[tab])


def test_control_r_retrains_from_any_tab(app: App, home: Path, drawn: list[StrokesLine]) -> None:
    keep_some(home, drawn, 6)
    app.samples_changed()
    until(app.root, lambda: app.controls.state is State.READY and not app.background.busy)
    app.root.focus_force()
    app.root.event_generate("<Control-r>")
    app.root.update()
    assert app.tabs.select() == str(app.panels[TrainPanel])
    assert app.controls.state is State.RUNNING
    app.status.cancel_button.invoke()
    assert app.controls.state is State.CANCELLING
    until(app.root, lambda: app.controls.state is State.READY)
