"""The one kind of error that a user sees."""

from collections.abc import Sequence
from typing import Any


class ClassroomError(Exception):
    """Something went wrong that the user can understand and act on.

    The message is shown as it stands, in the window or on stderr: one or two
    sentences that say what happened, what was expected and what to do.
    Anything that is not a ``ClassroomError`` is a bug, and goes to the log
    with its traceback.
    """


class WrongUsage(ClassroomError):
    """The command line asks for something that does not exist."""


class NothingDone(ClassroomError):
    """A command has gone to its end, and nothing came of it: nothing was added or recognised.

    Parameters
    ----------
    sentence : str
        Says so.
    reasons : sequence of str
        Why, where there are several; they are said before.
    answer : dict, optional
        What the command prints all the same.
    """

    def __init__(
        self, sentence: str, reasons: Sequence[str] = (), answer: dict[str, Any] | None = None
    ) -> None:
        super().__init__(sentence)
        self.reasons = tuple(reasons)
        self.answer = answer


class Cancelled(Exception):
    """A job was cancelled by the user; nothing is wrong, and nothing changed."""
