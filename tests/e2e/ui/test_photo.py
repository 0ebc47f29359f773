"""The tab *Photo*: a photo becomes boxes, the boxes become samples."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import until

from classroom.datasets.dataset import Dataset
from classroom.paths import store_url
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.photo.panel import PhotoPanel


@pytest.fixture
def panel(app: App) -> PhotoPanel:
    app.select_tab(PhotoPanel)
    found = app.panels[PhotoPanel]
    assert isinstance(found, PhotoPanel)
    return found


@pytest.fixture
def photo(tmp_path: Path, drawn: list[StrokesLine]) -> Path:
    """Three digits in a row, on a page that is darker on the right."""
    page = np.full((400, 900), 235.0)
    for place in range(3):
        ink = Image.fromarray(from_strokes(drawn[place].strokes)).resize((150, 150))
        page[100:250, 80 + 260 * place : 230 + 260 * place] -= np.asarray(ink) * 0.75
    page *= np.linspace(1.0, 0.6, 900)
    file = tmp_path / "page.png"
    Image.fromarray(page.astype(np.uint8)).save(file)
    return file


def settle(app: App, panel: PhotoPanel) -> None:
    until(app.root, lambda: not panel.working and not panel.proposals.waiting)
    until(app.root, lambda: not app.background.busy)


def drag(panel: PhotoPanel, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag the mouse from one point of the picture to another."""
    view = panel.view
    (x0, y0), (x1, y1) = (
        (round(x * view.scale_) + view.left, round(y * view.scale_) + view.top)
        for x, y in (start, end)
    )
    view.event_generate("<ButtonPress-1>", x=x0, y=y0)
    view.event_generate("<B1-Motion>", x=x1, y=y1)
    view.event_generate("<ButtonRelease-1>", x=x1, y=y1)
    panel.update()


def test_from_the_photo_to_the_store_by_keyboard(
    app: App, panel: PhotoPanel, photo: Path, drawn: list[StrokesLine]
) -> None:
    app.writer.set("Ann")
    assert panel.keep_button.instate(["disabled"])
    until(app.root, lambda: app.client.ready)
    panel.open(photo)
    settle(app, panel)
    assert [one.label for one in panel.boxes.marked] == [line.label for line in drawn[:3]]
    for method in ("adaptive", "otsu"):
        panel.side.method.set(method)
        panel.look_again()
        settle(app, panel)
        assert len(panel.boxes.marked) == 3
    app.root.focus_force()
    panel.view.focus_force()
    panel.view.event_generate("<Key-5>")
    panel.view.event_generate("<Key-Right>")
    panel.view.event_generate("<Delete>")
    panel.view.event_generate("<Return>")
    app.root.update()
    assert [one.sure for one in panel.boxes.marked] == [True, True]
    assert [one.label for one in panel.boxes.marked] == [5, drawn[1].label]
    panel.keep_button.invoke()
    settle(app, panel)
    with Dataset(store_url(app.home)) as store:
        samples = store.samples(newest_first=False)
    assert [sample.label for sample in samples] == [5, drawn[1].label]
    assert {(sample.writer, sample.origin) for sample in samples} == {("Ann", "photo")}
    assert "2 digits kept" in app.notice.text
    assert panel.keep_button.instate(["disabled"])
    app.notice.button.invoke()
    settle(app, panel)
    assert "2 digits are not kept any more" in app.notice.text
    with Dataset(store_url(app.home)) as store:
        assert not store.samples()
    # The boxes are back as they were corrected.
    assert [one.label for one in panel.boxes.marked] == [5, drawn[1].label]
    assert not panel.keep_button.instate(["disabled"])


def test_a_box_is_drawn_with_the_mouse_and_bad_files_get_a_sentence(
    app: App, panel: PhotoPanel, photo: Path, tmp_path: Path
) -> None:
    panel.open(tmp_path / "missing.jpg")
    settle(app, panel)
    assert "missing.jpg was not found" in app.notice.text
    panel.open(photo)
    settle(app, panel)
    drag(panel, (20, 20), (70, 80))
    assert len(panel.boxes.marked) == 4
    assert "no ink" in panel.box.said.cget("text")
    drag(panel, (40, 50), (45, 65))
    assert panel.boxes.marked[3].box == pytest.approx((25, 35, 75, 95), abs=2)
    left, top, right, bottom = panel.boxes.marked[0].box
    middle = ((left + right) / 2, (top + bottom) / 2)
    drag(panel, middle, middle)
    assert panel.boxes.selected == 0
    panel.sheet_button.make(tmp_path / "mine.pdf")
    settle(app, panel)
    assert (tmp_path / "mine.pdf").stat().st_size > 1000


def test_what_else_a_file_holds_and_what_was_not_read_is_said(
    app: App, panel: PhotoPanel, photo: Path, tmp_path: Path
) -> None:
    scan = Image.open(photo)
    scan.save(tmp_path / "scan.tif", save_all=True, append_images=[scan, scan])
    panel.open(tmp_path / "scan.tif")
    settle(app, panel)
    assert len(panel.boxes.marked) == 3
    assert "page 2, page 3" in app.notice.text
    panel.open(photo)
    settle(app, panel)
    assert app.notice.text == ""
    many = np.full((900, 960), 255, np.uint8)
    for top in range(0, 900, 30):
        for left in range(0, 960, 24):
            many[top + 6 : top + 24, left + 10 : left + 13] = 0
    Image.fromarray(many[:, : 40 * 24]).save(tmp_path / "many.png")
    panel.open(tmp_path / "many.png")
    settle(app, panel)
    assert "200 more" in app.notice.text
    (tmp_path / "photo.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    panel.open(tmp_path / "photo.jpg")
    settle(app, panel)
    assert "HEIC" in app.notice.text
