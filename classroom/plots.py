"""The plots of a comparison by name: the window, the files it saves and reports draw these.

Matplotlib is imported by what draws, so that the window can offer the plots
without loading it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom import metrics
from classroom import plot_numbers as numbers
from classroom.catalogue import TITLES
from classroom.i18n import _
from classroom.plot_numbers import Table
from classroom.scene import EXAM, MNIST, Answers, Scene, disputed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from classroom.evaluation import Evaluation
    from classroom.plot_key import Line
    from classroom.plot_style import Style

# More tiles than fit into any window.
MOST_PICTURES = 400


@dataclass(frozen=True)
class Plot:
    """One plot.

    Attributes
    ----------
    title : str
        Short enough for a button.
    what : str
        What it shows, in a sentence.
    draw : callable
        ``draw(figure, style, scene)`` draws on an empty figure.
    numbers : callable
        From a scene to the plot's numbers.
    why_empty : callable
        From a scene to the sentence that says why there is nothing to draw; empty where
        there is something.
    click : str
        What a click does, in a sentence; empty where it does nothing.
    """

    title: str
    what: str
    draw: Callable[[Figure, Style, Scene], None]
    numbers: Callable[[Scene], Table]
    why_empty: Callable[[Scene], str] = lambda scene: scene.why_empty
    click: str = ""


def _confusion(figure: Figure, style: Style, scene: Scene) -> None:
    from classroom.displays import ConfusionMatrixDisplay, plot_confusion_matrices

    displays = []
    for each in scene.answers:
        title = _("{name}: {score}").format(name=each.title, score=each.evaluation.score)
        matrix = each.evaluation.confusion
        displays.append(ConfusionMatrixDisplay(matrix, title, style, scene.percent))
    plot_confusion_matrices(displays, figure=figure)


def _digits(figure: Figure, style: Style, scene: Scene) -> None:
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


def _roc(figure: Figure, style: Style, scene: Scene) -> None:
    from classroom.displays_curves import RocDisplay, roc_zoom

    _curves(figure, style, scene, metrics.roc_of, roc_zoom, RocDisplay)


def _precision(figure: Figure, style: Style, scene: Scene) -> None:
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


def _confidence(figure: Figure, style: Style, scene: Scene) -> None:
    from classroom.displays_confidence import ConfidenceDisplay
    from classroom.plot_layout import row_of_axes
    from classroom.plot_scales import name_first_only

    answers = scene.answers
    axes = row_of_axes(figure, len(answers))
    for ax, each in zip(axes, answers, strict=True):
        ConfidenceDisplay(each.evaluation, each.title, style, each.colour).plot(ax=ax)
    name_first_only(axes)


def _calibration(figure: Figure, style: Style, scene: Scene) -> None:
    from classroom.displays_confidence import ReliabilityDisplay
    from classroom.plot_layout import row_of_axes
    from classroom.plot_scales import name_first_only

    answers = scene.answers
    axes = row_of_axes(figure, len(answers), widest=1.3)
    for ax, each in zip(axes, answers, strict=True):
        found = metrics.calibration(each.evaluation)
        ReliabilityDisplay(found, each.title, style, each.colour).plot(ax=ax)
    name_first_only(axes)


def _epochs(figure: Figure, style: Style, scene: Scene) -> None:
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


def _no_epochs(scene: Scene) -> str:
    if any(entry.result.history for entry in scene.entries):
        return ""
    return _("Nothing that is shown here learns in epochs; the networks do.")


def _learning(figure: Figure, style: Style, scene: Scene) -> None:
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


def _no_points(scene: Scene) -> str:
    if not scene.points:
        return _("A learning curve needs a study: the same comparison, with more and more digits.")
    if scene.test_set == EXAM and not any(point.own_exam for point in scene.points):
        return _("There was no own exam when the study ran.")
    return ""


def _time(figure: Figure, style: Style, scene: Scene) -> None:
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


def places_in_question(scene: Scene) -> list[int]:
    """Return the places of the digits whose pictures the gallery needs, the best first."""
    evaluations = [each.evaluation for each in scene.answers]
    return [int(place) for place in disputed(evaluations)[:MOST_PICTURES]]


def _disagreement(figure: Figure, style: Style, scene: Scene) -> None:
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


def _no_dispute(scene: Scene) -> str:
    answers = scene.answers
    if len(answers) == 1:
        return _("It takes two to disagree: show another classifier beside this one.")
    if answers and not len(disputed([each.evaluation for each in answers])):
        return _("They got the very same digits right.")
    return scene.why_empty


PLOTS: dict[str, Plot] = {
    "confusion": Plot(
        _("Confusion"),
        _("Which digits are taken for which?"),
        _confusion,
        numbers.confusion,
        click=_("Click a cell to see them."),
    ),
    "digits": Plot(
        _("Per digit"),
        _("How many of each digit are right? The line is the 95% interval."),
        _digits,
        numbers.digits,
    ),
    "roc": Plot(
        _("ROC"),
        _("Each digit against the rest, in the corner where the curves differ."),
        _roc,
        numbers.roc,
    ),
    "precision": Plot(
        _("Precision"),
        _("Of those called a digit, how many are one? And how many of them are found?"),
        _precision,
        numbers.precision,
    ),
    "confidence": Plot(
        _("Confidence"),
        _("How sure are they where they are right, and where they are wrong?"),
        _confidence,
        numbers.confidence,
    ),
    "calibration": Plot(
        _("Calibration"),
        _("Of the answers that are 80% sure, 80% should be right: on the broken line."),
        _calibration,
        numbers.calibration,
    ),
    "epochs": Plot(
        _("Epochs"),
        _(
            "How loss and accuracy went, from one pass over the digits to the next; the broken "
            "line on MNIST digits that were not learned."
        ),
        _epochs,
        numbers.epochs,
        _no_epochs,
    ),
    "learning": Plot(
        _("Learning"),
        _("What do more digits bring? The band is from the worst seed to the best."),
        _learning,
        numbers.learning,
        _no_points,
    ),
    "time": Plot(_("Time"), _("What does a better answer cost in seconds?"), _time, numbers.times),
    "disagree": Plot(
        _("Disputed"),
        _("The digits that one gets right and another wrong."),
        _disagreement,
        numbers.disagreement,
        _no_dispute,
        _("Click one to ask them all."),
    ),
}


def what(name: str, scene: Scene, *, on_paper: bool = False) -> str:
    """Return what the plot `name` shows, in words; and what an SVM's probabilities are.

    What a click does is said, too, but where the plot is to be printed.
    """
    sentences = [PLOTS[name].what, "" if on_paper else PLOTS[name].click]
    uses_probabilities = name in ("roc", "precision", "confidence", "calibration")
    if uses_probabilities and any(e.result.classifier.startswith("svm") for e in scene.entries):
        sentences.append(
            _(
                "An SVM has no probabilities of its own: they are fitted to digits held out of its "
                "training."
            )
        )
    return " ".join(filter(None, sentences))


def drawing(name: str, scene: Scene) -> Callable[[Figure, Style], None]:
    """Return what draws the plot `name` of `scene` on an empty figure."""
    return partial(_draw, name, scene)


def _draw(name: str, scene: Scene, figure: Figure, style: Style) -> None:
    PLOTS[name].draw(figure, style, scene)
