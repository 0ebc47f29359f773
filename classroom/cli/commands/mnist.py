"""The command ``mnist``: find or fetch MNIST, and verify it."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence, nothing_changed, watch_file
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.mnist_files import Mnist
    from classroom.engine.jobs import Job


@dataclass(frozen=True)
class MnistReady(Answer):
    """Where MNIST was found, and how many training and test digits it has."""

    source: str
    train: int
    test: int

    def as_text(self) -> list[str]:
        """Return one line."""
        text = _("MNIST is ready: {train:,} training and {test:,} test digits, from {source}.")
        return [text.format(train=self.train, test=self.test, source=self.source)]


class FindMnist(Command):
    """Finds or fetches MNIST."""

    name = "mnist"
    help = _("find or fetch MNIST, and verify it")
    rank = 10

    def run(self, options: argparse.Namespace, home: Path) -> MnistReady:
        """Look for MNIST on this computer, then download it."""
        from classroom.cli.progress import printed_job

        with printed_job(options) as job:
            found = fetch(job, options, home)
        return MnistReady(found.source, len(found.train_labels), len(found.test_labels))

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether MNIST is stored."""
        from classroom.datasets import mnist

        file = mnist.cache_file(home)
        if file.exists():
            return watch_file(file, nothing_changed())
        missing = _("Stopped; MNIST is not stored. Say the command again to fetch it anew.")
        return watch_file(file, missing)


def fetch(job: "Job", options: argparse.Namespace, home: Path) -> "Mnist":
    """Return MNIST, and print on stderr how the download goes."""
    from classroom.datasets import mnist

    job.step(_("Opening MNIST"))
    return mnist.fetch(
        home,
        progress=lambda title, fraction: job.progress(fraction, title),
        cancelled=job.cancelled,
        checksums=options.checksums,
    )
