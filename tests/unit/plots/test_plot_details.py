"""What the confusion matrices, the accuracy bars and the training curves show, and where."""

import subprocess
import sys
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from classroom.evaluation.results import Epoch, Evaluation, Result, TestSet
from classroom.plots.accuracy_bars import draw_accuracy_bars
from classroom.plots.confusion import Confusion, error_norm, error_shares
from classroom.plots.epochs import TrainingCurve, draw_training_curves
from classroom.plots.request import PlotRequest, entries_of
from classroom.plots.style import Style, new_canvas

BLUE, ORANGE = "#0072b2", "#e69f00"
STYLE = Style(
    foreground="#1c1c1c",
    background="#fafafa",
    muted="#5f6368",
    line="#d4d4d4",
    sequential=("#fdd49e", "#fc8d59", "#d7301f", "#7f0000"),
    colours={"cnn": BLUE, "svm": ORANGE},
)


def matrix(**mistakes: int) -> NDArray[np.int64]:
    """1,000 of each digit, all right but for mistakes such as ``_4_9=17``."""
    confusion = 1000 * np.eye(10, dtype=np.int64)
    for pair, count in mistakes.items():
        true, predicted = int(pair[1]), int(pair[3])
        confusion[true, predicted] += count
        confusion[true, true] -= count
    return confusion


def figure_of(width: int = 952, height: int = 310) -> Figure:
    return new_canvas((width / 96, height / 96), 96, STYLE).figure


def answers(confusion: NDArray[np.int64]) -> Evaluation:
    """Answers that have this confusion matrix."""
    labels, said = np.indices((10, 10)).reshape(2, -1).repeat(confusion.ravel(), axis=1)
    return Evaluation(labels.astype(np.uint8), np.eye(10, dtype=np.float32)[said])


def drawn(figure: Figure, *confusions: NDArray[np.int64], style: Style = STYLE) -> None:
    """Draw these confusion matrices."""
    names = ("cnn", "svm", "knn")
    results = [
        Result(name, 1.0, 1.0, answers(confusion), None)
        for name, confusion in zip(names, confusions, strict=False)
    ]
    Confusion(PlotRequest(entries_of(results), TestSet.MNIST)).draw(figure, style)


def counts(ax: Axes) -> list[Text]:
    """What is written into the cells of a matrix."""
    return list(ax.texts)


def coloured(ax: Axes) -> QuadMesh:
    """The cells of a matrix."""
    (found,) = (each for each in ax.collections if isinstance(each, QuadMesh))
    return found


def cells(ax: Axes) -> dict[tuple[int, int], str]:
    """The texts in the cells, by row and column."""
    return {
        (round(text.get_position()[1]), round(text.get_position()[0])): text.get_text()
        for text in counts(ax)
    }


# --- confusion matrices -----------------------------------------------------
def test_every_count_stands_in_its_cell_and_zeros_do_not() -> None:
    figure = figure_of()
    drawn(figure, matrix(_4_9=17, _9_4=3))
    texts = cells(figure.axes[0])
    assert texts[4, 9] == "17"
    assert texts[9, 4] == "3"
    assert texts[4, 4] == "983"
    assert len(texts) == 12
    assert figure.axes[0].get_title() == "CNN: 9,980 of 10,000"
    assert figure.axes[0].get_xlabel() == "Predicted digit"
    assert figure.axes[0].get_ylabel() == "True digit"


def test_the_diagonal_does_not_take_part_in_the_colour_scale() -> None:
    confusion = matrix(_4_9=20)
    assert error_shares(confusion)[4, 4] == 0
    norm = error_norm([confusion])
    assert norm.vmax == pytest.approx(0.02)
    figure = figure_of()
    drawn(figure, confusion)
    image = coloured(figure.axes[0])
    shown = image.to_rgba(image.get_array())[..., :3]
    grey = np.array(to_rgb(STYLE.line))
    assert np.allclose(shown[np.eye(10, dtype=bool)], grey, atol=0.01)
    # The worst error has the strongest colour, the right answers none.
    assert np.allclose(shown[4, 9], to_rgb(STYLE.sequential[-1]), atol=0.02)


