"""How well the shipped networks do: on the MNIST test set, and on handwriting from elsewhere.

Takes any number of files: strokes, JSON lines as the program exports them, or npz files with
`images` (n, 28, 28) and `labels`. The networks have seen none of it, so this is what a class
finds before its first retraining. Of each set it tells the share that is right, also digit by
digit; of strokes files, the writers with the smallest share; and of each network its size, and
how long one digit takes.
"""

import math
import time
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import results
from handwriting import named, read_digits

from classroom.evaluation.results import DIGITS
from classroom.evaluation.statistics import wilson
from classroom.starts import Start

if TYPE_CHECKING:
    import keras

    from classroom.engine.scoring import Digits

# From images (n, 28, 28) to probabilities (n, 10).
Answer = Callable[[np.ndarray], np.ndarray]

MNIST_TEST = "MNIST test"
# For the network that is to read many hands, by what a set's name begins with.
GOALS = {
    MNIST_TEST: 0.9965,
    "unipen": 0.989,
    "pendigits": 0.983,
    "optdigits": 0.975,
    "semeion": 0.955,
    "usps": 0.994,
}
# The digits that are written otherwise in other countries, and the goal of each over all sets.
HARD, HARD_GOAL = (1, 4, 7, 9), 0.96
# Writers with fewer digits are not set against others.
LEAST_OF_WRITER = 20
WORST_LISTED = 8


@dataclass(frozen=True, eq=False)
class Right:
    """Which digits of a set a network has right.

    Attributes
    ----------
    name : str
        The name of the set.
    labels : array of shape (n,)
    right : array of shape (n,), bool
    writers : array of shape (n,), or None
        The writer of each digit, where they are known.
    """

    name: str
    labels: np.ndarray
    right: np.ndarray
    writers: np.ndarray | None = None

    def of(self, digit: int) -> np.ndarray:
        """Return which of one digit are right."""
        return self.right[self.labels == digit]


def right_of(answer: Answer, name: str, digits: "dict[str, Digits]") -> Right:
    """Ask a network about the digits of a set, which are given by their writers."""
    right = [answer(one.images).argmax(axis=1) == one.labels for one in digits.values()]
    writers = np.repeat(list(digits), [len(one) for one in digits.values()])
    return Right(
        name,
        np.concatenate([one.labels for one in digits.values()]),
        np.concatenate(right),
        writers if len(digits) > 1 else None,
    )


def rows_of_sets(start: Start, sets: Sequence[Right], goals: dict[str, float]) -> list[list[str]]:
    """Return a row for each set: network, set, n, right, interval, goal, reached."""
    rows = []
    for one in sets:
        correct, count = int(one.right.sum()), len(one.right)
        low, high = wilson(correct, count)
        share = correct / count
        goal = goals.get(one.name)
        verdict = ["", ""]
        if goal is not None and start is Start.BASE:
            verdict = [f"at least {goal:.2%}", "yes" if share >= goal else "**no**"]
        cells = [str(start.value), one.name, f"{count:,}", f"{share:.2%}"]
        rows.append([*cells, f"{low:.2%} to {high:.2%}", *verdict])
    return rows


def rows_of_digits(start: Start, sets: Sequence[Right]) -> list[list[str]]:
    """Return a row for each digit: its share right in each set, and in all of them."""
    rows = []
    for digit in range(DIGITS):
        each = {one.name: one.of(digit) for one in sets}
        outside = [right for name, right in each.items() if name != MNIST_TEST]
        cells = [f"{np.mean(right):.1%}" if len(right) else "" for right in each.values()]
        for together in (list(each.values()), outside):
            right = np.concatenate([[], *together])
            share = float(np.mean(right)) if len(right) else float("nan")
            missed = start is Start.BASE and digit in HARD and share < HARD_GOAL
            told = f"{share:.2%}" if len(right) else ""
            cells.append(f"**{told}**" if missed else told)
        rows.append([str(start.value), str(digit), *cells])
    return rows


def rows_of_writers(start: Start, sets: Sequence[Right], leave_out: str) -> list[list[str]]:
    """Return a row for each of the writers with the smallest share right, and the quartiles."""
    found = []
    for one in sets:
        if one.writers is None:
            continue
        for writer in np.unique(one.writers):
            right = one.right[one.writers == writer]
            if len(right) >= LEAST_OF_WRITER and not (leave_out and writer.startswith(leave_out)):
                found.append((float(np.mean(right)), str(writer), len(right)))
    found.sort()
    rows = [
        [str(start.value), writer, str(count), str(round(count * (1 - share))), f"{share:.1%}"]
        for share, writer, count in found[:WORST_LISTED]
    ]
    if found:
        quartiles = np.percentile([share for share, _writer, _count in found], [25, 50, 75])
        told = ", ".join(f"{share:.1%}" for share in quartiles)
        rows.append([str(start.value), f"quartiles of {len(found)} writers", "", "", told])
    return rows


