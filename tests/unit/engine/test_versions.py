import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import base

from classroom.engine import versions
from classroom.engine.versions import Line, Version
from classroom.errors import ClassroomError
from classroom.evaluation.results import Score
from classroom.starts import Start


def make(home: Path, number: int) -> Version:
    version = Version(number, "2026-01-02T03:04:05+00:00", 12, 1000, 7, 3.5)
    version.own_exam["cnn"] = Score(17, 20)
    version.mnist_test["cnn"] = Score(9931, 10000)
    with versions.new_folder(base(home), number) as (folder, _number):
        (folder / "cnn.keras").write_bytes(b"a network")
        versions.write_metadata(folder, version)
    return version


def test_an_empty_home_has_the_shipped_version(tmp_path: Path) -> None:
    assert [version.number for version in versions.listing(base(tmp_path))] == [versions.SHIPPED]
    assert versions.in_use(tmp_path)[0].number == versions.SHIPPED


def test_a_version_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = make(tmp_path, 1)
    assert versions.listing(base(tmp_path))[1] == written


def test_the_current_version_is_remembered(tmp_path: Path) -> None:
    make(tmp_path, 1)
    make(tmp_path, 2)
    versions.set_current(base(tmp_path), 1)
    assert versions.in_use(tmp_path)[0].number == 1


def test_a_version_that_is_gone_falls_back_on_the_shipped_one(tmp_path: Path) -> None:
    versions.set_current(base(tmp_path), 5)
    assert versions.in_use(tmp_path)[0].number == versions.SHIPPED


def test_a_training_that_breaks_off_leaves_no_version(tmp_path: Path) -> None:
    def broken() -> None:
        with versions.new_folder(base(tmp_path)) as (folder, _number):
            (folder / "cnn.keras").write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert [version.number for version in versions.listing(base(tmp_path))] == [versions.SHIPPED]
    assert not list((tmp_path / "models" / "versions").iterdir())


def test_two_trainings_at_once_get_two_numbers(tmp_path: Path) -> None:
    with (
        versions.new_folder(base(tmp_path)) as (first, one),
        versions.new_folder(base(tmp_path)) as (second, two),
    ):
        versions.write_metadata(first, Version(one))
        versions.write_metadata(second, Version(two))
    assert [version.number for version in versions.listing(base(tmp_path))] == [
        0,
        one,
        two,
    ]
    assert one != two


def test_what_a_dead_process_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "models" / "versions" / "0001.part"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    make(tmp_path, 1)
    assert not left.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"number": 1, "nonsense": 2}', "\x00"])
def test_a_damaged_card_hides_that_version_only(tmp_path: Path, text: str) -> None:
    make(tmp_path, 1)
    make(tmp_path, 2)
    (versions.folder(base(tmp_path), 1) / "version.json").write_text(text)
    assert [version.number for version in versions.listing(base(tmp_path))] == [0, 2]


@pytest.mark.parametrize("text", ["", "7", '{"version": []}', '{"version": "x"}'])
def test_a_damaged_pointer_falls_back_on_the_shipped_one(tmp_path: Path, text: str) -> None:
    make(tmp_path, 1)
    versions.set_current(base(tmp_path), 1)
    (tmp_path / "models" / "current.json").write_text(text)
    assert versions.in_use(tmp_path)[0].number == versions.SHIPPED


def test_a_folder_that_takes_no_files_is_said_and_the_old_version_stays(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ClassroomError, match="could not be written"):
        make(tmp_path, 1)


# --- lines of versions -------------------------------------------------------------------
def test_the_lines_number_and_choose_independently(tmp_path: Path) -> None:
    story = Line(tmp_path, Start.MNIST_ONLY)
    make(tmp_path, 1)
    make(tmp_path, 2)
    with versions.new_folder(story) as (folder, number):
        versions.write_metadata(folder, Version(number, start=Start.MNIST_ONLY))
    assert number == 1
    versions.set_current(base(tmp_path), 2)
    assert [one.number for one in versions.listing(base(tmp_path))] == [0, 1, 2]
    assert [one.number for one in versions.listing(story)] == [0, 1]
    assert versions.chosen(base(tmp_path))[0].number == 2
    assert versions.chosen(story)[0].number == 0
    versions.set_current(story, 1)
    assert versions.chosen(base(tmp_path))[0].number == 2
    assert versions.chosen(story) == (versions.listing(story)[1], None)


def test_versions_of_before_are_those_of_the_base_line(tmp_path: Path) -> None:
    make(tmp_path, 3)
    versions.set_current(base(tmp_path), 3)
    path = tmp_path / "models" / "versions" / "0003" / "version.json"
    card = json.loads(path.read_text())
    # Neither was in a card when there was one line only.
    del card["start"], card["network"]
    path.write_text(json.dumps(card))
    found, fallback = versions.in_use(tmp_path)
    assert (found.number, found.start, fallback) == (3, Start.BASE, None)
    assert (tmp_path / "models" / "current.json").is_file()


def test_the_line_in_use_is_remembered(tmp_path: Path) -> None:
    assert versions.in_use(tmp_path)[0].start is Start.BASE
    versions.set_line(Line(tmp_path, Start.MNIST_ONLY))
    found, fallback = versions.in_use(tmp_path)
    assert (found.number, found.start, fallback) == (0, Start.MNIST_ONLY, None)


@pytest.mark.parametrize(
    "text", ["", "7", "[]", '{"start": "x"}', '{"start": null}', '{"start": []}', "\x00"]
)
def test_a_damaged_choice_of_the_line_is_said(tmp_path: Path, text: str) -> None:
    versions.set_line(Line(tmp_path, Start.MNIST_ONLY))
    make(tmp_path, 1)
    versions.set_current(base(tmp_path), 1)
    file = tmp_path / "models" / "start.json"
    file.write_text(text)
    found, fallback = versions.in_use(tmp_path)
    assert (found.number, found.start) == (0, Start.BASE)
    assert fallback is not None
    assert "start.json" in fallback.sentence
    assert Start.BASE.title in fallback.sentence
    # The next choice ends it.
    versions.set_line(Line(tmp_path, Start.BASE))
    assert versions.in_use(tmp_path)[0].number == 1


def test_a_version_that_was_copied_from_the_other_line_is_not_taken(tmp_path: Path) -> None:
    make(tmp_path, 1)
    story = Line(tmp_path, Start.MNIST_ONLY)
    shutil.copytree(versions.folder(base(tmp_path), 1), versions.folder(story, 1))
    assert [one.number for one in versions.listing(story)] == [0]
    assert versions.unreadable(story) == [1]


def test_the_score_of_another_shipped_network_is_forgotten(tmp_path: Path) -> None:
    line = base(tmp_path)
    known = versions.shipped(line)
    known.mnist_test.update(cnn=Score(9900, 10000), svm=Score(9800, 10000))
    versions.write_shipped(line, known)
    assert versions.shipped(line) == known
    card = json.loads((versions.folder(line, 0) / "version.json").read_text())
    versions.write_shipped(line, replace(known, network="of an earlier release"))
    assert versions.shipped(line).mnist_test == {"svm": Score(9800, 10000)}
    assert versions.shipped(line).network == card["network"]
