"""The command ``study``: repeat comparisons over training sizes, seeds and classifiers."""

import argparse
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.catalogue import TITLES
from classroom.cli.arguments import add_classifiers, counts
from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.engine.study import Outcome


@dataclass(frozen=True)
class Studied(Answer):
    """The cells of a study, and those that failed."""

    outcome: "Outcome"

    @property
    def found(self) -> int:
        """How many cells an earlier study had computed."""
        return sum(done.found for done in self.outcome.cells)

    @property
    def computed(self) -> int:
        """How many cells this study has computed."""
        return len(self.outcome.cells) - self.found

    def as_json(self) -> dict[str, Any]:
        """Return an object for each cell, and for each that failed."""
        return {
            "computed": self.computed,
            "found": self.found,
            "cells": [
                {
                    **asdict(done.point),
                    "fit_seconds": done.fit_seconds,
                    "predict_seconds": done.predict_seconds,
                    "found": done.found,
                }
                for done in self.outcome.cells
            ],
            "failed": [{**asdict(cell), "error": why} for cell, why in self.outcome.failed],
        }

    def as_text(self) -> list[str]:
        """Return a line for each classifier and size, with the range over the seeds."""
        head = _("{computed} cells computed, {found} were there already.").format(
            computed=self.computed, found=self.found
        )
        groups = defaultdict(list)
        for done in self.outcome.cells:
            point = done.point
            groups[point.classifier, point.mnist, point.own].append(point.mnist_test.accuracy)
        lines = []
        for (name, mnist, own), shares in sorted(groups.items()):
            line = ngettext(
                "  {title:15}  {mnist:,} of MNIST, {own:,} own: MNIST test {least:.2%}",
                "  {title:15}  {mnist:,} of MNIST, {own:,} own: MNIST test {least:.2%} to "
                "{most:.2%}",
                len(shares),
            )
            title, least, most = TITLES[name], min(shares), max(shares)
            lines.append(line.format(title=title, mnist=mnist, own=own, least=least, most=most))
        return [head, *lines, *dict.fromkeys(why for _cell, why in self.outcome.failed)]


class Study(Command):
    """Computes the cells of a study that are not there yet."""

    name = "study"
    help = _("repeat comparisons over sizes and seeds")
    rank = 80

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the sizes, the own digits, the seeds and the classifiers."""
        parser.add_argument(
            "--sizes",
            type=counts(10),
            default=(100, 1_000, 10_000),
            metavar="N,N,...",
            help=_("how many MNIST digits to train on (default: 100,1000,10000)"),
        )
        parser.add_argument(
            "--own",
            type=counts(0),
            default=(None,),
            metavar="N,N,...",
            help=_("how many own practice digits to add (default: all there are)"),
        )
        parser.add_argument(
            "--seeds",
            type=counts(0),
            default=(0, 1, 2),
            metavar="S,S,...",
            help=_("how often, and with which chance (default: 0,1,2)"),
        )
        add_classifiers(parser)

    def run(self, options: argparse.Namespace, home: Path) -> Studied:
        """Compute the cells; a cell that is done is kept, also where others fail.

        Raises
        ------
        ClassroomError
            All cells failed.
        """
        from classroom.cli.progress import printed_job
        from classroom.engine.classifier_service import ClassifierService
        from classroom.evaluation.studies import StudyPlan

        service = ClassifierService(home, options.checksums)
        plan = StudyPlan(options.sizes, options.seeds, options.classifiers, options.own)
        with printed_job(options) as job:
            outcome = service.study(job, plan)
        if not outcome.cells:
            raise ClassroomError(outcome.failed[0][1])
        return Studied(outcome)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says how many new cells are kept."""
        parent = home / "data" / "studies"
        before = set(parent.glob("*/*.json"))

        def say() -> str:
            kept = len(set(parent.glob("*/*.json")) - before)
            return ngettext(
                "Stopped; {n:,} new cell is kept. The same command goes on from there.",
                "Stopped; {n:,} new cells are kept. The same command goes on from there.",
                kept,
            ).format(n=kept)

        return say
