from pathlib import Path

import numpy as np
import pytest

from classroom.classifiers.registry import new_classifier
from classroom.datasets.mnist_files import Mnist
from classroom.engine.trained_classifiers import Shelf
from classroom.errors import Cancelled, ClassroomError


def put(shelf: Shelf, mnist: Mnist, digits: list[int]) -> None:
    some = np.isin(mnist.train_labels, digits)
    trained = new_classifier("knn_features").fit(
        mnist.train_images[some][:50], mnist.train_labels[some][:50]
    )
    with shelf.place("knn_features") as file:
        trained.save(file)


def write_half(shelf: Shelf) -> None:
    with shelf.place("knn_features") as file:
        file.write_bytes(b"half of it")
        raise Cancelled


def test_what_was_placed_answers_until_it_is_replaced(tmp_path: Path, small_mnist: Mnist) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, small_mnist, [1, 2])
    first = shelf.load("knn_features")
    assert shelf.load("knn_features") is first
    test = small_mnist.test_images
    assert Shelf(tmp_path).load("knn_features").predict_proba(test)[:, 3:].max() == 0
    put(shelf, small_mnist, [7, 8])
    assert shelf.load("knn_features").predict_proba(test)[:, :7].max() == 0


def test_what_failed_on_the_way_replaces_nothing(tmp_path: Path, small_mnist: Mnist) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, small_mnist, [1, 2])
    before = shelf.load("knn_features")
    with pytest.raises(Cancelled):
        write_half(shelf)
    assert shelf.load("knn_features") is before
    assert [path.name for path in shelf.folder.iterdir()] == ["knn_features.npz"]


def test_what_is_not_there_or_damaged_is_named(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with pytest.raises(ClassroomError, match="LeNet-5 has not been trained yet"):
        shelf.load("lenet5")
    with shelf.place("svm_features") as file:
        file.write_bytes(b"rubbish")
    with pytest.raises(ClassroomError, match=r"svm_features\.npz"):
        shelf.load("svm_features")


def test_a_disk_that_takes_nothing_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder belongs")
    shelf = Shelf(tmp_path)
    with pytest.raises(ClassroomError, match="could not be written"), shelf.place("lenet5"):
        raise AssertionError("there is nowhere to write to")
