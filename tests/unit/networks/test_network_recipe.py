"""CONTRIBUTING's recipe for a network, followed to the letter."""

import json
from pathlib import Path

import pytest
from recipe_support import follow, run_on_small_mnist


@pytest.mark.long
def test_the_recipe_for_a_network(tmp_path: Path) -> None:
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    written = follow("Add a network", checkout)
    assert len(written) == 2
    trained = tmp_path / "perceptron.keras"
    train = ("train", "--network", "perceptron", "--epochs", "1", "--out", str(trained), "--json")
    done = run_on_small_mnist(checkout, home, *train)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["network"] == "perceptron"
    assert answer["parameters"] == 785 * 300 + 301 * 10
    assert answer["test_accuracy"] > 0.3
    assert trained.is_file()
