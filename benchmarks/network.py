"""How well the shipped network does: on the MNIST test set, and on real strokes.

The strokes file is optional: JSON lines as the program exports them. The network
has seen none of it, so this is what a class finds before its first retraining.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import results
from handwriting import digits_by_writer

Right = dict[Any, list[bool]]


def on_mnist(network: "Cnn", home: Path) -> float:  # noqa: F821
    """Return the share of the MNIST test set that is right."""
    from classroom.datasets import mnist

    data = mnist.load(home)
    assert data is not None
    answers = network.predict_proba(data.test_images).argmax(axis=1)
    return float(np.mean(answers == data.test_labels))


def on_strokes(network: "Cnn", file: Path) -> tuple[Right, Right]:  # noqa: F821
    """Return what was right, by digit and by writer."""
    by_digit: Right = defaultdict(list)
    by_writer: Right = {}
    for writer, digits in digits_by_writer(file).items():
        answers = network.predict_proba(digits.images).argmax(axis=1)
        by_writer[writer] = (answers == digits.labels).tolist()
        for label, right in zip(digits.labels, by_writer[writer], strict=True):
            by_digit[int(label)].append(right)
    return by_digit, by_writer


def shares(right: Right) -> str:
    """Return a table of the share that was right, for each key."""
    rows = [
        f"| {key} | {len(found)} | {np.mean(found):.1%} |" for key, found in sorted(right.items())
    ]
    return "\n".join(["| digit | n | right |", "| --- | --- | --- |", *rows])


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("strokes", nargs="?", type=Path, default=None)
    options = parser.parse_args()
    from classroom.classifiers.cnn import Cnn
    from classroom.starts import Start

    network = Cnn.load(Start.BASE.file)
    with results.fresh_home(options) as home:
        share = on_mnist(network, home)
    figures = [results.Figure("base.keras on the MNIST test set", [share], "{:.2%}", None, 0.9965)]
    parts = []
    if options.strokes is not None:
        by_digit, by_writer = on_strokes(network, options.strokes)
        right = [one for found in by_digit.values() for one in found]
        writers = sorted(float(np.mean(found)) for found in by_writer.values())
        figures.append(
            results.Figure(
                f"on {len(right):,} digits in strokes",
                [float(np.mean(right))],
                "{:.2%}",
                None,
                0.988,
            )
        )
        quartiles = np.percentile(writers, [0, 25, 50, 75, 100])
        parts = [
            shares(by_digit),
            f"Of {len(writers)} writers the worst has {quartiles[0]:.1%} right; the quarters end "
            f"at {quartiles[1]:.1%}, {quartiles[2]:.1%} and {quartiles[3]:.1%}; "
            f"the best has {quartiles[4]:.1%}.",
        ]
    results.record("The shipped network", "\n\n".join([results.table(figures), *parts]), options)


if __name__ == "__main__":
    main()
