"""What a training says while it runs, and how it is stopped."""

import time
from collections.abc import Callable
from typing import Any

import classroom.backend  # noqa: F401  (before Keras is imported)

# isort: split
import keras

from classroom.evaluation import Epoch

OnEpoch = Callable[[Epoch], None] | None
OnProgress = Callable[[float], None] | None
IsCancelled = Callable[[], bool] | None


class Reporter(keras.callbacks.Callback):
    """Tells how far the training is, and stops it when asked."""

    SECONDS_BETWEEN = 0.1

    def __init__(
        self,
        epochs: int,
        steps: int,
        on_epoch: OnEpoch,
        on_progress: OnProgress,
        cancelled: IsCancelled,
    ) -> None:
        super().__init__()
        self.epochs, self.steps = epochs, steps
        self.on_epoch, self.on_progress, self.cancelled = on_epoch, on_progress, cancelled
        self.history: list[Epoch] = []
        self.was_cancelled = False
        self.last_report = 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Report progress, at most ten times a second, and look for a cancel."""
        if self.cancelled is not None and self.cancelled():
            self.was_cancelled = self.model.stop_training = True
        now = time.monotonic()
        if self.on_progress is not None and now - self.last_report >= self.SECONDS_BETWEEN:
            self.last_report = now
            self.on_progress((len(self.history) + (batch + 1) / self.steps) / self.epochs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Report the epoch."""
        if self.was_cancelled:
            return
        logs = logs or {}
        self.history.append(
            Epoch(
                number=epoch + 1,
                of=self.epochs,
                loss=float(logs["loss"]),
                accuracy=float(logs["accuracy"]),
                validation_loss=logs.get("val_loss"),
                validation_accuracy=logs.get("val_accuracy"),
            )
        )
        if self.on_epoch is not None:
            self.on_epoch(self.history[-1])
        if self.on_progress is not None:
            self.on_progress(len(self.history) / self.epochs)
