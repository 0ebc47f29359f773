"""The command ``dataset stats``: count the own samples."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from classroom.cli.base import Answer, Command
from classroom.cli.own_samples import DATASET, opened
from classroom.i18n import _, ngettext


@dataclass(frozen=True)
class Stats(Answer):
    """How many samples there are: in all, of each part, of each digit; and how many writers."""

    total: int
    practice: int
    exam: int
    writers: int
    labels: dict[str, int]

    def as_text(self) -> list[str]:
        """Return a line with the totals, and a line for each digit."""
        total = ngettext("{n:,} sample", "{n:,} samples", self.total).format(n=self.total)
        writers = ngettext("{n:,} writer", "{n:,} writers", self.writers).format(n=self.writers)
        text = _("{samples} of {writers}: {practice:,} for practice, {exam:,} for the exam.")
        head = text.format(samples=total, writers=writers, practice=self.practice, exam=self.exam)
        return [head] + [f"  {label}: {count:,}" for label, count in self.labels.items()]


class DatasetStats(Command):
    """Counts the own samples."""

    name = "stats"
    group = DATASET
    help = _("count the samples")
    rank = 32

    def run(self, options: argparse.Namespace, home: Path) -> Stats:
        """Count the samples in the store."""
        with opened(home) as store:
            return Stats(**store.stats())
