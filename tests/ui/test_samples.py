"""The tab *My digits*, with a real store behind it."""

import json
import sqlite3
import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk

import numpy as np
import pytest
from ui.conftest import until

from classroom.dataset import EXAM, Dataset, Sample
from classroom.digits import from_strokes
from classroom.paths import store_url
from classroom.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.draw import DrawPanel
from classroom.ui.samples import SamplesPanel

SHIFT, CONTROL = 0x1, 0x4


@pytest.fixture
def some(home: Path, drawn: list[StrokesLine]) -> list[Sample]:
    """Three 0, three 1 and three 7 of each of three writers, in the store."""
    with Dataset(store_url(home)) as store:
        for writer in ("Anna", "Ben", "Chloé"):
            for label in (0, 1, 7):
                of_them = [one for one in drawn if (one.writer, one.label) == (writer, label)]
                for line in of_them[:3]:
                    image = from_strokes(line.strokes)
                    store.keep(Sample(image, label, writer, "drawn", line.strokes))
        return store.samples()


@pytest.fixture
def panel(some: list[Sample], app: App) -> SamplesPanel:
    """The tab, open and filled."""
    return opened(app, len(some))


def opened(app: App, count: int) -> SamplesPanel:
    panel = app.panels[SamplesPanel]
    assert isinstance(panel, SamplesPanel)
    app.select_tab(SamplesPanel)
    until(app.root, lambda: len(panel.samples) == count)
    if count:
        focus(app, panel.gallery.canvas)
    return panel


def focus(app: App, widget: tk.Misc) -> None:
    until(app.root, lambda: bool(widget.winfo_viewable()))
    widget.focus_force()
    until(app.root, lambda: widget.focus_get() is widget)


def press(panel: SamplesPanel, key: str, **options: int) -> None:
    panel.gallery.canvas.event_generate(f"<{key}>", **options)  # type: ignore[arg-type]
    panel.app.root.update()


