"""From ink to 28x28: what a student draws is what a classifier trained on MNIST expects."""

import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image
from places import LESSON

from classroom.preprocessing.digits import from_image, from_ink, from_strokes
from classroom.preprocessing.strokes import StrokesLine, read_strokes_file
from classroom.preprocessing.thresholding import NothingDrawn

THREE = [
    [(20, 30), (50, 10), (80, 30), (70, 60), (45, 70), (75, 85), (80, 115), (50, 135), (15, 120)]
]
SEVEN = [[(10, 10), (90, 10), (40, 150)], [(30, 80), (75, 78)]]


def ink_box(image):
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def centre_of_mass(image):
    mass = image.sum(dtype=float)
    at = np.arange(28)
    return image.sum(axis=0) @ at / mass, image.sum(axis=1) @ at / mass


def moved(strokes, scale=1.0, right=0.0, down=0.0):
    return [[(x * scale + right, y * scale + down) for x, y in stroke] for stroke in strokes]


def difference(one, other):
    """Return the mean difference of two images in grey levels."""
    return np.abs(one.astype(int) - other.astype(int)).mean()


def lesson_strokes():
    return [line for line in read_strokes_file(LESSON) if isinstance(line, StrokesLine)]


# --- strokes ----------------------------------------------------------------
def test_image_is_light_ink_on_black():
    image = from_strokes(THREE)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    assert image[0].max() == image[-1].max() == 0


@pytest.mark.parametrize("scale", [1e-200, 1e-6, 0.01, 5.0, 1e6, 1e300])
def test_size_of_the_drawing_does_not_matter(scale):
    assert difference(from_strokes(moved(THREE, scale)), from_strokes(THREE)) < 0.5


@pytest.mark.parametrize("offset", [-1e6, -500.0, 300.0, 1e6])
def test_place_of_the_drawing_does_not_matter(offset):
    shifted = from_strokes(moved(THREE, 1.0, offset, -offset))
    assert difference(shifted, from_strokes(THREE)) < 0.5


@pytest.mark.parametrize("strokes", [THREE, SEVEN, [[(0, 0), (300, 40)]]])
def test_longer_side_of_the_ink_is_20_pixels(strokes):
    left, top, right, bottom = ink_box(from_strokes(strokes))
    assert max(right - left, bottom - top) == 20


@pytest.mark.parametrize("aspect", [0.3, 0.5, 0.8])
def test_aspect_is_kept(aspect):
    frame = [(0, 0), (100 * aspect, 0), (100 * aspect, 100), (0, 100), (0, 0)]
    left, top, right, bottom = ink_box(from_strokes([frame]))
    assert bottom - top == 20
    # The pen is as wide across as along: only what lies between is to scale.
    assert right - left == pytest.approx(17.5 * aspect + 2.5, abs=1.5)


def test_centre_of_mass_is_in_the_centre():
    for line in lesson_strokes():
        across, down = centre_of_mass(from_strokes(line.strokes))
        assert abs(across - 14) <= 0.51
        assert abs(down - 14) <= 0.51


def test_lopsided_ink_loses_nothing_at_the_edge():
    """A comb's mass lies so far off that centring it would push it out of the picture."""
    teeth = [[(0, y), (8, y)] for y in range(0, 30, 1)]
    image = from_strokes([*teeth, [(0, 0), (0, 100)]])
    left, top, right, bottom = ink_box(image)
    assert bottom - top == 20
    assert right - left >= 4


def test_order_and_direction_of_strokes_do_not_matter():
    backwards = [stroke[::-1] for stroke in SEVEN[::-1]]
    assert difference(from_strokes(backwards), from_strokes(SEVEN)) < 0.5


def test_repeated_points_do_not_matter():
    doubled = [[point for point in stroke for _ in range(3)] for stroke in THREE]
    assert np.array_equal(from_strokes(doubled), from_strokes(THREE))


def test_fast_pen_leaves_no_gap():
    image = from_strokes([[(0, 0), (0, 300)]])
    left, top, right, bottom = ink_box(image)
    assert (image[top:bottom, left:right].max(axis=1) > 200).all()


def test_sharp_turn_has_a_round_joint():
    """Without one, a wide line that turns back has a notch at its outer side."""
    image = from_strokes([[(0, 0), (50, 100), (100, 0)]])
    tip = image[ink_box(image)[3] - 2]
    assert tip.max() > 200


def test_dot_is_a_small_round_spot_in_the_centre():
    for dot in ([[(5, 5)]], [[(7, 7), (7, 7)]], [[(1e6, -1e6)]]):
        image = from_strokes(dot)
        left, top, right, bottom = ink_box(image)
        assert 2 <= right - left <= 4
        assert 2 <= bottom - top <= 4
        assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.6)


@pytest.mark.parametrize("end", [(100, 0), (0, 100)])
def test_line_is_20_long_and_as_wide_as_the_pen(end):
    left, top, right, bottom = ink_box(from_strokes([[(0, 0), end]]))
    assert sorted([right - left, bottom - top]) in ([3, 20], [4, 20])


@pytest.mark.parametrize("strokes", [[], [[]], [[], []], [[(float("nan"), 1.0)]]])
def test_no_point_is_nothing_drawn(strokes):
    with pytest.raises(NothingDrawn, match="draw"):
        from_strokes(strokes)


