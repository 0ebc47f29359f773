"""Photos as they come: paper on a table, hard shadows, a wiped board, a pen that was lifted."""

import numpy as np
import pytest
from photo_support import IN_ORDER, ROWS, page, recognised
from PIL import Image, ImageDraw

from classroom.preprocessing.digits import from_ink
from classroom.preprocessing.photos import find_digits
from classroom.preprocessing.thresholding import NothingDrawn

DIGITS = page(ROWS)


def on_table(paper, table):
    """Return paper that lies on a table, turned a little, the light falling from one side."""
    photo = Image.new("L", (1400, 1100), table)
    sheet = Image.fromarray(paper).convert("L").rotate(-3, expand=True, fillcolor=table)
    photo.paste(sheet, (120, 120))
    lamp = np.linspace(1.0, 0.55, 1400)[None, :]
    return (np.asarray(photo) * lamp).astype(np.uint8)


@pytest.mark.parametrize("table", [25, 110, 180])
def test_a_table_around_the_paper(table):
    assert recognised(find_digits(on_table(DIGITS, table))) == IN_ORDER


@pytest.mark.parametrize("wall", [90, 240])
def test_a_wall_around_the_blackboard(wall):
    assert recognised(find_digits(on_table(255 - DIGITS, wall))) == IN_ORDER


@pytest.mark.parametrize("across", [False, True])
def test_a_hard_shadow_is_no_edge_of_the_paper(across):
    height, width = DIGITS.shape
    y, x = np.mgrid[0:height, 0:width]
    shadow = (y > 0.45 * height + 0.1 * x) if across else (x > 0.62 * width - 0.2 * y)
    photo = np.where(shadow, DIGITS * 0.55, DIGITS).astype(np.uint8)
    assert recognised(find_digits(photo)) == IN_ORDER


def drawn(lines, pen=8):
    """Return paper with three 1s and these lines."""
    picture = Image.new("L", (900, 400), 240)
    draw = ImageDraw.Draw(picture)
    for left in (100, 250, 780):
        draw.line([(left, 100), (left, 260)], 30, pen)
    for line in lines:
        draw.line(line, 30, pen)
    return np.asarray(picture)


def test_strokes_that_nearly_touch_are_one_digit():
    """A 4 whose stem was written a little beside its corner."""
    four = [[(450, 100), (440, 190), (528, 190)], [(546, 110), (538, 262)]]
    found = find_digits(drawn(four))
    assert len(found) == 4
    assert found[2].box == pytest.approx((436, 97, 550, 264), abs=6)


def test_two_digits_close_to_each_other_stay_two():
    assert len(find_digits(drawn([[(500, 100), (500, 260)], [(516, 100), (516, 260)]]))) == 5


def test_a_line_on_the_paper_joins_no_digits():
    found = find_digits(drawn([[(0, 290), (900, 290)], [(520, 100), (520, 260)]]))
    assert len(found) == 4
    assert max(one.box[3] for one in found) < 285


def test_a_flat_0_is_a_digit():
    picture = Image.fromarray(drawn([]))
    ImageDraw.Draw(picture).ellipse((450, 180, 560, 240), outline=30, width=8)
    assert len(find_digits(np.asarray(picture))) == 4


def test_what_leaves_nothing_in_28_pixels_is_no_digit():
    ink = np.zeros((2000, 2000), np.uint8)
    ink[0, 0] = ink[-1, -1] = 128
    with pytest.raises(NothingDrawn):
        from_ink(ink)


def test_the_bar_of_a_5_that_reaches_as_far_as_the_next_digit():
    five = [[(402, 130), (400, 180), (450, 180), (460, 220), (430, 258), (395, 255)]]
    bar = [[(405, 108), (470, 104)]]
    nought = [(560, 102), (510, 125), (478, 185), (510, 255), (560, 250), (575, 190), (560, 130)]
    found = find_digits(drawn([*five, *bar, nought]))
    assert len(found) == 5
    assert found[2].box == pytest.approx((391, 100, 474, 262), abs=6)


def test_an_8_of_two_loops():
    """The box of one is near that of the other, their ink is not."""
    upper = [(452, 178), (450, 130), (500, 100), (520, 110), (500, 150), (452, 178)]
    lower = [(500, 192), (515, 200), (490, 245), (460, 262), (455, 245), (500, 192)]
    assert len(find_digits(drawn([upper, lower]))) == 4
