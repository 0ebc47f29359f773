"""All plots of a comparison: that each can be drawn, says what it should, and has its numbers."""

import csv
import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from classroom.evaluation.results import Epoch, Evaluation, LearningPoint, Result, Score, TestSet
from classroom.plots.accuracy_bars import draw_accuracy_bars
from classroom.plots.base import Tile
from classroom.plots.disputed import Disputed
from classroom.plots.registry import PLOTS
from classroom.plots.request import PlotRequest, disputed, entries_of
from classroom.plots.style import new_canvas, on_paper

STYLE = on_paper({"cnn": "#0072b2", "svm": "#e69f00"})


def answers(count: int, wrong: int, seed: int, writers: tuple[str, ...] = ()) -> Evaluation:
    """Answers to `count` digits, of which the first `wrong` from `seed` on are wrong."""
    labels = (np.arange(count) % 10).astype(np.uint8)
    said = labels.copy()
    said[seed : seed + wrong] = (said[seed : seed + wrong] + 3) % 10
    random = np.random.default_rng(seed)
    probabilities = random.random((count, 10), np.float32)
    probabilities[np.arange(count), said] += 1 + 9 * random.random(count, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return Evaluation(labels, probabilities, np.arange(count) + 100 if writers else None, writers)


@pytest.fixture(scope="module")
def results() -> list[Result]:
    """One that learns in epochs, one that does not, and one that failed."""
    writers = ("ann", "bob") * 15
    history = (Epoch(1, 2, 0.5, 0.8, 0.4, 0.85), Epoch(2, 2, 0.2, 0.9, 0.3, 0.9))
    return [
        Result("cnn", 3.0, 0.5, answers(400, 8, 5), answers(30, 3, 0, writers), history=history),
        Result("svm", 9.0, 0.1, answers(400, 20, 20), answers(30, 6, 2, writers)),
        Result("knn", 0.0, 0.0, None, None, "There was not enough memory."),
    ]


@pytest.fixture
def shown(results: list[Result]) -> PlotRequest:
    points = tuple(
        LearningPoint(name, size, 0, seed, Score(size // 20 + seed, 100), Score(seed, 3))
        for name in ("cnn", "svm")
        for size in (100, 1000)
        for seed in (0, 2)
    )
    pictures = {place: np.full((28, 28), place % 256, np.uint8) for place in range(400)}
    return PlotRequest(entries_of(results), points=points, pictures=pictures)


def drawn(name: str, shown: PlotRequest, width: int = 952, height: int = 330) -> Figure:
    figure = new_canvas((width / 96, height / 96), 96, STYLE).figure
    PLOTS[name](shown).draw(figure, STYLE)
    figure.canvas.draw()
    return figure


def written(ax: Axes) -> set[str]:
    """All that stands in axes, the words of the legend among them."""
    legend = ax.get_legend()
    texts = [*ax.texts, *(legend.get_texts() if legend else [])]
    title = [legend.get_title().get_text()] if legend else []
    return {*(text.get_text() for text in texts), *title}


def rows(name: str, shown: PlotRequest) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(PLOTS[name](shown).table().csv())))


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("test_set", TestSet)
def test_every_plot_lies_within_its_figure_beside_one_that_failed(
    name: str, test_set: TestSet, shown: PlotRequest
) -> None:
    shown = replace(shown, test_set=test_set)
    assert PLOTS[name](shown).why_empty() == ""
    figure = drawn(name, shown)
    assert figure.axes
    for ax in figure.axes:
        box = ax.get_tightbbox()
        assert box is not None
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= 953
        assert box.y1 <= 331
    assert rows(name, shown)


@pytest.mark.parametrize(("width", "height"), [(935, 170), (1510, 430)])
def test_no_title_of_a_confusion_matrix_runs_into_the_next(
    results: list[Result], width: int, height: int
) -> None:
    names = ("lenet5_average", "svm_features", "knn_features", "lenet5_dilated")
    many = answers(10_000, 4, 1)
    four = [replace(results[0], classifier=name, mnist_test=many) for name in names]
    figure = drawn("confusion", PlotRequest(entries_of(four)), width, height)
    boxes = [ax.title.get_window_extent() for ax in figure.axes[:4]]
    assert boxes[0].x0 >= 0
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert boxes[3].x1 <= width


def test_the_bars_write_every_name_whole(results: list[Result]) -> None:
    names = ("lenet5_average", "svm_features")
    figure = new_canvas((200 / 96, 140 / 96), 96, STYLE).figure
    draw_accuracy_bars(figure, STYLE, [replace(results[0], classifier=name) for name in names])
    figure.canvas.draw()
    [ax], [legend] = figure.axes, figure.legends
    for text in (*ax.get_yticklabels(), *ax.texts, *legend.get_texts()):
        box = text.get_window_extent()
        assert box.x0 >= 0, text
        assert box.x1 <= 200, text


def test_what_cannot_be_drawn_says_why(shown: PlotRequest) -> None:
    failed = replace(shown, entries=shown.entries[2:], points=())
    nobody = replace(shown, entries=(), points=())
    no_exam = replace(
        shown,
        test_set=TestSet.OWN_EXAM,
        entries=entries_of([Result("cnn", 1, 1, answers(20, 1, 0), None)]),
        points=(),
    )
    for name, plot in PLOTS.items():
        assert plot(failed).why_empty().endswith(".")
        assert plot(nobody).why_empty().endswith(".")
        assert plot(no_exam).why_empty().endswith("."), name
    assert "failed" in PLOTS["roc"](failed).why_empty()
    assert "Tick one" in PLOTS["roc"](nobody).why_empty()
    assert "every third digit" in PLOTS["roc"](no_exam).why_empty()
    stranger = replace(shown, test_set=TestSet.OWN_EXAM, writer="cleo")
    assert PLOTS["roc"](stranger).why_empty() == "cleo has no digit in the exam."
    assert "study" in PLOTS["learning"](replace(shown, points=())).why_empty()
    alone = replace(shown, entries=shown.entries[:1])
    assert "takes two" in PLOTS["disagree"](alone).why_empty()
    twice = replace(shown, entries=shown.entries[:1] * 2)
    assert "the very same digits" in PLOTS["disagree"](twice).why_empty()


def test_one_writer_is_scored_on_the_own_digits_alone(shown: PlotRequest) -> None:
    ann = replace(shown, test_set=TestSet.OWN_EXAM, writer="ann")
    assert [each.evaluation.score for each in ann.answers] == [Score(13, 15), Score(12, 15)]
    total = sum(int(row["total"]) for row in rows("digits", ann))
    assert total == 2 * 15


def test_a_confusion_matrix_in_per_cent_has_the_share_of_each_row(shown: PlotRequest) -> None:
    counts = written(drawn("confusion", shown).axes[0])
    percent = written(drawn("confusion", replace(shown, percent=True)).axes[0])
    assert {"39", "40", "1"} <= counts
    assert {"98", "100", "2.5"} <= percent


def test_the_roc_says_the_area_and_shows_the_corner(shown: PlotRequest) -> None:
    every_digit = drawn("roc", shown)
    assert [ax.get_title() for ax in every_digit.axes] == ["CNN", "SVM"]
    assert len(every_digit.axes[0].lines) == 10
    assert every_digit.axes[0].get_xlim() == every_digit.axes[1].get_xlim()
    assert every_digit.axes[0].get_xlim()[1] < 0.5
    one = drawn("roc", replace(shown, digit=5)).axes
    assert [ax.get_title() for ax in one] == ["5 against the rest"]
    assert {text.split()[0] for text in written(one[0])} >= {"AUC", "CNN", "SVM"}
    assert {row["digit"] for row in rows("roc", replace(shown, digit=5))} == {"5"}


def test_on_paper_nobody_is_asked_to_click(shown: PlotRequest) -> None:
    assert "Click" in PLOTS["confusion"](shown).explanation()
    assert not any("Click" in plot(shown).explanation(on_paper=True) for plot in PLOTS.values())


def test_the_histogram_tells_the_right_from_the_wrong(shown: PlotRequest) -> None:
    assert written(drawn("confidence", shown).axes[0]) >= {"right: 392", "wrong: 8"}
    of_cnn = [row for row in rows("confidence", shown) if row["classifier"] == "CNN"]
    assert sum(int(row["wrong"]) for row in of_cnn) == 8


def test_the_epochs_have_training_and_validation_of_what_has_epochs(shown: PlotRequest) -> None:
    loss, accuracy = drawn("epochs", shown).axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[0.5, 0.2], [0.4, 0.3]]
    assert [list(line.get_ydata()) for line in accuracy.lines] == [[0.8, 0.9], [0.85, 0.9]]
    none = replace(shown, entries=shown.entries[1:])
    assert "the networks do" in PLOTS["epochs"](none).why_empty()