def test_points_that_are_not_finite_are_left_out():
    spoilt = [[*THREE[0][:4], (float("inf"), 3.0), (2.0, float("nan")), *THREE[0][4:]]]
    assert np.array_equal(from_strokes(spoilt), from_strokes(THREE))


def test_very_long_scribble_is_fast_and_looks_the_same():
    angle = np.linspace(0, 2 * np.pi, 100_000)
    ring = [list(zip(np.cos(angle), np.sin(angle), strict=True))]
    few = [[(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 200)]]
    start = time.perf_counter()
    image = from_strokes(ring)
    assert time.perf_counter() - start < 1.0
    assert difference(image, from_strokes(few)) < 1


def test_stroke_of_one_point_beside_a_long_one_is_kept():
    scribble = [(float(i % 2), i / 1e4) for i in range(20_000)]
    image = from_strokes([scribble, [(6.0, 1.0)]])
    assert image[:, ink_box(image)[2] - 2].max() > 100


def test_lesson_looks_like_mnist():
    """The figures are those of the 60,000 MNIST training images."""
    images = np.stack([from_strokes(line.strokes) for line in lesson_strokes()])
    ink = images.sum(axis=(1, 2)) / 255
    assert ink.mean() == pytest.approx(102.4, rel=0.07)
    inked = images[images > 0]
    assert (inked >= 250).mean() == pytest.approx(0.385, abs=0.05)
    assert (inked < 64).mean() == pytest.approx(0.182, abs=0.05)


def test_lesson_has_every_digit_of_every_writer():
    counts = {}
    for line in lesson_strokes():
        counts[line.writer, line.label] = counts.get((line.writer, line.label), 0) + 1
    assert len({writer for writer, _ in counts}) == 3
    assert len(counts) == 30
    assert min(counts.values()) >= 3


def test_tool_makes_the_lesson_again(tmp_path):
    tool = LESSON.parent.parent.parent / "tools" / "make_lesson_strokes.py"
    copy = tmp_path / "lesson.jsonl"
    subprocess.run([sys.executable, str(tool), str(copy)], check=True, timeout=60)
    assert copy.read_text("utf-8") == LESSON.read_text("utf-8")


# --- pictures ---------------------------------------------------------------
def picture_of(strokes, size=200, paper=240, pen=40):
    """Return a photo-like picture of strokes: the digit off centre on plain paper."""
    digit = Image.fromarray(from_strokes(strokes)).resize((size // 2, size // 2), 3)
    cover = np.zeros((size, size))
    cover[10 : 10 + size // 2, 60 : 60 + size // 2] = np.asarray(digit) / 255
    return (paper + (pen - paper) * cover).round().astype(np.uint8)


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (240, 40), (200, 120), (0, 255), (40, 220)])
def test_picture_gives_what_the_strokes_give(paper, pen):
    image = from_image(picture_of(THREE, paper=paper, pen=pen))
    assert difference(image, from_strokes(THREE)) < 8


def test_shadow_over_the_paper_is_no_ink():
    picture = picture_of(THREE, size=300).astype(float)
    shadow = np.linspace(1.0, 0.4, 300)[None, :] * np.linspace(1.0, 0.8, 300)[:, None]
    noise = np.random.default_rng(0).normal(0, 4, picture.shape)
    photo = np.clip(picture * shadow + noise, 0, 255).astype(np.uint8)
    assert difference(from_image(photo), from_strokes(THREE)) < 12


def test_mnist_image_stays_as_it_is():
    image = from_strokes(SEVEN)
    assert difference(from_image(image), image) < 3


def test_one_pixel_line_in_a_picture():
    picture = np.full((60, 60), 255, np.uint8)
    picture[10:50, 30] = 0
    left, top, right, bottom = ink_box(from_image(picture))
    assert bottom - top == 20
    assert right - left <= 2


def test_digit_that_leaves_the_picture():
    picture = np.full((100, 100), 255, np.uint8)
    picture[40:100, 45:55] = 0
    assert ink_box(from_image(picture))[3] - ink_box(from_image(picture))[1] == 20


@pytest.mark.parametrize(
    "picture",
    [
        np.full((50, 70), 255, np.uint8),
        np.zeros((50, 70), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.zeros((0, 5), np.uint8),
        np.random.default_rng(1).normal(200, 5, (200, 200)).astype(np.uint8),
    ],
    ids=["white", "black", "one pixel", "empty", "noise"],
)
def test_picture_without_ink_is_nothing_drawn(picture):
    with pytest.raises(NothingDrawn, match="No digit"):
        from_image(picture)


def test_black_ink_canvas_is_nothing_drawn():
    with pytest.raises(NothingDrawn):
        from_ink(np.zeros((300, 300), np.uint8))


def test_drawing_loads_no_opencv():
    """The window renders every pen move; it must not wait for OpenCV at the start."""
    code = (
        "import sys; from classroom.preprocessing.digits import from_strokes;"
        "import classroom.preprocessing.photos;"
        "from_strokes([[(0, 0), (1, 1)]]); sys.exit('cv2' in sys.modules)"
    )
    root = LESSON.parent.parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, timeout=60).returncode == 0