def click(panel: SamplesPanel, position: int, state: int = 0) -> None:
    """Click the tile at a position in the first rows."""
    canvas, grid = panel.gallery.canvas, panel.gallery._grid
    side = grid.tile
    points = [
        (x, y)
        for y in range(0, canvas.winfo_height(), side // 4)
        for x in range(0, canvas.winfo_width(), side // 4)
        if grid.at(x, y + canvas.canvasy(0)) == position
    ]
    x, y = points[len(points) // 2]
    canvas.event_generate("<ButtonPress-1>", x=x + side // 4, y=y, state=state)
    panel.app.root.update()


def choose(box: ttk.Combobox, text: str) -> None:
    box.current(list(box["values"]).index(text))
    box.event_generate("<<ComboboxSelected>>")


def stored(app: App) -> list[Sample]:
    with Dataset(store_url(app.home)) as store:
        return store.samples(newest_first=False)


def settle(app: App) -> None:
    until(app.root, lambda: not app.background.busy)


def texts(panel: SamplesPanel) -> list[str]:
    """Everything that is written on the canvas."""
    canvas = panel.gallery.canvas
    return [canvas.itemcget(i, "text") for i in canvas.find_all() if canvas.type(i) == "text"]


def test_digits_stand_together_and_exam_is_told_from_practice(
    panel: SamplesPanel, some: list[Sample]
) -> None:
    assert panel.visible.labels.tolist() == [0] * 9 + [1] * 9 + [7] * 9
    written = texts(panel)
    assert [text for text in written if text in "0123456789"] == ["0", "1", "7"]
    assert written.count("9 digits: 6 for practice, 3 for the exam") == 3
    assert written.count("E") == sum(sample.part == EXAM for sample in some) == 9
    assert str(panel.summary["text"]) == "27 digits: 18 for practice, 9 for the exam"


def test_a_click_shows_the_digit_and_what_is_known_of_it(panel: SamplesPanel) -> None:
    click(panel, 4)
    (number,) = panel.selected
    assert number == panel.visible.ids[4]
    (sample,) = [one for one in stored(panel.app) if one.id == number]
    assert str(panel.details.title["text"]) == "Digit 0"
    facts = [str(label["text"]) for label in panel.details._values]
    part = "exam" if sample.part == EXAM else "practice"
    assert facts[:2] == [sample.writer, part]
    assert facts[3] == "drawn here"
    until(panel.app.root, lambda: bool(panel.details._values[2]["text"]))
    np.testing.assert_array_equal(panel.details._image, sample.image)
    click(panel, 6)
    assert (panel.details._image != sample.image).any()
    press(panel, "Escape")
    assert not len(panel.selected)
    assert panel.side.delete_button.instate(["disabled"])


def test_mouse_and_keyboard_select_as_in_every_list(panel: SamplesPanel) -> None:
    click(panel, 2)
    click(panel, 5, SHIFT)
    assert panel.gallery.selection.chosen == {2, 3, 4, 5}
    click(panel, 3, CONTROL)
    assert panel.gallery.selection.chosen == {2, 4, 5}
    assert str(panel.details.title["text"]) == "3 digits"
    press(panel, "Home")
    press(panel, "Right")
    press(panel, "Down", state=SHIFT)
    assert panel.gallery.selection.chosen == set(range(1, panel.gallery.selection.cursor + 1))
    press(panel, "Control-a")
    assert len(panel.selected) == 27
    press(panel, "End")
    assert panel.selected == [panel.visible.ids[-1]]


def test_a_digit_key_changes_the_label_and_undo_changes_it_back(
    panel: SamplesPanel, app: App
) -> None:
    before = {sample.id: (sample.label, sample.part) for sample in stored(app)}
    click(panel, 0)
    click(panel, 1, CONTROL)
    changed = set(panel.selected)
    press(panel, "Key-7")
    until(app.root, lambda: panel.side.undo_button.instate(["!disabled"]))
    settle(app)
    after = {sample.id: (sample.label, sample.part) for sample in stored(app)}
    assert {number for number in before if before[number] != after[number]} == changed
    assert all(after[number] == (7, before[number][1]) for number in changed)
    assert app.notice.text == "2 digits are a 7 now."
    assert panel.visible.labels.tolist().count(7) == 11
    press(panel, "Control-z")
    settle(app)
    assert {s.id: (s.label, s.part) for s in stored(app)} == before
    assert set(panel.selected) == changed


def test_deleting_goes_on_to_the_next_and_the_notice_takes_it_back(
    panel: SamplesPanel, app: App
) -> None:
    before = {sample.id for sample in stored(app)}
    press(panel, "Home")
    first, second = panel.visible.ids[:2]
    press(panel, "Delete")
    until(app.root, lambda: len(panel.samples) == 26)
    assert {sample.id for sample in stored(app)} == before - {first}
    assert panel.selected.tolist() == [second]
    panel.side.delete_button.invoke()
    until(app.root, lambda: len(panel.samples) == 25)
    app.notice.button.invoke()
    until(app.root, lambda: len(panel.samples) == 26)
    assert panel.selected.tolist() == [second]
    panel.side.undo_button.invoke()
    until(app.root, lambda: len(panel.samples) == 27)
    assert {sample.id for sample in stored(app)} == before


def test_the_last_one_deleted_leaves_a_friendly_way_to_draw(panel: SamplesPanel, app: App) -> None:
    press(panel, "Control-a")
    press(panel, "Delete")
    until(app.root, lambda: not len(panel.samples))
    until(app.root, lambda: bool(panel.empty.winfo_viewable()))
    assert "No digits are kept yet" in str(panel.empty.label["text"])
    panel.empty.button.invoke()
    app.root.update()
    assert app.tabs.select() == str(app.panels[DrawPanel])


def test_filters_by_digit_and_writer(panel: SamplesPanel, app: App) -> None:
    panel.filter.buttons[1 + 7].invoke()
    assert set(panel.visible.labels) == {7}
    assert list(panel.filter.writers["values"]) == ["Everyone", "Anna", "Ben", "Chloé"]
    choose(panel.filter.writers, "Ben")
    shown = set(panel.visible.ids)
    assert [(one.label, one.writer) for one in stored(app) if one.id in shown] == [(7, "Ben")] * 3
    choose(panel.filter.parts, "Exam")
    assert panel.visible.exam.tolist() == [True]
    choose(panel.filter.origins, "the camera")
    until(app.root, lambda: bool(panel.empty.winfo_viewable()))
    panel.empty.button.invoke()
    assert len(panel.visible) == 27


def test_a_store_that_is_locked_says_so_and_loses_nothing(panel: SamplesPanel, app: App) -> None:
    before = {sample.id for sample in stored(app)}
    click(panel, 0)
    with sqlite3.connect(app.home / "data" / "samples.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        press(panel, "Delete")
        until(app.root, lambda: "locked" in app.notice.text)
    other.close()
    assert {sample.id for sample in stored(app)} == before
    assert len(panel.selected) == 1
    press(panel, "Delete")
    until(app.root, lambda: len(panel.samples) == len(before) - 1)


def test_files_come_in_and_go_out(
    panel: SamplesPanel, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = tmp_path / "dora.jsonl", tmp_path / "notes.txt"
    line = {
        "label": 4,
        "writer": "Dora",
        "strokes": [[[0, 0], [0, 50], [40, 50]], [[30, 20], [30, 90]]],
    }
    good.write_text(json.dumps(line) + "\n", encoding="utf-8")
    bad.write_text("milk, bread", encoding="utf-8")
    # The dialog is the system's own; what it would answer is the only thing not real here.
    monkeypatch.setattr(filedialog, "askopenfilenames", lambda **_: (str(good), str(bad)))
    panel.files.import_button.invoke()
    until(app.root, lambda: len(panel.samples) == 28)
    assert app.notice.text.startswith("1 digit added. 1 refused: notes.txt")
    assert "Dora" in panel.filter.writers["values"]
    target = tmp_path / "out.jsonl"
    monkeypatch.setattr(filedialog, "asksaveasfilename", lambda **_: str(target))
    panel.files.menu.invoke(0)
    until(app.root, lambda: target.exists() and not app.background.busy)
    assert len(target.read_text(encoding="utf-8").splitlines()) == 28
    assert "28 digits written" in app.notice.text


def test_the_deleted_are_shown_and_come_back(panel: SamplesPanel, app: App) -> None:
    click(panel, 0)
    click(panel, 2, CONTROL)
    gone = set(panel.selected)
    press(panel, "Delete")
    until(app.root, lambda: len(panel.samples) == 25)
    assert panel.side.restore_button.instate(["disabled"])
    choose(panel.filter.kinds, "Deleted")
    until(app.root, lambda: set(panel.samples.ids) == gone)
    press(panel, "Control-a")
    press(panel, "Key-7")
    panel.side.restore_button.invoke()
    until(app.root, lambda: not len(panel.samples))
    assert "No digit of this kind is deleted" in str(panel.empty.label["text"])
    panel.empty.button.invoke()
    until(app.root, lambda: len(panel.samples) == 27)
    assert [one.label for one in stored(app) if one.id in gone] == [0, 0]


def test_what_was_done_before_the_window_was_opened_is_undone_and_done_again(
    panel: SamplesPanel, app: App
) -> None:
    press(panel, "Control-z")
    until(app.root, lambda: len(panel.samples) == 26)
    assert app.notice.text == "1 digit is not kept any more."
    press(panel, "Control-z")
    until(app.root, lambda: len(panel.samples) == 25)
    assert str(panel.side.redo_button["text"]) == "Redo"
    press(panel, "Control-Z")
    until(app.root, lambda: len(panel.samples) == 26)
    press(panel, "Control-y")
    until(app.root, lambda: len(panel.samples) == 27)
    until(app.root, lambda: panel.side.redo_button.instate(["disabled"]))
    press(panel, "Control-y")
    until(app.root, lambda: "nothing to redo" in app.notice.text)


def test_the_work_of_another_window_is_seen_soon(
    panel: SamplesPanel, app: App, drawn: list[StrokesLine]
) -> None:
    with Dataset(store_url(app.home)) as other:
        image = from_strokes(drawn[0].strokes)
        other.keep(Sample(image, 5, "Dora", "drawn", drawn[0].strokes))
        until(app.root, lambda: len(panel.samples) == 28, seconds=20)
        assert "Dora" in panel.filter.writers["values"]


def test_what_the_cnn_takes_for_another_digit_is_found(panel: SamplesPanel, app: App) -> None:
    until(app.root, lambda: app.client.ready, seconds=240)
    wrong = int(panel.visible.ids[list(panel.visible.labels).index(1)])
    with Dataset(store_url(app.home)) as other:
        other.relabel([wrong], 8)
    until(app.root, lambda: not panel.doubts.missing and 8 in panel.samples.labels)
    choose(panel.filter.kinds, "CNN wrong")
    assert wrong in panel.visible.ids
    assert len(panel.visible) < 27
    choose(panel.filter.kinds, "All kept")
    choose(panel.filter.orders, "By doubt")
    until(app.root, lambda: not panel.gallery._incomplete)
    assert wrong in panel.visible.ids[:3]
    assert "Most doubtful first" in texts(panel)
    assert any(text.endswith("?") for text in texts(panel))
    # The answers outlive the window.
    until(app.root, lambda: not app.background.busy)
    with Dataset(store_url(app.home)) as other:
        assert len(other.known_scores("0")[0]) == 27


@pytest.fixture
def thousands(home: Path) -> int:
    generator = np.random.default_rng(0)
    with Dataset(store_url(home)) as store:
        store.keep_many(
            Sample(generator.integers(0, 256, (28, 28), np.uint8), number % 10, "Ann", "import")
            for number in range(5000)
        )
    return 5000


def test_of_thousands_only_those_in_sight_are_drawn(thousands: int, app: App) -> None:
    panel = opened(app, thousands)
    canvas = panel.gallery.canvas
    in_sight = canvas.find_all()
    assert 20 < len(in_sight) < 400
    press(panel, "Button-5")
    assert canvas.canvasy(0) > 0
    press(panel, "End")
    assert canvas.yview()[1] > 0.99
    assert panel.selected == [panel.visible.ids[-1]]
    assert len(canvas.find_all()) < 400
    assert canvas.bbox("selection")[3] <= canvas.canvasy(canvas.winfo_height())


def test_the_dark_theme_colours_the_thumbnails_too(panel: SamplesPanel, app: App) -> None:
    app.look.invoke()
    app.root.update()
    background = str(panel.gallery.canvas["background"])
    assert background == app.theme.palette.surface
    app.look.invoke()
    assert str(panel.gallery.canvas["background"]) != background
