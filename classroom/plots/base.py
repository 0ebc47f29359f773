"""What every plot offers: a title, a drawing, its numbers, and why there may be nothing to draw."""

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
    """A cell of a confusion matrix: whose it is, by place among the answers, and which."""

    answer: int
    true: int
    predicted: int


@dataclass(frozen=True)
class Tile:
    """A digit in a gallery, by its place among the pictures of the request."""

    number: int


class Plot(ABC):
    """One plot of one request.

    Parameters
    ----------
    request : PlotRequest

    Attributes
    ----------
    name : str
        On the command line and in file names.
    title : str
        Short enough for a button.
    question : str
        What the plot answers, in a sentence or two.
    click : str
        What a click does, in a sentence; empty where it does nothing.
    uses_probabilities : bool
        Whether it shows how sure the classifiers are.
    depends_on_test_set : bool
        Whether it differs between MNIST's test set and the own exam.
    needs_study : bool
        Whether it shows the points of a study, not the rows of a comparison.
    has_percent, has_digit : bool
        Whether it can show per cent in place of counts, and one digit against the rest.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]
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
        """Draw on an empty figure; not where `why_empty` says something."""

    @abstractmethod
    def table(self) -> Table:
        """Return the numbers behind the drawing."""

    def why_empty(self) -> str:
        """Return why there is nothing to draw, in a sentence; empty where there is something."""
        return self.request.why_empty

    def pictures_needed(self) -> Sequence[int]:
        """Return which digits' images are to be drawn, by their place in the test set."""
        return ()

    def clicked(self, label: str, x: float, y: float) -> ConfusionCell | Tile | None:
        """Return what lies at a point of the axes with this label, in their data."""
        return None

    def explanation(self, *, on_paper: bool = False) -> str:
        """Return the question, what a click does, and what an SVM's probabilities are.

        What a click does is left out on paper.
        """
        sentences = [self.question, "" if on_paper else self.click]
        names = [entry.result.classifier for entry in self.request.entries]
        if self.uses_probabilities and any(name.startswith("svm") for name in names):
            # Short: in the smallest window it stands in one line with the question.
            sentences.append(_("An SVM's probabilities are fitted on held-out digits."))
        return " ".join(filter(None, sentences))
