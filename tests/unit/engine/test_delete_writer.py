"""Deleting a writer: the name is nowhere in the home afterwards, and nobody else loses anything."""

import json
import logging
import re
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from report_support import findings
from store_support import a_sample, url_of

from classroom import logs, paths
from classroom.cli import main
from classroom.datasets import backups, importing, samples_table
from classroom.datasets.dataset import Dataset, DatasetError
from classroom.datasets.mnist_files import Checksums
from classroom.engine import comparison
from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.evaluation.results import Evaluation, Result
from classroom.machine import Machine
from classroom.mentions import Mentions
from classroom.preferences import Preferences
from classroom.reports import lesson_report
from classroom.reports.lesson_findings import ShownDigit
from classroom.reports.pages import escaped_forms

ZOE = "Zoë O'Müller"
# Their names hold the name, or are held by it.
OTHERS = ("Zoë", "Zoë O'Müller (2)", "Zoë O'Müllerin", "O'Müller")
NOBODY = "deleted writer 1"


@pytest.fixture
def run(
    home: Path, checksums: Checksums, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Any]]:
    """A function that runs a command in the home, and returns what it prints with --json."""

    def command(*arguments: str) -> Any:
        status = main.main(["--home", str(home), *arguments, "--json"], checksums=checksums)
        printed = capsys.readouterr()
        assert status == 0, printed.err
        return json.loads(printed.out)

    yield command
    logs.configure(home / "elsewhere")


@pytest.fixture
def class_(home: Path) -> Path:
    """A home in which five writers have three of each digit."""
    with Dataset(paths.store_url(home)) as dataset:
        for place, writer in enumerate((ZOE, *OTHERS)):
            for number in range(30):
                dataset.keep(a_sample(100 * place + number, number % 10, writer))
    return home


def naming(home: Path, name: str) -> set[str]:
    """Return the files that hold a name, as `grep -r` would find it, in any notation."""
    written = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}  # type: ignore
    written |= {json.dumps(each)[1:-1] for each in written}
    found = set()
    for file in home.rglob("*"):
        if file.is_file():
            text = file.read_bytes().decode("utf-8", "surrogateescape")
            if any(re.search(rf"{re.escape(each)}(?! \(2\)|in)", text) for each in written):
                found.add(file.name)
    return found


def test_the_name_is_nowhere_and_nobody_else_loses_anything(
    class_: Path, run: Callable[..., Any]
) -> None:
    store = class_ / "data" / "samples.sqlite"
    run("compare", "--mnist", "300", "--classifiers", "knn", "--leave-one-out")
    run("compare", "--mnist", "200", "--classifiers", "knn")
    runs.delete(class_, 2)
    run("study", "--sizes", "100", "--seeds", "0", "--classifiers", "knn")
    assert backups.make(store)
    Preferences(writer=ZOE).save(class_)
    log = logging.getLogger("test")
    log.error("no picture in /home/%s/7.png; nor %r of %s", ZOE, ZOE, OTHERS[1])
    (class_ / "data" / "classroom.log.1").write_text(json.dumps({"who": ZOE}), encoding="utf-8")
    # An import that was killed, a backup that was, and a run that was.
    scratch = class_ / "data" / ".importing-killed" / "1"
    scratch.mkdir(parents=True)
    (scratch / "samples.jsonl").write_text(json.dumps({"writer": ZOE}))
    (class_ / "data" / "backups" / "samples-1.part").write_bytes(ZOE.encode())
    half = class_ / "data" / "runs" / "0009.part"
    half.mkdir()
    (half / "run.json").write_text(f'{{"exam_writers": ["{ZOE}", "{OTHERS[1]}"', encoding="utf-8")
    before = runs.read(class_, 1)

    # With the store open elsewhere, as a window has it, its log is not simply removed.
    with Dataset(url_of(store)) as window:
        window.keep(a_sample(9999, 3, ZOE))
        said = run("dataset", "delete-writer", f" {unicodedata.normalize('NFD', ZOE)} ")
        assert naming(class_, ZOE) == set()
        for other in OTHERS:
            assert window.counts(other).sum() == 30
    assert {key: said[key] for key in ("writer", "deleted", "backups", "runs", "elsewhere")} == {
        "writer": ZOE,
        "deleted": 31,
        "backups": 1,
        "runs": 3,
        "elsewhere": [],
    }
    assert OTHERS[1] in (class_ / "data" / "classroom.log").read_text("utf-8")
    assert OTHERS[1] in (half / "run.json").read_text("utf-8")
    assert Preferences.load(class_).writer == ""
    runs.restore(class_, 2)
    for number in (1, 2):
        [result] = runs.read(class_, number).results
        assert result.own_exam is not None
        assert set(result.own_exam.writers) == {*OTHERS, NOBODY}
    [was], [now] = before.results, runs.read(class_, 1).results
    assert now.own_exam is not None
    assert was.own_exam is not None
    assert now.unseen is not None
    assert now.own_exam.score == was.own_exam.score
    assert len(now.own_exam.by(NOBODY).labels) == len(was.own_exam.by(ZOE).labels) > 0
    # The next one who goes has another name.
    run("dataset", "delete-writer", "Zoë")
    [result] = runs.read(class_, 1).results
    assert result.own_exam is not None
    assert set(result.own_exam.writers) == {*OTHERS, NOBODY, "deleted writer 2"} - {"Zoë"}


