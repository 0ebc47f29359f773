"""The store deleted or replaced while the window is open: what is kept, shown and said."""

import shutil
from pathlib import Path

import numpy as np
from gallery_support import opened, settle
from store_support import POSIX, a_sample, url_of
from support import draw, keep_some, until

from classroom.datasets.dataset import Dataset
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.draw.panel import DrawPanel

pytestmark = POSIX


def keep(app: App, line: StrokesLine) -> None:
    draw(app, line.strokes)
    app.root.event_generate("<Key>", keysym=str(line.label))
    until(app.root, lambda: not app.background.busy)


def total(file: Path) -> int:
    with Dataset(url_of(file)) as store:
        return int(store.stats()["total"])


def test_a_deleted_store_is_there_again_with_the_next_digit(
    home: Path, drawn: list[StrokesLine], app: App
) -> None:
    file = home / "data" / "samples.sqlite"
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    until(app.root, lambda: not app.background.busy)
    panel.canvas.focus_force()
    for line in drawn[:2]:
        keep(app, line)
    for one in file.parent.glob("samples.sqlite*"):
        one.unlink()
    keep(app, drawn[2])
    assert "deleted or moved away" in app.notice.text
    assert total(file) == 3
    until(app.root, lambda: "3 digits kept" in panel.suggestion.cget("text"))


def test_the_window_notices_and_shows_another_file_without_being_asked(
    home: Path, drawn: list[StrokesLine], app: App
) -> None:
    file = home / "data" / "samples.sqlite"
    keep_some(home, drawn, 4)
    other = home / "other.sqlite"
    with Dataset(url_of(other)) as store:
        for number in range(7):
            store.keep(a_sample(number, label=number))
    panel = opened(app, 4)
    before = {number: panel.images.get(number) for number in panel.samples.ids.tolist()}
    shutil.move(other, file)
    until(app.root, lambda: len(panel.samples) == 7)
    settle(app)
    until(app.root, lambda: panel.images.get(1) is not None)
    assert "replaced by another one" in app.notice.text
    image = panel.images.get(1)
    assert image is not None
    np.testing.assert_array_equal(image, a_sample(0).image)
    assert all(one is not image for one in before.values())


def test_a_digit_refused_by_a_damaged_file_is_kept_once_a_backup_took_its_place(
    home: Path, drawn: list[StrokesLine], questions: list[str], app: App
) -> None:
    file = home / "data" / "samples.sqlite"
    panel = app.panels[DrawPanel]
    assert isinstance(panel, DrawPanel)
    until(app.root, lambda: not app.background.busy)
    panel.canvas.focus_force()
    keep(app, drawn[0])
    bad = home / "bad"
    bad.write_bytes(b"\xa5" * 50_000)
    bad.replace(file)
    keep(app, drawn[1])
    until(app.root, lambda: bool(questions))
    until(app.root, lambda: not panel.unsaved and not app.background.busy)
    assert total(file) == 2
