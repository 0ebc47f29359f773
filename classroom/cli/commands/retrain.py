"""The command ``retrain``: do exactly what the button *Retrain* does."""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.catalogue import NETWORK, TITLES
from classroom.cli.arguments import add_seed
from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence
from classroom.cli.terminal import score_text, tell
from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.engine.retraining import Retraining
    from classroom.evaluation.results import Score


@dataclass(frozen=True)
class Retrained(Answer):
    """The new version, and the scores of each classifier before and after."""

    retraining: "Retraining"

    def as_json(self) -> dict[str, Any]:
        """Return what the new version is, and the scores; those of the CNN come twice.

        ``before`` and ``after`` held the CNN's scores before ``classifiers`` had all
        three, and stay for the programs that read them.
        """
        version = self.retraining.version
        classifiers = {
            line.classifier: {
                "before": _scores(line.own_exam_before, line.mnist_test_before),
                "after": _scores(line.own_exam_after, line.mnist_test_after),
            }
            for line in self.retraining.ledger
        }
        return {
            "version": version.number,
            "previous": self.retraining.previous,
            "seconds": version.seconds,
            "practice": version.practice,
            **classifiers[NETWORK],
            "classifiers": classifiers,
            "note": version.note,
            "rejected": asdict(version.rejected) if version.rejected else None,
        }

    def as_text(self) -> list[str]:
        """Return the version, and for each test set the scores before and after."""
        version, ledger = self.retraining.version, self.retraining.ledger
        head = ngettext(
            "Version {version}, from {practice:,} own sample, in {seconds:.0f} s.",
            "Version {version}, from {practice:,} own samples, in {seconds:.0f} s.",
            version.practice,
        )
        lines = [
            head.format(version=version.number, practice=version.practice, seconds=version.seconds)
        ]
        lines.append(_("Own exam") + ":")
        lines += [_line(one.classifier, one.own_exam_before, one.own_exam_after) for one in ledger]
        lines.append(_("MNIST test") + ":")
        lines += [
            _line(one.classifier, one.mnist_test_before, one.mnist_test_after) for one in ledger
        ]
        return lines + ([version.note] if version.note else [])


def _scores(own_exam: "Score", mnist_test: "Score") -> dict[str, Any]:
    return {"own_exam": asdict(own_exam), "mnist_test": asdict(mnist_test)}


def _line(classifier: str, before: "Score", after: "Score") -> str:
    return f"  {TITLES[classifier]:4}  {score_text(before)} → {score_text(after)}"


class Retrain(Command):
    """Retrains all three classifiers on the own samples."""

    name = "retrain"
    help = _("do exactly what the button Retrain does")
    rank = 60

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--seed``."""
        add_seed(parser)

    def run(self, options: argparse.Namespace, home: Path) -> Retrained:
        """Make a new version, and choose it."""
        from classroom.cli.progress import printed_job
        from classroom.engine.classifier_service import ClassifierService

        service = ClassifierService(home, options.checksums)
        service.load_network()
        if service.fallback:
            tell(service.fallback.sentence)
        with printed_job(options) as job:
            return Retrained(service.retrain(job, options.seed))

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether there is a new version, and which one is in use."""
        from classroom.engine import versions
        from classroom.engine.versions import Line

        line = Line(home, versions.in_use(home)[0].start)
        before = {version.number for version in versions.listing(line)}

        def say() -> str:
            new = sorted({version.number for version in versions.listing(line)} - before)
            in_use = versions.chosen(line)[0].number
            if not new:
                text = _("Stopped; no version was made, and version {in_use} is in use as before.")
                return text.format(in_use=in_use)
            if in_use == new[-1]:
                text = _("Stopped, but version {new} was complete by then, and is in use.")
            else:
                text = _(
                    "Stopped, but version {new} was complete by then. Version {in_use} is still in "
                    "use; choose the new one in Train."
                )
            return text.format(new=new[-1], in_use=in_use)

        return say
