"""The command ``dataset recover``: set a damaged store aside, and use the newest backup."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, sqlite_file, watch_change
from classroom.cli.stopping import StopSentence
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext


@dataclass(frozen=True)
class Recovered(Answer):
    """What became of a damaged store.

    Attributes
    ----------
    aside : str
        Where the damaged file is now.
    backup : str or None
        The backup that took its place; None where an empty store did.
    total, rescued : int
        How many samples there are, and how many of them only the damaged file held.
    """

    aside: str
    backup: str | None
    total: int
    rescued: int

    def as_text(self) -> list[str]:
        """Return a line for each file, and a line with the counts."""
        lines = [_("The damaged file is now {aside}.").format(aside=self.aside)]
        if self.backup:
            lines.append(_("The backup {backup} took its place.").format(backup=self.backup))
        else:
            lines.append(_("There was no sound backup; the own samples begin anew."))
        rescued = ngettext(
            "{rescued:,} newer sample could be saved from it; {total:,} in all.",
            "{rescued:,} newer samples could be saved from it; {total:,} in all.",
            self.rescued,
        )
        return [*lines, rescued.format(rescued=self.rescued, total=self.total)]


class DatasetRecover(Command):
    """Replaces a damaged store."""

    name = "recover"
    group = DATASET
    help = _("set a damaged store aside, and go on with the newest automatic backup")
    rank = 35

    def run(self, options: argparse.Namespace, home: Path) -> Recovered:
        """Replace the store where it is damaged; a sound one is an error."""
        from classroom.datasets import restoring
        from classroom.datasets.dataset import DamagedStore

        store = sqlite_file(home)
        try:
            restoring.check(store)
        except DamagedStore:
            done = restoring.recover(store)
            backup = str(done.backup.file) if done.backup else None
            return Recovered(str(done.aside), backup, done.samples, done.recovered)
        raise ClassroomError(_("{name} is sound; nothing was changed.").format(name=store))

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the samples have changed."""
        return watch_change(home)
