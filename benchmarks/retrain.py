"""How long a retraining with 30 own samples takes: teaching the CNN, and all of it.

Each run is `main.py retrain` in a fresh process. SVM and k-NN of the shipped
version are fitted before, as they are in the window. The own samples are those of
the lesson, or the first of a strokes file.
"""

import json
import subprocess
import time
from pathlib import Path

import results

OWN_SAMPLES = 30


def one_retraining(home: Path, seed: int) -> dict[str, float]:
    """Return the seconds of the CNN's part, of the job, and of the process."""
    from classroom.i18n import _

    began = time.monotonic()
    steps: list[tuple[str, float]] = []
    command = results.main_command(home, "retrain", "--seed", seed, "--json")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        # Each step of the job is a line, [2/5] and what it does.
        steps = [(line, time.monotonic()) for line in process.stderr if line.startswith("[")]
        answer = json.load(process.stdout)
    if process.returncode:
        raise SystemExit(f"retrain failed: {steps}")
    teaching = next(
        at for at, one in enumerate(steps) if _("Teaching the CNN your digits") in one[0]
    )
    return {
        "cnn": steps[teaching + 1][1] - steps[teaching][1],
        "job": answer["seconds"],
        "process": time.monotonic() - began,
    }


def main() -> None:
    parser = results.parser(__doc__, runs=5)
    parser.add_argument("strokes", nargs="?", type=Path, default=results.LESSON)
    options = parser.parse_args()
    with results.fresh_home(options) as home:
        results.keep_own(home, OWN_SAMPLES, options.strokes)
        first = results.main_command(home, "predict", results.LESSON, "--classifier", "svm")
        subprocess.run(first, check=True, capture_output=True)
        runs = [one_retraining(home, seed) for seed in range(options.runs)]
    figures = [
        results.Figure("teaching the CNN", [run["cnn"] for run in runs], "{:.1f} s", 8),
        results.Figure("the job: all three", [run["job"] for run in runs], "{:.1f} s"),
        results.Figure("the command", [run["process"] for run in runs], "{:.1f} s"),
    ]
    note = f"{OWN_SAMPLES} own samples for practice. Teaching includes loading and saving."
    results.record("Retrain", f"{results.table(figures)}\n\n{note}", options)


if __name__ == "__main__":
    main()
