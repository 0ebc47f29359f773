"""A damaged store, and a writer who is to be forgotten, in the real window."""

from pathlib import Path

import pytest
from gallery_support import choose, opened, settle
from support import keep_some
from ui.conftest import until

from classroom import backups, paths
from classroom.dataset import Dataset
from classroom.strokes import StrokesLine
from classroom.ui.app import App


@pytest.fixture
def damaged(home: Path, drawn: list[StrokesLine]) -> Path:
    """A store that cannot be opened, with a backup of ten digits."""
    keep_some(home, drawn, 10)
    store = home / "data" / "samples.sqlite"
    assert backups.make(store)
    store.write_bytes(b"\xa5" * store.stat().st_size)
    return store


def test_a_damaged_store_is_replaced_by_its_backup_when_the_student_agrees(
    damaged: Path, questions: list[str], app: App
) -> None:
    until(app.root, lambda: "10 digits again" in app.notice.text)
    panel = opened(app, 10)
    [question] = questions
    assert "samples.sqlite, is damaged" in question
    assert "newest automatic backup is of" in question
    assert len(panel.visible) == 10
    assert len(backups.set_aside(damaged)) == 1


def test_a_writer_is_deleted_for_good_after_a_question(
    home: Path, drawn: list[StrokesLine], questions: list[str], app: App
) -> None:
    keep_some(home, drawn, 60)
    app.writer.set("Ben")
    with Dataset(paths.store_url(home)) as store:
        theirs = int(store.counts("Ben").sum())
    assert 0 < theirs < 60
    panel = opened(app, 60)
    button = panel.side.farewell.button
    assert button.instate(["disabled"])
    choose(panel.filter.writers, "Ben")
    app.safety.back_up()
    until(app.root, lambda: len(backups.listing(home / "data" / "samples.sqlite")) == 1)
    button.invoke()
    until(app.root, lambda: len(panel.samples) == 60 - theirs)
    settle(app)
    assert "every digit of Ben" in questions[0]
    assert f"{theirs} digits of Ben are deleted for good" in app.notice.text
    assert app.writer.get() == ""
    assert "Ben" not in panel.filter.writers["values"]
    for file in (home / "data").rglob("*.sqlite*"):
        assert b"Ben" not in file.read_bytes()
