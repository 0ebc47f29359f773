"""How fast the program is beside what a teacher would write today, in one run.

"Stock" is Keras' example network with 12 epochs and `model.predict`, and scikit-learn's own
SVC (with this program's parameters) and k-NN, see stock.py. Ours is `main.py compare`, the same
as the button in the window.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import results

TITLES = {"cnn": "CNN", "svm": "SVM", "knn": "k-NN"}
STOCK_EPOCHS = 12
PREDICTIONS = 200
Rows = dict[str, dict[str, float]]


def stock(mnist: Path) -> tuple[float, Rows]:
    """Return the seconds that all of stock takes, and its rows."""
    script = results.ROOT / "benchmarks" / "stock.py"
    return timed([sys.executable, str(script), str(mnist), str(STOCK_EPOCHS)])


def ours(home: Path) -> tuple[float, Rows]:
    """Return the same of the program."""
    seconds, answer = timed(results.main_command(home, "compare", "--mnist", 60_000, "--json"))
    rows = {
        row["classifier"]: {
            "fit": row["fit_seconds"],
            "predict": row["predict_seconds"],
            "accuracy": row["mnist_test"]["accuracy"],
        }
        for row in answer["results"]
    }
    return seconds, rows


def timed(command: list[str]) -> tuple[float, Any]:
    """Return how long a command takes, and the JSON that it prints."""
    began = time.monotonic()
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return time.monotonic() - began, json.loads(done.stdout)


def one_digit(data: "Mnist") -> dict[str, np.ndarray]:  # noqa: F821
    """Return the milliseconds that each takes for one digit, fitted on all of MNIST."""
    from classroom.classifiers.cnn import Cnn
    from classroom.classifiers.registry import new_classifier
    from classroom.starts import Start

    found = {}
    for name in TITLES:
        if name == "cnn":
            classifier: Any = Cnn.load(Start.BASE.file)
        else:
            classifier = new_classifier(name).fit(data.train_images, data.train_labels)
        found[name] = milliseconds(
            lambda image, asked=classifier: asked.predict_proba(image[None]), data.test_images
        )
    return found


def milliseconds(ask: Callable[[np.ndarray], Any], images: np.ndarray) -> np.ndarray:
    """Return how long `ask` takes for each of a few images."""
    ask(images[0])
    times = []
    for image in images[:PREDICTIONS]:
        began = time.perf_counter()
        ask(image)
        times.append(1000 * (time.perf_counter() - began))
    return np.array(times)


def augmentation(data: "Mnist", runs: int) -> list[float]:  # noqa: F821
    """Return how much longer an epoch takes with augmentation than without, in per cent."""
    from classroom.networks.from_scratch import fit_network
    from classroom.networks.registry import new_network

    images, labels = data.train_images[:20_000], data.train_labels[:20_000]
    more = []
    for seed in range(runs):
        seconds = {}
        for augment in (False, True):
            starts: list[float] = []
            fit_network(
                new_network("compact", seed),
                images,
                labels,
                epochs=3,
                seed=seed,
                augment=augment,
                on_epoch=lambda _epoch, starts=starts: starts.append(time.perf_counter()),
            )
            # the first epoch is left out: it has TensorFlow's preparations in it
            seconds[augment] = starts[-1] - starts[0]
        more.append(100 * (seconds[True] / seconds[False] - 1))
    return more


def measure(options: argparse.Namespace, home: Path) -> str:
    """Return the section of RESULTS.md."""
    from classroom.datasets import mnist

    data = mnist.load(home)
    assert data is not None
    ratios: dict[str, list[float]] = {"whole": [], **{name: [] for name in TITLES}}
    lines = ["| run | | stock: fit, predict, right | ours: fit, predict, right |"]
    lines.append("| --- | --- | --- | --- |")
    worse = []
    for run in range(1, options.runs + 1):
        (stock_seconds, theirs), (our_seconds, mine) = stock(mnist.cache_file(home)), ours(home)
        ratios["whole"].append(stock_seconds / our_seconds)
        lines.append(f"| {run} | whole | {stock_seconds:.1f} s | {our_seconds:.1f} s |")
        for name, title in TITLES.items():
            ratios[name].append(theirs[name]["fit"] / mine[name]["fit"])
            lines.append(f"| {run} | {title} | {row(theirs[name])} | {row(mine[name])} |")
            worse.append(100 * (mine[name]["accuracy"] - theirs[name]["accuracy"]))
    digit = one_digit(data)
    theirs_ms = ", ".join(f"{TITLES[n]} {theirs[n]['one_digit_ms']:.1f} ms" for n in TITLES)
    figures = [
        results.Figure(
            "CNN from scratch: stock's time by ours", ratios["cnn"], "{:.1f}", None, 5, "median"
        ),
        results.Figure("whole comparison, likewise", ratios["whole"], "{:.1f}", None, 6, "median"),
        results.Figure(
            "accuracy, ours less stock's, in points", worse, "{:+.2f}", None, 0, "min"
        ),
        results.Figure("one digit, CNN", digit["cnn"], "{:.2f} ms", 2),
        results.Figure("one digit, all three", sum(digit.values()), "{:.2f} ms", 16),
        results.Figure(
            "what augmentation adds to an epoch", augmentation(data, 3), "{:.0f}%", 15, None,
            "median",
        ),
    ]  # fmt: skip
    note = f"One digit, stock, fitted likewise (median): {theirs_ms}."
    return "\n\n".join([results.table(figures), "\n".join(lines), note])


def row(figures: dict[str, float]) -> str:
    """Return fit, predict and accuracy in words."""
    return f"{figures['fit']:.1f} s, {figures['predict']:.1f} s, {figures['accuracy']:.2%}"


def main() -> None:
    options = results.parser(__doc__, runs=1).parse_args()
    with results.fresh_home(options) as home:
        body = measure(options, home)
    results.record("Beside stock", body, options)


if __name__ == "__main__":
    main()
