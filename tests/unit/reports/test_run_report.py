"""The report of a comparison: it holds everything, runs nothing, and tells what is out of date."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_support import Reader
from run_support import DATA, some_results

from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.evaluation.runs import Run
from classroom.reports.run_report import PlotPicture, page, write

NASTY = '<script>alert("x")</script> & "Bobby"'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
PICTURES = [PlotPicture(NASTY, f"What {NASTY} shows", SVG)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    runs.keep(tmp_path, some_results(), 5, DATA)
    return runs.latest(tmp_path)


def test_figures_settings_data_and_room_for_conclusions(run: Run) -> None:
    reader = Reader(page(run, PICTURES, outdated=False))
    for text in (
        "1,000 MNIST digits and 2 own practice digits", "k-NN: The memory is full.",
        "somewhere between", "CNN against SVM", "Writer unknown", "Seed", "2 writers", "f1", "m1",
        "numpy", "My conclusions",
    ):  # fmt: skip
        assert text in reader.text, text
    assert "Out of date" not in reader.text
    assert "Write here" in reader.text
    assert any(values.get("class") == "lines" for _tag, values in reader.elements)


def test_on_what_networks_were_validated_is_said(run: Run) -> None:
    assert "validated" not in Reader(page(run, PICTURES, outdated=False)).text
    for held_out, words in ((0, "1,000 others"), (1000, "1,000 that networks left out")):
        data = replace(run.summary.data, validation=1000, held_out=held_out)
        watched = replace(run, summary=replace(run.summary, data=data))
        assert words in Reader(page(watched, PICTURES, outdated=False)).text


def test_what_is_out_of_date_says_so(run: Run) -> None:
    assert "Out of date" in Reader(page(run, [], outdated=True)).text


def test_it_holds_everything_and_runs_nothing(run: Run) -> None:
    whole = page(run, PICTURES, outdated=False)
    reader = Reader(whole)
    assert not reader.open
    tags = {tag for tag, _attributes in reader.elements}
    assert not tags & {"script", "link", "iframe", "object", "form", "a", "svg"}
    assert NASTY in reader.text
    (source,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', whole)
    assert base64.b64decode(source) == SVG
    assert not re.search(r'(src|href)="(?!data:)', whole)


def test_a_home_can_bring_its_own_template_and_a_broken_one_is_named(
    tmp_path: Path, run: Run
) -> None:
    own = tmp_path / "templates" / "run.html"
    own.parent.mkdir()
    own.write_text(
        '{% extends "page.html" %}{% block body %}<p>Of {{ versions }}</p>{% endblock %}'
    )
    text = Reader(page(run, [], outdated=False, home=tmp_path)).text
    assert "Of Compared by" in text
    assert "My conclusions" not in text
    own.write_text("<p>\n{% if %}</p>")
    with pytest.raises(ClassroomError, match=r"run\.html:2 cannot be used"):
        page(run, [], outdated=False, home=tmp_path)
    # Nothing in a template reaches Python's own objects.
    own.write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(ClassroomError, match="cannot be used"):
        page(run, [], outdated=False, home=tmp_path)


def test_the_folder_is_made_or_refused_in_a_sentence(tmp_path: Path, run: Run) -> None:
    file = write(tmp_path / "new" / "report", run, PICTURES, outdated=False)
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(ClassroomError, match="cannot be written to"):
        write(file, run, [], outdated=False)
