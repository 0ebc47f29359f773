"""The lesson's report, without a window."""

import base64
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from report_support import NASTY, Reader, findings

from classroom.errors import ClassroomError
from classroom.evaluation.results import LedgerLine, Score
from classroom.machine import Machine
from classroom.reports.lesson_findings import Findings, PlayedStep
from classroom.reports.lesson_report import page, write

MACHINE = Machine("Linux", 2, {"Python": "3.11", "numpy": "2.4"})
MOMENT = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


def read(found: Findings) -> Reader:
    return Reader(
        page(found, [PlayedStep("Draw", 1.5), PlayedStep("Retrain", 2.5)], MACHINE, MOMENT)
    )


def test_the_figures_stand_in_it() -> None:
    text = read(findings()).text
    for figure in (
        "18 own digits", "12 for practice, 6 for the exam", "3 of 6 → 6 of 6 ▲",
        "495 of 500 → 494 of 500 ▼", "99.00% → 98.80%", "✗ 1 · 82%", "✓ 7 · 82%", "98.00%",
        "8 of 8", "1.2 s", "4.0 s", "1,000 MNIST digits and 12 own", "2026-03-04 10:30",
        "2 processors", "numpy 2.4", "1 of 1", "digit of the exam that fooled the CNN is right",
    ):  # fmt: skip
        assert figure in text, figure


def test_a_classifier_that_failed_is_named_with_its_reason() -> None:
    text = read(findings()).text
    assert "failed" in text
    assert "k-NN: Out of memory" in text


def test_it_holds_everything_and_runs_nothing() -> None:
    reader = read(findings())
    assert not reader.open
    tags = {tag for tag, _attributes in reader.elements}
    assert not tags & {"script", "link", "iframe", "object", "form", "a"}
    for tag, attributes in reader.elements:
        assert not any(name.startswith("on") for name in attributes), tag
        if tag == "img":
            assert attributes["src"].startswith("data:image/png;base64,")
    assert NASTY in reader.text
    assert any(NASTY in (values.get("alt") or "") for _tag, values in reader.elements)


def test_its_pictures_are_whole() -> None:
    whole = page(findings(), [], MACHINE, MOMENT)
    sources = re.findall(r'src="data:image/png;base64,([^"]+)"', whole)
    sizes = [Image.open(io.BytesIO(base64.b64decode(source))).size for source in sources]
    assert sizes == [(28, 28), (40, 30)]


def test_without_pictures_it_says_so() -> None:
    found = findings()
    found.pictures.clear()
    assert "does not give any pictures" in read(found).text


def test_a_lesson_without_own_exam_has_dashes_not_divisions_by_zero() -> None:
    nothing = Score(0, 0)
    found = Findings(ledger=(LedgerLine("cnn", nothing, nothing, nothing, Score(9, 10)),))
    assert "– → –" in read(found).text


def test_report_and_pictures_are_written_side_by_side(tmp_path: Path) -> None:
    file = write(tmp_path, findings(), [], MACHINE, MOMENT)
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "draw.png"}
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_folder_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ClassroomError, match="cannot be written to"):
        write(file, findings(), [], MACHINE, MOMENT)