def test_a_report_in_the_home_loses_the_digits_and_the_name(
    class_: Path, run: Callable[..., Any]
) -> None:
    found = findings()
    [shown, *_rest] = found.shown
    for label, writer in ((7, ZOE), (1, OTHERS[1])):
        found.shown.append(ShownDigit(label, writer, shown.strokes, shown.before, shown.after))
    folder = class_ / "report"
    folder.mkdir()
    file = lesson_report.write(folder, found, [], Machine("Linux", 2, {}), datetime.now(UTC))
    pictures = file.read_text("utf-8").count("<img")
    said = run("dataset", "delete-writer", ZOE)
    text = file.read_text("utf-8")
    assert said["reports"] == [str(file)]
    assert said["elsewhere"] == []
    assert text.count("<img") == pictures - 1
    assert "Digit 7 by a writer who was deleted" in text
    for escaped in escaped_forms(ZOE):
        assert naming(class_, escaped) == set()
    assert any(escaped in text for escaped in escaped_forms("Zoë O'Müller (2)"))


def test_what_cannot_be_reached_is_said(
    class_: Path, run: Callable[..., Any], capsys: pytest.CaptureFixture[str], checksums: Checksums
) -> None:
    others, theirs = ({"label": 1, "strokes": [], "writer": who} for who in (OTHERS[1], ZOE))
    (class_ / "others.jsonl").write_text(json.dumps(others))
    for number in range(9):
        (class_ / f"theirs-{number}.jsonl").write_text(json.dumps(theirs))
    (class_ / f"{OTHERS[1]}.txt").touch()
    zipped = class_ / f"{ZOE}.zip"
    zipped.touch()
    aside = class_ / "data" / "samples-damaged-20260101-000000.sqlite"
    aside.write_bytes(ZOE.encode())
    arguments = ["--home", str(class_), "dataset", "delete-writer", ZOE]
    assert main.main(arguments, checksums=checksums) == 0
    out = capsys.readouterr().out
    assert str(zipped) in out
    assert str(class_ / "theirs-0.jsonl") in out
    assert "and 5 more" in out
    assert "others.jsonl" not in out
    assert f"{OTHERS[1]}.txt" not in out
    assert f"delete it yourself: {aside}" in out
    assert "exported, handed in or printed cannot be reached" in out


def test_one_who_is_in_a_run_only_can_be_deleted_too(
    home: Path, run: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    labels, sure = [1, 2], [[0.1] * 10, [0.1] * 10]
    exam = evaluation(labels, sure, ("ann", "Bo"))
    test = Evaluation(exam.labels, exam.probabilities)
    runs.keep(home, [Result("knn", 1.0, 1.0, test, exam)], 0, runs.Data(1, 0, "a", "b"))
    assert run("dataset", "delete-writer", "ann")["runs"] == 1
    assert main.main(["--home", str(home), "dataset", "delete-writer", "ann"]) == 1
    assert "no writer called ann" in capsys.readouterr().err
    [result] = runs.read(home, 1).results
    assert result.own_exam is not None
    assert result.own_exam.writers == (NOBODY, "Bo")


def evaluation(labels: list[int], sure: list[list[float]], writers: tuple[str, ...]) -> Evaluation:
    ids = np.arange(len(labels))
    return Evaluation(np.array(labels, np.uint8), np.array(sure, np.float32), ids, writers)


def test_a_comparison_under_way_does_not_bring_a_name_back() -> None:
    exam = evaluation([1, 2, 3], [[0.1] * 10] * 3, ("ann", "Bo", "ann"))
    [result] = comparison.without_unknown_names([Result("knn", 1.0, 1.0, exam, exam)], {"Bo"})
    assert result.own_exam is not None
    assert result.own_exam.writers == (NOBODY, "Bo", NOBODY)


def test_an_import_that_loses_its_folder_says_so(dataset: Dataset, tmp_path: Path) -> None:
    assert dataset.folder is not None
    folder = dataset.folder

    def unpack() -> None:
        with importing._scratch(dataset) as scratch:
            importing.remove_scratch(folder)
            assert not scratch.exists()

    with pytest.raises(ClassroomError, match="Import again"):
        unpack()


@pytest.mark.parametrize(
    ("name", "others", "text", "left"),
    [
        ("ann", (), "ann Joanne ann2 ANN ann_1 (ann)", "· Joanne ann2 ANN ·_1 (·)"),
        ("ann", ("ann (2)", "ann lee"), "ann (2), ann lee, ann leek", "ann (2), ann lee, · leek"),
        ("Zoë", (), "Zo\\u00eb Zo\\xeb Zo\\xc3\\xab Zo%C3%AB Zoe\u0308", "· · · · ·"),
        ('a"b\\', (), 'a"b\\ a\\"b\\\\ a&quot;b\\ end', "· · · end"),
        ("李", (), "李 李明 '\\u674e'", "· 李明 '·'"),
    ],
)
def test_names_are_found_as_a_whole_in_every_notation(
    name: str, others: tuple[str, ...], text: str, left: str, tmp_path: Path
) -> None:
    mentions = Mentions(name, others)
    assert mentions.replaced(text, lambda _name: "·") == left
    file = tmp_path / "file"
    file.write_bytes(b"\xff" + text.encode())
    assert mentions.overwrite_in(file) == left.count("·")
    # Of the same length, and as before all around.
    covered = re.sub(r"\*+", "·", file.read_bytes()[1:].decode())
    assert (covered, file.stat().st_size) == (left, len(text.encode()) + 1)


def test_what_the_database_says_of_an_error_holds_no_name(dataset: Dataset) -> None:
    """The log has the traceback, and with it every text of it."""

    def store_half() -> None:
        with dataset._database.writing() as connection:
            connection.execute(samples_table.samples.insert().values(writer=ZOE))

    with pytest.raises(DatasetError) as raised:
        store_half()
    assert "INSERT" in str(raised.value.__cause__)
    assert ZOE not in "".join(traceback.format_exception(raised.value))
