"""What the foot of the window says, and how long: in the real window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support import draw, until

from classroom.engine.messages import EngineDied, Ready
from classroom.engine.versions import Version
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.core.controls import State
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.photo.camera_panel import CameraPanel
from classroom.ui.samples.panel import SamplesPanel
from classroom.ui.train.panel import TrainPanel


@pytest.fixture
def open_tab(app: App) -> Callable[[type], None]:
    """A function that opens a tab, once the engine has nothing to say any more."""
    until(app.root, lambda: app.controls.state is State.READY)

    def select(panel: type) -> None:
        app.select_tab(panel)
        app.root.update()

    return select


def test_what_was_done_goes_with_the_tab_that_it_was_done_in(
    app: App, open_tab: Callable[[type], None]
) -> None:
    open_tab(SamplesPanel)
    app.notice.show("Nothing was imported.", of=app.panels[SamplesPanel])
    app.notice.show("A file is damaged.", kind="bad", of=app.panels[SamplesPanel])
    assert app.notice.text == "A file is damaged."
    open_tab(DrawPanel)
    assert app.notice.text == ""


def test_a_bad_one_from_another_tab_waits_until_that_was_looked_at(
    app: App, open_tab: Callable[[type], None]
) -> None:
    open_tab(DrawPanel)
    app.notice.show("The comparison failed.", kind="bad", of=app.panels[ComparePanel].plot_pane)  # type: ignore
    app.notice.show("27 digits added.", kind="good", of=app.panels[SamplesPanel])
    assert app.notice.text == "27 digits added.\nThe comparison failed."
    open_tab(TrainPanel)
    # Good news has been on the screen; bad news has its place, and has not been there.
    assert app.notice.text == "The comparison failed."
    open_tab(ComparePanel)
    assert app.notice.text == "The comparison failed."
    open_tab(DrawPanel)
    assert app.notice.text == ""


def test_what_is_so_stays_until_it_is_over(app: App, open_tab: Callable[[type], None]) -> None:
    app._deliver(EngineDied("The engine stopped.", restarting=True))
    for panel in (TrainPanel, DrawPanel):
        open_tab(panel)
        assert app.notice.text == "The engine stopped."
    app._deliver(Ready(Version(0)))
    assert app.notice.text == ""


def test_a_job_that_failed_is_told_until_the_next_one_begins(
    app: App, open_tab: Callable[[type], None], drawn: list[StrokesLine]
) -> None:
    panel = app.panels[TrainPanel]
    assert isinstance(panel, TrainPanel)
    # A version that is not there any more.
    panel.use_version(77)
    until(app.root, lambda: "Version 77 cannot be read" in app.notice.text)
    assert app.notice.kind == "bad"
    open_tab(SamplesPanel)
    assert "Version 77" in app.notice.text
    until(app.root, lambda: app.controls.state is State.READY)
    panel.use_version(0)
    assert app.notice.text == ""
    until(app.root, lambda: app.controls.state is State.READY)


def test_the_end_of_the_video_leaves_undo_where_it_is(
    app: App, open_tab: Callable[[type], None], tmp_path: Path, drawn: list[StrokesLine]
) -> None:
    open_tab(DrawPanel)
    draw(app, drawn[0].strokes)
    app.panels[DrawPanel].keep(7)  # type: ignore[attr-defined]
    until(app.root, lambda: "Kept as 7" in app.notice.text)
    camera = app.panels[CameraPanel]
    app.notice.show("The video is over.", kind="bad", of=camera, until="camera")
    app.root.update()
    first, second = app.notice.text.splitlines()
    assert first == "The video is over."
    assert second.startswith("Kept as 7.")
    assert all(line.winfo_viewable() for line in app.notice.winfo_children())
    app.notice.button.invoke()
    until(app.root, lambda: "not kept any more" in app.notice.text)
    assert "The video is over." in app.notice.text
    # It is over when the camera is started again.
    open_tab(CameraPanel)
    assert "The video is over." in app.notice.text
    assert isinstance(camera, CameraPanel)
    camera.source.set(str(tmp_path / "nowhere.avi"))
    camera.start_or_stop()
    assert "The video is over." not in app.notice.text
    until(app.root, lambda: "nowhere.avi was not found" in app.notice.text)


def test_a_long_sentence_is_read_whole(app: App, open_tab: Callable[[type], None]) -> None:
    open_tab(DrawPanel)
    app.notice.show("Something has happened here, and must be said. " * 6, "Undo", app.root.update)
    app.root.update()
    label, button = app.notice.label, app.notice.button
    assert label.winfo_width() >= label.winfo_reqwidth()
    assert label.winfo_height() >= label.winfo_reqheight() > button.winfo_reqheight()
    assert button.winfo_viewable()
    assert button.winfo_width() >= button.winfo_reqwidth()
