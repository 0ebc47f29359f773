"""What a few own digits change: for each writer, before and after learning them.

Takes a strokes file with several writers, or writers made up from held-out digits of MNIST. Of
each writer some of each digit are for practice, and the rest is the exam: a third of them at
least, as the program parts them. The CNN, SVM and k-NN learn the practice digits exactly as the
button *Retrain* has them do, and are scored on the writer's exam and on the MNIST test set.
Writers with several mistakes of the network at the start, practice and exam together, are
reported apart: the others have nothing to gain. To choose settings, take made-up writers and
one half of the real ones; to report, the other half.
"""

import sys
import time
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

import numpy as np
import results
from handwriting import digits_by_writer
from made_up_writers import made_up_writers

from classroom.starts import Start

if TYPE_CHECKING:
    from learners import Answer, Learner

    from classroom.engine.scoring import Digits

# A writer needs this many digits in the exam, or there is nothing to score.
LEAST_EXAM = 10
# The seed with which the shipped networks were trained, and so of the digits held out from them.
TRAINING_SEED = 0
RESAMPLES = 10_000
GOALS = {
    Start.MNIST_ONLY: "at least 65% of the exam's mistakes gone, MNIST on average not below -0.10 "
    "points and never below -0.25",
    Start.BASE: "at least 60% of the exam's mistakes gone, MNIST on average not below -0.05 "
    "points and never below -0.15",
}
GOALS_OF_BOTH = (
    "at least 90% of the practice digits that were wrong are right, thrown away for at most 1 "
    "writer in 20, at most 6 s"
)
NOTES = (
    "“MNIST” is the change on its test set, in percentage points. The interval, 95%, is a "
    "bootstrap over writers. Before a classifier on features, the network's own answer counts. "
    "A vote of neighbours has the practice digits right by its nature."
)
TITLES = ["start", "of each digit", "learns", "writers", "practice wrong → right afterwards"]
TITLES += ["exam", "exam wrong → afterwards", "mistakes gone", "thrown away"]
TITLES += ["MNIST, mean", "worst", "seconds, median", "p95"]


@dataclass(frozen=True)
class Outcome:
    """What one learner made of one draw of a writer's digits.

    Attributes
    ----------
    writer : str
    practice_wrong : int
        How many practice digits were wrong before.
    practice_righted : int
        How many of these are right afterwards.
    exam, wrong_before, wrong_after : int
        The digits of the exam; how many of them were wrong before, and are afterwards.
    thrown_away : bool
    mnist_points : float
        The change of the accuracy on the MNIST test set, in percentage points.
    seconds : float
        What learning took; nan where there was nothing to learn.
    """

    writer: str
    practice_wrong: int
    practice_righted: int
    exam: int
    wrong_before: int
    wrong_after: int
    thrown_away: bool
    mnist_points: float
    seconds: float


@dataclass(frozen=True)
class Row:
    """One row of the table: a learner, and its outcomes for a group of writers."""

    start: Start
    each: int
    title: str
    group: str
    outcomes: Sequence[Outcome]

    def cells(self) -> list[str]:
        """Return the cells below `TITLES`."""
        before = self.total("wrong_before")
        cells = [str(self.start.value), f"{self.each}", self.title, self.group]
        cells += [f"{self.total('practice_wrong')} → {self.total('practice_righted')}"]
        cells += [f"{self.total('exam'):,}", f"{before} → {self.total('wrong_after')}"]
        if not self.each:
            return [*cells, *[""] * (len(TITLES) - len(cells))]
        low, high = interval(self.outcomes)
        points = [one.mnist_points for one in self.outcomes]
        seconds = [one.seconds for one in self.outcomes]
        return [
            *cells,
            f"{gone(self.outcomes):.0%} ({low:.0%} to {high:.0%})" if before else "",
            f"{self.total('thrown_away')} of {len(self.outcomes)}",
            f"{np.mean(points):+.3f}",
            f"{min(points):+.2f}",
            f"{np.median(seconds):.1f}",
            f"{np.percentile(seconds, 95):.1f}",
        ]

    def total(self, name: str) -> int:
        """Return the sum of a field over the outcomes."""
        return sum(getattr(one, name) for one in self.outcomes)


def gone(outcomes: Iterable[Outcome]) -> float:
    """Return which share of the exam's mistakes is gone; below 0 where there are more."""
    before, after = (
        np.sum([getattr(one, name) for one in outcomes]) for name in ("wrong_before", "wrong_after")
    )
    return float(1 - after / before) if before else float("nan")


