"""The convolutional network as a classifier; `classroom.networks` has the networks themselves."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from classroom.classifiers.base import (
    Classifier,
    Images,
    IsCancelled,
    OnEpoch,
    OnProgress,
    Validation,
    known_digits,
)
from classroom.evaluation.results import Labels, Probabilities

if TYPE_CHECKING:
    import keras


class Cnn(Classifier):
    """A convolutional network.

    Parameters
    ----------
    model : keras.Model, optional
        A trained network, see `classroom.networks.keras_models`.
    network : str
        The name of the network that `fit` trains, in `classroom.networks.registry.NETWORKS`.
    """

    name = "cnn"
    suffix = ".keras"
    # For `quick`, 0.008 was better than 0.004, on 5,000 held-out training digits with two seeds.
    # The other networks have the learning rate of `fit_network`.
    LEARNING_RATES: ClassVar[dict[str, float]] = {"quick": 8e-3}
    # The number of epochs is this, divided by the square root of the number of digits: 2 for all
    # of MNIST, 5 for 10,000 digits, 16 for 1,000. The time then grows as the square root.
    EPOCHS_TIMES_ROOT = 500
    EPOCHS_AT_MOST = 30

    def __init__(self, model: "keras.Model | None" = None, *, network: str = "quick") -> None:
        self.model = model
        self.network = network
        self._answer: Callable[[Images], Probabilities] | None = None

    @staticmethod
    def load_libraries() -> None:
        """Import Keras and TensorFlow."""
        import classroom.networks.from_scratch  # noqa: F401

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
        """Train from scratch on these digits, without augmentation."""
        from classroom.networks.from_scratch import LEARNING_RATE, fit_network
        from classroom.networks.registry import new_network

        known_digits(labels, 1)
        passes = round(self.EPOCHS_TIMES_ROOT / math.sqrt(len(labels)))
        epochs = max(1, min(self.EPOCHS_AT_MOST, passes))
        model = new_network(self.network, seed)
        fit_network(
            model,
            images,
            labels,
            epochs=epochs,
            seed=seed,
            validation=validation,
            learning_rate=self.LEARNING_RATES.get(self.network, LEARNING_RATE),
            on_epoch=on_epoch,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        self.model, self._answer = model, None
        return self

    def predict_proba(self, images: Images) -> Probabilities:
        """Return the probability of each digit, shape (n, 10), float32."""
        if self._answer is None:
            from classroom.networks.keras_models import compiled

            assert self.model is not None, "neither fitted nor loaded"
            self._answer = compiled(self.model)
        return self._answer(images)

    def save(self, path: Path) -> None:
        """Write the layers and their weights as a Keras file, without the optimizer's state."""
        from classroom.networks.keras_models import copy_network

        assert self.model is not None, "neither fitted nor loaded"
        copy_network(self.model).save(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a network from a Keras file: from 28x28 pixels to ten probabilities."""
        from classroom.networks.keras_models import load_network

        return cls(load_network(path))
