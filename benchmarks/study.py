"""Whether a study that is killed at a random moment ends with the same numbers, nothing twice."""

import argparse
import json
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import results

SIZES = "50,100,200,400,800"
SEEDS = "0,1,2"
CLASSIFIERS = "cnn,svm,knn"
CELLS = 5 * 3 * 3
# What is measured with a clock is never twice the same.
TIMED = ("fit_seconds", "predict_seconds", "found")

Cells = dict[tuple[Any, ...], dict[str, Any]]


def command(home: Path, options: argparse.Namespace) -> list[str]:
    asked = ["--sizes", options.sizes, "--seeds", SEEDS, "--classifiers", CLASSIFIERS, "--json"]
    return results.main_command(home, "study", *asked)


def kept(home: Path) -> dict[str, int]:
    """Return the cells that are on the disk, and when each was written, in nanoseconds."""
    files = (home / "data" / "studies").glob("*/*.json")
    return {file.name: file.stat().st_mtime_ns for file in files}


def whole(home: Path, options: argparse.Namespace) -> dict[str, Any]:
    done = subprocess.run(command(home, options), check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def cells(answer: dict[str, Any]) -> Cells:
    """Return what each cell found, without what depends on the clock."""
    return {
        tuple(cell[name] for name in ("classifier", "mnist", "own", "seed")): {
            name: value for name, value in cell.items() if name not in TIMED
        }
        for cell in answer["cells"]
    }


def killed(home: Path, options: argparse.Namespace, at: int) -> int:
    """Start a study, kill it in the middle of cell `at`; return how many cells were kept."""
    with subprocess.Popen(command(home, options), stdout=subprocess.DEVNULL) as process:
        while len(kept(home)) < at and process.poll() is None:
            time.sleep(0.05)
        time.sleep(random.random())
        process.kill()
    before = kept(home)
    # Its children end with it: nothing is written any more.
    time.sleep(3)
    assert kept(home) == before, "a child outlived the study"
    return len(before)


def main() -> None:
    parser = results.parser(__doc__, runs=1)
    parser.add_argument("--sizes", default=SIZES, metavar="N,N,...", help="default: %(default)s")
    parser.add_argument("--own", type=int, default=12, metavar="N", help="own practice digits")
    options = parser.parse_args()
    same, twice, found = [], [], []
    with results.fresh_home(options) as home:
        results.keep_own(home, options.own)
        unbroken = cells(whole(home, options))
        for _run in range(options.runs):
            shutil.rmtree(home / "data" / "studies")
            there = killed(home, options, random.randrange(1, CELLS))
            before = kept(home)
            answer = whole(home, options)
            after = kept(home)
            computed_again = sum(after[name] != written for name, written in before.items())
            same.append(sum(cells(answer)[cell] == one for cell, one in unbroken.items()))
            twice.append(computed_again + abs(answer["found"] - there))
            found.append(there)
    figures = [
        results.Figure("cells of the study", [len(unbroken)], "{:.0f}", at_least=CELLS),
        results.Figure("cells kept when it was killed", found, "{:.0f}"),
        results.Figure("cells with the same numbers", same, "{:.0f}", at_least=CELLS, judged="min"),
        results.Figure("cells computed twice", twice, "{:.0f}", at_most=0, judged="max"),
    ]
    results.record("A study that is killed", results.table(figures), options)


if __name__ == "__main__":
    main()
