"""The networks of the literature, trained as their papers say: published against measured.

Each run that is finished is kept in papers.jsonl, beside RESULTS.md: a benchmark that was
interrupted goes on from there, and the table holds what there is. --again begins anew.
"""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import results

if TYPE_CHECKING:
    from published_training import Recipe

    from classroom.datasets.mnist import Mnist

KEPT = results.ROOT / "benchmarks" / "papers.jsonl"
TITLES = ["network", "published", "measured", "claim holds", "precision", "recall", "F1", "n"]
TITLES += ["epochs", "processor seconds", "parameters", "trained with"]


@dataclass(frozen=True)
class Run:
    """One network, trained once, and scored on the MNIST test set."""

    network: str
    recipe: str
    seed: int
    parameters: int
    epochs: int
    processor_seconds: float
    accuracy: float
    precision: float
    recall: float
    f1: float


def in_words(recipe: "Recipe", epochs_at_most: int | None) -> str:
    """Return what tells runs by this recipe from runs by another."""
    name = "Adam, with elastic distortions"
    if recipe.optimizer is not None:
        name = type(recipe.optimizer(100)).__name__
    cut = epochs_at_most is not None and epochs_at_most < recipe.epochs
    epochs = f"{epochs_at_most} of its {recipe.epochs}" if cut else str(recipe.epochs)
    stop = "" if recipe.stop_at is None else f" or {recipe.stop_at:.0%} on validation"
    return f"{name}, batches of {recipe.batch_size}, {epochs} epochs{stop}"


def finished(file: Path) -> list[Run]:
    """Return the runs that were kept; a line cut short by an interrupt is no run."""
    runs = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else []:
        with contextlib.suppress(ValueError, TypeError):
            runs.append(Run(**json.loads(line)))
    return runs


def train(network: str, recipe: str, seed: int, data: "Mnist", epochs_at_most: int | None) -> Run:
    import keras
    from published_training import train_as_published

    from classroom.evaluation.results import Evaluation
    from classroom.networks.keras_models import compiled

    keras.utils.clear_session()
    # Of all cores, and not by the clock: a benchmark of hours shares the machine.
    started = time.process_time()
    done = train_as_published(
        network, data.train_images, data.train_labels, seed=seed, epochs_at_most=epochs_at_most
    )
    processor_seconds = time.process_time() - started
    test = Evaluation(data.test_labels, compiled(done.model)(data.test_images))
    return Run(
        network=network,
        recipe=recipe,
        seed=seed,
        parameters=int(done.model.count_params()),
        epochs=len(done.history),
        processor_seconds=processor_seconds,
        accuracy=test.score.accuracy,
        precision=test.precision,
        recall=test.recall,
        f1=test.f1,
    )


def claim(figure: float | None, accuracies: Sequence[float]) -> str:
    """Say whether a published figure was reached."""
    if figure is None:
        return ""
    short = 100 * (figure - float(np.mean(accuracies)))
    if short <= 0:
        return "yes"
    if figure <= max(accuracies):
        return f"by the best seed; the mean is {short:.2f} points short"
    return f"**no**, {short:.2f} points short"


def row(network: str, recipe: "Recipe", runs: Sequence[Run], cut: bool) -> str:
    """Return one network's row; a training that was cut short tells nothing about a claim."""

    def spread(values: Sequence[float], unit: str) -> str:
        if len(values) == 1:
            return unit.format(values[0])
        return f"{unit.format(np.mean(values))} ± {unit.format(np.std(values, ddof=1))}"

    percent = {
        name: spread([100 * getattr(run, name) for run in runs], "{:.2f}")
        for name in ("accuracy", "precision", "recall", "f1")
    }
    cells = [
        f"`{network}`",
        recipe.published or "–",
        f"{percent['accuracy']} %",
        claim(None if cut else recipe.figure, [run.accuracy for run in runs]),
        *(percent[name] for name in ("precision", "recall", "f1")),
        str(len(runs)),
        f"{np.mean([run.epochs for run in runs]):.3g}",
        spread([run.processor_seconds for run in runs], "{:.0f}"),
        f"{runs[0].parameters:,}",
        runs[0].recipe,
    ]
    return "| " + " | ".join(cells) + " |"


def all_runs(options: argparse.Namespace, kept: list[Run]) -> Iterator[Run]:
    """Train what is not among `kept`, and give each run as soon as it is finished."""
    from published_training import RECIPES

    from classroom.datasets import mnist

    known = {(run.network, run.recipe, run.seed) for run in kept}
    with results.fresh_home(options) as home:
        data = mnist.load(home)
        assert data is not None
        # Seed by seed, so that an interrupted benchmark has something of every network.
        for seed in range(options.seeds):
            for network in options.networks:
                recipe = in_words(RECIPES[network], options.epochs_at_most)
                if (network, recipe, seed) not in known:
                    yield train(network, recipe, seed, data, options.epochs_at_most)


def keep(run: Run, file: Path) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(run)) + "\n")


def table(runs: Sequence[Run], options: argparse.Namespace) -> str:
    from published_training import RECIPES

    rows = []
    for network, recipe in RECIPES.items():
        words = in_words(recipe, options.epochs_at_most)
        same = [run for run in runs if (run.network, run.recipe) == (network, words)]
        if same:
            cut = words != in_words(recipe, None)
            rows.append(row(network, recipe, same, cut))
    return "\n".join(["| " + " | ".join(TITLES) + " |", "|" + " --- |" * len(TITLES), *rows])


def main() -> None:
    from published_training import RECIPES

    parser = results.parser(__doc__)
    parser.add_argument(
        "--networks", nargs="+", choices=RECIPES, default=list(RECIPES), metavar="NAME"
    )
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--epochs-at-most",
        type=int,
        default=None,
        metavar="N",
        help="for quick trials; they get a section of their own",
    )
    parser.add_argument("--again", action="store_true", help="forget the runs of before")
    options = parser.parse_args()
    if options.again and not options.print_only:
        KEPT.unlink(missing_ok=True)
    runs = [] if options.again else finished(KEPT)
    section = "The networks of the literature"
    if options.epochs_at_most is not None:
        section += f" (--epochs-at-most {options.epochs_at_most})"
    try:
        for run in all_runs(options, runs):
            runs.append(run)
            if not options.print_only:
                keep(run, KEPT)
            print(
                f"{run.network}, seed {run.seed}: {run.accuracy:.2%}", file=sys.stderr, flush=True
            )
    except KeyboardInterrupt:
        print("Interrupted: the table holds what is finished.", file=sys.stderr)
    body = (
        "Trained on all 60,000 digits but for what a recipe holds out to stop by; scored once, on "
        "the test set, after the last epoch. Mean ± standard deviation over seeds, in percent; "
        "precision, recall and F1 are means over the ten digits."
    )
    if not runs:
        raise SystemExit("Nothing is finished, so there is nothing to tell.")
    results.record(section, f"{body}\n\n{table(runs, options)}", options)


if __name__ == "__main__":
    main()
