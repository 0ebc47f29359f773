"""The base class of all classifiers, and functions that several of them use."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from classroom.errors import Cancelled, ClassroomError
from classroom.evaluation.results import Epoch, Labels, Probabilities
from classroom.i18n import _

Images = NDArray[np.uint8]
Validation = tuple[Images, Labels] | None
OnEpoch = Callable[[Epoch], None] | None
OnProgress = Callable[[float], None] | None
IsCancelled = Callable[[], bool] | None


class Classifier(ABC):
    """Classifies digits; each classifier is a subclass in a module of this package.

    Images are arrays of shape (n, 28, 28), uint8, light ink (255) on black
    (0), as `classroom.preprocessing.digits` makes them; labels are of shape (n,), 0 to 9.

    Attributes
    ----------
    name : str
        Its name on the command line and in files; its title is in `classroom.catalogue.TITLES`.
    suffix : str
        The file extension that `save` writes.
    """

    name: ClassVar[str]
    suffix: ClassVar[str] = ".npz"

    @staticmethod
    @abstractmethod
    def load_libraries() -> None:
        """Import the libraries that `fit` needs, so that their import is not timed with it."""

    @abstractmethod
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
        """Train on digits; the same seed gives the same result on the same machine.

        Parameters
        ----------
        images : array of shape (n, 28, 28), uint8
        labels : array of shape (n,), 0 to 9
        seed : int
        validation : tuple of images and labels, optional
            Scored after each epoch by networks; nothing is trained on them.
        on_epoch : function of an `Epoch`, optional
            Called after each epoch by networks.
        on_progress : function of a float from 0 to 1, optional
        cancelled : function that returns a bool, optional
            Called wherever the training can be stopped; it stops if this returns True.

        Raises
        ------
        ClassroomError
            If there are too few different digits to train on.
        Cancelled
        """

    @abstractmethod
    def predict_proba(self, images: Images) -> Probabilities:
        """Return the probability of each digit, shape (n, 10), float32; rows sum to 1.

        A digit that was not in the training data has probability 0 with the
        SVM and k-NN.
        """

    @abstractmethod
    def save(self, path: Path) -> None:
        """Write the trained classifier to `path`, without pickle."""

    @classmethod
    @abstractmethod
    def load(cls, path: Path) -> Self:
        """Read a file that `save` wrote; raises `ClassroomError` if it cannot be read."""


def scaled(images: Images) -> NDArray[np.float32]:
    """Return images (n, 28, 28) as rows of pixels from 0 to 1, shape (n, 784)."""
    rows = images.reshape(len(images), math.prod(images.shape[1:]))
    pixels: NDArray[np.float32] = np.divide(rows, 255, dtype=np.float32)
    return pixels


def known_digits(labels: Labels, least: int) -> tuple[Labels, NDArray[np.intp]]:
    """Return the digits that occur in `labels`, and the index of each label among them.

    Raises
    ------
    ClassroomError
        If fewer than `least` different digits occur.
    """
    classes, encoded = np.unique(labels, return_inverse=True)
    if len(classes) < least:
        sentence = _(
            "There is nothing to learn from: at least {least} different digits are needed."
        )
        raise ClassroomError(sentence.format(least=least))
    return classes, encoded


def stop_where(cancelled: IsCancelled) -> None:
    """Raise `Cancelled` if the training was cancelled."""
    if cancelled is not None and cancelled():
        raise Cancelled
