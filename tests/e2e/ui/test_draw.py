"""The tab *Draw*, with a real pen, a real store and a real engine."""

import sqlite3
import tkinter as tk
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support import commands_of, draw, keep_some, until

from classroom.datasets.dataset import Dataset, Sample
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.core.controls import State
from classroom.ui.draw.panel import DrawPanel

SEVEN = [[(120.0, 100.0), (280.0, 100.0), (180.0, 330.0)]]
ONE = [[(200.0, 60.0), (200.0, 340.0)]]


@pytest.fixture
def panel(app: App) -> DrawPanel:
    found = app.panels[DrawPanel]
    assert isinstance(found, DrawPanel)
    return found


def kept(app: App) -> list[Sample]:
    with Dataset(store_url(app.home)) as store:
        return store.samples(newest_first=False)


def settle(app: App) -> None:
    until(app.root, lambda: not app.background.busy)


def press(app: App, key: str) -> None:
    app.root.focus_force()
    app.root.event_generate(f"<Key-{key}>")
    settle(app)


def test_a_seven_is_recognised_while_it_is_drawn(app: App, panel: DrawPanel) -> None:
    until(app.root, lambda: app.controls.state is State.READY, 120)
    draw(app, SEVEN)
    for answer in panel.answers.values():
        until(app.root, lambda answer=answer: answer.digit.cget("text") == "7")
        assert "sure" in answer.sureness.cget("text")
    panel.clear_button.invoke()
    app.root.update()
    assert {answer.digit.cget("text") for answer in panel.answers.values()} == {"–"}


def test_a_drawing_made_before_the_engine_is_there_is_recognised_when_it_is(
    app: App, panel: DrawPanel
) -> None:
    draw(app, SEVEN)
    assert app.controls.state is State.STARTING
    until(app.root, lambda: panel.answers["cnn"].digit.cget("text") == "7")


def test_a_digit_key_keeps_the_drawing_as_drawn(app: App, panel: DrawPanel) -> None:
    app.writer.set("Ann")
    draw(app, SEVEN)
    press(app, "7")
    (sample,) = kept(app)
    assert (sample.label, sample.writer, sample.origin, sample.part) == (
        7,
        "Ann",
        "drawn",
        "practice",
    )
    assert sample.strokes is not None
    assert np.abs(np.array(sample.strokes[0]) - np.array(SEVEN[0])).max() < 1
    assert not panel.paper.ink
    assert app.notice.text.startswith("Kept as 7.")
    assert "for practice" in app.notice.text


def test_the_third_of_a_digit_goes_to_the_exam_and_the_grid_shows_it(
    app: App, panel: DrawPanel
) -> None:
    for shift in (0, 15, 30):
        draw(app, [[(x + shift, y) if y < 200 else (x, y) for x, y in SEVEN[0]]])
        panel.labels.buttons[7].invoke()
        settle(app)
    assert [sample.part for sample in kept(app)] == ["practice", "practice", "exam"]
    practice, exam = panel.labels._counts[7]
    assert (practice.cget("text"), exam.cget("text")) == ("2", "1")
    assert "3 digits kept" in panel.suggestion.cget("text")
    assert "draw a 0" in panel.suggestion.cget("text")


def test_the_same_drawing_again_is_said_and_not_kept_twice(app: App, panel: DrawPanel) -> None:
    for _time in ("once", "again"):
        draw(app, SEVEN)
        press(app, "7")
    assert len(kept(app)) == 1
    assert "kept already" in app.notice.text
    assert not app.notice.button.winfo_ismapped()


def test_a_digit_kept_leaves_nothing_behind_in_tk(app: App, panel: DrawPanel) -> None:
    def commands_after(shift: int) -> int:
        draw(app, [[(x + shift, y) if y < 200 else (x, y) for x, y in SEVEN[0]]])
        press(app, "7")
        settle(app)
        return len(commands_of(app.root))

    first = commands_after(0)
    assert max(commands_after(10 * number) for number in range(1, 5)) <= first


def test_undo_in_the_confirmation_takes_the_sample_back(app: App, panel: DrawPanel) -> None:
    draw(app, SEVEN)
    press(app, "7")
    app.notice.button.invoke()
    settle(app)
    assert kept(app) == []
    assert "not kept any more" in app.notice.text


def test_a_digit_typed_into_the_name_field_is_a_letter_of_the_name(
    app: App, panel: DrawPanel
) -> None:
    draw(app, SEVEN)
    app.root.focus_force()
    panel.name_field.focus_force()
    app.root.update()
    panel.name_field.event_generate("<Key-3>")
    app.root.update()
    assert app.writer.get().endswith("3")
    assert kept(app) == []
    assert panel.paper.ink


def test_a_key_with_nothing_drawn_keeps_nothing(app: App) -> None:
    press(app, "4")
    assert kept(app) == []


def test_undo_and_clear_take_strokes_back(app: App, panel: DrawPanel) -> None:
    draw(app, [*SEVEN, *ONE])
    assert len(panel.paper.ink.strokes) == 2
    panel.undo_button.invoke()
    assert len(panel.paper.ink.strokes) == 1
    panel.clear_button.invoke()
    assert not panel.paper.ink
    assert panel.undo_button.instate(["disabled"])
    assert panel.labels.buttons[0].instate(["disabled"])