def test_the_learning_curve_is_the_mean_with_a_band_over_the_seeds(shown: PlotRequest) -> None:
    (ax,) = drawn("learning", shown).axes
    assert list(ax.lines[0].get_xdata()) == [100, 1000]
    assert list(ax.lines[0].get_ydata()) == pytest.approx([0.06, 0.51])
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.05, 0.52)
    assert len(rows("learning", shown)) == 8


def test_disputed_digits_come_with_what_each_said_the_surest_mistake_first(
    shown: PlotRequest,
) -> None:
    evaluations = [each.evaluation for each in shown.answers]
    places = disputed(evaluations)
    assert set(places) == {*range(5, 13), *range(20, 40)}
    surest = [
        max(e.probabilities[place].max() for e in evaluations if e.predictions[place] != place % 10)
        for place in places
    ]
    assert surest == sorted(surest, reverse=True)
    (ax,) = drawn("disagree", shown).axes
    captions = ax.texts
    said = " ".join(str(e.predictions[places[0]]) for e in evaluations)
    assert captions[0].get_text() == f"{places[0] % 10}: {said}"
    label, plot = str(ax.get_label()), Disputed(shown)
    assert plot.clicked(label, *captions[0].get_position()) == Tile(0)
    assert plot.clicked(label, *captions[20].get_position()) == Tile(20)
    assert plot.pictures_needed() == [int(place) for place in places]


def test_the_numbers_say_which_digit_of_whom(shown: PlotRequest) -> None:
    found = rows("disagree", replace(shown, test_set=TestSet.OWN_EXAM))
    assert {row["number"] for row in found} == {"100", "101", "103", "104", "105", "106", "107"}
    assert {row["writer"] for row in found} == {"ann", "bob"}
    for row in found:
        assert (row["CNN"] == row["digit"]) != (row["SVM"] == row["digit"])
