import json
import shutil
from pathlib import Path

import derive_networks
import numpy as np
import pytest
from places import ROOT

from classroom import paths
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.errors import ClassroomError
from classroom.networks.derived import derived
from classroom.networks.keras_models import compiled, load_network
from classroom.starts import Start


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped networks, which may be changed."""
    folder = tmp_path / "program" / "models"
    folder.mkdir(parents=True)
    for start in Start:
        shutil.copy(start.file, folder)
        shutil.copy(start.file.with_suffix(".json"), folder)
    monkeypatch.setattr(paths, "CHECKOUT", folder.parent)
    assert {start.file.parent for start in Start} == {folder}
    return folder


@pytest.mark.parametrize("start", Start)
def test_what_is_derived_belongs_to_the_network(start: Start) -> None:
    # Where this fails, `make networks` brings it up to date.
    score = derived(start).mnist_test
    assert score.total == 10_000
    assert 0.98 < score.accuracy < 1


def test_another_network_is_noticed(models: Path) -> None:
    shutil.copy(models / "base.keras", models / "mnist_only.keras")
    assert derived(Start.BASE)
    with pytest.raises(ClassroomError, match=r"mnist_only\.json belongs to .*make networks"):
        derived(Start.MNIST_ONLY)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"sha256": 3}', '{"sha256": "", "mni'])
def test_a_file_that_cannot_be_read_is_named(models: Path, content: str | None) -> None:
    file = models / "base.json"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(ClassroomError, match=r"base\.json cannot be read .*make networks"):
        derived(Start.BASE)


def test_one_command_derives_all_anew(
    models: Path, home: Path, small_mnist: Mnist, checksums: Checksums
) -> None:
    shutil.copy(models / "base.keras", models / "mnist_only.keras")
    (models / "base.json").unlink()
    derive_networks.derive_all(home, checksums)
    answers = compiled(load_network(ROOT / "models" / "base.keras"))(small_mnist.test_images)
    right = int(np.sum(answers.argmax(axis=1) == small_mnist.test_labels))
    for start in Start:
        assert derived(start).mnist_test.correct == right
        assert derived(start).mnist_test.total == len(small_mnist.test_labels)
    same = [json.loads((models / f"{start.value}.json").read_text()) for start in Start]
    assert same[0] == same[1]
