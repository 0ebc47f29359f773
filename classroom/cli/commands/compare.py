"""The command ``compare``: train and score classifiers on the same data."""

import argparse
import math
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.catalogue import TITLES
from classroom.cli.arguments import add_classifiers, add_mnist, add_seed
from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence
from classroom.cli.terminal import score_text, tell
from classroom.errors import ClassroomError
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.evaluation.results import Evaluation, Result
    from classroom.evaluation.runs import Data


@dataclass(frozen=True, eq=False)
class Compared(Answer):
    """The results of a comparison.

    Attributes
    ----------
    data : Data
        What the classifiers were trained on.
    results : list of Result
    seed : int
    run : int
        The number under which the comparison is kept; 0 where it could not be kept.
    """

    data: "Data"
    results: "list[Result]"
    seed: int
    run: int

    def as_json(self) -> dict[str, Any]:
        """Return the results, and McNemar's test for each two of them."""
        return {
            "train": self.data.trained_on,
            "validation": {"digits": self.data.validation, "held_out": self.data.held_out},
            "results": [_row(result) for result in self.results],
            "pairs": [_pair(first, second) for first, second in combinations(self.results, 2)],
            "seed": self.seed,
            "run": self.run or None,
        }

    def as_text(self) -> list[str]:
        """Return the numbers of training digits, a line for each classifier, and the run."""
        text = _("Trained on {mnist:,} MNIST digits and {own:,} own.")
        lines = [text.format(**self.data.trained_on), *map(_line, self.results)]
        if self.run:
            lines.append(_("Kept as run {run}.").format(run=self.run))
        return lines


def _line(result: "Result") -> str:
    """Return the figures of a classifier, or why it failed."""
    title = TITLES[result.classifier]
    if result.error or result.mnist_test is None:
        return f"  {title:15}  {result.error}"
    own = score_text(result.own_exam.score if result.own_exam else None)
    if result.unseen:
        own = _("{own} ({unseen} without the writer's own digits)").format(
            own=own, unseen=score_text(result.unseen.score)
        )
    text = _(
        "  {title:15}  MNIST test {accuracy:.2%}, own exam {own}, "
        "F1 {f1:.4f}, fit {fit:.1f} s, predict {predict:.1f} s"
    )
    return text.format(
        title=title,
        accuracy=result.mnist_test.score.accuracy,
        f1=result.mnist_test.f1,
        own=own,
        fit=result.fit_seconds,
        predict=result.predict_seconds,
    )


def _row(result: "Result") -> dict[str, Any]:
    test_sets = {
        "mnist_test": result.mnist_test,
        "own_exam": result.own_exam,
        "unseen_writers": result.unseen,
    }
    return {
        "classifier": result.classifier,
        "fit_seconds": round(result.fit_seconds, 3),
        "predict_seconds": round(result.predict_seconds, 3),
        "mnist_test": _means(result.mnist_test) if result.mnist_test else None,
        "own_exam": asdict(result.own_exam.score) if result.own_exam else None,
        "unseen_writers": asdict(result.unseen.score) if result.unseen else None,
        "certainty": {
            name: _certainty(evaluation) if evaluation else None
            for name, evaluation in test_sets.items()
        },
        "history": [asdict(epoch) for epoch in result.history],
        "error": result.error or None,
    }


def _means(evaluation: "Evaluation") -> dict[str, Any]:
    """Return the accuracy, the means over the ten digits, and the confusion matrix."""
    return {
        "accuracy": evaluation.score.accuracy,
        "precision": evaluation.precision,
        "recall": evaluation.recall,
        "f1": evaluation.f1,
        "confusion": evaluation.confusion.tolist(),
    }


def _certainty(evaluation: "Evaluation") -> dict[str, Any]:
    """Return the confidence interval of the accuracy, and measures of the probabilities."""
    from classroom.evaluation import metrics
    from classroom.evaluation.statistics import wilson

    score = evaluation.score
    return {
        "interval": list(wilson(score.correct, score.total)),
        "auc": _number(metrics.mean_auc(evaluation)),
        "average_precision": _number(metrics.mean_average_precision(evaluation)),
        "calibration_error": _number(metrics.calibration(evaluation).error),
    }


def _number(value: float) -> float | None:
    """Return the value, but None for nan and infinity, which JSON cannot write."""
    return value if math.isfinite(value) else None


def _pair(first: "Result", second: "Result") -> dict[str, Any]:
    return {
        "first": first.classifier,
        "second": second.classifier,
        "mnist_test": _mcnemar(first.mnist_test, second.mnist_test),
        "own_exam": _mcnemar(first.own_exam, second.own_exam),
    }


def _mcnemar(one: "Evaluation | None", other: "Evaluation | None") -> dict[str, Any] | None:
    """Return McNemar's test of two classifiers on one test set; None without answers of both."""
    from classroom.evaluation.statistics import PairedComparison

    if one is None or other is None:
        return None
    pair = PairedComparison.of(one, other)
    return {**asdict(pair), "p_value": pair.p_value, "more_digits": pair.more_digits}


class Compare(Command):
    """Compares classifiers."""

    name = "compare"
    help = _("train classifiers on the same data")
    rank = 70

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what is trained on what, and ``--leave-one-out``."""
        add_mnist(parser)
        add_classifiers(parser)
        parser.add_argument(
            "--leave-one-out",
            action="store_true",
            help=_("score the own exam by leaving one writer out, too"),
        )
        add_seed(parser)

    def run(self, options: argparse.Namespace, home: Path) -> Compared:
        """Train and score each classifier, and keep the results as a run.

        Raises
        ------
        ClassroomError
            All classifiers failed.
        """
        from classroom.cli.progress import ProgressPrinter, printed_job
        from classroom.engine.classifier_service import ClassifierService

        printer = ProgressPrinter()
        with printed_job(options, printer) as job:
            done = ClassifierService(home, options.checksums).compare(
                job,
                options.mnist,
                options.classifiers,
                options.seed,
                unseen=options.leave_one_out,
            )
        results = list(printer.results.values())
        if all(result.error for result in results):
            raise ClassroomError(results[0].error)
        if done.note:
            tell(done.note)
        return Compared(done.data, results, options.seed, done.run)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the comparison was kept."""
        from classroom import files

        parent = home / "data" / "runs"
        before = {path.name for path in files.numbered(parent)}

        def say() -> str:
            new = sorted({path.name for path in files.numbered(parent)} - before)
            if new:
                text = _(
                    "Stopped, but the comparison was complete by then, and is kept as run {run}."
                )
                return text.format(run=int(new[-1]))
            return _("Stopped; no run was kept. Your digits and versions are as they were.")

        return say
