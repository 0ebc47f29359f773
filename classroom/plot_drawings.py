"""Each plot of a scene on an empty figure: which displays there are, on which axes.

Matplotlib is imported by what draws, so that the window can offer the plots
without loading it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom import metrics
from classroom.catalogue import TITLES
from classroom.i18n import _
from classroom.scene import MNIST, Answers, Scene, disputed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from classroom.evaluation import Evaluation
    from classroom.plot_key import Line
    from classroom.plot_style import Style


def confusion(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw the confusion matrices side by side."""
    from classroom.displays import ConfusionMatrixDisplay, plot_confusion_matrices

    displays = []
    for each in scene.answers:
        title = _("{name}: {score}").format(name=each.title, score=each.evaluation.score)
        matrix = each.evaluation.confusion
        displays.append(ConfusionMatrixDisplay(matrix, title, style, scene.percent))
    plot_confusion_matrices(displays, figure=figure)


def digits(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw how many of each digit are right."""
    from classroom.displays_digits import DigitAccuracyDisplay
    from classroom.plot_layout import row_of_axes

    (ax,) = row_of_axes(figure, 1, widest=6)
    DigitAccuracyDisplay(scene.answers, style).plot(ax=ax)


def _lines(style: Style, scene: Scene) -> list[tuple[str, list[tuple[Line, Answers, int]]]]:
    """Return what is drawn in which axes: each classifier's ten digits, or all at one digit."""
    from classroom.plot_key import Line

    if scene.digit is None:
        dashes = ["-"] * 5 + ["--"] * 5
        return [
            (
                each.title,
                [
                    (Line(str(digit), style.digits[digit], dashes[digit]), each, digit)
                    for digit in range(10)
                    if (each.evaluation.labels == digit).any()
                ],
            )
            for each in scene.answers
        ]
    title = _("{digit} against the rest").format(digit=scene.digit)
    looks = ("-", "--", "-.", ":")
    lines = [
        (Line(each.title, each.colour, looks[number % 4]), each, scene.digit)
        for number, each in enumerate(scene.answers)
    ]
    return [(title, lines)]


def roc(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw the ROC curves."""
    from classroom.displays_curves import RocDisplay, roc_zoom

    _curves(figure, style, scene, metrics.roc_of, roc_zoom, RocDisplay)


def precision(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw precision against recall."""
    from classroom.displays_curves import PrecisionRecallDisplay, precision_recall_zoom

    of, zoom = metrics.precision_recall_of, precision_recall_zoom
    _curves(figure, style, scene, of, zoom, PrecisionRecallDisplay)


def _curves(
    figure: Figure,
    style: Style,
    scene: Scene,
    curve_of: Callable[[Evaluation, int], Any],
    zoom_of: Callable[[list[Any]], Any],
    display: Callable[..., Any],
) -> None:
    """Draw curves of one digit against the rest, all axes zoomed to where the curves differ."""
    from classroom.plot_layout import row_of_axes
    from classroom.plot_scales import name_first_only

    plots = [
        (title, [(line, curve_of(each.evaluation, digit)) for line, each, digit in lines])
        for title, lines in _lines(style, scene)
    ]
    zoom = zoom_of([curve for _title, curves in plots for _line, curve in curves])
    axes = row_of_axes(figure, len(plots))
    for ax, (title, curves) in zip(axes, plots, strict=True):
        display(curves, title, style, zoom).plot(ax=ax)
    name_first_only(axes)


def confidence(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw how sure they were, right and wrong apart."""
    from classroom.displays_confidence import ConfidenceDisplay
    from classroom.plot_layout import row_of_axes
    from classroom.plot_scales import name_first_only

    answers = scene.answers
    axes = row_of_axes(figure, len(answers))
    for ax, each in zip(axes, answers, strict=True):
        ConfidenceDisplay(each.evaluation, each.title, style, each.colour).plot(ax=ax)
    name_first_only(axes)


def calibration(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw whether they were right as often as they were sure."""
    from classroom.displays_confidence import ReliabilityDisplay
    from classroom.plot_layout import row_of_axes
    from classroom.plot_scales import name_first_only

    answers = scene.answers
    axes = row_of_axes(figure, len(answers), widest=1.3)
    for ax, each in zip(axes, answers, strict=True):
        found = metrics.calibration(each.evaluation)
        ReliabilityDisplay(found, each.title, style, each.colour).plot(ax=ax)
    name_first_only(axes)


def epochs(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw loss and accuracy over the epochs."""
    from classroom.displays_training import HistoriesDisplay, History
    from classroom.plot_layout import row_of_axes

    histories = [
        History(entry.title, entry.colour, entry.result.history)
        for entry in scene.entries
        if entry.result.history
    ]
    loss, accuracy = row_of_axes(figure, 2, shared=False)
    HistoriesDisplay(histories, "loss", style).plot(ax=loss)
    HistoriesDisplay(histories, "accuracy", style).plot(ax=accuracy)


def learning(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw what a study found."""
    from classroom.displays_training import LearningCurveDisplay
    from classroom.plot_layout import row_of_axes

    scored_on = "mnist_test" if scene.test_set == MNIST else "own_exam"
    learnt = [
        learnt
        for learnt in ("mnist", "own")
        if len({getattr(point, learnt) for point in scene.points}) > 1
    ]
    learnt = learnt or ["mnist"]
    for ax, which in zip(row_of_axes(figure, len(learnt), shared=False), learnt, strict=True):
        LearningCurveDisplay(scene.points, which, scored_on, TITLES, style).plot(ax=ax)  # type: ignore[arg-type]


def time(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw what was right against the seconds that it took."""
    from classroom.displays_training import AccuracyTimeDisplay, TimedScore
    from classroom.plot_layout import row_of_axes

    shown = [(entry, scene.evaluation(entry.result)) for entry in scene.entries]
    whats = {"fit_seconds": _("To fit"), "predict_seconds": _("To predict MNIST's test set")}
    fit_and_predict = row_of_axes(figure, 2, shared=False)
    for ax, (name, what) in zip(fit_and_predict, whats.items(), strict=True):
        entries = [
            TimedScore(entry.title, entry.colour, getattr(entry.result, name), evaluation.score)
            for entry, evaluation in shown
            if evaluation is not None
        ]
        AccuracyTimeDisplay(entries, what, style).plot(ax=ax)


def disagreement(figure: Figure, style: Style, scene: Scene) -> None:
    """Draw the disputed digits whose pictures the scene has."""
    from classroom.displays_digits import DisagreementDisplay

    answers = scene.answers
    evaluations = [each.evaluation for each in answers]
    places = disputed(evaluations)
    shown = [place for place in places if int(place) in scene.pictures]
    ax = figure.add_axes((0.01, 0.01, 0.98, 0.9))
    DisagreementDisplay(
        np.array([scene.pictures[int(place)] for place in shown], np.uint8).reshape(-1, 28, 28),
        evaluations[0].labels[shown],
        np.array([each.predictions[shown] for each in evaluations]).T,
        [each.title for each in answers],
        len(places),
        style,
    ).plot(ax=ax)
