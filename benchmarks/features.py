"""What gradients are worth: SVM and k-NN on pixels and on histograms of gradients.

First the parameters, by a threefold cross-validation on a part of the training digits.
Then the classifiers as they are in the program, on all training digits and the test set,
by which nothing was chosen.
"""

import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import results

FOLDS = 3
GOALS = {"svm": 0.984, "svm_features": 0.99, "knn": 0.97, "knn_features": 0.985}
C = (2.0, 5.0, 10.0)
GAMMAS = {"pixels": (0.01, 0.02, 0.025, 0.03, 0.04), "gradients": (0.05, 0.1, 0.15, 0.3)}
NEIGHBOURS = (1, 2, 3, 4, 5, 6, 8)


def estimators(features: str) -> Iterator[tuple[str, str, Any]]:
    """Give what is to be tried: the classifier, its parameters in words, and itself."""
    # The plain ones: the faster library's answers differ from call to call.
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    for cost, gamma in product(C, GAMMAS[features]):
        yield "SVM", f"C={cost:g}, gamma={gamma:g}", SVC(C=cost, gamma=gamma)
    for k in NEIGHBOURS:
        yield "k-NN", f"k={k}", KNeighborsClassifier(k, weights="distance", algorithm="brute")


def cross_validate(images: np.ndarray, labels: np.ndarray) -> list[str]:
    """Return a row for each set of parameters, the best of a classifier in bold."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    from classroom.classifiers.base import scaled
    from classroom.classifiers.hog import gradients

    ways: dict[str, Callable[..., np.ndarray]] = {"pixels": scaled, "gradients": gradients}
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    rows = []
    for name, features in ways.items():
        seen = features(images)
        found: dict[str, list[tuple[float, str]]] = {}
        for classifier, parameters, estimator in estimators(name):
            share = float(np.mean(cross_val_score(estimator, seen, labels, cv=folds)))
            found.setdefault(classifier, []).append((share, parameters))
            print(f"{classifier} on {name}, {parameters}: {share:.2%}", flush=True)
        for classifier, scores in found.items():
            best = max(scores)
            cells = [f"**{p} {s:.2%}**" if (s, p) == best else f"{p} {s:.2%}" for s, p in scores]
            rows.append(f"| {classifier} on {name} | {'; '.join(cells)} |")
    return rows


def test(data: "Mnist") -> list["results.Figure"]:  # noqa: F821
    """Fit the program's own classifiers on all training digits; ask them about the test set."""
    from classroom.classifiers.registry import new_classifier

    figures = []
    for name, goal in GOALS.items():
        classifier = new_classifier(name)
        began = time.perf_counter()
        classifier.fit(data.train_images, data.train_labels)
        fitted = time.perf_counter()
        answers = classifier.predict_proba(data.test_images).argmax(axis=1)
        asked = time.perf_counter()
        share = float(np.mean(answers == data.test_labels))
        figures.append(results.Figure(f"{name}, test set", [share], "{:.2%}", at_least=goal))
        figures.append(results.Figure(f"{name}, to fit", [fitted - began], "{:.1f} s"))
        figures.append(results.Figure(f"{name}, to predict", [asked - fitted], "{:.1f} s"))
    return figures


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("--digits", type=int, default=12_000, help="for the cross-validation")
    parser.add_argument("--only-test", action="store_true", help="without the cross-validation")
    options = parser.parse_args()
    from classroom.datasets import mnist

    with results.fresh_home(options) as home:
        data = mnist.load(home)
    assert data is not None
    results.record("Pixels and gradients", results.table(test(data)), options)
    if not options.only_test:
        chosen = np.random.default_rng(0).permutation(len(data.train_labels))[: options.digits]
        rows = cross_validate(data.train_images[chosen], data.train_labels[chosen])
        head = f"| {FOLDS} folds of {options.digits:,} training digits | accuracy |\n| --- | --- |"
        results.record("Pixels and gradients, cross-validated", "\n".join([head, *rows]), options)


if __name__ == "__main__":
    main()
