"""The collection sheet: printed, filled in with real strokes, photographed, and read again."""

import io
import json

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from classroom.cli import main
from classroom.datasets import importing
from classroom.datasets.dataset import Dataset
from classroom.errors import ClassroomError
from classroom.paths import store_url
from classroom.preprocessing import sheet
from classroom.preprocessing.digits import from_strokes
from classroom.preprocessing.sheet_reader import read_sheet

DENSITY = 5  # pixels a millimetre
PEN = 4


@pytest.fixture(scope="module")
def printed():
    """The sheet of a writer whose name is not ASCII, as it comes out of the printer."""
    packed = io.BytesIO()
    sheet.draw_sheet("Zoë $3^2$").savefig(packed, format="png", dpi=DENSITY * sheet.MM_PER_INCH)
    return Image.open(packed).convert("L")


@pytest.fixture(scope="module")
def lines(drawn):
    """One digit of each label."""
    found = {}
    for line in drawn:
        found.setdefault(line.label, line)
    return found


@pytest.fixture(scope="module")
def filled(printed, lines):
    """The sheet with the first three boxes of each row filled in, with a light pen."""
    paper = printed.copy()
    draw = ImageDraw.Draw(paper)
    for number, place in enumerate(sheet.places()):
        if number % sheet.COLUMNS >= 3:
            continue
        points = np.concatenate(lines[place.label].strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = 12 * DENSITY / (high - low).max()
        middle = np.array([place.left + place.right, place.top + place.bottom]) / 2 * DENSITY
        for stroke in lines[place.label].strokes:
            at = ((np.array(stroke) - (low + high) / 2) * scale + middle).tolist()
            draw.line([tuple(point) for point in at], fill=130, width=PEN, joint="curve")
    return np.asarray(paper)


def photo_of(page, turn=0):
    """Return a photo: askew, unevenly lit, noisy, turned by quarters."""
    height, width = page.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    to = np.array(
        [(90, 40), (width - 60, 110), (width + 30, height), (20, height - 90)], np.float32
    )
    transform = cv2.getPerspectiveTransform(corners, to)
    photo = cv2.warpPerspective(page, transform, (width + 80, height + 60), borderValue=90)
    light = np.linspace(1.0, 0.5, photo.shape[1])[None, :]
    grain = np.random.default_rng(0).normal(0, 4, photo.shape)
    return np.rot90(np.clip(photo * light + grain, 0, 255).astype(np.uint8), turn).copy()


@pytest.mark.parametrize("turn", range(4))
def test_a_photo_comes_back_as_labelled_digits(filled, lines, turn):
    photo = photo_of(filled, turn)
    read = read_sheet(photo)
    assert read.writer == "Zoë $3^2$"
    assert [digit.label for digit in read.found] == [label for label in range(10) for _ in "abc"]
    for digit in read.found:
        meant = from_strokes(lines[digit.label].strokes).astype(int)
        others = [
            np.abs(digit.image - from_strokes(lines[label].strokes).astype(int)).mean()
            for label in range(10)
        ]
        assert np.abs(digit.image - meant).mean() == min(others)


def test_boxes_lie_where_the_digits_are_in_the_photo(filled):
    photo = photo_of(filled)
    for digit in read_sheet(photo).found_in_photo():
        left, top, right, bottom = digit.box
        window = photo[top:bottom, left:right].astype(float)
        assert window.min() < 0.75 * np.median(window)


def test_what_is_no_sheet_is_none(filled):
    rng = np.random.default_rng(1)
    assert read_sheet(np.full((800, 600), 240, np.uint8)) is None
    assert read_sheet(rng.integers(0, 256, (500, 700), np.uint8)) is None
    assert read_sheet(np.zeros((3, 2000), np.uint8)) is None
    covered = filled.copy()
    covered[: 25 * DENSITY, : 25 * DENSITY] = 200
    assert read_sheet(covered) is None


def test_an_empty_sheet_gets_a_sentence(printed):
    with pytest.raises(ClassroomError, match="empty"):
        read_sheet(photo_of(np.asarray(printed)))


def test_the_command_line_from_the_sheet_to_the_store(tmp_path, filled, capsys):
    pdf = tmp_path / "mine.pdf"
    assert main.main(["--home", str(tmp_path), "sheet", str(pdf), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(pdf)}
    assert pdf.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.glob(".*")) == []
    Image.fromarray(photo_of(filled)).save(tmp_path / "photo.jpg")
    command = ["--home", str(tmp_path), "dataset", "import", str(tmp_path / "photo.jpg")]
    assert main.main([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["added"], answer["duplicates"], answer["rejected"]) == (30, 0, [])
    with Dataset(store_url(tmp_path)) as store:
        samples = store.samples()
    assert {(sample.writer, sample.origin) for sample in samples} == {("Zoë $3^2$", "photo")}


@pytest.mark.parametrize(
    ("name", "says"), [("sheet.png", "end in .pdf"), ("nowhere/sheet.pdf", "could not be written")]
)
def test_a_file_that_cannot_be_gets_a_sentence(tmp_path, name, says):
    with pytest.raises(ClassroomError, match=says):
        sheet.write_sheet(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_photo_without_the_marks_says_what_is_missing(tmp_path, filled):
    Image.fromarray(filled[60:, :]).save(tmp_path / "half.png")
    with Dataset(store_url(tmp_path)) as store:
        report = importing.import_paths(store, [tmp_path / "half.png"])
    assert report.added == 0
    assert "four corner marks" in report.rejected[0].why


def test_a_hard_shadow_over_the_boxes_hides_no_digit(filled):
    """Its edge runs through boxes, and what is bright beside it is no light ink."""
    height, width = filled.shape
    y, x = np.mgrid[0:height, 0:width]
    shadow = x < 0.3 * width + 0.12 * y
    read = read_sheet(photo_of(np.where(shadow, filled * 0.55, filled).astype(np.uint8)))
    assert [digit.label for digit in read.found] == [label for label in range(10) for _ in "abc"]


def test_the_name_is_read_from_a_small_blurred_photo(filled):
    small = cv2.resize(photo_of(filled), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    assert read_sheet(cv2.GaussianBlur(small, (0, 0), 1.0)).writer == "Zoë $3^2$"


def test_boxes_that_hold_only_a_mark_are_named(filled):
    marked = filled.copy()
    for place in sheet.places()[3:5]:
        middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2
        x, y = (round(side * DENSITY) for side in middle)
        marked[y - 3 : y + 3, x - 3 : x + 3] = 60
    clean, dirty = read_sheet(filled), read_sheet(marked)
    assert clean.left_out == ()
    assert len(dirty.found) == len(clean.found)
    [why] = dirty.left_out
    assert "2 boxes, for 0" in why
