"""The command ``dataset restore``: bring the own samples to what they are in a backup."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, sqlite_file, watch_change
from classroom.cli.stopping import StopSentence
from classroom.errors import WrongUsage
from classroom.i18n import _, ngettext


@dataclass(frozen=True)
class StoreRestored(Answer):
    """What became of the store.

    Attributes
    ----------
    backup : str or None
        The name of the backup; None where the store begins anew.
    total : int
        How many samples there are now.
    added, deleted, relabelled : int
        What was changed; all 0 where the backup replaced a missing or damaged store.
    before : str or None
        The name of the backup that holds the store of before, where there was one.
    aside : str or None
        Where the file of a damaged store is now.
    """

    backup: str | None
    total: int = 0
    added: int = 0
    deleted: int = 0
    relabelled: int = 0
    before: str | None = None
    aside: str | None = None

    def as_text(self) -> list[str]:
        """Return what was changed, and how to take it back."""
        if self.backup is None:
            return [_("The own samples begin anew, with none. The backups stay.")]
        total = ngettext("{n:,} sample", "{n:,} samples", self.total).format(n=self.total)
        if self.aside:
            text = _(
                "The backup {backup} took the place of the damaged file, which is now {aside}."
            )
            return [
                text.format(backup=self.backup, aside=self.aside),
                _("There are {total} now.").format(total=total),
            ]
        if self.before is None:
            text = _("The backup {backup} is the store now: {total}.")
            return [text.format(backup=self.backup, total=total)]
        text = _(
            "The samples are as in the backup {backup}: {total}; {added:,} came back, "
            "{deleted:,} count no more, {relabelled:,} have another label."
        )
        changed = text.format(
            backup=self.backup,
            total=total,
            added=self.added,
            deleted=self.deleted,
            relabelled=self.relabelled,
        )
        back = _("“dataset undo” takes this back; so does: dataset restore {before}")
        return [changed, back.format(before=self.before)]


class DatasetRestore(Command):
    """Brings the samples to what they are in a backup."""

    name = "restore"
    group = DATASET
    help = _("bring the samples to what they are in a backup; “dataset undo” takes it back")
    rank = 37

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the name of the backup, and ``--begin-anew``."""
        parser.add_argument(
            "name", nargs="?", metavar="NAME", help=_("a backup that “dataset backups” lists")
        )
        parser.add_argument(
            "--begin-anew",
            action="store_true",
            help=_("where the file of the samples is gone: begin with none; the backups stay"),
        )

    def run(self, options: argparse.Namespace, home: Path) -> StoreRestored:
        """Restore the backup, or begin with an empty store."""
        from classroom.datasets import backups, restoring

        store = sqlite_file(home)
        if bool(options.name) == options.begin_anew:
            raise WrongUsage(_("say the name of a backup, or --begin-anew"))
        if options.begin_anew:
            restoring.begin_anew(store)
            return StoreRestored(None)
        done = restoring.restore(store, backups.named(store, options.name))
        return StoreRestored(
            backup=done.backup.name,
            total=done.samples,
            added=done.added,
            deleted=done.deleted,
            relabelled=done.relabelled,
            before=done.before.name if done.before else None,
            aside=str(done.aside) if done.aside else None,
        )

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the samples have changed."""
        return watch_change(home)
