"""Texts by Pillow look as Matplotlib's own do."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from classroom.ui.quick_text import QuickTextRenderer


def ink(kind: type[RendererAgg], text: str, rotation: float, colour: str) -> NDArray[np.uint8]:
    """A text in the middle of 300 x 300 pixels."""
    figure = Figure(figsize=(3, 3), dpi=100, facecolor="white")
    figure.text(0.5, 0.5, text, rotation=rotation, color=colour, ha="center", va="center")
    renderer = kind(300, 300, 100)
    figure.draw(renderer)
    return np.asarray(renderer.buffer_rgba())[..., :3].copy()


def edges(picture: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The left, right, top and bottom of what is not white."""
    rows, columns = np.nonzero(picture.min(axis=2) < 128)
    return np.array([columns.min(), columns.max(), rows.min(), rows.max()])


@pytest.mark.parametrize("rotation", [0, 90, 30])
@pytest.mark.parametrize("text", ["Right, with 95% interval", "0.995", "größer als ½", "$x^2$"])
def test_a_text_lies_where_matplotlib_would_put_it(text: str, rotation: float) -> None:
    quick = edges(ink(QuickTextRenderer, text, rotation, "black"))
    slow = edges(ink(RendererAgg, text, rotation, "black"))
    # Letters are hinted in another way: over a whole line that comes to a few pixels.
    assert np.abs(quick - slow).max() <= 4


def test_a_text_has_its_colour() -> None:
    picture = ink(QuickTextRenderer, "MMM", 0, "#0072b2")
    darkest = picture.reshape(-1, 3)[picture.sum(axis=2).argmin()]
    assert np.abs(darkest.astype(int) - (0x00, 0x72, 0xB2)).max() < 40


def test_nothing_to_say_draws_nothing() -> None:
    assert ink(QuickTextRenderer, " ", 0, "black").min() == 255
