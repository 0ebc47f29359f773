"""The command ``retrain``: do exactly what the button *Retrain* does."""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.catalogue import NETWORK, TITLES
from classroom.cli.arguments import add_seed, add_start
from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence
from classroom.cli.terminal import score_text, tell
from classroom.i18n import _, ngettext
from classroom.starts import Start

if TYPE_CHECKING:
    from classroom.engine.retraining import Retraining
    from classroom.engine.versions import Line
    from classroom.evaluation.results import Score


@dataclass(frozen=True)
class Retrained(Answer):
    """The new version, and the scores of each classifier before and after.

    Attributes
    ----------
    retraining : Retraining
    start_in_use : Start
        The line that the home uses, which may be another one than that of the new version.
    """

    retraining: "Retraining"
    start_in_use: Start

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
            "start": version.start.value,
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
            "Version {version} of “{line}”, from {practice:,} own sample, in {seconds:.0f} s.",
            "Version {version} of “{line}”, from {practice:,} own samples, in {seconds:.0f} s.",
            version.practice,
        )
        lines = [
            head.format(
                version=version.number,
                line=version.start.title,
                practice=version.practice,
                seconds=version.seconds,
            )
        ]
        lines.append(_("Own exam") + ":")
        lines += [_line(one.classifier, one.own_exam_before, one.own_exam_after) for one in ledger]
        lines.append(_("MNIST test") + ":")
        lines += [
            _line(one.classifier, one.mnist_test_before, one.mnist_test_after) for one in ledger
        ]
        return lines + ([version.note] if version.note else [])

    def warnings(self) -> list[str]:
        """Return that the window does not use the new version, if it uses another line."""
        if self.retraining.version.start is self.start_in_use:
            return []
        text = _("The window goes on with “{line}”; the switch between the two is in Train.")
        return [text.format(line=self.start_in_use.title)]


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
        """Add ``--seed`` and ``--start``."""
        add_seed(parser)
        add_start(parser)

    def run(self, options: argparse.Namespace, home: Path) -> Retrained:
        """Make a new version, and choose it in its line."""
        from classroom.cli.progress import printed_job
        from classroom.engine import versions
        from classroom.engine.classifier_service import ClassifierService

        service = ClassifierService(home, options.checksums, options.start)
        service.load_network()
        if service.fallback:
            tell(service.fallback.sentence)
        with printed_job(options) as job:
            retraining = service.retrain(job, options.seed)
        return Retrained(retraining, versions.in_use(home)[0].start)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether there is a new version, and which one is in use."""
        from classroom.engine import versions
        from classroom.engine.versions import Line

        start_in_use = versions.in_use(home)[0].start
        line = Line(home, options.start or start_in_use)
        before = {version.number for version in versions.listing(line)}

        def say() -> str:
            new = sorted({version.number for version in versions.listing(line)} - before)
            in_use = versions.chosen(line)[0].number
            if line.start is not start_in_use:
                return _stopped_in_another_line(line, new, in_use)
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


def _stopped_in_another_line(line: "Line", new: list[int], chosen: int) -> str:
    """Say what a stopped retraining of the line that the home does not use has left."""
    if not new:
        return _("Stopped; no version was made, and all is as it was.")
    if chosen == new[-1]:
        text = _(
            "Stopped, but version {new} of “{line}” was complete by then, and is chosen there."
        )
    else:
        text = _("Stopped, but version {new} of “{line}” was complete by then; choose it in Train.")
    return text.format(new=new[-1], line=line.start.title)
