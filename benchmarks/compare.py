"""How long `main.py compare` takes with all of MNIST, and how well the three do."""

import json
import subprocess
import time

import results

TITLES = {"cnn": ("CNN", 0.99), "svm": ("SVM", 0.984), "knn": ("k-NN", 0.97)}


def main() -> None:
    parser = results.parser(__doc__, runs=1)
    parser.add_argument(
        "--mnist", type=int, default=60_000, metavar="N", help="default: %(default)s"
    )
    options = parser.parse_args()
    seconds, answers = [], []
    with results.fresh_home(options) as home:
        for seed in range(options.runs):
            command = results.main_command(home, "compare", "--mnist", options.mnist, "--json")
            began = time.monotonic()
            done = subprocess.run(
                [*command, "--seed", str(seed)], check=True, stdout=subprocess.PIPE, text=True
            )
            seconds.append(time.monotonic() - began)
            answers.append(json.loads(done.stdout))
    figures = [results.Figure("the whole command", seconds, "{:.1f} s", 90)]
    for name, (title, goal) in TITLES.items():
        rows = [row for one in answers for row in one["results"] if row["classifier"] == name]
        accuracies = [row["mnist_test"]["accuracy"] for row in rows]
        figures += [
            results.Figure(
                f"{title} on the MNIST test set", accuracies, "{:.2%}", at_least=goal, judged="min"
            ),
            results.Figure(f"{title}, to fit", [row["fit_seconds"] for row in rows], "{:.1f} s"),
            results.Figure(
                f"{title}, to predict the test set",
                [row["predict_seconds"] for row in rows],
                "{:.1f} s",
            ),
        ]
    results.record(f"Compare with {options.mnist:,}", results.table(figures), options)


if __name__ == "__main__":
    main()
