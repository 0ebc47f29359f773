"""A class's zips come in through the window, and one goes out."""

from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog
from typing import Any

import pytest
from support import keep_some, until

from classroom.datasets.dataset import Dataset
from classroom.datasets.exporting import export
from classroom.datasets.importing import import_paths
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.ui.app import App
from classroom.ui.samples.import_dialogs import ImportQuestion, ImportSummary
from classroom.ui.samples.import_export import FileButtons
from classroom.ui.samples.panel import SamplesPanel


@pytest.fixture
def files(app: App) -> FileButtons:
    panel = app.panels[SamplesPanel]
    assert isinstance(panel, SamplesPanel)
    app.select_tab(SamplesPanel)
    until(app.root, lambda: not app.background.busy)
    return panel.files


@pytest.fixture
def hand_in(tmp_path: Path, drawn: list[StrokesLine]) -> Callable[[str, int], Path]:
    """Return a function that gives the zip of an "Anna" who wrote from the n-th digit on."""

    def made(name: str, first: int) -> Path:
        of_anna = [one for one in drawn if one.writer == "Anna"]
        folder = tmp_path / "others" / name
        keep_some(folder, of_anna[first:], 3)
        with Dataset(store_url(folder)) as store:
            export(store, folder / f"{name}.zip", ["zip"])
        return folder / f"{name}.zip"

    return made


def counted(app: App) -> dict[str, int]:
    with Dataset(store_url(app.home)) as store:
        return {who: int(store.counts(who).sum()) for who in store.writers()}


def rows(summary: Any) -> list[tuple[str, ...]]:
    return [
        tuple(map(str, summary.tree.item(row, "values"))) for row in summary.tree.get_children()
    ]


def test_two_of_one_name_are_asked_about_and_a_table_says_what_came(
    app: App, files: FileButtons, hand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    zips = [str(hand_in(name, 3 * n)) for n, name in enumerate("abc")]
    monkeypatch.setattr(filedialog, "askopenfilenames", lambda **_: zips)
    files.import_button.invoke()
    until(app.root, lambda: isinstance(files.dialog, ImportQuestion))
    question = files.dialog
    assert isinstance(question, ImportQuestion)
    # nothing else is to be clicked meanwhile, and nothing is stored
    assert files.import_button.instate(["disabled"])
    assert counted(app) == {}
    assert [clash.source for clash, _box in question.choices] == ["b.zip", "c.zip"]
    assert question.choices[1][1].cget("values") == (
        "somebody else",
        "Anna of a.zip",
        "Anna of b.zip",
    )
    # the wheel scrolls the list, it chooses nobody
    question.choices[0][1].event_generate("<Button-5>")
    assert question.choices[0][1].current() == 0
    question.choices[0][1].current(1)
    question.go_on.invoke()
    until(app.root, lambda: isinstance(files.dialog, ImportSummary))
    assert counted(app) == {"Anna": 6, "Anna (2)": 3}
    assert rows(files.dialog) == [
        ("a.zip", "Anna", "Anna", "3", "0"),
        ("b.zip", "Anna", "Anna", "3", "0"),
        ("c.zip", "Anna", "Anna (2)", "3", "0"),
    ]
    files.dialog.event_generate("<Escape>")
    until(app.root, lambda: files.import_button.instate(["!disabled"]))


def test_a_bad_zip_is_named_and_the_others_come_in_if_one_likes(
    app: App, files: FileButtons, hand_in: Any
) -> None:
    good, bad = hand_in("good", 0), hand_in("bad", 3)
    bad.write_bytes(bad.read_bytes()[:-200])
    files.import_files([good, bad])
    until(app.root, lambda: isinstance(files.dialog, ImportQuestion))
    assert isinstance(files.dialog, ImportQuestion)
    files.dialog.dismiss()
    until(app.root, lambda: app.notice.text == "Nothing was imported.")
    assert counted(app) == {}
    files.dialog = None
    files.import_files([good, bad])
    until(app.root, lambda: isinstance(files.dialog, ImportQuestion))
    files.dialog.go_on.invoke()
    until(app.root, lambda: isinstance(files.dialog, ImportSummary))
    assert counted(app) == {"Anna": 3}
    files.dialog.dismiss()
    files.import_files([bad])
    until(app.root, lambda: "Nothing was imported" in app.notice.text)
    assert "bad.zip is damaged" in app.notice.text


def test_hand_in_writes_one_zip_named_after_its_writer(
    app: App,
    files: FileButtons,
    drawn: list[StrokesLine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_some(app.home, [one for one in drawn if one.writer == "Anna"], 6)
    asked: dict[str, str] = {}

    def ask(**options: str) -> str:
        asked.update(options)
        return str(tmp_path / options["initialfile"])

    monkeypatch.setattr(filedialog, "asksaveasfilename", ask)
    files.hand_in_button.invoke()
    until(app.root, lambda: "6 digits written" in app.notice.text)
    assert asked["initialfile"] == "Anna.zip"
    with Dataset(store_url(tmp_path / "teacher")) as store:
        assert import_paths(store, [tmp_path / "Anna.zip"]).added == 6
