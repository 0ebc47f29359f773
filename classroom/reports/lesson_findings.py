"""What the lesson brought to light, as plain data: the window finds it, the report tells it."""

from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from classroom.evaluation.results import LedgerLine, Probabilities, Result
from classroom.preprocessing.strokes import Strokes


@dataclass
class PlayedStep:
    """A step that was played: its name, how long it took, and what came of it."""

    name: str
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class ShownDigit:
    """A digit that no classifier was trained on, and what each said of it.

    Attributes
    ----------
    label : int
    writer : str
    strokes : list of strokes
        In units of the paper.
    before, after : dict of str to array of shape (10,)
        By classifier: the probabilities before and after the retraining.
    """

    label: int
    writer: str
    strokes: Strokes
    before: dict[str, Probabilities] = field(default_factory=dict)
    after: dict[str, Probabilities] = field(default_factory=dict)


@dataclass
class Findings:
    """What the lesson brought to light.

    Attributes
    ----------
    pictures : dict of str to PIL.Image.Image
        Of each tab, by the name of its file.
    practice, exam, added : int
        Own samples at the end, and how many of them this lesson added.
    shown : list of ShownDigit
        European digits of the exam, shown before and after the retraining.
    version : int
        The version that the retraining made.
    ledger : tuple of LedgerLine
    results : tuple of Result
        Of the comparison.
    trained_on : dict of str to int
        How many digits the comparison trained on: ``mnist`` and ``own``.
    """

    pictures: dict[str, Image.Image] = field(default_factory=dict)
    practice: int = 0
    exam: int = 0
    added: int = 0
    shown: list[ShownDigit] = field(default_factory=list)
    version: int = 0
    ledger: tuple[LedgerLine, ...] = ()
    results: tuple[Result, ...] = ()
    trained_on: dict[str, int] = field(default_factory=dict)
