"""The SVM against scikit-learn's, from whichever library it is fitted."""

import sys
import warnings

import numpy as np
import pytest
from mnist_support import rows
from scipy.special import softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.svm import SVC

from classroom.classifiers.svm import Svm, best_temperature, calibration_part, fastest_svc
from classroom.classifiers.svm_inference import PairwiseSvm
from classroom.datasets.mnist_files import Mnist
from classroom.errors import ClassroomError


@pytest.fixture(params=["as installed", "without Intel's"])
def either_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once with what is installed, once where sklearnex cannot be imported."""
    if request.param == "without Intel's":
        for name in [name for name in sys.modules if name.split(".")[0] == "sklearnex"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "sklearnex", None)


@pytest.mark.parametrize("digits", [range(10), [2, 3, 5], [4, 9]])
def test_the_svm_says_what_scikit_learn_says(
    small_mnist: Mnist, either_library: None, digits: list[int]
) -> None:
    some = np.isin(small_mnist.train_labels, digits)
    images, labels = small_mnist.train_images[some], small_mnist.train_labels[some]
    test = small_mnist.test_images
    ours = Svm().fit(images, labels).machine_
    assert ours is not None

    classes, encoded = np.unique(labels, return_inverse=True)
    theirs = SVC(C=5, gamma=0.02, decision_function_shape="ovo").fit(rows(images), encoded)
    margins = theirs.decision_function(rows(test)).reshape(len(test), -1)
    # Two libraries, each exact to a thousandth, may cast a pair's vote on the border otherwise.
    border = 0.0 if fastest_svc() is SVC else 1e-3
    clear = np.abs(margins).min(axis=1) > border
    assert clear.mean() > 0.95
    theirs.decision_function_shape = "ovr"
    decisions = theirs.decision_function(rows(test))
    if len(classes) == 2:
        decisions = np.stack([-decisions, decisions], axis=1)
    np.testing.assert_allclose(ours.decision_function(test)[clear], decisions[clear], atol=2e-3)
    answers = ours.predict_proba(test)
    expected = softmax(decisions / ours.temperature, axis=1)
    np.testing.assert_allclose(answers[clear][:, classes], expected[clear], atol=2e-3)
    np.testing.assert_array_equal(answers.argmax(axis=1), classes[decisions.argmax(axis=1)])


@pytest.mark.parametrize("digits", [range(10), [2, 3, 5], [4, 9]])
def test_the_svm_is_as_sure_as_scikit_learn_finds_right(
    small_mnist: Mnist,
    either_library: None,
    digits: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Svm, "CALIBRATION_AT_LEAST", 20)
    some = np.isin(small_mnist.train_labels, digits)
    images, labels = small_mnist.train_images[some], small_mnist.train_labels[some]
    held_out = calibration_part(labels, 1)
    classes, encoded = np.unique(labels, return_inverse=True)
    theirs = SVC(C=5, gamma=0.02).fit(rows(images[~held_out]), encoded[~held_out])
    calibrated = CalibratedClassifierCV(FrozenEstimator(theirs), method="temperature")
    calibrated.fit(rows(images[held_out]), encoded[held_out])
    (fitted,) = calibrated.calibrated_classifiers_
    best = 1 / fitted.calibrators[0].beta_

    # of the same machine it is the same temperature
    same = PairwiseSvm.from_fitted(theirs, images[~held_out], classes, 0.02)
    decisions = same.decision_function(images[held_out])
    np.testing.assert_allclose(best_temperature(decisions, encoded[held_out]), best, rtol=2e-3)
    # of one that is fitted on support vectors alone nearly so, even where these are few
    ours = Svm().fit(images, labels, seed=1).machine_
    assert ours is not None
    np.testing.assert_allclose(ours.temperature, best, rtol=0.05)


def test_the_svm_says_exactly_what_scikit_learn_says(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    # with the same fitted machine there is nothing left but rounding
    images, labels = small_mnist.train_images[:600], small_mnist.train_labels[:600]
    theirs = SVC(C=5, gamma=0.02, break_ties=True).fit(rows(images), labels)
    ours = PairwiseSvm.from_fitted(theirs, images, np.arange(10, dtype=np.uint8), 0.02)
    test = small_mnist.test_images
    np.testing.assert_allclose(
        ours.decision_function(test), theirs.decision_function(rows(test)), atol=2e-5
    )
    np.testing.assert_array_equal(
        ours.predict_proba(test).argmax(axis=1), theirs.predict(rows(test))
    )


def test_no_sample_is_lost_to_the_calibration(small_mnist: Mnist) -> None:
    images, labels = small_mnist.train_images[:1200], small_mnist.train_labels[:1200]
    svm = Svm().fit(images, labels, seed=0)
    assert svm.machine_ is not None
    assert svm.machine_.temperature != 1.0
    on_all = SVC(C=5, gamma=0.02).fit(rows(images), labels)
    assert len(svm.machine_.support_vectors) == len(on_all.support_vectors_)


def test_the_faster_library_fits_and_never_answers(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    # on a busy machine its answers differ from call to call, and are NaN at times
    faster = pytest.importorskip("sklearnex.svm").SVC
    for name in ("decision_function", "predict", "predict_proba"):
        monkeypatch.setattr(faster, name, None)
    svm = Svm().fit(small_mnist.train_images[:1200], small_mnist.train_labels[:1200])
    assert svm.machine_ is not None
    assert svm.machine_.temperature != 1.0


def test_a_digit_with_one_support_vector_may_lose_it_to_the_calibration(
    small_mnist: Mnist, either_library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Svm, "CALIBRATION_AT_LEAST", 20)
    labels = small_mnist.train_labels[:300].copy()
    images = small_mnist.train_images[:300].copy()
    images[labels == 7] = images[labels == 7][0]
    for seed in range(30):
        machine = Svm().fit(images, labels, seed=seed).machine_
        assert machine is not None
        assert machine.temperature != 1.0


def test_a_tiny_set_is_not_calibrated(small_mnist: Mnist) -> None:
    svm = Svm().fit(small_mnist.train_images[:50], small_mnist.train_labels[:50])
    assert svm.machine_ is not None
    assert svm.machine_.temperature == 1.0


def test_one_digit_alone_is_nothing_to_tell_apart(small_mnist: Mnist) -> None:
    sevens = small_mnist.train_images[small_mnist.train_labels == 7]
    with pytest.raises(ClassroomError, match="at least 2 different digits"):
        Svm().fit(sevens, np.full(len(sevens), 7, np.uint8))


def test_the_part_held_out_is_a_tenth_of_each_digit() -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), 200)
    held_out = calibration_part(labels, 3)
    np.testing.assert_array_equal(np.bincount(labels[held_out]), 20)
    np.testing.assert_array_equal(held_out, calibration_part(labels, 3))
    assert not np.array_equal(held_out, calibration_part(labels, 4))


def test_the_svm_loads_no_deprecated_ways(small_mnist: Mnist) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        Svm().fit(small_mnist.train_images[:1100], small_mnist.train_labels[:1100])
