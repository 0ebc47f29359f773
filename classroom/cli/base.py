"""What a command is, and what it answers; each module in `commands/` derives from both."""

import argparse
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from classroom.cli.stopping import StopSentence, nothing_changed
from classroom.errors import ClassroomError


@dataclass(frozen=True)
class Answer(ABC):
    """What a command has found or done, for other programs and for people.

    A derived class is a frozen dataclass with what `as_text` and `as_json` need.
    """

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints; by default, a key for each field.

        The keys are a contract with other programs: they stand in ``docs/json.md``.
        """
        return asdict(self)

    @abstractmethod
    def as_text(self) -> list[str]:
        """Return the lines that are printed without ``--json``."""

    def warnings(self) -> list[str]:
        """Return the lines for stderr that go with the answer, with and without ``--json``."""
        return []


class NothingDone(ClassroomError):
    """A command came to its end, and nothing was added or recognised: the exit status is 1.

    Parameters
    ----------
    sentence : str
        What did not happen.
    reasons : sequence of str
        Why, where there are several reasons; they are printed before the sentence.
    answer : Answer, optional
        What is printed on stdout all the same.
    """

    def __init__(
        self, sentence: str, reasons: Sequence[str] = (), answer: Answer | None = None
    ) -> None:
        super().__init__(sentence)
        self.reasons = tuple(reasons)
        self.answer = answer


@dataclass(frozen=True)
class Group:
    """The first word of commands that belong together, such as ``dataset``.

    Attributes
    ----------
    name : str
    help : str
        Its line in ``--help``.
    """

    name: str
    help: str


class Command(ABC):
    """A command of the command line, such as ``predict`` or ``dataset import``.

    Every start of the program imports the modules of all commands, the start of the
    window too. So a module imports libraries, and most of `classroom`, inside of its
    functions.

    Attributes
    ----------
    name : str
        The word for the command: ``predict``, or ``import`` in the group ``dataset``.
    help : str
        What the command does, in one line for ``--help``.
    group : Group or None
        The word before `name`, where there is one.
    rank : int
        ``--help`` lists commands in ascending order of rank, those of one rank by the
        names of their modules.
    """

    name: ClassVar[str]
    help: ClassVar[str]
    group: ClassVar[Group | None] = None
    rank: ClassVar[int] = 1000

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:  # noqa: B027
        """Declare what can be typed after the name; by default, only ``--json`` and ``--help``."""

    @abstractmethod
    def run(self, options: argparse.Namespace, home: Path) -> Answer:
        """Do what the command is for.

        Parameters
        ----------
        options : Namespace
            The values of the declared arguments, and as ``checksums`` what MNIST must be.
        home : Path
            The folder that holds ``data/`` and ``models/``.

        Raises
        ------
        WrongUsage
            The arguments do not go together, or name what does not exist: exit status 2.
        NothingDone
            There was nothing to do: exit status 1.
        ClassroomError
            It cannot be done: exit status 1.
        """

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Note what is there before `run`, so that a stopped command can say what it has changed.

        Returns
        -------
        StopSentence
            Called after Ctrl+C. It looks at the disk, because a signal can come between
            the last byte that is written and the line of Python after it.
        """
        return nothing_changed
