"""The tab *My digits*, with a real store behind it."""

import sqlite3

import numpy as np
from gallery_support import (
    CONTROL,
    SHIFT,
    choose,
    click,
    press,
    settle,
    stored,
    texts,
)
from support import until

from classroom.datasets.dataset import Part, Sample
from classroom.ui.app import App
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.samples.panel import SamplesPanel


def test_digits_stand_together_and_exam_is_told_from_practice(
    panel: SamplesPanel, some: list[Sample]
) -> None:
    assert panel.filtered.labels.tolist() == [0] * 9 + [1] * 9 + [7] * 9
    written = texts(panel)
    assert [text for text in written if text in "0123456789"] == ["0", "1", "7"]
    assert written.count("9 digits: 6 for practice, 3 for the exam") == 3
    assert written.count("E") == sum(sample.part == Part.EXAM for sample in some) == 9
    assert str(panel.summary["text"]) == "27 digits: 18 for practice, 9 for the exam"


def test_a_click_shows_the_digit_and_what_is_known_of_it(panel: SamplesPanel, app: App) -> None:
    click(panel, 4)
    (number,) = panel.selected
    assert number == panel.filtered.ids[4]
    (sample,) = [one for one in stored(app) if one.id == number]
    assert str(panel.details.title["text"]) == "Digit 0"
    facts = [str(label["text"]) for label in panel.details._values]
    part = "exam" if sample.part == Part.EXAM else "practice"
    assert facts[:2] == [sample.writer, part]
    assert facts[3] == "drawn here"
    until(app.root, lambda: bool(panel.details._values[2]["text"]))
    np.testing.assert_array_equal(panel.details._image, sample.image)
    click(panel, 6)
    assert (panel.details._image != sample.image).any()
    press(panel, "Escape")
    assert not len(panel.selected)
    assert panel.edit_buttons.delete_button.instate(["disabled"])


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
    assert panel.selected == [panel.filtered.ids[-1]]


def test_a_digit_key_changes_the_label_and_undo_changes_it_back(
    panel: SamplesPanel, app: App
) -> None:
    before = {sample.id: (sample.label, sample.part) for sample in stored(app)}
    click(panel, 0)
    click(panel, 1, CONTROL)
    changed = set(panel.selected)
    press(panel, "Key-7")
    until(app.root, lambda: panel.edit_buttons.undo_button.instate(["!disabled"]))
    settle(app)
    after = {sample.id: (sample.label, sample.part) for sample in stored(app)}
    assert {number for number in before if before[number] != after[number]} == changed
    assert all(after[number] == (7, before[number][1]) for number in changed)
    assert app.notice.text == "2 digits are a 7 now."
    assert panel.filtered.labels.tolist().count(7) == 11
    press(panel, "Control-z")
    settle(app)
    assert {s.id: (s.label, s.part) for s in stored(app)} == before
    assert set(panel.selected) == changed


def test_deleting_goes_on_to_the_next_and_the_notice_takes_it_back(
    panel: SamplesPanel, app: App
) -> None:
    before = {sample.id for sample in stored(app)}
    press(panel, "Home")
    first, second = panel.filtered.ids[:2]
    press(panel, "Delete")
    until(app.root, lambda: len(panel.samples) == 26)
    assert {sample.id for sample in stored(app)} == before - {first}
    assert panel.selected.tolist() == [second]
    panel.edit_buttons.delete_button.invoke()
    until(app.root, lambda: len(panel.samples) == 25)
    app.notice.button.invoke()
    until(app.root, lambda: len(panel.samples) == 26)
    assert panel.selected.tolist() == [second]
    panel.edit_buttons.undo_button.invoke()
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
    panel.filter_bar.buttons[1 + 7].invoke()
    assert set(panel.filtered.labels) == {7}
    assert list(panel.filter_bar.writers["values"]) == ["Everyone", "Anna", "Ben", "Chloé"]
    choose(panel.filter_bar.writers, "Ben")
    shown = set(panel.filtered.ids)
    assert [(one.label, one.writer) for one in stored(app) if one.id in shown] == [(7, "Ben")] * 3
    choose(panel.filter_bar.parts, "Exam")
    assert panel.filtered.exam.tolist() == [True]
    choose(panel.filter_bar.origins, "the camera")
    until(app.root, lambda: bool(panel.empty.winfo_viewable()))
    panel.empty.button.invoke()
    assert len(panel.filtered) == 27


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
