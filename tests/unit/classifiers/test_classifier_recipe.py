"""CONTRIBUTING's recipe for a classifier, followed to the letter."""

import json
from pathlib import Path

from recipe_support import follow, run_on_small_mnist


def test_the_recipe_for_a_classifier(tmp_path: Path) -> None:
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    written = follow("Add a classifier", checkout)
    assert len(written) == 2
    compare = ("compare", "--mnist", "1000", "--classifiers", "logistic,knn", "--json")
    done = run_on_small_mnist(checkout, home, *compare)
    assert done.returncode == 0, done.stderr
    rows = {row["classifier"]: row for row in json.loads(done.stdout)["results"]}
    assert rows["logistic"]["mnist_test"]["accuracy"] > 0.8
    assert rows["knn"]["mnist_test"]["accuracy"] > 0.8
