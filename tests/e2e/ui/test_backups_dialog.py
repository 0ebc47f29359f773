"""Going back to a backup in the window, and a store that is gone at the start."""

from collections.abc import Callable
from pathlib import Path
from tkinter import messagebox

import pytest
from gallery_support import opened, settle
from store_support import url_of
from support import keep_some, until

from classroom.datasets import backups
from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Checksums
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.draw.panel import DrawPanel


def test_the_digits_go_back_to_a_backup_and_undo_takes_it_back(
    home: Path, drawn: list[StrokesLine], app: App
) -> None:
    store = home / "data" / "samples.sqlite"
    keep_some(home, drawn, 8)
    made = backups.make(store)
    assert made
    with Dataset(url_of(store)) as dataset:
        dataset.delete(dataset.listing().ids.tolist()[:5])
    panel = opened(app, 3)
    button = panel.files.backups_button
    button.invoke()
    until(app.root, lambda: button.dialog is not None)
    dialog = button.dialog
    assert dialog is not None
    assert dialog.tree.set("0", "digits") == "8"
    dialog.restore_button.invoke()
    until(app.root, lambda: len(panel.samples) == 8)
    settle(app)
    assert "8 digits" in app.notice.text
    app.notice.button.invoke()
    until(app.root, lambda: len(panel.samples) == 3)


def test_a_backup_with_a_date_to_come_has_a_remark_and_a_damaged_one_no_restore(
    home: Path, drawn: list[StrokesLine], app: App
) -> None:
    store = home / "data" / "samples.sqlite"
    keep_some(home, drawn, 2)
    first = backups.make(store)
    keep_some(home, drawn, 4)
    second = backups.make(store, minutes=0)
    assert first
    assert second
    second.file.rename(second.file.with_name("samples-20990101-000000.sqlite"))
    first.file.write_bytes(b"\xa5" * 9000)
    panel = opened(app, 4)
    button = panel.files.backups_button
    button.invoke()
    until(app.root, lambda: button.dialog is not None)
    dialog = button.dialog
    assert dialog is not None
    remarks = [dialog.tree.set(row, "remark") for row in dialog.tree.get_children()]
    assert sorted(bool("clock" in text) for text in remarks) == [False, True]
    [damaged] = [row for row in dialog.tree.get_children() if not dialog.tree.set(row, "digits")]
    dialog.tree.selection_set(damaged)
    until(app.root, lambda: dialog.restore_button.instate(["disabled"]))
    dialog.dismiss()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool | None], list[str]]:
    """Set what is answered to the system's own question; gives what was asked."""

    def answer(said: bool | None) -> list[str]:
        questions: list[str] = []

        def ask(_title: str, question: str, **_more: object) -> bool | None:
            questions.append(question)
            return said

        monkeypatch.setattr(messagebox, "askyesnocancel", ask)
        return questions

    return answer


@pytest.mark.parametrize(
    ("said", "left", "sentence"),
    [(True, 6, "6 digits again"), (False, 0, "You begin with no digits"), (None, None, "is gone")],
)
def test_a_store_that_is_gone_is_asked_about_at_the_start(
    display: str,
    prepared: Path,
    drawn: list[StrokesLine],
    checksums: Checksums,
    asked: Callable[[bool | None], list[str]],
    said: bool | None,
    left: int | None,
    sentence: str,
) -> None:
    store = prepared / "data" / "samples.sqlite"
    keep_some(prepared, drawn, 6)
    assert backups.make(store)
    store.unlink()
    questions = asked(said)
    app = App(prepared, checksums)
    try:
        until(app.root, lambda: bool(questions) and sentence in app.notice.text)
        assert len(questions) == 1
        assert "holds 6 digits" in questions[0]
        panel = app.panels[DrawPanel]
        assert isinstance(panel, DrawPanel)
        if left is None:
            assert not store.exists()
        else:
            kept = f"{left} digits kept" if left else "Next, draw"
            until(app.root, lambda: kept in panel.suggestion.cget("text"))
            with Dataset(url_of(store)) as dataset:
                assert dataset.stats()["total"] == left
    finally:
        app.close()


def test_a_store_that_was_moved_and_put_back_is_shown_again(
    display: str,
    prepared: Path,
    drawn: list[StrokesLine],
    checksums: Checksums,
    asked: Callable[[bool | None], list[str]],
) -> None:
    store = prepared / "data" / "samples.sqlite"
    keep_some(prepared, drawn, 6)
    assert backups.make(store)
    store.rename(prepared / "elsewhere")
    questions = asked(None)
    app = App(prepared, checksums)
    try:
        until(app.root, lambda: bool(questions))
        panel = app.panels[DrawPanel]
        assert isinstance(panel, DrawPanel)
        (prepared / "elsewhere").rename(store)
        until(app.root, lambda: "6 digits kept" in panel.suggestion.cget("text"))
    finally:
        app.close()
