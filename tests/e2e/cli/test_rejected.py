"""A training that makes the CNN worse: it is said with its figures, and nothing of it counts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import base

from classroom import logs, paths
from classroom.cli import main
from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import versions
from classroom.engine.versions import Rejected, Version
from classroom.evaluation.results import Score
from classroom.networks import fine_tuning
from classroom.starts import Start


def test_a_card_keeps_why_the_cnn_is_the_one_that_ships(home: Path) -> None:
    card = Version(1, practice=3, rejected=Rejected(Score(90, 100), Score(80, 100)))
    with versions.new_folder(base(home), 1) as (folder, _number):
        versions.write_metadata(folder, card)
    assert versions.listing(base(home))[1] == card


def test_a_rejected_training_is_told_with_the_figures_that_decided(
    home: Path,
    small_mnist: Mnist,
    checksums: Checksums,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = replace(fine_tuning.RECIPES[Start.BASE], epochs=8, rehearsal_digits=300)
    monkeypatch.setitem(fine_tuning.RECIPES, Start.BASE, recipe)
    with Dataset(paths.store_url(home)) as store:
        # Each digit comes with several labels: there is nothing to learn, but much to forget.
        store.keep_many(
            Sample(image, (int(label) + shift) % 10, f"writer {shift}", "import", part="practice")
            for shift in range(10)
            for image, label in zip(
                small_mnist.train_images[:80], small_mnist.train_labels[:80], strict=True
            )
        )
    status = main.main(["--home", str(home), "retrain", "--json"], checksums=checksums)
    logs.configure(home / "elsewhere")
    printed = capsys.readouterr()
    assert status == 0, printed.err
    answer = json.loads(printed.out)
    shipped, taught = answer["rejected"]["shipped"], answer["rejected"]["taught"]
    assert shipped["total"] == taught["total"] == 800 + 500
    assert taught["correct"] < shipped["correct"]
    assert (
        f"it got {taught['correct']:,} right, and {shipped['correct']:,} before" in answer["note"]
    )
    # What is compared is the same CNN.
    assert answer["before"] == answer["after"]
    [rejected] = [one.rejected for one in versions.listing(base(home)) if one.number]
    assert rejected == Rejected(Score(**shipped), Score(**taught))
