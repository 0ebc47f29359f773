"""The command ``dataset export``: write the own samples to files."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from classroom import catalogue
from classroom.cli.arguments import list_of
from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, opened
from classroom.cli.stopping import StopSentence
from classroom.i18n import _, ngettext


@dataclass(frozen=True)
class Exported(Answer):
    """How many samples were written, into which files, and what those files lack."""

    written: int
    files: list[str]
    notes: list[str]

    def as_text(self) -> list[str]:
        """Return the count, a line for each file, and the notes."""
        written = ngettext("{n:,} sample written:", "{n:,} samples written:", self.written)
        files = [f"  {name}" for name in self.files]
        return [written.format(n=self.written), *files, *self.notes]


class DatasetExport(Command):
    """Writes the samples to files."""

    name = "export"
    group = DATASET
    help = _("write the samples to files")
    rank = 31

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the target, and ``--format``."""
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument(
            "--format",
            type=list_of(*catalogue.EXPORT_FORMATS),
            default=None,
            metavar=",".join(catalogue.EXPORT_FORMATS),
            help=_("one or more, separated by commas (default: what PATH's ending says, else png)"),
        )

    def run(self, options: argparse.Namespace, home: Path) -> Exported:
        """Write all samples in each format."""
        from classroom.datasets import exporting

        with opened(home) as store:
            formats = options.format or (_format_of(options.path),)
            report = exporting.export(store, options.path, formats)
        return Exported(report.written, report.files, report.notes)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says that the samples are as they were."""
        return lambda: _(
            "Stopped; your digits are as they were. Of the export, the files that are there are "
            "complete; others may be missing."
        )


def _format_of(path: Path) -> str:
    """Return the format that the ending of the path stands for; png where it says nothing."""
    from classroom.datasets.exporting import FILE_ENDINGS

    name = path.name.lower()
    return next((kind for kind, ends in FILE_ENDINGS.items() if name.endswith(ends)), "png")
