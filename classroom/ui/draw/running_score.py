"""The digits kept in *Draw* since the window was opened, and which classifiers they fooled.

Pure logic, without a window; `DrawPanel` has one `RunningScore`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classroom.catalogue import TITLES
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.dataset import Kept
    from classroom.preprocessing.images import Grey
    from classroom.ui.draw.ink import Point


@dataclass(eq=False)
class Drawing:
    """A finished drawing with its label, on its way into the store or in it.

    Attributes
    ----------
    strokes : list of list of Point
    image : array of shape (28, 28), uint8
    label : int
    writer : str
    place : int or None
        Its place in the round of guided collection, as `GuidedRound.take` returns it.
    answers : dict of str to int
        What the classifiers said of it, by the classifier's name. Late answers are added.
    kept : Kept or None
        None until it is in the store.
    note : str
        A sentence that is shown before the one about the drawing.
    """

    strokes: list[list[Point]]
    image: Grey
    label: int
    writer: str
    place: int | None
    answers: dict[str, int]
    kept: Kept | None = None
    note: str = ""

    @property
    def sentence(self) -> str:
        """What happened at keeping: the label, and which classifiers were right."""
        said = [
            _("{classifier}: {digit} {mark}").format(
                classifier=title,
                digit=self.answers[name],
                mark="✓" if self.answers[name] == self.label else "✗",
            )
            for name, title in TITLES.items()
            if name in self.answers
        ]
        text = _("Kept as {digit}.").format(digit=self.label)
        if said:
            text = _("{kept} {answers}.").format(kept=text, answers=", ".join(said))
        if self.kept is not None:
            practice, exam = _("It is for practice."), _("It is for the exam.")
            text = f"{text} {practice if self.kept.part == 'practice' else exam}"
        return f"{self.note} {text}".lstrip()


class RunningScore:
    """Counts how many digits of a writer each classifier took for another digit."""

    def __init__(self) -> None:
        # By the sample's number in the store.
        self._drawings: dict[int, Drawing] = {}
        # The labels as they are now; None for a sample that is deleted.
        self._labels: dict[int, int | None] = {}
        self._since = _("since the window was opened")

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the store of what was kept."""
        return tuple(self._drawings)

    def add(self, number: int, drawing: Drawing) -> None:
        """Count a drawing that was stored under a number."""
        self._drawings[number] = drawing
        self._labels[number] = drawing.label

    def update(self, numbers: Sequence[int], labels: Mapping[int, int | None]) -> None:
        """Take over what has become of samples, as `Dataset.labels` returns it for `numbers`.

        A deleted sample does not count until it is restored. One that is not in the store any
        more is forgotten, because another sample may get its number.
        """
        for number in numbers:
            if number in labels:
                self._labels[number] = labels[number]
            else:
                self._drawings.pop(number, None)
                self._labels.pop(number, None)

    def begin_anew(self) -> None:
        """Forget everything: there is another store, in which other samples have the numbers."""
        self._drawings.clear()
        self._labels.clear()
        self._since = _("since the file of the digits was replaced")

    def fooled(self, writer: str) -> dict[str, tuple[int, int]]:
        """Return for each classifier how many digits of a writer fooled it, of how many.

        Digits for which a classifier gave no answer are not among them.
        """
        counts: dict[str, tuple[int, int]] = {}
        for number, drawing in self._drawings.items():
            label = self._labels[number]
            if label is None or _plain(drawing.writer) != _plain(writer):
                continue
            for name, answer in drawing.answers.items():
                fooled, total = counts.get(name, (0, 0))
                counts[name] = fooled + (answer != label), total + 1
        return counts

    def sentence(self, writer: str, classifiers: Sequence[str]) -> str:
        """Return the score of these classifiers in words; empty while nothing is counted."""
        counts = self.fooled(writer)
        parts = [
            _("{classifier} {fooled} of {total}").format(
                classifier=TITLES[name], fooled=counts[name][0], total=counts[name][1]
            )
            for name in classifiers
            if name in counts
        ]
        if not parts:
            return ""
        name = _plain(writer)
        whose = _("Digits of {writer}").format(writer=name) if name else _("Digits without a name")
        return _("{whose} {since}, fooled: {scores}").format(
            whose=whose, since=self._since, scores=", ".join(parts)
        )


def _plain(writer: str) -> str:
    """Return a name without the spaces that the store leaves out, too."""
    return " ".join(writer.split())
