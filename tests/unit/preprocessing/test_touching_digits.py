"""Digits that touch: cut where the ink is thinnest, if a classifier agrees."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from classroom.preprocessing.cuts import cheapest_path
from classroom.preprocessing.photos import find_digits
from classroom.preprocessing.touching_digits import images_to_classify, resolved


@pytest.fixture(scope="module")
def touching():
    """A 0 and a 1 whose pens met."""
    picture = Image.new("L", (300, 220), 240)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 50, 150, 170), outline=20, width=12)
    draw.line([(146, 110), (190, 100), (190, 50)], 20, 10)
    draw.line([(190, 48), (190, 172)], 20, 12)
    (found,) = find_digits(np.asarray(picture))
    return found


def answers(found, sure):
    """Return what a classifier says that is so sure of each image, in order."""
    rows = np.zeros((len(images_to_classify([found])), 10), np.float32)
    rows[:, 0] = sure
    return rows


def test_it_is_cut_where_a_classifier_is_surer_of_the_halves(touching):
    sure = [0.6] + [0.9, 0.95] * len(touching.splits)
    zero, one = resolved([touching], answers(touching, sure))
    assert zero.box[2] <= one.box[0] + 12
    assert zero.box[0] == touching.box[0]
    assert one.box[2] == touching.box[2]


def test_it_stays_whole_where_one_half_is_doubtful(touching):
    sure = [0.6] + [0.99, 0.5] * len(touching.splits)
    assert resolved([touching], answers(touching, sure)) == [touching]


def test_the_path_goes_around_the_ink():
    cost = np.zeros((9, 7))
    cost[4, :5] = 255
    path = cheapest_path(cost)
    assert (cost[np.arange(9), path] == 0).all()
    assert np.abs(np.diff(path)).max() <= 1


def test_a_narrow_digit_is_no_pair():
    picture = Image.new("L", (200, 200), 240)
    ImageDraw.Draw(picture).line([(100, 40), (104, 160)], 20, 12)
    (found,) = find_digits(np.asarray(picture))
    assert found.splits == ()
