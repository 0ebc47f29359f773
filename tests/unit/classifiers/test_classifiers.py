"""What is true of all classifiers, and of k-NN and the CNN alone."""

from pathlib import Path

import numpy as np
import pytest
from calls import run_code
from mnist_support import rows
from sklearn.neighbors import KNeighborsClassifier

from classroom.catalogue import NETWORK
from classroom.classifiers.base import Classifier
from classroom.classifiers.cnn import Cnn
from classroom.classifiers.knn import Knn
from classroom.classifiers.registry import CLASSIFIERS, new_classifier
from classroom.classifiers.svm import Svm
from classroom.datasets.mnist_files import Mnist
from classroom.discovery import subclasses
from classroom.errors import Cancelled, ClassroomError
from classroom.networks.registry import NETWORKS

NAMES = [name for name in CLASSIFIERS if name == NETWORK or CLASSIFIERS[name] is not Cnn]
# Of the small MNIST's test digits; a classifier that is not named here has to reach the default.
AT_LEAST = {"cnn": 0.93, "svm": 0.93, "knn": 0.90, "svm_features": 0.96, "knn_features": 0.94}
DEFAULT_AT_LEAST = 0.8


@pytest.fixture(scope="module")
def fitted(small_mnist: Mnist) -> dict[str, Classifier]:
    """The network, and all the baselines, fitted on the small MNIST."""
    images, labels = small_mnist.train_images, small_mnist.train_labels
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cnn, "EPOCHS_AT_MOST", 6)
        return {name: new_classifier(name).fit(images, labels) for name in NAMES}


def accuracy(classifier: Classifier, mnist: Mnist) -> float:
    answers = classifier.predict_proba(mnist.test_images)
    return float(np.mean(answers.argmax(axis=1) == mnist.test_labels))


