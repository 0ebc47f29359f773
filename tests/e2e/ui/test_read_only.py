"""The window on a home that cannot be written, until it can."""

from pathlib import Path

from store_support import POSIX, read_only, url_of
from support import draw, keep_some, until

from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Checksums
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.samples.panel import SamplesPanel


@POSIX
def test_a_home_that_cannot_be_written_is_looked_at_and_kept_in_once_it_can(
    display: str, prepared: Path, drawn: list[StrokesLine], checksums: Checksums
) -> None:
    keep_some(prepared, drawn, 5)
    with read_only(prepared) as open_again:
        app = App(prepared, checksums)
        try:
            panel = app.panels[DrawPanel]
            assert isinstance(panel, DrawPanel)
            until(app.root, lambda: "5 digits kept" in panel.suggestion.cget("text"))
            until(app.root, lambda: "No digit can be kept here" in app.notice.text)
            until(app.root, lambda: app.client.ready)
            draw(app, drawn[10].strokes)
            until(app.root, lambda: panel.answers["cnn"].digit.cget("text").isdigit())
            app.select_tab(SamplesPanel)
            app.select_tab(DrawPanel)
            assert app.notice.text.count("No digit can be kept here") == 1
            panel.keep(drawn[10].label or 0)
            until(app.root, lambda: len(panel.unsaved) == 1)
            assert "1 digit is not kept yet" in app.notice.text
            open_again()
            until(app.root, lambda: "6 digits kept" in panel.suggestion.cget("text"))
            assert not panel.unsaved
            assert "No digit can be kept here" not in app.notice.text
            with Dataset(url_of(prepared / "data" / "samples.sqlite")) as dataset:
                assert dataset.stats()["total"] == 6
        finally:
            panel.unsaved.clear()
            app.close()
