"""The command ``sheet``: make a sheet to print, and to fill in by hand."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence, watch_file
from classroom.i18n import _


@dataclass(frozen=True)
class SheetWritten(Answer):
    """The file of the sheet."""

    file: str

    def as_text(self) -> list[str]:
        """Return one line, which says what to do with the sheet."""
        text = _(
            "{file} is written. Print it, fill it in, photograph the whole page, "
            "and import the photo with: dataset import"
        )
        return [text.format(file=self.file)]


class WriteSheet(Command):
    """Writes the sheet as PDF."""

    name = "sheet"
    help = _("make a sheet to print, and to fill in by hand")
    rank = 40

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file, and ``--writer``."""
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=Path("sheet.pdf"),
            metavar="FILE.pdf",
            help=_("default: %(default)s"),
        )
        parser.add_argument(
            "--writer", metavar="W", help=_("print the name on it, so that its photo tells it")
        )

    def run(self, options: argparse.Namespace, home: Path) -> SheetWritten:
        """Draw the sheet, and write the file."""
        from classroom.preprocessing.sheet import write_sheet

        write_sheet(options.file, options.writer or "")
        return SheetWritten(str(options.file))

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the file was written."""
        missing = _("Stopped; {file} was not written.").format(file=options.file)
        return watch_file(options.file, missing)