def test_a_single_error_in_a_thousand_is_seen_beside_a_frequent_one() -> None:
    figure = figure_of()
    drawn(figure, matrix(_4_9=80, _7_1=1))
    image = coloured(figure.axes[0])
    shown = image.to_rgba(image.get_array())[..., :3]
    assert np.abs(shown[7, 1] - shown[7, 2]).max() > 0.1


def test_three_matrices_share_one_scale_and_one_colour_bar() -> None:
    figure = figure_of()
    confusions = matrix(_4_9=10), matrix(_3_5=50), matrix(_7_1=200)
    drawn(figure, *confusions)
    *squares, bar = figure.axes
    assert len(squares) == 3
    assert [ax.get_title() for ax in squares] == [
        "CNN: 9,990 of 10,000",
        "SVM: 9,950 of 10,000",
        "k-NN: 9,800 of 10,000",
    ]
    scales = {(coloured(ax).norm.vmin, coloured(ax).norm.vmax) for ax in squares}
    assert scales == {(0.0, 0.2)}
    assert bar.get_ylim() == (0.0, 0.2)
    assert bar.get_ylabel()


def test_drawing_again_leaves_no_colour_bar_behind() -> None:
    figure = figure_of()
    for _round in range(3):
        figure.clear()
        drawn(figure, matrix(_4_9=10), matrix(_3_5=50))
    assert len(figure.axes) == 3


@pytest.mark.parametrize("size", [(952, 310), (1552, 560), (952, 900), (700, 300)])
@pytest.mark.parametrize("count", [1, 3])
def test_everything_lies_within_the_figure_and_each_number_within_its_cell(
    size: tuple[int, int], count: int
) -> None:
    figure = figure_of(*size)
    drawn(figure, *[matrix(_4_9=117, _9_4=3)] * count)
    figure.canvas.draw()
    *squares, bar = figure.axes
    for ax in figure.axes:
        box = ax.get_tightbbox()
        assert box is not None
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= size[0]
        assert box.y1 <= size[1]
    for ax in squares:
        width = ax.bbox.width
        assert width == pytest.approx(ax.bbox.height, rel=0.01)
        assert bar.bbox.height == pytest.approx(ax.bbox.height, rel=0.01)
        boxes = [text.get_window_extent() for text in counts(ax)]
        assert len(boxes) == 12
        assert all(box.width <= width / 10 + 0.5 for box in boxes)  # hinting rounds to pixels


def test_numbers_can_be_read_on_every_colour() -> None:
    confusion = matrix(_4_9=400, _3_5=200, _7_1=100, _2_7=50, _6_0=1)
    figure = figure_of()
    drawn(figure, confusion)
    ax = figure.axes[0]
    image = coloured(ax)
    shown = image.to_rgba(image.get_array())[..., :3]
    weights = np.array((0.2126, 0.7152, 0.0722))
    written = counts(ax)
    assert len(written) == 15
    for text in written:
        x, y = (round(place) for place in text.get_position())
        difference = np.dot(np.array(to_rgb(text.get_color())) - shown[y, x], weights)
        assert abs(difference) > 0.35, (y, x)


def test_an_exam_in_which_a_digit_does_not_occur_can_be_drawn() -> None:
    confusion = np.zeros((10, 10), np.int64)
    confusion[1, 7] = 1
    figure = figure_of()
    drawn(figure, confusion, np.zeros((10, 10), np.int64))
    figure.canvas.draw()
    assert [text.get_text() for text in counts(figure.axes[0])] == ["1"]
    assert counts(figure.axes[1]) == []


# --- accuracy bars ----------------------------------------------------------
def scored(right: int, total: int) -> Evaluation:
    """Answers of which `right` are right."""
    confusion = np.zeros((10, 10), np.int64)
    confusion[0, 0], confusion[0, 1] = right, total - right
    return answers(confusion)


def bars_figure(*results: Result) -> Figure:
    figure = figure_of(320, 150)
    draw_accuracy_bars(figure, STYLE, results)
    figure.canvas.draw()
    return figure


