"""Support vector machines, on pixels and on histograms of gradients."""

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from classroom.classifiers.base import (
    Classifier,
    Images,
    IsCancelled,
    OnEpoch,
    OnProgress,
    Validation,
    known_digits,
    scaled,
    stop_where,
)
from classroom.classifiers.hog import gradients
from classroom.classifiers.svm_inference import PairwiseSvm
from classroom.evaluation.results import DIGITS, Labels, Probabilities


class Svm(Classifier):
    """A support vector machine with an RBF kernel on pixels from 0 to 1.

    Parameters
    ----------
    C : float
        The cost of a training digit on the wrong side of the margin.
    gamma : float
        How fast the kernel decreases with the squared distance.

    Notes
    -----
    scikit-learn fits the machine; `classroom.classifiers.svm_inference` evaluates it.
    Probabilities come from temperature scaling on held-out digits: the temperature is fitted to
    the answers of a second machine, which is not trained on them. The second machine is fitted
    on the support vectors of the first one without the held-out digits. As other digits do not
    influence a machine, this is nearly the machine of all digits but the held-out ones, in a
    fifth of the time. The temperature differs by less than a thousandth on all of MNIST, and by
    some hundredths for few digits.

    References
    ----------
    Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995;
    Guo et al., "On calibration of modern neural networks", ICML 2017.
    """

    name = "svm"
    CALIBRATION_SHARE = 0.1
    # The temperature is a single number, for which this many held-out digits are enough.
    CALIBRATION_AT_MOST = 1000
    # With fewer held-out digits the temperature stays 1.
    CALIBRATION_AT_LEAST = 100

    # From images (n, 28, 28) to rows of numbers, which the machine is fitted on.
    features = staticmethod(scaled)

    def __init__(self, C: float = 5.0, gamma: float = 0.02) -> None:  # noqa: N803
        self.C = C
        self.gamma = gamma
        self.machine_: PairwiseSvm | None = None

    @staticmethod
    def load_libraries() -> None:
        """Import scikit-learn and what of SciPy is used."""
        import scipy.optimize
        import scipy.special  # noqa: F401

        fastest_svc()

    def fit(
        self,
        images: Images,
        labels: Labels,
        *,
        seed: int = 0,
        validation: Validation = None,
        on_epoch: OnEpoch = None,
        on_progress: OnProgress = None,
        cancelled: IsCancelled = None,
    ) -> Self:
        """Fit on all digits; then calibrate the probabilities on held-out digits."""
        classes, encoded = known_digits(labels, 2)
        rows = self.features(images)

        def fitted_on(part: NDArray[np.intp] | slice) -> tuple[PairwiseSvm, NDArray[np.intp]]:
            svc = fastest_svc()(C=self.C, gamma=self.gamma)
            svc.fit(rows[part], encoded[part])
            stop_where(cancelled)
            machine = PairwiseSvm.from_fitted(svc, images[part], classes, self.gamma, self.features)
            return machine, svc.support_

        machine, support = fitted_on(slice(None))
        held_out = calibration_part(labels, seed)
        if held_out.any():
            others = np.flatnonzero(~held_out)
            # Every digit has to stay among the classes, even if its support vectors are held out.
            of_each_digit = others[np.unique(labels[others], return_index=True)[1]]
            second, _ = fitted_on(np.union1d(np.intersect1d(support, others), of_each_digit))
            decisions = second.decision_function(images[held_out])
            machine.temperature = best_temperature(decisions, encoded[held_out])
        self.machine_ = machine
        if on_progress is not None:
            on_progress(1.0)
        return self

    def predict_proba(self, images: Images) -> Probabilities:
        """Return the probability of each digit, shape (n, 10), float32."""
        assert self.machine_ is not None, "neither fitted nor loaded"
        return self.machine_.predict_proba(images)

    def save(self, path: Path) -> None:
        """Write the support vectors and their coefficients as plain arrays."""
        assert self.machine_ is not None, "neither fitted nor loaded"
        self.machine_.save(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        svm = cls()
        svm.machine_ = PairwiseSvm.load(path, cls.features)
        svm.gamma = svm.machine_.gamma
        return svm


class GradientSvm(Svm):
    """A support vector machine on histograms of oriented gradients.

    gamma is the best of a cross-validation on training digits; C, which hardly matters there, is
    that of the machine on pixels. See ``benchmarks/features.py``.
    """

    name = "svm_features"
    features = staticmethod(gradients)

    def __init__(self, C: float = 5.0, gamma: float = 0.15) -> None:  # noqa: N803
        super().__init__(C, gamma)


def fastest_svc() -> Any:
    """Return scikit-learn's SVC, in Intel's faster implementation if that is installed.

    It fits 60,000 digits in 23 seconds instead of 177, and gives the same machine. Its
    predictions are not used; see `classroom.classifiers.svm_inference`.
    """
    try:
        from sklearnex.svm import SVC
    except ImportError:
        from sklearn.svm import SVC
    return SVC


def best_temperature(decisions: NDArray[np.float32], labels: NDArray[np.intp]) -> float:
    """Return the temperature for which the softmax of the decision values fits the labels best.

    Parameters
    ----------
    decisions : array of shape (n, k)
        The decision values of digits that were not trained on.
    labels : array of shape (n,)
        The true class of each digit, 0 to k-1.

    Returns
    -------
    float
        The decision values are divided by it; it minimises the cross-entropy.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def cross_entropy(log_temperature: float) -> float:
        answers = log_softmax(decisions / np.exp(log_temperature), axis=1)
        return -float(answers[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize_scalar(cross_entropy, bounds=(-10, 10), method="bounded").x))


def calibration_part(labels: Labels, seed: int) -> NDArray[np.bool_]:
    """Return a mask of a random tenth of each digit; it is empty if that would be too few."""
    share = min(Svm.CALIBRATION_SHARE, Svm.CALIBRATION_AT_MOST / max(len(labels), 1))
    order = np.random.default_rng(seed).permutation(len(labels))
    held_out = np.zeros(len(labels), bool)
    for digit in range(DIGITS):
        of_digit = order[labels[order] == digit]
        held_out[of_digit[: int(share * len(of_digit))]] = True
    return held_out & (held_out.sum() >= Svm.CALIBRATION_AT_LEAST)
