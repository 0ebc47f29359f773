"""The whole line, from the pen to the report: the end-to-end test."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from places import ROOT

from classroom.cli.commands import lesson
from classroom.cli.commands.lesson import LessonPlayed
from classroom.datasets import mnist_files
from classroom.datasets.dataset import Dataset, Part, Sample
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import versions
from classroom.errors import ClassroomError
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine
from classroom.reports.lesson_findings import PlayedStep
from classroom.starts import Start
from classroom.ui.app import App
from classroom.ui.lesson.driver import Driver, Wait

LESSON_SECONDS = 420
# Three 0, 1 and 7 of each: one of three goes to the exam.
WRITERS, LABELS, EACH = ("Anna", "Chloé"), (0, 1, 7), 3
TABS = ("draw", "digits", "train", "compare")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, small_mnist: Mnist) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "data").mkdir()
    mnist_files.write_npz(small_mnist, folder / "data" / "mnist.npz")
    return folder


@pytest.fixture(scope="module")
def strokes(tmp_path_factory: pytest.TempPathFactory, drawn: list[StrokesLine]) -> Path:
    """A part of what the lesson draws, so that the test takes less time."""
    file = tmp_path_factory.mktemp("strokes") / "some.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for writer in WRITERS:
            for label in LABELS:
                theirs = [one for one in drawn if (one.writer, one.label) == (writer, label)]
                for one in theirs[:EACH]:
                    line = {"label": label, "writer": writer, "strokes": one.strokes}
                    out.write(json.dumps(line) + "\n")
    return file


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What the lesson says while it plays."""
    return []


@pytest.fixture(scope="module")
def done(
    display: str, home: Path, checksums: Checksums, strokes: Path, told: list[str]
) -> LessonPlayed:
    """A lesson that was played to its end."""
    return lesson.play(
        home,
        home / "report",
        mnist_count=200,
        checksums=checksums,
        strokes=strokes,
        announce=told.append,
    )


def stored(home: Path) -> list[Sample]:
    with Dataset(store_url(home)) as store:
        return store.samples(newest_first=False)


@pytest.mark.timeout(LESSON_SECONDS)
def test_what_was_drawn_is_kept_as_it_was_drawn(
    done: LessonPlayed, home: Path, drawn: list[StrokesLine]
) -> None:
    kept = stored(home)
    expected = sorted((writer, label) for writer in WRITERS for label in LABELS) * EACH
    assert sorted((sample.writer, sample.label) for sample in kept) == sorted(expected)
    assert sum(sample.part == Part.EXAM for sample in kept) == len(kept) // 3
    assert {sample.origin for sample in kept} == {"drawn"}
    first = next(one for one in drawn if (one.writer, one.label) == (WRITERS[0], LABELS[0]))
    assert kept[0].strokes is not None
    (x, y), (there_x, there_y) = kept[0].strokes[0][0], first.strokes[0][0]
    # a pixel of the paper is about one of its 400 units
    assert abs(x - there_x) < 2
    assert abs(y - there_y) < 2


@pytest.mark.timeout(LESSON_SECONDS)
def test_the_retrained_version_is_in_use(done: LessonPlayed, home: Path) -> None:
    version = versions.in_use(home)[0]
    # The home was empty, so the story begins with the network that knows MNIST only.
    assert (version.number, version.start) == (1, Start.MNIST_ONLY)
    assert version.practice == len(WRITERS) * len(LABELS) * EACH * 2 // 3
    assert set(version.mnist_test) == {"cnn", "svm", "knn"}


@pytest.mark.timeout(LESSON_SECONDS)
def test_the_report_tells_it_with_figures(done: LessonPlayed, home: Path) -> None:
    page = done.report.read_text(encoding="utf-8")
    version = versions.in_use(home)[0]
    for name in ("cnn", "svm", "knn"):
        exam, test = version.own_exam[name], version.mnist_test[name]
        assert f"→ {exam}" in page
        assert f"→ {test}" in page
        assert test.accuracy > 0.8
    assert "200 MNIST digits and 12 own practice digits" in page
    assert "18 own digits" in page
    assert "Version 1 of “Knows MNIST only” against the one before" in page
    assert len(re.findall(r'<img src="data:image/png;base64,', page)) == len(LABELS) + 2 * len(TABS)
    assert "Python 3" in page


@pytest.mark.timeout(LESSON_SECONDS)
def test_a_picture_of_each_tab_lies_beside_it(done: LessonPlayed) -> None:
    for name in TABS:
        light, dark = (
            Image.open(done.report.parent / f"{name}{look}.png") for look in ("", "-dark")
        )
        assert light.size == dark.size
        assert light.width >= 1000
        corner = (2, light.height - 2)
        assert sum(light.getpixel(corner)) > 600
        assert sum(dark.getpixel(corner)) < 200
    picture = Image.open(done.report.parent / "draw.png")
    colours = {colour for _count, colour in picture.getcolors(1 << 20)}
    # the bars of all three, and the ink of the seven
    assert {(0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73)} <= colours
    assert (0x11, 0x11, 0x11) in colours


@pytest.mark.timeout(LESSON_SECONDS)
def test_the_steps_say_what_they_did_and_how_long_it_took(
    done: LessonPlayed, told: list[str]
) -> None:
    assert told[2] == "[3/9] Draw and keep digits"
    assert len(told) == len(done.steps) == 9
    steps = {step["name"]: step for step in done.steps}
    assert steps["Draw and keep digits"]["added"] == 18
    assert steps["Look through them"]["kept"] == 18
    assert steps["Retrain"]["version"] == 1
    assert steps["Compare"]["mnist"] == 200
    assert set(steps["Show the same digits again"]) >= {str(label) for label in LABELS}
    assert all(step["seconds"] >= 0 for step in done.steps)
    json.dumps(done.steps)


# --- lessons that come to no end ---------------------------------------------------
@pytest.fixture
def window(display: str, home: Path, checksums: Checksums) -> Iterator[App]:
    app = App(home, checksums)
    yield app
    app.close()


def test_what_does_not_come_is_named_with_its_step(window: App) -> None:
    story = iter([Wait("The rain", lambda: False, seconds=0.2)])
    with pytest.raises(ClassroomError, match=r"“Wait for rain”: The rain did not come within"):
        Driver(window, print).play([(PlayedStep("Wait for rain"), story)])


def test_a_window_closed_by_hand_ends_the_lesson_in_a_sentence(window: App) -> None:
    window.root.after(300, window.close)
    story = iter([Wait("The end", lambda: False, seconds=60)])
    with pytest.raises(ClassroomError, match="closed during “Draw”"):
        Driver(window, print).play([(PlayedStep("Draw"), story)])


def test_an_error_in_the_window_ends_the_lesson(window: App) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    driver = Driver(window, print)
    window.root.after(100, fails)
    story = iter([Wait("The end", lambda: False, seconds=60)])
    with pytest.raises(ClassroomError, match="something unexpected went wrong"):
        driver.play([(PlayedStep("Draw"), story)])


def test_a_report_that_cannot_be_written_is_refused_before_the_lesson(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.touch()
    with pytest.raises(ClassroomError, match="cannot be written"):
        lesson.play(tmp_path, file, mnist_count=200, checksums=mnist_files.ORIGINAL, announce=print)


def test_without_a_display_the_command_says_what_to_do(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("there is always a display here")
    without = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    command = [sys.executable, ROOT / "main.py", "--home", tmp_path, "lesson", "--report", tmp_path]
    ended = subprocess.run(command, env=without, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "virtual display" in ended.stderr
    assert "Traceback" not in ended.stderr
