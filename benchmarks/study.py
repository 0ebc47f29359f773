"""Whether a study that is killed at a random moment ends with the same numbers, nothing twice.

After the kill two programs go on with it at the same time.
"""

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


def whole(home: Path, options: argparse.Namespace, programs: int = 1) -> list[dict[str, Any]]:
    """Run a study to its end, in so many programs at once; return what each of them says."""
    asked = command(home, options)
    running = [
        subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) for _program in range(programs)
    ]
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("a study failed")
    return [json.loads(text) for text in said]


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
    parser = results.parser(__doc__, runs=3)
    parser.add_argument("--sizes", default=SIZES, metavar="N,N,...", help="default: %(default)s")
    parser.add_argument("--own", type=int, default=12, metavar="N", help="own practice digits")
    options = parser.parse_args()
    same, twice, found = [], [], []
    with results.fresh_home(options) as home:
        results.keep_own(home, options.own)
        unbroken = cells(whole(home, options)[0])
        for _run in range(options.runs):
            shutil.rmtree(home / "data" / "studies")
            there = killed(home, options, random.randrange(1, CELLS))
            before = kept(home)
            answers = whole(home, options, programs=2)
            after = kept(home)
            computed_again = sum(after[name] != written for name, written in before.items())
            same += [
                sum(cells(answer)[cell] == one for cell, one in unbroken.items())
                for answer in answers
            ]
            computed = sum(answer["computed"] for answer in answers)
            twice.append(computed_again + computed - (len(unbroken) - there))
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
