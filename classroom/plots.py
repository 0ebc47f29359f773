"""The plots of a comparison by name: the window, the files it saves and reports draw these.

Matplotlib is imported by what draws, so that the window can offer the plots
without loading it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from classroom import plot_drawings as drawings
from classroom import plot_numbers as numbers
from classroom.i18n import _
from classroom.plot_numbers import Table
from classroom.scene import EXAM, Scene, disputed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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


def _no_epochs(scene: Scene) -> str:
    if any(entry.result.history for entry in scene.entries):
        return ""
    return _("Nothing that is shown here learns in epochs; the networks do.")


def _no_points(scene: Scene) -> str:
    if not scene.points:
        return _("A learning curve needs a study: the same comparison, with more and more digits.")
    if scene.test_set == EXAM and not any(point.own_exam for point in scene.points):
        return _("There was no own exam when the study ran.")
    return ""


def _no_dispute(scene: Scene) -> str:
    answers = scene.answers
    if len(answers) == 1:
        return _("It takes two to disagree: show another classifier beside this one.")
    if answers and not len(disputed([each.evaluation for each in answers])):
        return _("They got the very same digits right.")
    return scene.why_empty


def places_in_question(scene: Scene) -> list[int]:
    """Return the places of the digits whose pictures the gallery needs, the best first."""
    evaluations = [each.evaluation for each in scene.answers]
    return [int(place) for place in disputed(evaluations)[:MOST_PICTURES]]


PLOTS: dict[str, Plot] = {
    "confusion": Plot(
        _("Confusion"),
        _("Which digits are taken for which?"),
        drawings.confusion,
        numbers.confusion,
        click=_("Click a cell to see them."),
    ),
    "digits": Plot(
        _("Per digit"),
        _("How many of each digit are right? The line is the 95% interval."),
        drawings.digits,
        numbers.digits,
    ),
    "roc": Plot(
        _("ROC"),
        _("Each digit against the rest, in the corner where the curves differ."),
        drawings.roc,
        numbers.roc,
    ),
    "precision": Plot(
        _("Precision"),
        _("Of those called a digit, how many are one? And how many of them are found?"),
        drawings.precision,
        numbers.precision,
    ),
    "confidence": Plot(
        _("Confidence"),
        _("How sure are they where they are right, and where they are wrong?"),
        drawings.confidence,
        numbers.confidence,
    ),
    "calibration": Plot(
        _("Calibration"),
        _("Of the answers that are 80% sure, 80% should be right: on the broken line."),
        drawings.calibration,
        numbers.calibration,
    ),
    "epochs": Plot(
        _("Epochs"),
        _(
            "How loss and accuracy went, from one pass over the digits to the next; the broken "
            "line on MNIST digits that were not learned."
        ),
        drawings.epochs,
        numbers.epochs,
        _no_epochs,
    ),
    "learning": Plot(
        _("Learning"),
        _("What do more digits bring? The band is from the worst seed to the best."),
        drawings.learning,
        numbers.learning,
        _no_points,
    ),
    "time": Plot(
        _("Time"), _("What does a better answer cost in seconds?"), drawings.time, numbers.times
    ),
    "disagree": Plot(
        _("Disputed"),
        _("The digits that one gets right and another wrong."),
        drawings.disagreement,
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
        # Short: in the smallest window it stands in one line with what the plot shows.
        sentences.append(_("An SVM's probabilities are fitted on held-out digits."))
    return " ".join(filter(None, sentences))


def drawing(name: str, scene: Scene) -> Callable[[Figure, Style], None]:
    """Return what draws the plot `name` of `scene` on an empty figure."""
    return partial(_draw, name, scene)


def _draw(name: str, scene: Scene, figure: Figure, style: Style) -> None:
    PLOTS[name].draw(figure, style, scene)
