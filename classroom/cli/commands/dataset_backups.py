"""The command ``dataset backups``: list the automatic backups."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, sqlite_file
from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.datasets.restoring import BackupContent


@dataclass(frozen=True)
class Backups(Answer):
    """The backups, the newest first."""

    backups: "tuple[BackupContent, ...]"

    def as_json(self) -> dict[str, Any]:
        """Return ``backups``, an object for each."""
        return {
            "backups": [
                {
                    "name": held.backup.name,
                    "taken": held.backup.taken.isoformat(),
                    "samples": held.samples,
                    "in_future": held.backup.in_future,
                }
                for held in self.backups
            ]
        }

    def as_text(self) -> list[str]:
        """Return a line for each backup, and how to go back to one."""
        if not self.backups:
            return [_("There is no backup yet; the window makes one when something has changed.")]
        lines = []
        for held in self.backups:
            count = ngettext("{n:,} sample", "{n:,} samples", held.samples or 0)
            remarks = [_("damaged") if held.samples is None else count.format(n=held.samples)]
            if held.backup.in_future:
                remarks.append(_("dated in the future: the clock was wrong"))
            text = _("{name}  {taken:%Y-%m-%d %H:%M}  {remarks}")
            taken = held.backup.taken.astimezone()
            lines.append(
                text.format(name=held.backup.name, taken=taken, remarks=", ".join(remarks))
            )
        return [*lines, _("Go back to one of them with: dataset restore NAME")]


class DatasetBackups(Command):
    """Lists the automatic backups."""

    name = "backups"
    group = DATASET
    help = _("list the automatic backups")
    rank = 36

    def run(self, options: argparse.Namespace, home: Path) -> Backups:
        """Look at every backup, and count its samples."""
        from classroom.datasets import restoring

        return Backups(tuple(restoring.contents(sqlite_file(home))))