# --- what holds for all of them -------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_it_learns_digits(fitted: dict[str, Classifier], small_mnist: Mnist, name: str) -> None:
    assert accuracy(fitted[name], small_mnist) >= AT_LEAST.get(name, DEFAULT_AT_LEAST)


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_with_probabilities(
    fitted: dict[str, Classifier], small_mnist: Mnist, name: str
) -> None:
    answers = fitted[name].predict_proba(small_mnist.test_images)
    assert answers.shape == (500, 10)
    assert answers.dtype == np.float32
    assert answers.min() >= 0
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    one = fitted[name].predict_proba(small_mnist.test_images[:1])
    np.testing.assert_allclose(one[0], answers[0], atol=1e-4)
    assert fitted[name].predict_proba(small_mnist.test_images[:0]).shape == (0, 10)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_about_as_sure_as_it_is_right(
    fitted: dict[str, Classifier], small_mnist: Mnist, name: str
) -> None:
    answers = fitted[name].predict_proba(small_mnist.test_images)
    assert answers.max(axis=1).mean() == pytest.approx(
        accuracy(fitted[name], small_mnist), abs=0.12
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_saved_answers_the_same(
    fitted: dict[str, Classifier], small_mnist: Mnist, name: str, tmp_path: Path
) -> None:
    file = tmp_path / f"model{CLASSIFIERS[name].suffix}"
    fitted[name].save(file)
    loaded = CLASSIFIERS[name].load(file)
    np.testing.assert_allclose(
        loaded.predict_proba(small_mnist.test_images[:100]),
        fitted[name].predict_proba(small_mnist.test_images[:100]),
        atol=1e-5,
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"something else" * 50])
def test_a_damaged_file_is_named(name: str, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / f"model{CLASSIFIERS[name].suffix}"
    file.write_bytes(content)
    with pytest.raises(ClassroomError, match=r"model\."):
        CLASSIFIERS[name].load(file)


@pytest.mark.parametrize("kind", [Svm, Knn])
def test_the_file_of_another_classifier_is_refused(
    fitted: dict[str, Classifier], kind: type[Classifier], tmp_path: Path
) -> None:
    other = "knn" if kind is Svm else "svm"
    fitted[other].save(tmp_path / "other.npz")
    with pytest.raises(ClassroomError, match=r"other\.npz"):
        kind.load(tmp_path / "other.npz")


@pytest.mark.parametrize("name", NAMES)
def test_a_digit_that_it_never_saw_is_never_its_answer(name: str, small_mnist: Mnist) -> None:
    some = np.isin(small_mnist.train_labels, [0, 3, 7])
    images, labels = small_mnist.train_images[some][:90], small_mnist.train_labels[some][:90]
    classifier = CLASSIFIERS[name]().fit(images, labels)
    answers = classifier.predict_proba(small_mnist.test_images)
    assert answers.shape == (500, 10)
    assert set(answers.argmax(axis=1)) <= {0, 3, 7}
    known = np.isin(small_mnist.test_labels, [0, 3, 7])
    assert np.mean(answers.argmax(axis=1)[known] == small_mnist.test_labels[known]) > 0.9
    if name != "cnn":
        assert (answers[:, [1, 2, 4, 5, 6, 8, 9]] == 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_learn_from(name: str) -> None:
    nothing = np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8)
    with pytest.raises(ClassroomError, match="nothing to learn from"):
        CLASSIFIERS[name]().fit(*nothing)


@pytest.mark.parametrize("name", ["cnn", "svm"])
def test_it_can_be_cancelled(name: str, small_mnist: Mnist) -> None:
    images, labels = small_mnist.train_images[:500], small_mnist.train_labels[:500]
    with pytest.raises(Cancelled):
        CLASSIFIERS[name]().fit(images, labels, cancelled=lambda: True)


def test_every_classifier_is_found_by_its_name() -> None:
    assert {kind.name for kind in subclasses("classroom.classifiers", Classifier)} == set(NAMES)
    assert {name: CLASSIFIERS[name].name for name in NAMES} == {name: name for name in NAMES}
    assert {"cnn", "svm", "knn", "svm_features", "knn_features"} <= set(NAMES)


@pytest.mark.parametrize("name", [name for name in CLASSIFIERS if name not in NAMES])
def test_every_network_of_the_literature_is_a_classifier(name: str) -> None:
    classifier = new_classifier(name)
    assert isinstance(classifier, Cnn)
    assert classifier.network == name
    assert name in NETWORKS


def test_gradients_are_worth_as_much_as_the_classifier(
    fitted: dict[str, Classifier], small_mnist: Mnist
) -> None:
    for name in ("svm", "knn"):
        seen = accuracy(fitted[f"{name}_features"], small_mnist)
        assert seen > accuracy(fitted[name], small_mnist) + 0.01


# --- which libraries they load ------------------------------------------------------------
def test_to_import_them_loads_no_library() -> None:
    heavy = "{'keras', 'tensorflow', 'sklearn', 'sklearnex', 'scipy', 'cv2', 'tkinter'}"
    script = f"import sys, classroom.classifiers.registry; print({heavy} & set(sys.modules))"
    assert run_code(script).stdout.strip() == "set()"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cnn"])
def test_what_is_stored_answers_without_any_library(
    fitted: dict[str, Classifier], tmp_path: Path, name: str
) -> None:
    file = tmp_path / "stored.npz"
    fitted[name].save(file)
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from classroom.classifiers.registry import CLASSIFIERS\n"
        f"stored = CLASSIFIERS[{name!r}].load(Path({str(file)!r}))\n"
        "print(stored.predict_proba(np.zeros((1, 28, 28), np.uint8)).shape)\n"
        "print({'keras', 'sklearn', 'sklearnex', 'scipy'} & set(sys.modules))\n"
    )
    assert run_code(script).stdout.split("\n")[:2] == ["(1, 10)", "set()"]


# --- k-NN ---------------------------------------------------------------------------------
def test_the_neighbours_vote_as_scikit_learn_counts(
    fitted: dict[str, Classifier], small_mnist: Mnist
) -> None:
    theirs = KNeighborsClassifier(4, weights="distance", algorithm="brute")
    theirs.fit(rows(small_mnist.train_images), small_mnist.train_labels)
    np.testing.assert_allclose(
        fitted["knn"].predict_proba(small_mnist.test_images),
        theirs.predict_proba(rows(small_mnist.test_images)),
        atol=1e-3,
    )


def test_a_digit_that_it_has_seen_is_recognised_for_certain(
    fitted: dict[str, Classifier], small_mnist: Mnist
) -> None:
    answers = fitted["knn"].predict_proba(small_mnist.train_images[:50])
    np.testing.assert_allclose(answers[range(50), small_mnist.train_labels[:50]], 1, atol=5e-3)


def test_fewer_digits_than_neighbours(small_mnist: Mnist) -> None:
    knn = Knn().fit(small_mnist.train_images[:2], small_mnist.train_labels[:2])
    assert knn.predict_proba(small_mnist.test_images[:3]).shape == (3, 10)


# --- CNN ---------------------------------------------------------------------------------
def test_the_cnn_tells_of_its_epochs(small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cnn, "EPOCHS_AT_MOST", 2)
    epochs, progress = [], []
    Cnn(network="cnn_dropout").fit(
        small_mnist.train_images[:300],
        small_mnist.train_labels[:300],
        on_epoch=epochs.append,
        on_progress=progress.append,
    )
    assert [(epoch.number, epoch.of) for epoch in epochs] == [(1, 2), (2, 2)]
    assert progress[-1] == 1.0