def row_of_network(start: Start, model: "keras.Model", image: np.ndarray) -> list[str]:
    """Return the row of a network: parameters, multiply-adds, and the time for one digit."""
    from classroom.networks.keras_models import compiled

    times = milliseconds(compiled(model), image)
    return [
        str(start.value),
        model.name,
        f"{model.count_params():,}",
        f"{multiply_adds(model) / 1e6:.2f} million",
        f"{np.median(times):.2f}",
        f"{np.percentile(times, 95):.2f}",
    ]


def multiply_adds(model: "keras.Model") -> int:
    """Return how many multiply-adds one digit takes in convolutions and dense layers.

    Each weight of a kernel is used once at every place of the layer's output.
    """
    total = 0
    for layer in model.layers:
        if hasattr(layer, "layers"):
            total += multiply_adds(layer)
        elif hasattr(layer, "kernel"):
            total += math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
    return total


def milliseconds(answer: Answer, image: np.ndarray, times: int = 300) -> np.ndarray:
    """Return the milliseconds that one digit takes, time after time."""
    found = []
    for _time in range(times + 10):
        began = time.perf_counter()
        answer(image[None])
        found.append(1000 * (time.perf_counter() - began))
    # The first ones load what is loaded once.
    return np.array(found[10:])


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def report(
    starts: Sequence[Start],
    sets: "dict[str, dict[str, Digits]]",
    goals: dict[str, float],
    leave_out: str = "",
) -> str:
    """Return what there is to tell of the networks on these sets, in Markdown.

    Parameters
    ----------
    starts : sequence of Start
    sets : dict of str to dict
        The digits of each set by their writer; one without a name where writers are not known.
    goals : dict of str to float
        The share of a set that has to be right, 0 to 1.
    leave_out : str
        Writers whose names begin with this are not set against others.
    """
    from classroom.networks.keras_models import compiled, load_network

    networks, by_set, by_digit, by_writer = [], [], [], []
    for start in starts:
        model = load_network(start.file)
        answer = compiled(model)
        found = [right_of(answer, name, digits) for name, digits in sets.items()]
        first = next(iter(next(iter(sets.values())).values())).images[0]
        networks.append(row_of_network(start, model, first))
        by_set += rows_of_sets(start, found, goals)
        by_digit += rows_of_digits(start, found)
        by_writer += rows_of_writers(start, found, leave_out)
    sizes = ["start", "network", "parameters", "multiply-adds", "ms for a digit, median", "p95"]
    parts = [
        table(["start", "set", "n", "right", "95% interval", "goal", "reached"], by_set),
        table(["start", "digit", *sets, "all sets", f"all but {MNIST_TEST}"], by_digit),
        f"Goal for {Start.BASE.value}: of {', '.join(map(str, HARD))} at least {HARD_GOAL:.0%} "
        "each, over all sets; what misses it is bold.",
        table(sizes, networks),
    ]
    if by_writer:
        parts.append(table(["start", "worst writers", "n", "wrong", "right"], by_writer))
    return "\n\n".join(parts)


def goal(text: str) -> tuple[str, float]:
    """Return the name of a set and its goal, 0 to 1, from ``NAME=PERCENT``."""
    name, _equals, percent = text.partition("=")
    try:
        return name, float(percent) / 100
    except ValueError:
        raise ArgumentTypeError(f"NAME=PERCENT was expected, not {text!r}") from None


def goals_of(names: Sequence[str], given: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the goal of each set that has one: what is given, else by how its name begins."""
    found = {
        name: share for name in names for begins, share in GOALS.items() if name.startswith(begins)
    }
    return found | dict(given)


def parsed(arguments: Sequence[str] | None = None) -> Namespace:
    parser = results.parser(__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="FILE", help="strokes, or npz")
    results.add_starts(parser)
    parser.add_argument(
        "--goal",
        nargs="+",
        type=goal,
        default=[],
        metavar="NAME=PERCENT",
        help="the goal of a set, by its file's name without the ending",
    )
    parser.add_argument(
        "--leave-out",
        default="",
        metavar="PREFIX",
        help="set no writers against others whose names begin so",
    )
    options = parser.parse_args(arguments)
    names = [MNIST_TEST, *map(named, options.sets)]
    if len(set(names)) < len(names):
        parser.error("two files of the same name cannot be told apart")
    unknown = [name for name, _share in options.goal if name not in names]
    if unknown:
        parser.error(f"--goal names {unknown[0]!r}; the sets are {', '.join(names)}")
    return options


def main() -> None:
    options = parsed()
    from classroom.datasets import mnist
    from classroom.engine.scoring import Digits

    with results.fresh_home(options) as home:
        data = mnist.load(home)
    assert data is not None
    sets = {MNIST_TEST: {"": Digits(data.test_images, data.test_labels)}}
    sets |= {named(file): read_digits(file) for file in options.sets}
    goals = goals_of(list(sets), options.goal)
    body = report(options.start, sets, goals, options.leave_out)
    results.record("The shipped networks", body, options)


if __name__ == "__main__":
    main()
