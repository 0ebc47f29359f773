"""The mean of the weights over the last epochs: often better than any one of them.

Where the learning rate does not fall to 0, the weights wander about near a
minimum. Their mean lies nearer to its middle, and what was learned by chance
cancels out.

References
----------
Izmailov et al., "Averaging weights leads to wider optima and better
generalization", UAI 2018. There the means and variances of the batch
normalisation are computed anew for the mean of the weights; here they are
averaged as the weights are, which does as well at these low rates.
"""

from typing import Any

import numpy as np

import classroom.networks.backend  # noqa: F401  (before Keras is imported)

# isort: split
import keras


class MeanOfLastEpochs(keras.callbacks.Callback):
    """Leaves a network, when its training ends, with its mean weights over the last epochs.

    Parameters
    ----------
    first : int
        The first epoch that counts, from 0.
    """

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first
        self._count = 0
        self._mean: list[np.ndarray] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Take these weights into the mean."""
        if epoch < self.first:
            return
        weights = self.model.get_weights()
        self._count += 1
        old = self._mean or weights
        pairs = zip(old, weights, strict=True)
        self._mean = [mean + (new - mean) / self._count for mean, new in pairs]

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Give the network the mean."""
        if self._mean:
            self.model.set_weights(self._mean)


class FallThenHold(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that follows another schedule to its end, and then stays as it is told.

    Parameters
    ----------
    fall : keras.optimizers.schedules.LearningRateSchedule
    steps : int
        For so many steps.
    held : float
        From then on.
    """

    def __init__(
        self, fall: keras.optimizers.schedules.LearningRateSchedule, steps: int, held: float
    ) -> None:
        super().__init__()
        self.fall = fall
        self.steps = steps
        self.held = held

    def __call__(self, step: Any) -> Any:
        """Return the rate at `step`."""
        return keras.ops.where(step < self.steps, self.fall(step), self.held)

    def get_config(self) -> dict[str, Any]:
        """Return what it is made of."""
        return {"fall": self.fall, "steps": self.steps, "held": self.held}
