"""The queue of the questions that the window asks the engine; the client keeps it.

It makes sure that every question ends: answered, replaced, forgotten, or given up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, auto

from classroom.engine.requests import Question

# A question during which this many engines died is not asked again: it may be the cause.
MOST_TRIES = 2


class Urgency(IntEnum):
    """The order in which waiting questions are asked."""

    PEN = auto()
    PICTURE = auto()
    SAMPLES = auto()


@dataclass(eq=False)
class PendingQuestion:
    """A question that has not ended.

    Attributes
    ----------
    number : int
        The request's id.
    urgency : Urgency
    request : callable
        Makes the request, when the engine is free to answer it.
    wanted : bool
        Whether the answer is still waited for.
    asked : float
        When the request was sent, in seconds of the watchdog's clock.
    tries : int
        To how many engines it was sent.
    """

    number: int
    urgency: Urgency
    request: Callable[[], Question]
    wanted: bool = True
    asked: float = 0.0
    tries: int = 0


class Questions:
    """The questions that wait, and the one that the engine is answering.

    The engine gets one question at a time, so that a stroke of the pen waits for one other
    question at most.

    Attributes
    ----------
    under_way : PendingQuestion or None
        The question that the engine is answering.
    """

    def __init__(self) -> None:
        self._waiting: list[PendingQuestion] = []
        self.under_way: PendingQuestion | None = None

    def pending(self, *urgencies: Urgency) -> bool:
        """Whether any question of these urgencies has not ended."""
        under_way = [self.under_way] if self.under_way else []
        return any(question.urgency in urgencies for question in under_way + self._waiting)

    def is_wanted(self, number: int) -> bool:
        """Whether this question is under way, and its answer still waited for."""
        question = self.under_way
        return question is not None and question.number == number and question.wanted

    def ask(self, question: PendingQuestion) -> None:
        """Add a question; a question about a drawing replaces the one that waits."""
        if question.urgency is Urgency.PEN:
            self._drop(lambda other: other.urgency is Urgency.PEN)
        self._waiting.append(question)

    def next(self, seconds: float) -> PendingQuestion | None:
        """Return the question to send now, at `seconds` of the watchdog's clock, or None."""
        if self.under_way is not None or not self._waiting:
            return None
        question = min(self._waiting, key=lambda other: (other.urgency, other.number))
        self._waiting.remove(question)
        question.asked, question.tries = seconds, question.tries + 1
        self.under_way = question
        return question

    def ended(self, number: int) -> None:
        """Note that the engine has sent its last answer to a question."""
        if self.under_way is not None and self.under_way.number == number:
            self.under_way = None

    def forget(self, number: int) -> None:
        """Note that the answer to a question is not waited for any more."""
        self._drop(lambda other: other.number == number)
        if self.under_way is not None and self.under_way.number == number:
            self.under_way.wanted = False

    def forget_pen(self) -> None:
        """Note that no answer about a drawing is waited for any more."""
        self._drop(lambda other: other.urgency is Urgency.PEN)
        if self.under_way is not None and self.under_way.urgency is Urgency.PEN:
            self.under_way.wanted = False

    def engine_lost(self) -> list[int]:
        """Let the next engine answer the question under way.

        Returns
        -------
        list of int
            The question's number, if it was tried too often and ends without an answer.
        """
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
        """End all questions without an answer; return the numbers of those still wanted."""
        left = self.engine_lost() + [question.number for question in self._waiting]
        self._waiting = []
        return left

    def _drop(self, which: Callable[[PendingQuestion], bool]) -> None:
        self._waiting = [question for question in self._waiting if not which(question)]
