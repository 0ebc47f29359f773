from pathlib import Path

import numpy as np
import pytest

from classroom.classifiers.registry import new_classifier
from classroom.datasets.mnist_files import Mnist
from classroom.engine.trained_classifiers import TrainedClassifiers
from classroom.errors import Cancelled, ClassroomError


def put(trained: TrainedClassifiers, mnist: Mnist, digits: list[int]) -> None:
    some = np.isin(mnist.train_labels, digits)
    fitted = new_classifier("knn_features").fit(
        mnist.train_images[some][:50], mnist.train_labels[some][:50]
    )
    with trained.place("knn_features") as file:
        fitted.save(file)


def write_half(trained: TrainedClassifiers) -> None:
    with trained.place("knn_features") as file:
        file.write_bytes(b"half of it")
        raise Cancelled


def test_what_was_placed_answers_until_it_is_replaced(tmp_path: Path, small_mnist: Mnist) -> None:
    trained = TrainedClassifiers(tmp_path)
    put(trained, small_mnist, [1, 2])
    first = trained.load("knn_features")
    assert trained.load("knn_features") is first
    test = small_mnist.test_images
    assert TrainedClassifiers(tmp_path).load("knn_features").predict_proba(test)[:, 3:].max() == 0
    put(trained, small_mnist, [7, 8])
    assert trained.load("knn_features").predict_proba(test)[:, :7].max() == 0


def test_what_failed_on_the_way_replaces_nothing(tmp_path: Path, small_mnist: Mnist) -> None:
    trained = TrainedClassifiers(tmp_path)
    put(trained, small_mnist, [1, 2])
    before = trained.load("knn_features")
    with pytest.raises(Cancelled):
        write_half(trained)
    assert trained.load("knn_features") is before
    assert [path.name for path in trained.folder.iterdir()] == ["knn_features.npz"]


def test_what_is_not_there_or_damaged_is_named(tmp_path: Path) -> None:
    trained = TrainedClassifiers(tmp_path)
    with pytest.raises(ClassroomError, match="LeNet-5 has not been trained yet"):
        trained.load("lenet5")
    with trained.place("svm_features") as file:
        file.write_bytes(b"rubbish")
    with pytest.raises(ClassroomError, match=r"svm_features\.npz"):
        trained.load("svm_features")


def test_a_disk_that_takes_nothing_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder belongs")
    trained = TrainedClassifiers(tmp_path)
    with pytest.raises(ClassroomError, match="could not be written"), trained.place("lenet5"):
        raise AssertionError("there is nowhere to write to")
