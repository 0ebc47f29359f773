"""Guided collection in the tab *Draw*, by pen and keyboard."""

from pathlib import Path

import pytest
from support import draw, until

from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.mnist_files import Checksums
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.draw.guided_collection import GuidedCollection
from classroom.ui.draw.panel import DrawPanel


@pytest.fixture
def guide(app: App) -> GuidedCollection:
    return panel_of(app).guide


def panel_of(app: App) -> DrawPanel:
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    return panel


def kept(app: App) -> list[Sample]:
    until(app.root, lambda: not app.background.busy)
    with Dataset(store_url(app.home)) as store:
        return store.samples(newest_first=False)


def press(app: App, key: str) -> None:
    app.root.focus_force()
    panel_of(app).canvas.focus_force()
    panel_of(app).canvas.event_generate(key)
    until(app.root, lambda: not app.background.busy)


def write(app: App, drawn: list[StrokesLine], number: int) -> None:
    draw(app, drawn[number].strokes)
    press(app, "<space>" if number % 2 else "<Return>")


def test_a_round_by_pen_and_keyboard(
    app: App, guide: GuidedCollection, drawn: list[StrokesLine], home: Path
) -> None:
    guide.each.set("1")
    guide.start_button.invoke()
    assert guide.round is not None
    order = guide.round.order
    press(app, "<space>")
    assert not kept(app), "nothing was drawn"
    for number in range(10):
        assert "Draw a" in guide.sentence
        assert order[number] in guide.sentence
        write(app, drawn, number)
    assert [str(sample.label) for sample in kept(app)] == list(order)
    assert guide.round is None
    assert "All 10 digits are kept" in app.notice.text
    assert f"Kept as {order[-1]}." in app.notice.text
    assert guide.start_button.winfo_ismapped()


def test_backspace_clears_and_left_takes_the_last_one_back(
    app: App, guide: GuidedCollection, drawn: list[StrokesLine]
) -> None:
    guide.start_button.invoke()
    first = guide.digit
    draw(app, drawn[0].strokes)
    press(app, "<BackSpace>")
    assert not panel_of(app).paper.ink
    write(app, drawn, 0)
    assert len(kept(app)) == 1
    assert guide.digit != first
    press(app, "<Left>")
    assert guide.digit == first
    assert not kept(app)
    press(app, "<Left>")
    assert guide.digit == first


def test_other_digits_do_not_count_and_undo_of_the_last_one_calls_it_again(
    app: App, guide: GuidedCollection, drawn: list[StrokesLine]
) -> None:
    guide.start_button.invoke()
    called = guide.digit
    assert called is not None
    other = (called + 1) % 10
    draw(app, drawn[0].strokes)
    press(app, f"<Key-{other}>")
    assert [sample.label for sample in kept(app)] == [other]
    assert guide.digit == called
    write(app, drawn, 1)
    assert guide.digit != called
    app.notice.button.invoke()
    until(app.root, lambda: not app.background.busy)
    assert guide.digit == called


def test_a_pause_calls_nothing_and_a_restart_goes_on_where_it_was(
    app: App, guide: GuidedCollection, drawn: list[StrokesLine], home: Path, checksums: Checksums
) -> None:
    guide.start_button.invoke()
    for number in range(3):
        write(app, drawn, number)
    next_one = guide.digit
    guide.pause_button.invoke()
    draw(app, drawn[3].strokes)
    press(app, "<space>")
    assert len(kept(app)) == 3
    panel_of(app).clear()
    app.close()
    again = App(home, checksums)
    try:
        later = panel_of(again).guide
        assert "47 digits are still to be drawn" in panel_of(again).suggestion.cget("text")
        assert later.digit is None
        later.pause_button.invoke()
        assert later.digit == next_one
        assert later.count.cget("text") == "3 of 50"
        later.end_button.invoke()
        assert later.round is None
    finally:
        again.close()


def test_what_is_no_number_gets_a_sentence(app: App, guide: GuidedCollection) -> None:
    for text in ("", "0", "1000", "five", "²"):
        guide.each.set(text)
        guide.start_button.invoke()
        assert guide.round is None
        assert f"“{text}”" in app.notice.text
        assert "from 1 to 50" in app.notice.text
