"""The questions that the window has asked: each of them ends. Pure logic, without a process.

One question at a time is with the engine, so that a pen never waits behind
more than one other. Each ends by its answer, by a newer one that replaces it,
by being forgotten by who asked, or, where engines were lost over it or none
comes any more, without an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, auto

from classroom.engine.requests import Question as Request

# A question over which this many engines were lost is not asked again.
MOST_TRIES = 2


class Urgency(IntEnum):
    """Which question is asked first."""

    PEN = auto()
    PICTURE = auto()
    SAMPLES = auto()


@dataclass(eq=False)
class Question:
    """One question.

    Attributes
    ----------
    number : int
        The request's id.
    urgency : Urgency
    request : callable
        Makes the request when the engine is free to take it.
    wanted : bool
        Whether who asked still waits for the answer.
    asked : float
        When the engine got it, on the clock of who counts.
    tries : int
        How many engines got it.
    """

    number: int
    urgency: Urgency
    request: Callable[[], Request]
    wanted: bool = True
    asked: float = 0.0
    tries: int = 0


class Questions:
    """The register of all questions that wait, and of the one that is with the engine.

    Attributes
    ----------
    under_way : Question or None
        The one that is with the engine.
    """

    def __init__(self) -> None:
        self._waiting: list[Question] = []
        self.under_way: Question | None = None

    def pending(self, *urgencies: Urgency) -> bool:
        """Whether any question of these urgencies has not ended."""
        under_way = [self.under_way] if self.under_way else []
        return any(question.urgency in urgencies for question in under_way + self._waiting)

    def is_wanted(self, number: int) -> bool:
        """Whether the answer to the question under way, if it is this one, is waited for."""
        question = self.under_way
        return question is not None and question.number == number and question.wanted

    def ask(self, question: Question) -> None:
        """Add a question; of those of the pen only the newest waits."""
        if question.urgency is Urgency.PEN:
            self._drop(lambda other: other.urgency is Urgency.PEN)
        self._waiting.append(question)

    def next(self, seconds: float) -> Question | None:
        """Return what the engine is to be asked now, at `seconds`; None where nothing."""
        if self.under_way is not None or not self._waiting:
            return None
        question = min(self._waiting, key=lambda other: (other.urgency, other.number))
        self._waiting.remove(question)
        question.asked, question.tries = seconds, question.tries + 1
        self.under_way = question
        return question

    def ended(self, number: int) -> None:
        """Note that the engine has given its last answer to a question."""
        if self.under_way is not None and self.under_way.number == number:
            self.under_way = None

    def forget(self, number: int) -> None:
        """Note that nobody waits for an answer any more."""
        self._drop(lambda other: other.number == number)
        if self.under_way is not None and self.under_way.number == number:
            self.under_way.wanted = False

    def forget_pen(self) -> None:
        """Note that nobody waits for an answer to the pen any more."""
        self._drop(lambda other: other.urgency is Urgency.PEN)
        if self.under_way is not None and self.under_way.urgency is Urgency.PEN:
            self.under_way.wanted = False

    def engine_lost(self) -> list[int]:
        """Have the next engine be asked what the last one left; return what has ended instead."""
        question, self.under_way = self.under_way, None
        if question is None or not question.wanted:
            return []
        replaced = question.urgency is Urgency.PEN and self.pending(Urgency.PEN)
        if replaced:
            return []
        if question.tries >= MOST_TRIES:
            return [question.number]
        self._waiting.append(question)
        return []

    def give_up(self) -> list[int]:
        """End all questions, because no engine comes any more; return which were waited for."""
        left = self.engine_lost() + [question.number for question in self._waiting]
        self._waiting = []
        return left

    def _drop(self, which: Callable[[Question], bool]) -> None:
        self._waiting = [question for question in self._waiting if not which(question)]
