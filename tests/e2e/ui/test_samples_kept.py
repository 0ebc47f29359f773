"""*My digits* over time: in and out, deleted and back, other windows, what the CNN says."""

import json
from pathlib import Path
from tkinter import filedialog

import numpy as np
import pytest
from gallery_support import (
    CONTROL,
    choose,
    click,
    opened,
    press,
    stored,
    texts,
)
from support import base, until

from classroom.datasets.dataset import Dataset, Sample
from classroom.engine import versions
from classroom.paths import store_url
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.samples.panel import SamplesPanel


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
    assert "Dora" in panel.filter_bar.writers["values"]
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
    assert panel.edit_buttons.restore_button.instate(["disabled"])
    choose(panel.filter_bar.kinds, "Deleted")
    until(app.root, lambda: set(panel.samples.ids) == gone)
    press(panel, "Control-a")
    press(panel, "Key-7")
    panel.edit_buttons.restore_button.invoke()
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
    assert str(panel.edit_buttons.redo_button["text"]) == "Redo"
    press(panel, "Control-Z")
    until(app.root, lambda: len(panel.samples) == 26)
    press(panel, "Control-y")
    until(app.root, lambda: len(panel.samples) == 27)
    until(app.root, lambda: panel.edit_buttons.redo_button.instate(["disabled"]))
    press(panel, "Control-y")
    until(app.root, lambda: "nothing to redo" in app.notice.text)


def test_the_work_of_another_window_is_seen_soon(
    panel: SamplesPanel, app: App, drawn: list[StrokesLine]
) -> None:
    with Dataset(store_url(app.home)) as other:
        image = from_strokes(drawn[0].strokes)
        other.keep(Sample(image, 5, "Dora", "drawn", drawn[0].strokes))
        until(app.root, lambda: len(panel.samples) == 28, seconds=20)
        assert "Dora" in panel.filter_bar.writers["values"]


def test_what_the_cnn_takes_for_another_digit_is_found(panel: SamplesPanel, app: App) -> None:
    until(app.root, lambda: app.client.ready, seconds=240)
    wrong = int(panel.filtered.ids[list(panel.filtered.labels).index(1)])
    with Dataset(store_url(app.home)) as other:
        other.relabel([wrong], 8)
    until(app.root, lambda: not panel.cnn_scores.missing and 8 in panel.samples.labels)
    choose(panel.filter_bar.kinds, "CNN wrong")
    assert wrong in panel.filtered.ids
    assert len(panel.filtered) < 27
    choose(panel.filter_bar.kinds, "All kept")
    choose(panel.filter_bar.orders, "By doubt")
    until(app.root, lambda: not panel.gallery._incomplete)
    assert wrong in panel.filtered.ids[:3]
    assert "Most doubtful first" in texts(panel)
    assert any(text.endswith("?") for text in texts(panel))
    # The answers outlive the window.
    until(app.root, lambda: not app.background.busy)
    with Dataset(store_url(app.home)) as other:
        network = versions.shipped(base(app.home)).network
        assert len(other.known_scores(f"0 {network}")[0]) == 27


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
    assert panel.selected == [panel.filtered.ids[-1]]
    assert len(canvas.find_all()) < 400
    assert canvas.bbox("selection")[3] <= canvas.canvasy(canvas.winfo_height())


def test_the_dark_theme_colours_the_thumbnails_too(panel: SamplesPanel, app: App) -> None:
    app.theme_button.invoke()
    app.root.update()
    background = str(panel.gallery.canvas["background"])
    assert background == app.theme.palette.surface
    app.theme_button.invoke()
    assert str(panel.gallery.canvas["background"]) != background
