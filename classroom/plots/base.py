"""What a plot is: a class with a title, a drawing, its numbers, and why there may be nothing.

Derive from `Plot` in a module of `classroom.plots`, and the program has a new plot.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from classroom.i18n import _
from classroom.plots.request import PlotRequest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from classroom.plots.style import Style
    from classroom.plots.tables import Table


@dataclass(frozen=True)
class ConfusionCell:
    """A cell of a confusion matrix that was clicked.

    Attributes
    ----------
    answer : int
        The place of the classifier among the answers of the request.
    true, predicted : int
        The true digit and the predicted one.
    """

    answer: int
    true: int
    predicted: int


@dataclass(frozen=True)
class Tile:
    """A digit in a gallery that was clicked, by its place among the pictures of the request."""

    number: int


class Plot(ABC):
    """Draws one plot of a comparison, and returns its numbers.

    Parameters
    ----------
    request : PlotRequest

    Attributes
    ----------
    name : str
        The name on the command line and in file names.
    title : str
        The text of its button, one word or two.
    question : str
        What the plot answers, in one sentence or two.
    rank : int
        The place of its button: lower ranks come first, equal ranks by name.
    click : str
        What a click does, in a sentence; empty where it does nothing.
    uses_probabilities : bool
        Whether it shows probabilities of the classifiers.
    depends_on_test_set : bool
        Whether it differs between MNIST's test set and the own exam.
    needs_study : bool
        Whether it shows the points of a study, not the results of a comparison.
    has_percent, has_digit : bool
        Whether it can show per cent in place of counts, and one digit against the rest.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]
    rank: ClassVar[int] = 100
    click: ClassVar[str] = ""
    uses_probabilities: ClassVar[bool] = False
    depends_on_test_set: ClassVar[bool] = True
    needs_study: ClassVar[bool] = False
    has_percent: ClassVar[bool] = False
    has_digit: ClassVar[bool] = False

    def __init__(self, request: PlotRequest) -> None:
        self.request = request

    @abstractmethod
    def draw(self, figure: Figure, style: Style) -> None:
        """Draw on an empty figure; called only where `why_empty` is empty."""

    @abstractmethod
    def table(self) -> Table:
        """Return the numbers behind the drawing."""

    def why_empty(self) -> str:
        """Return why there is nothing to draw, in a sentence; empty where there is."""
        return self.request.why_empty

    def pictures_needed(self) -> Sequence[int]:
        """Return the digits whose images are to be drawn, by their places in the test set."""
        return ()

    def clicked(self, label: str, x: float, y: float) -> ConfusionCell | Tile | None:
        """Return what lies at a point of axes, in data coordinates; None where nothing does.

        Parameters
        ----------
        label : str
            The label of the axes.
        x, y : float
        """
        return None

    def explanation(self, *, on_paper: bool = False) -> str:
        """Return the question, what a click does, and where an SVM's probabilities come from.

        On paper the sentence about the click is left out.
        """
        sentences = [self.question, "" if on_paper else self.click]
        names = [entry.result.classifier for entry in self.request.entries]
        if self.uses_probabilities and any(name.startswith("svm") for name in names):
            # Short, because it shares a line with the question in the smallest window.
            sentences.append(_("An SVM's probabilities are fitted on held-out digits."))
        return " ".join(filter(None, sentences))