def test_bars_say_their_values_and_are_as_long() -> None:
    figure = bars_figure(
        Result("cnn", 1.0, 1.0, scored(9920, 10000), scored(17, 20)),
        Result("svm", 1.0, 1.0, scored(9840, 10000), scored(14, 20)),
    )
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.texts] == ["99.2%", "85.0%", "98.4%", "70.0%"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.992, 0.85, 0.984, 0.7])
    # Filled for MNIST, hatched for the exam, as the legend says.
    assert [bool(bar.get_hatch()) for bar in ax.patches] == [False, True, False, True]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["CNN", "SVM"]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["MNIST test", "Own exam"]
    assert all(text.get_window_extent().x1 <= 320 for text in ax.texts)


def test_a_classifier_has_its_own_colour() -> None:
    ax = bars_figure(
        Result("cnn", 1.0, 1.0, scored(1, 2), None), Result("svm", 1.0, 1.0, scored(1, 2), None)
    ).axes[0]
    assert [bar.get_facecolor()[:3] for bar in ax.patches] == [to_rgb(BLUE), to_rgb(ORANGE)]


def test_without_an_exam_there_is_one_bar_each_and_no_legend() -> None:
    figure = bars_figure(Result("cnn", 1.0, 1.0, scored(99, 100), scored(0, 0)))
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.texts] == ["99.0%"]
    assert not figure.legends


def test_a_classifier_that_failed_has_a_dash() -> None:
    ax = bars_figure(Result("knn", 1.0, 1.0, None, None)).axes[0]
    assert [text.get_text() for text in ax.texts] == ["–"]


# --- training curves --------------------------------------------------------
def curves(epochs: list[Epoch], quantity: str = "Accuracy") -> Axes:
    """The axes of loss or of accuracy."""
    figure = figure_of(800, 250)
    draw_training_curves(figure, STYLE, [TrainingCurve("", BLUE, epochs)])
    figure.canvas.draw()
    (ax,) = (ax for ax in figure.axes if ax.get_title() == quantity)
    return ax


def test_no_epoch_yet_gives_empty_axes() -> None:
    ax = curves([])
    assert not ax.lines
    assert ax.get_title() == "Accuracy"


def test_one_epoch_is_a_point_that_can_be_seen() -> None:
    ax = curves([Epoch(1, 5, 0.3, 0.9, 0.2, 0.95)], "Loss")
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.3], [0.2]]
    assert all(line.get_marker() not in ("", "None", None) for line in ax.lines)
    # Room for all five epochs from the start, so that the curve does not jump.
    assert ax.get_xlim()[1] >= 5


def test_training_and_validation_are_two_named_lines() -> None:
    epochs = [Epoch(n, 3, 1 / n, 1 - 0.1 / n, 0.9 / n, 1 - 0.2 / n) for n in (1, 2)]
    ax = curves(epochs)
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.9, 0.95], [0.8, 0.9]]
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["training", "validation"]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_without_validation_data_there_is_one_line() -> None:
    ax = curves([Epoch(1, 2, 0.3, 0.9), Epoch(2, 2, 0.2, 0.95)])
    assert len(ax.lines) == 1


def test_a_loss_that_is_not_a_number_is_left_out() -> None:
    ax = curves([Epoch(1, 2, 0.3, 0.9), Epoch(2, 2, float("nan"), 0.1)], "Loss")
    assert list(ax.lines[0].get_ydata()) == [0.3]


# --- the module -------------------------------------------------------------
@pytest.mark.parametrize("module", ["matplotlib.pyplot", "tkinter", "keras", "sklearn"])
def test_plots_load_without(module: str) -> None:
    code = (
        "import sys, classroom.plots.registry, classroom.plots.style;"
        f"sys.exit({module!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_ground_of_a_matrix_is_the_style_s() -> None:
    dark = replace(STYLE, background="#1c1c1c", sequential=("#7f2704", "#fee6ce"))
    figure = figure_of()
    drawn(figure, matrix(), style=dark)
    image = coloured(figure.axes[0])
    assert np.allclose(image.to_rgba(image.get_array())[0, 1, :3], to_rgb("#1c1c1c"), atol=0.01)


@pytest.mark.filterwarnings("error")
def test_every_letter_that_a_font_of_the_system_has_is_drawn() -> None:
    figure = figure_of()
    chinese = len(mpl.rcParams["font.family"]) > 1
    figure.text(0.5, 0.5, "größer, Zoë, Łukasz, Київ" + " 手写数字" * chinese)
    # Matplotlib warns of each letter that no font has.
    figure.canvas.draw()