def test_the_drawing_survives_a_change_of_the_windows_size(app: App, panel: DrawPanel) -> None:
    draw(app, SEVEN)
    before = [list(stroke) for stroke in panel.paper.ink.strokes]
    app.root.geometry("1400x950")
    until(app.root, lambda: panel.canvas.winfo_width() > 500)
    assert panel.paper.ink.strokes == before
    assert panel.canvas.bbox("all")[3] > 0.7 * panel.canvas.winfo_height()
    draw(app, ONE)
    assert panel.paper.ink.strokes[-1][0] == pytest.approx((200, 60), abs=1)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Another program writes to the store and does not come to an end."""
    with sqlite3.connect(home / "data" / "samples.sqlite") as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


def test_a_locked_store_loses_no_drawing_and_does_not_stop_the_window(
    app: App, panel: DrawPanel
) -> None:
    settle(app)
    with locked(app.home):
        draw(app, SEVEN)
        panel.keep(7)
        draw(app, ONE)
        assert len(panel.paper.ink.strokes) == 1
        settle(app)
        assert "1 digit is not kept yet" in app.notice.text
    app.notice.button.invoke()
    settle(app)
    assert [sample.label for sample in kept(app)] == [7]
    assert panel.unsaved == []
    panel.keep(1)
    settle(app)
    assert [sample.label for sample in kept(app)] == [7, 1]


def test_what_is_not_kept_stays_in_sight_when_the_engine_gets_ready(
    app: App, panel: DrawPanel
) -> None:
    settle(app)
    with locked(app.home):
        draw(app, SEVEN)
        panel.keep(7)
        settle(app)
        until(app.root, lambda: app.controls.state is State.READY)
    assert "1 digit is not kept yet" in app.notice.text


def test_the_next_keep_brings_what_was_refused_along(app: App, panel: DrawPanel) -> None:
    settle(app)
    with locked(app.home):
        draw(app, SEVEN)
        panel.keep(7)
        settle(app)
    draw(app, ONE)
    panel.keep(1)
    settle(app)
    until(app.root, lambda: not panel.unsaved)
    settle(app)
    assert sorted(sample.label for sample in kept(app)) == [1, 7]


def test_light_and_dark_recolour_the_paper(app: App, panel: DrawPanel) -> None:
    draw(app, SEVEN)
    light = panel.canvas.cget("background")
    app.theme_button.invoke()
    app.root.update()
    assert panel.canvas.cget("background") != light
    assert panel.paper.ink


def test_what_was_kept_before_is_counted_at_the_next_start(
    home: Path, drawn: list[StrokesLine], request: pytest.FixtureRequest
) -> None:
    keep_some(home, drawn, 12)
    app: App = request.getfixturevalue("app")
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    settle(app)
    until(app.root, lambda: "12 digits kept" in panel.suggestion.cget("text"))


def key(app: App, widget: tk.Misc, name: str) -> None:
    """Press a key while the keyboard is at a widget."""
    app.root.focus_force()
    widget.focus_force()
    app.root.update()
    widget.event_generate(name)
    settle(app)
    app.root.update()


def test_enter_goes_to_the_labels_and_keeps_nothing_by_itself(app: App, panel: DrawPanel) -> None:
    until(app.root, lambda: app.controls.state is State.READY, 120)
    key(app, panel.canvas, "<Return>")
    assert app.root.focus_get() is panel.canvas, "nothing is drawn"
    draw(app, SEVEN)
    until(app.root, lambda: panel.answers["cnn"].digit.cget("text") == "7")
    key(app, panel.canvas, "<Return>")
    assert app.root.focus_get() is panel.labels.buttons[0]
    for _again in range(2):
        key(app, panel.labels.buttons[0], "<Return>")
    key(app, panel.canvas, "<space>")
    assert kept(app) == [], "no key takes over what a classifier says"
    key(app, panel.labels.buttons[0], "<Left>")
    assert app.root.focus_get() is panel.labels.buttons[9]
    key(app, panel.labels.buttons[9], "<Right>")
    key(app, panel.labels.buttons[0], "<Right>")
    assert app.root.focus_get() is panel.labels.buttons[1]
    panel.labels.buttons[1].event_generate("<space>")
    until(app.root, lambda: not panel.paper.ink and not app.background.busy)
    assert [sample.label for sample in kept(app)] == [1]
    assert app.root.focus_get() is panel.canvas


def test_ctrl_z_takes_the_last_stroke_back_but_not_in_the_name_field(
    app: App, panel: DrawPanel
) -> None:
    draw(app, SEVEN)
    press(app, "7")
    draw(app, [*SEVEN, *ONE])
    key(app, panel.name_field, "<Control-z>")
    assert len(panel.paper.ink.strokes) == 2
    key(app, panel.canvas, "<Control-z>")
    assert len(panel.paper.ink.strokes) == 1
    key(app, panel.labels.buttons[3], "<Control-z>")
    assert not panel.paper.ink
    key(app, panel.canvas, "<Control-z>")
    assert len(kept(app)) == 1, "what is kept stays"


def test_a_stroke_that_leaves_the_paper_is_painted_and_kept_to_its_edge(
    app: App, panel: DrawPanel
) -> None:
    draw(app, [[(200.0, 100.0), (200.0, 200.0), (440.0, 200.0), (440.0, 300.0), (200.0, 300.0)]])
    first, second = panel.paper.ink.strokes
    assert first[-1] == pytest.approx((400, 200), abs=1)
    assert second[0] == pytest.approx((400, 300), abs=1)
    side = panel.canvas.winfo_width()
    lines = [item for item in panel.canvas.find_all() if panel.canvas.type(item) == "line"]
    rightmost = [max(panel.canvas.coords(item)[0::2]) for item in lines]
    assert sum(x >= side - 1 for x in rightmost) == 2
