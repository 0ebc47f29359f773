"""The command ``dataset delete-writer``: delete everything of a writer, for good."""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, count_and_fingerprint, opened
from classroom.cli.stopping import StopSentence
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.engine.delete_writer import WriterDeletion


@dataclass(frozen=True)
class WriterDeleted(Answer):
    """What was deleted, and what may still contain the writer's samples or name."""

    deletion: "WriterDeletion"

    def as_json(self) -> dict[str, Any]:
        """Return the fields of the deletion."""
        return asdict(self.deletion)

    def as_text(self) -> list[str]:
        """Return the sentences that the window shows, too."""
        return self.deletion.sentences()


class DatasetDeleteWriter(Command):
    """Deletes everything of a writer."""

    name = "delete-writer"
    group = DATASET
    help = _("delete everything of a writer for good, also from the backups")
    rank = 38

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the name of the writer."""
        parser.add_argument("name", metavar="NAME")

    def run(self, options: argparse.Namespace, home: Path) -> WriterDeleted:
        """Delete the writer from the store, its backups, the runs and the reports."""
        from classroom.engine import delete_writer

        with opened(home) as dataset:
            return WriterDeleted(delete_writer.delete_writer(home, options.name, dataset))

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the store was reached; all else may be done in part."""
        before = count_and_fingerprint(home)

        def say() -> str:
            if count_and_fingerprint(home) == before:
                text = _(
                    "Stopped. The own digits are as they were, but backups and runs may have been "
                    "cleared of {name} already. Say the command again to delete the rest."
                )
            else:
                text = _(
                    "Stopped. The digits of {name} are deleted, but backups, runs and reports may "
                    "still name them. Say the command again to delete the rest."
                )
            return text.format(name=options.name)

        return say
