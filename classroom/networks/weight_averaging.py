"""Averages the weights of a network over its last epochs; `from_scratch` uses it."""

from typing import Any

import keras
import numpy as np


class MeanOfLastEpochs(keras.callbacks.Callback):
    """Gives a network, when its training ends, its mean weights over the last epochs.

    With a constant learning rate the weights move around near a minimum. Their mean is closer to
    it, and generalises better than the weights after the last epoch.

    Parameters
    ----------
    first : int
        The first epoch that is averaged, from 0.

    References
    ----------
    Izmailov et al., "Averaging weights leads to wider optima and better
    generalization", UAI 2018. There the moving averages of the batch
    normalisation are computed anew for the mean weights; here they are
    averaged like the weights, which is as good at these low rates.
    """

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first
        self._count = 0
        self._mean: list[np.ndarray] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add the weights after this epoch to the mean."""
        if epoch < self.first:
            return
        weights = self.model.get_weights()
        self._count += 1
        old = self._mean or weights
        pairs = zip(old, weights, strict=True)
        self._mean = [mean + (new - mean) / self._count for mean, new in pairs]

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Give the network the mean weights."""
        if self._mean:
            self.model.set_weights(self._mean)


class FallThenHold(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that follows another schedule, and then stays constant.

    Parameters
    ----------
    fall : keras.optimizers.schedules.LearningRateSchedule
        The schedule that is followed first.
    steps : int
        The number of steps for which it is followed.
    held : float
        The learning rate from then on.
    """

    def __init__(
        self, fall: keras.optimizers.schedules.LearningRateSchedule, steps: int, held: float
    ) -> None:
        super().__init__()
        self.fall = fall
        self.steps = steps
        self.held = held

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at `step`."""
        return keras.ops.where(step < self.steps, self.fall(step), self.held)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"fall": self.fall, "steps": self.steps, "held": self.held}
