"""Evaluates a fitted support vector machine with NumPy alone; `classroom.classifiers.svm` uses it.

scikit-learn need not be loaded then, and Python's global lock is not held for long.
"""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from classroom.classifiers.base import scaled
from classroom.evaluation.results import DIGITS, Probabilities
from classroom.files import read_arrays, write_arrays

Features = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

# The kernel matrix of this many digits and all support vectors is in memory at once.
BATCH_SIZE = 500


class PairwiseSvm:
    """One-vs-one classification: a two-class machine with an RBF kernel for each pair of digits.

    The predictions of scikit-learn-intelex 2026.2 hold Python's global lock and, on a busy
    machine, differ from call to call, and are sometimes NaN. Two matrix products have neither
    problem, and are 19 times as fast as scikit-learn's own predictions for 1,000 digits.

    Parameters
    ----------
    support_vectors : array of shape (m, 784), uint8
        Training digits; their features are computed when the machine is loaded.
    coefficients : array of shape (m, pairs), float32
        The weight of each support vector in the machine of each pair, in the order (0, 1),
        (0, 2), ..., (8, 9).
    intercepts : array of shape (pairs,), float32
    classes : array of shape (k,), uint8
        The digits that it was trained on, in ascending order; at least two.
    gamma : float
        The parameter of the kernel on the features.
    temperature : float
        The decision values are divided by it before the softmax.
    features : function
        From digits (n, 784) or (n, 28, 28), uint8, to rows of features, float32.
    """

    def __init__(
        self,
        support_vectors: NDArray[np.uint8],
        coefficients: NDArray[np.float32],
        intercepts: NDArray[np.float32],
        classes: NDArray[np.uint8],
        gamma: float,
        temperature: float = 1.0,
        features: Features = scaled,
    ) -> None:
        self.support_vectors = support_vectors
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.classes = classes
        self.gamma = gamma
        self.temperature = temperature
        self._features = features
        self._rows = features(support_vectors)
        self._squares = np.einsum("ij,ij->i", self._rows, self._rows)
        # +1 if a digit is the first of a pair, -1 if it is the second.
        pairs = _pairs(len(classes))
        self._signs = np.zeros((len(pairs), len(classes)), np.float32)
        for row, (first, second) in enumerate(pairs):
            self._signs[row, first], self._signs[row, second] = 1, -1

    @classmethod
    def from_fitted(
        cls,
        svc: Any,
        images: NDArray[np.uint8],
        classes: NDArray[np.uint8],
        gamma: float,
        features: Features = scaled,
    ) -> Self:
        """Return the machine of a fitted `sklearn.svm.SVC`.

        Parameters
        ----------
        svc : sklearn.svm.SVC
            Fitted on `features` of `images` with the labels 0 ... k-1.
        images : array of shape (n, 28, 28), uint8
        classes : array of shape (k,)
            The digit that each of these labels stands for.
        gamma, features
            As for the class.

        Notes
        -----
        scikit-learn stores a support vector of class i once, with k-1 weights in
        ``dual_coef_``: row j-1 has its weight against a later class j, row j against an earlier
        one. See "Details on multi-class strategies" in scikit-learn's guide to SVM.
        """
        ends = np.cumsum(svc.n_support_)
        of_class = [slice(end - n, end) for end, n in zip(ends, svc.n_support_, strict=True)]
        pairs = _pairs(len(classes))
        coefficients = np.zeros((len(svc.support_), len(pairs)), np.float32)
        for column, (first, second) in enumerate(pairs):
            for own, row in ((first, second - 1), (second, first)):
                part = of_class[own]
                coefficients[part, column] = svc.dual_coef_[row, part]
        intercepts = np.asarray(svc.intercept_, np.float32)
        if len(pairs) == 1:
            # With two classes scikit-learn changes the sign: positive means the second class.
            coefficients, intercepts = -coefficients, -intercepts
        support_vectors = images[np.asarray(svc.support_)].reshape(-1, images[0].size)
        return cls(
            support_vectors,
            coefficients,
            intercepts,
            classes.astype(np.uint8),
            gamma,
            features=features,
        )

    def decision_function(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the decision values of each class, shape (n, k), as scikit-learn computes them.

        Each pair's machine gives one vote. To the votes a term of less than a half is added
        that grows with the decision values of the pairs, and decides ties. With two classes
        there is one machine; the value of one class is its decision value, and that of the other
        class the negative.
        """
        parts = [np.empty((0, len(self.classes)), np.float32)]
        for start in range(0, len(images), BATCH_SIZE):
            margins = self._margins(images[start : start + BATCH_SIZE])
            sums = margins @ self._signs
            if len(self.classes) > 2:
                votes = np.where(margins < 0, -1, 1).astype(np.float32)
                wins_less_losses: NDArray[np.float32] = votes @ self._signs
                wins = (wins_less_losses + (len(self.classes) - 1)) / 2
                sums = wins + sums / (3 * (np.abs(sums) + 1))
            parts.append(sums)
        return np.concatenate(parts)

    def _margins(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return each pair's decision value, shape (n, pairs); positive for the first digit."""
        rows = self._features(images)
        # exp(-gamma |x - s|^2), where |x - s|^2 = |x|^2 + |s|^2 - 2 x.s
        kernel: NDArray[np.float32] = rows @ self._rows.T
        kernel *= 2
        kernel -= self._squares
        kernel -= np.einsum("ij,ij->i", rows, rows)[:, np.newaxis]
        kernel *= np.float32(self.gamma)
        np.exp(kernel, out=kernel)
        margins: NDArray[np.float32] = kernel @ self.coefficients
        margins += self.intercepts
        return margins

    def predict_proba(self, images: NDArray[np.uint8]) -> Probabilities:
        """Return the probability of each digit, shape (n, 10), float32; 0 if not trained on."""
        logits = self.decision_function(images) / np.float32(self.temperature)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = np.zeros((len(images), DIGITS), np.float32)
        probabilities[:, self.classes] = weights / weights.sum(axis=1, keepdims=True)
        return probabilities

    def save(self, path: Path) -> None:
        """Write the arrays."""
        write_arrays(
            path,
            support_vectors=self.support_vectors,
            coefficients=self.coefficients,
            intercepts=self.intercepts,
            classes=self.classes,
            gamma=np.array(self.gamma),
            temperature=np.array(self.temperature),
        )

    @classmethod
    def load(cls, path: Path, features: Features = scaled) -> Self:
        """Read a file that `save` wrote; raises `ClassroomError` if it cannot be read."""
        arrays = read_arrays(
            path,
            support_vectors=(np.uint8, 2),
            coefficients=(np.float32, 2),
            intercepts=(np.float32, 1),
            classes=(np.uint8, 1),
            gamma=(np.float64, 0),
            temperature=(np.float64, 0),
        )
        gamma, temperature = float(arrays.pop("gamma")), float(arrays.pop("temperature"))
        return cls(**arrays, gamma=gamma, temperature=temperature, features=features)


def _pairs(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))
