"""The commands ``dataset undo`` and ``dataset redo``: one step through the history."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, opened, watch_change
from classroom.cli.stopping import StopSentence
from classroom.errors import ClassroomError
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.dataset import Edit


@dataclass(frozen=True)
class Undone(Answer):
    """What was taken back: the kind of change, of how many samples, and their label."""

    kind: str
    samples: int
    label: int

    def as_text(self) -> list[str]:
        """Return one line."""
        from classroom.datasets.edit_sentences import undone_sentence

        return [undone_sentence(self.kind, self.samples)]


@dataclass(frozen=True)
class Redone(Answer):
    """What was done again: the kind of change, of how many samples, and their label."""

    kind: str
    samples: int
    label: int

    def as_text(self) -> list[str]:
        """Return one line."""
        from classroom.datasets.edit_sentences import sentence

        return [sentence(self.kind, self.samples, self.label)]


class DatasetUndo(Command):
    """Takes the last change of the samples back."""

    name = "undo"
    group = DATASET
    help = _("take the last change of the samples back")
    rank = 33

    def run(self, options: argparse.Namespace, home: Path) -> Undone:
        """Take one change back."""
        with opened(home) as store:
            edit = _made(store.undo(), _("There is nothing to undo."))
        return Undone(edit.kind, len(edit.samples), edit.label)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the samples have changed."""
        return watch_change(home)


class DatasetRedo(Command):
    """Does again what was taken back last."""

    name = "redo"
    group = DATASET
    help = _("do again what was taken back last")
    rank = 34

    def run(self, options: argparse.Namespace, home: Path) -> Redone:
        """Do one change again."""
        with opened(home) as store:
            edit = _made(store.redo(), _("There is nothing to redo."))
        return Redone(edit.kind, len(edit.samples), edit.label)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the samples have changed."""
        return watch_change(home)


def _made(edit: "Edit | None", nothing: str) -> "Edit":
    if edit is None:
        raise ClassroomError(nothing)
    return edit