def interval(outcomes: Sequence[Outcome], seed: int = 0) -> tuple[float, float]:
    """Return the 95% interval of `gone`, by a bootstrap over writers.

    References
    ----------
    Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13, the percentile
    interval; a writer's digits are alike, so that whole writers are drawn.
    """
    names = sorted({one.writer for one in outcomes})
    sums = np.array(
        [
            [
                sum(one.wrong_before for one in outcomes if one.writer == name),
                sum(one.wrong_after for one in outcomes if one.writer == name),
            ]
            for name in names
        ]
    )
    drawn = np.random.default_rng(seed).integers(len(names), size=(RESAMPLES, len(names)))
    before, after = sums[drawn].sum(axis=1).T
    shares = 1 - after[before > 0] / before[before > 0]
    if not len(shares):
        return float("nan"), float("nan")
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


def split(own: "Digits", each: int, seed: int) -> "tuple[Digits, Digits] | None":
    """Draw up to `each` of every digit for practice; None where the exam is too small.

    Of every digit a third stays for the exam, rounded down, as when digits are kept.
    """
    order = np.random.default_rng(seed).permutation(len(own))
    practice: list[int] = []
    for digit in range(10):
        found = [int(at) for at in order if own.labels[at] == digit]
        practice += found[: min(each, len(found) - len(found) // 3)]
    exam = np.setdiff1d(order, practice)
    if len(exam) < LEAST_EXAM or (each and not practice):
        return None
    return own.at(np.array(practice, np.intp)), own.at(exam)


def wrong(answer: "Answer", digits: "Digits") -> np.ndarray:
    """Return which of `digits` are answered wrongly, shape (n,), bool."""
    return answer(digits.images) != digits.labels


def half_of(writers: Sequence[str], half: str | None) -> list[str]:
    """Return every second of the writers, by name: the first, third, ... are the odd half."""
    ordered = sorted(writers)
    return ordered if half is None else ordered[half == "even" :: 2]


class Trial:
    """A learner, which learns the digits of one writer after the other.

    Parameters
    ----------
    learner : Learner
    test : Digits
        The MNIST test set.
    """

    def __init__(self, learner: "Learner", test: "Digits") -> None:
        self.learner, self.test = learner, test
        self.wrong_on_test = int(wrong(learner.before, test).sum())
        self.known: dict[tuple[str, int, int], Outcome] = {}

    def outcome(self, writer: str, own: "Digits", each: int, seed: int) -> Outcome | None:
        """Let it learn some of a writer's digits and score it, once for the same draw.

        None where the writer has too few digits.
        """
        key = writer, each, seed
        parts = split(own, each, seed)
        if parts is not None and key not in self.known:
            self.known[key] = self._learn(writer, *parts, seed)
        return self.known.get(key)

    def _learn(self, writer: str, practice: "Digits", exam: "Digits", seed: int) -> Outcome:
        before_practice = wrong(self.learner.before, practice)
        before, after_practice = int(wrong(self.learner.before, exam).sum()), before_practice
        after, points, thrown_away, seconds = before, 0.0, False, float("nan")
        if len(practice):
            began = time.perf_counter()
            learnt = self.learner.learn(practice, seed)
            seconds = time.perf_counter() - began
            after_practice = wrong(learnt.answer, practice)
            after = int(wrong(learnt.answer, exam).sum())
            lost = int(wrong(learnt.answer, self.test).sum()) - self.wrong_on_test
            points, thrown_away = -100 * lost / len(self.test), learnt.thrown_away
        return Outcome(
            writer=writer,
            practice_wrong=int(before_practice.sum()),
            practice_righted=int(np.sum(before_practice & ~after_practice)),
            exam=len(exam),
            wrong_before=before,
            wrong_after=after,
            thrown_away=thrown_away,
            mnist_points=points,
            seconds=seconds,
        )


def measure(
    options: Namespace, own: "dict[str, Digits]", train: "Digits", test: "Digits"
) -> Iterator[Row]:
    """Let each learner learn each writer; yield the rows of the table."""
    from learners import Baseline, FeatureNeighbours, FeatureRidge, Retraining

    names = [name for name in options.classifiers if name != "cnn"]
    baselines = [Trial(Baseline(name, train), test) for name in names]
    for start in options.start:
        network = Retraining(start, train, dict(options.recipe))
        kinds = [FeatureNeighbours, FeatureRidge] if options.beside else []
        trials = [Trial(network, test)] if "cnn" in options.classifiers else []
        trials += [Trial(kind(start, train), test) for kind in kinds]
        groups = groups_of(options, own, network.before)
        for each, trial in product(options.each, [*trials, *baselines]):
            for title, group in groups.items():
                say(f"{start.value}, {each} of each digit, {trial.learner.title}")
                draws = list(product(group, range(options.draws)))
                tried = [trial.outcome(writer, own[writer], each, seed) for writer, seed in draws]
                outcomes = [one for one in tried if one is not None]
                if outcomes:
                    count = len({one.writer for one in outcomes})
                    shown = title.format(count=count)
                    yield Row(start, each, trial.learner.title, shown, outcomes)


def groups_of(
    options: Namespace, own: "dict[str, Digits]", answer: "Answer"
) -> dict[str, list[str]]:
    """Return the writers to report together, by a title of the group."""
    mistakes = {writer: int(wrong(answer, digits).sum()) for writer, digits in own.items()}
    many = half_of([one for one in own if mistakes[one] >= options.mistakes], options.half)
    few = half_of([one for one in own if mistakes[one] < options.mistakes], options.half)
    groups = {f"{{count}} with at least {options.mistakes} mistakes": many}
    return groups if options.skip_others else {"{count}, all": sorted([*many, *few]), **groups}


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def parsed(arguments: Sequence[str] | None = None) -> Namespace:
    """Return the options; a wrong one ends the program."""
    parser = results.parser(__doc__)
    parser.add_argument("strokes", nargs="?", type=Path, help="strokes of several writers")
    parser.add_argument(
        "--made-up",
        type=int,
        default=0,
        metavar="N",
        help="take N writers made up from held-out digits of MNIST in place of a strokes file",
    )
    results.add_starts(parser)
    parser.add_argument(
        "--each", type=int, nargs="+", default=[5], metavar="N", help="practice of each digit"
    )
    parser.add_argument("--draws", type=int, default=1, metavar="N")
    parser.add_argument("--classifiers", nargs="+", default=["cnn", "svm", "knn"], metavar="NAME")
    parser.add_argument(
        "--beside",
        action="store_true",
        help="also neighbours and a ridge classifier on the network's features",
    )
    parser.add_argument("--leave-out", default="", metavar="PREFIX", help="writers to leave out")
    parser.add_argument(
        "--mistakes",
        type=int,
        default=3,
        metavar="N",
        help="report writers with as many mistakes of the start apart (default: %(default)s)",
    )
    parser.add_argument(
        "--skip-others", action="store_true", help="leave out writers with fewer mistakes"
    )
    parser.add_argument(
        "--half",
        choices=["odd", "even"],
        help="every second writer by name, of those with so many mistakes and of the others",
    )
    parser.add_argument(
        "--recipe",
        nargs="+",
        type=field_of_recipe,
        default=[],
        metavar="FIELD=VALUE",
        help="change the recipe of the fine-tuning, to try another: interpolation=0.5 epochs=3",
    )
    options = parser.parse_args(arguments)
    if bool(options.strokes) == bool(options.made_up):
        parser.error("name a strokes file, or a number of writers with --made-up")
    return options


def field_of_recipe(text: str) -> tuple[str, bool | int | float]:
    """Return the name and the value of a field of `classroom.networks.fine_tuning.Recipe`."""
    from classroom.networks.fine_tuning import Recipe

    name, _equals, value = text.partition("=")
    kinds: dict[type, Callable[[str], bool | int | float]] = {
        bool: lambda word: {"True": True, "False": False}[word],
        int: int,
        float: float,
    }
    try:
        return name, kinds[get_type_hints(Recipe)[name]](value)
    except (KeyError, ValueError):
        raise ArgumentTypeError(f"{text!r} is no field of a recipe with its value") from None


def section(options: Namespace) -> str:
    """Return the title, which tells what is chosen by from what is reported."""
    parts = ["made-up writers"] if options.made_up else []
    parts += [f"{options.half} half"] if options.half else []
    parts += [f"{name} {value}" for name, value in options.recipe]
    return "What own digits change" + (f" ({', '.join(parts)})" if parts else "")


def main() -> None:
    options = parsed()
    from classroom.datasets import mnist
    from classroom.engine.scoring import Digits
    from classroom.networks.from_scratch import VALIDATION_DIGITS, random_split

    with results.fresh_home(options) as home:
        data = mnist.load(home)
    assert data is not None
    train = Digits(data.train_images, data.train_labels)
    test = Digits(data.test_images, data.test_labels)
    if options.made_up:
        practice, held_out = random_split(train.labels, VALIDATION_DIGITS, TRAINING_SEED)
        unseen, train = train.at(held_out), train.at(practice)
        own = made_up_writers(unseen.images, unseen.labels, options.made_up)
    else:
        own = digits_by_writer(options.strokes, options.leave_out)
    rows = [row.cells() for row in measure(options, own, train, test)]
    head = [" | ".join(TITLES), " | ".join(["---"] * len(TITLES))]
    body = "\n".join(f"| {line} |" for line in [*head, *(" | ".join(row) for row in rows)])
    goals = [f"Goal for {start.value}: {GOALS[start]}." for start in options.start]
    goals.append(f"For each: {GOALS_OF_BOTH}.")
    results.record(section(options), "\n\n".join([body, " ".join(goals), NOTES]), options)


if __name__ == "__main__":
    main()
