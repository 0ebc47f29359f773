"""Numbers along axes, and keys: what stands in for Matplotlib's ticks and legends."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from classroom.plot_key import Line, draw_key
from classroom.plot_scales import name_first_only, number_across, number_up, percent, shortly
from classroom.plot_style import on_paper
from classroom.plot_text import ShortTexts

STYLE = on_paper({})


def axes(width: int, height: int, count: int = 1) -> list[Axes]:
    figure = Figure(figsize=(width / 96, height / 96), dpi=96)
    FigureCanvasAgg(figure)
    return list(np.atleast_1d(figure.subplots(1, count)))


def written(ax: Axes) -> list[ShortTexts]:
    return [artist for artist in ax.artists if isinstance(artist, ShortTexts)]


@pytest.mark.parametrize("limits", [(0.0, 1.0), (0.003, 0.087), (-7.0, 12_345.0), (0.9961, 1.0)])
def test_numbers_are_round_lie_within_the_limits_and_beside_their_places(
    limits: tuple[float, float],
) -> None:
    (ax,) = axes(400, 300)
    ax.set(xlim=limits, ylim=limits)
    number_across(ax, STYLE, shortly)
    number_up(ax, STYLE, shortly)
    across, up = written(ax)
    for numbers, places in ((across, across.points[:, 0]), (up, up.points[:, 1])):
        assert 2 <= len(numbers.texts) <= 7
        assert [float(text) for text in numbers.texts] == pytest.approx(places, rel=1e-5)
        assert places.min() >= limits[0] - 1e-9
        assert places.max() <= limits[1] + 1e-9
        assert np.ptp(np.diff(places)) < 1e-6 * np.ptp(limits)
        assert all(len(text) <= 6 for text in numbers.texts)
    renderer = ax.figure.canvas.get_renderer()  # type: ignore[union-attr]
    assert all(box.y1 < ax.bbox.y0 for box in across.boxes(renderer))
    assert all(box.x1 < ax.bbox.x0 for box in up.boxes(renderer))
    boxes = across.boxes(renderer)
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_shares_are_said_in_per_cent() -> None:
    assert [percent(share) for share in (0, 0.3, 0.975, 0.99625, 1)] == [
        "0%",
        "30%",
        "97.5%",
        "99.625%",
        "100%",
    ]


def test_of_axes_side_by_side_the_first_alone_has_the_numbers() -> None:
    three = axes(900, 300, 3)
    for ax in three:
        ax.set_ylabel("Found")
        number_up(ax, STYLE, percent)
    name_first_only(three)
    assert [len(written(ax)) for ax in three] == [1, 0, 0]
    assert [ax.get_ylabel() for ax in three] == ["Found", "", ""]


@pytest.mark.parametrize(("height", "columns"), [(400, 1), (150, 2)])
def test_a_key_has_two_columns_where_it_would_cover_the_plot(height: int, columns: int) -> None:
    (ax,) = axes(400, height)
    lines = [Line(f"{digit}  0.9999", "#0072b2") for digit in range(10)]
    draw_key(ax, lines, STYLE, "lower right", "Average precision")
    (key,) = written(ax)
    assert set(key.texts) == {"Average precision", *(line.label for line in lines)}
    renderer = ax.figure.canvas.get_renderer()  # type: ignore[union-attr]
    boxes = key.boxes(renderer)[:10]
    assert len({round(box.x0) for box in boxes}) == columns
    for box in key.boxes(renderer):
        assert ax.bbox.x0 <= box.x0
        assert box.x1 <= ax.bbox.x1
        assert ax.bbox.y0 <= box.y0
        assert box.y1 <= ax.bbox.y1
