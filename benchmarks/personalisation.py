"""What a few own digits change: for each writer, before and after learning them.

Takes a strokes file with several writers. Of each writer with enough digits,
some of each digit are for practice, all the rest for the exam; CNN, SVM and
k-NN learn them exactly as the button *Retrain* has them do, and are scored on
the writer's exam and on the MNIST test set. Nothing is chosen by these
figures: they are for reporting.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
import results
from handwriting import digits_by_writer

GOAL = (
    "Goal at 5 of each digit, for the CNN: at least 60% of the errors gone, at most 0.05 points "
    "lost on the MNIST test set, at most 5 s. “MNIST” is the change there, in points."
)
# A writer needs this many digits in the exam, or there is nothing to score.
LEAST_EXAM = 20


@dataclass
class Tally:
    """What one classifier did, summed over writers and draws."""

    exam: int = 0
    wrong_before: int = 0
    wrong_after: int = 0
    mnist_points: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def split(own: "Digits", each: int, seed: int) -> "tuple[Digits, Digits] | None":  # noqa: F821
    """Draw `each` of every digit for practice; None where a writer has too few."""
    from classroom.engine.scoring import Digits

    order = np.random.default_rng(seed).permutation(len(own))
    practice: list[int] = []
    for digit in range(10):
        found = [int(at) for at in order if own.labels[at] == digit]
        if len(found) < each:
            return None
        practice += found[:each]
    exam = np.setdiff1d(order, practice)
    if len(exam) < LEAST_EXAM:
        return None
    return tuple(Digits(own.images[part], own.labels[part]) for part in (practice, exam))


def learn(name: str, data: "Mnist", practice: "Digits", seed: int) -> "Classifier":  # noqa: F821
    """Return the classifier that *Retrain* would make."""
    from classroom.catalogue import NETWORK
    from classroom.classifiers.cnn import Cnn
    from classroom.classifiers.registry import CLASSIFIERS
    from classroom.engine.retraining import LIVE_MNIST, LIVE_SEED
    from classroom.engine.scoring import Digits
    from classroom.networks.fine_tuning import fine_tune
    from classroom.starts import Start

    train = Digits(data.train_images, data.train_labels)
    if name != NETWORK:
        live = train.sample(LIVE_MNIST, LIVE_SEED).plus(practice)
        return CLASSIFIERS[name]().fit(live.images, live.labels, seed=seed)
    shipped = Cnn.load(Start.BASE.file)
    if not len(practice):
        return shipped
    return Cnn(
        fine_tune(
            shipped.model,
            train.images,
            train.labels,
            practice.images,
            practice.labels,
            seed=seed,
        )
    )


def wrong(classifier: "Classifier", digits: "Digits") -> int:  # noqa: F821
    """Return how many of `digits` it gets wrong."""
    answers = classifier.predict_proba(digits.images).argmax(axis=1)
    return int(np.sum(answers != digits.labels))


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("strokes", type=Path)
    parser.add_argument("--each", type=int, nargs="+", default=[5], help="practice of each digit")
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--classifiers", nargs="+", default=["cnn", "svm", "knn"])
    parser.add_argument("--leave-out", default="", metavar="PREFIX", help="writers to leave out")
    options = parser.parse_args()
    with results.fresh_home(options) as home:
        tallies, writers = measure(options, home)
    rows = [row(each, name, writers[each], tally) for (each, name), tally in tallies.items()]
    head = "| of each digit | classifier | writers | exam | wrong before | wrong after "
    head += "| errors gone | MNIST | seconds, median |"
    body = "\n".join([head, "|" + " --- |" * 9, *rows])
    results.record("What own digits change", f"{body}\n\n{GOAL}", options)


def measure(options: "Namespace", home: Path) -> "tuple[dict, dict]":  # noqa: F821
    """Let each classifier learn each writer; returns the tallies, and how many writers."""
    from classroom.datasets import mnist
    from classroom.engine.scoring import NOTHING, Digits

    data = mnist.load(home)
    assert data is not None
    test = Digits(data.test_images, data.test_labels)
    own = digits_by_writer(options.strokes, options.leave_out)
    tallies: dict[tuple[int, str], Tally] = defaultdict(Tally)
    writers: dict[int, set[str]] = defaultdict(set)
    for name in options.classifiers:
        before = learn(name, data, NOTHING, 0)
        wrong_on_mnist = wrong(before, test)
        for each, writer, seed in product(options.each, own, range(options.draws)):
            parts = split(own[writer], each, seed)
            if parts is None:
                continue
            practice, exam = parts
            writers[each].add(writer)
            tally = tallies[each, name]
            tally.exam += len(exam)
            tally.wrong_before += wrong(before, exam)
            if not len(practice):
                tally.wrong_after = tally.wrong_before
                continue
            began = time.perf_counter()
            after = learn(name, data, practice, seed)
            tally.seconds.append(time.perf_counter() - began)
            tally.wrong_after += wrong(after, exam)
            tally.mnist_points.append(100 * (wrong_on_mnist - wrong(after, test)) / len(test))
            print(f"{name}, {each} of each digit, {writer}: done", flush=True)
    return tallies, {each: len(names) for each, names in writers.items()}


def row(each: int, name: str, writers: int, tally: Tally) -> str:
    """Return the row of the table."""
    gone = 1 - tally.wrong_after / tally.wrong_before if tally.wrong_before else float("nan")
    cells = [
        f"{each}",
        name,
        f"{writers}",
        f"{tally.exam:,}",
        f"{tally.wrong_before:,}",
        f"{tally.wrong_after:,}",
        f"{gone:.0%}",
        f"{np.mean(tally.mnist_points):+.3f}" if each else "",
        f"{np.median(tally.seconds):.1f}" if each else "",
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
