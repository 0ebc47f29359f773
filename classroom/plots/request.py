"""What a plot is asked to show: which classifiers, on which digits.

The tab *Compare* and the reports make a request, and each plot draws one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classroom.catalogue import TITLES
from classroom.evaluation.results import Evaluation, LearningPoint, Result, TestSet
from classroom.i18n import _
from classroom.plots.colours import classifier_colours


@dataclass(frozen=True, eq=False)
class Entry:
    """One classifier of a comparison with its title, and its colour as ``#rrggbb``."""

    title: str
    colour: str
    result: Result


def entries_of(results: Sequence[Result]) -> tuple[Entry, ...]:
    """Return the results of one comparison with their titles and colours."""
    colours = classifier_colours([result.classifier for result in results])
    return tuple(
        Entry(TITLES.get(result.classifier, result.classifier), colours[result.classifier], result)
        for result in results
    )


@dataclass(frozen=True, eq=False)
class Answers:
    """One classifier's answers to the digits of a request, with its title and colour."""

    title: str
    colour: str
    evaluation: Evaluation


@dataclass(frozen=True, eq=False)
class PlotRequest:
    """Everything that a plot needs to know.

    Attributes
    ----------
    entries : tuple of Entry
        The classifiers that are shown; one that failed has nothing to draw.
    test_set : TestSet
    writer : str
        The writer whose digits of the exam are shown; empty for all writers.
    percent : bool
        Whether confusion matrices show per cent in place of counts.
    digit : int or None
        The digit that curves set against the rest; None for each digit in turn.
    pictures : mapping of int to array of shape (28, 28), uint8
        Images of digits by their place in the test set; only of those that are needed.
    points : tuple of LearningPoint
        The points of a study.
    """

    entries: tuple[Entry, ...]
    test_set: TestSet = TestSet.MNIST
    writer: str = ""
    percent: bool = False
    digit: int | None = None
    pictures: Mapping[int, NDArray[np.uint8]] = field(default_factory=dict)
    points: tuple[LearningPoint, ...] = ()

    def evaluation(self, result: Result) -> Evaluation | None:
        """Return a result's answers to the digits of the request; None where there are none."""
        found = result.on(self.test_set)
        if found is not None and self.writer and self.test_set is TestSet.OWN_EXAM:
            found = found.by(self.writer)
        return found if found is not None and len(found.labels) else None

    @property
    def answers(self) -> list[Answers]:
        """The answers of the classifiers that are shown and did not fail."""
        found = [(entry, self.evaluation(entry.result)) for entry in self.entries]
        return [
            Answers(entry.title, entry.colour, evaluation)
            for entry, evaluation in found
            if evaluation is not None
        ]

    @property
    def why_empty(self) -> str:
        """Why there are no answers, in a sentence; empty where there are."""
        if self.answers:
            return ""
        if not self.entries:
            return _("No classifier is shown. Tick one under “Shown”.")
        if all(entry.result.error for entry in self.entries):
            return _("What is shown here failed; the reason stands below the table.")
        if self.test_set is TestSet.OWN_EXAM and self.writer:
            return _("{writer} has no digit in the exam.").format(writer=self.writer)
        return _("There was no own exam yet: every third digit that you keep goes there.")


def disputed(evaluations: Sequence[Evaluation]) -> NDArray[np.intp]:
    """Return the places of the digits that one classifier gets right and another wrong.

    They are sorted by the highest probability of a wrong answer, the highest first.
    """
    if not evaluations:
        return np.empty(0, np.intp)
    right = np.array([each.predictions == each.labels for each in evaluations])
    sure = np.array([each.probabilities.max(axis=1) for each in evaluations])
    places = np.flatnonzero(right.any(axis=0) & ~right.all(axis=0))
    surest = np.where(right, 0, sure).max(axis=0)[places]
    return places[np.argsort(-surest, kind="stable")]


def places_of(evaluation: Evaluation, digit: int, taken_for: int | None) -> NDArray[np.intp]:
    """Return the places of one digit with a wrong prediction, the surest answer first.

    Parameters
    ----------
    evaluation : Evaluation
    digit : int
        The true digit.
    taken_for : int or None
        The predicted digit; None for every wrong prediction.
    """
    said = evaluation.predictions
    wanted = said != digit if taken_for is None else said == taken_for
    places = np.flatnonzero((evaluation.labels == digit) & wanted)
    sure = evaluation.probabilities[places].max(axis=1)
    return places[np.argsort(-sure, kind="stable")]
