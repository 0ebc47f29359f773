"""The findings of a lesson as plain data.

The lesson in the window fills them in, and `lesson_report` makes a page of them.
"""

from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from classroom.evaluation.results import LedgerLine, Probabilities, Result
from classroom.preprocessing.strokes import Strokes
from classroom.starts import Start


@dataclass
class PlayedStep:
    """A step of the lesson that was played.

    Attributes
    ----------
    name : str
    seconds : float
        How long it took.
    facts : dict of str to any
        What came of it, by the keys of the command's JSON.
    """

    name: str
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class ShownDigit:
    """A digit that no classifier was trained on, with the answers of each.

    Attributes
    ----------
    label : int
        The true digit.
    writer : str
    strokes : list of list of (float, float)
        In pixels of the paper that it was drawn on.
    before, after : dict of str to array of shape (10,)
        The probabilities before and after the retraining, by the name of the classifier.
    """

    label: int
    writer: str
    strokes: Strokes
    before: dict[str, Probabilities] = field(default_factory=dict)
    after: dict[str, Probabilities] = field(default_factory=dict)

    def fooled_before(self, classifier: str) -> bool:
        """Return whether a classifier took it for another digit before the retraining."""
        return self._fooled(self.before, classifier)

    def fooled_after(self, classifier: str) -> bool:
        """Return whether a classifier took it for another digit after the retraining."""
        return self._fooled(self.after, classifier)

    def _fooled(self, answers: dict[str, Probabilities], classifier: str) -> bool:
        return classifier in answers and int(answers[classifier].argmax()) != self.label


@dataclass
class Findings:
    """What a lesson found.

    Attributes
    ----------
    pictures : dict of str to PIL.Image.Image
        A picture of each tab, by the name of its file.
    practice, exam, added : int
        The numbers of own samples at the end, and how many of them this lesson added.
    shown : list of ShownDigit
        Digits of the exam: those that fooled the CNN, then European ones.
    version : int
        The number of the version that the retraining made.
    start : Start
        The line of this version.
    ledger : tuple of LedgerLine
        The scores before and after the retraining.
    results : tuple of Result
        The results of the comparison.
    trained_on : dict of str to int
        The numbers of digits that the comparison trained on: ``mnist`` and ``own``.
    """

    pictures: dict[str, Image.Image] = field(default_factory=dict)
    practice: int = 0
    exam: int = 0
    added: int = 0
    shown: list[ShownDigit] = field(default_factory=list)
    version: int = 0
    start: Start = Start.BASE
    ledger: tuple[LedgerLine, ...] = ()
    results: tuple[Result, ...] = ()
    trained_on: dict[str, int] = field(default_factory=dict)
