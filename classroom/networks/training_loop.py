"""Runs the epochs of a training, reports their progress, and stops them when cancelled."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import keras
import tensorflow as tf

from classroom import runtime
from classroom.errors import Cancelled
from classroom.evaluation.results import Epoch
from classroom.networks.augmentation import Images, Labels, plain_batches

OnEpoch = Callable[[Epoch], None] | None
OnProgress = Callable[[float], None] | None
IsCancelled = Callable[[], bool] | None


class Reporter(keras.callbacks.Callback):
    """Reports the progress of a training, and stops it when it is cancelled."""

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
        """Report the progress, at most ten times a second; stop if cancelled."""
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


def run_epochs(
    model: keras.Model,
    batches: tf.data.Dataset,
    optimizer: keras.optimizers.Optimizer,
    reporter: Reporter,
    *,
    probabilities: bool = False,
    validation: tuple[Images, Labels] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> list[Epoch]:
    """Train `model` in place for `reporter.epochs` epochs.

    Parameters
    ----------
    model : keras.Model
    batches : tf.data.Dataset
        As `classroom.networks.augmentation.training_batches` returns them.
    optimizer : keras.optimizers.Optimizer
    reporter : Reporter
    probabilities : bool
        Whether `batches` has ten probabilities for each digit in place of its label.
    validation : tuple of images and labels, optional
        Scored after each epoch, never trained on.
    callbacks : sequence of keras.callbacks.Callback
        Further callbacks.

    Raises
    ------
    Cancelled
        `model` is then half trained.
    """
    runtime.let_networks_be_freed(optimizer)
    model.compile(
        optimizer=optimizer,
        loss="categorical_crossentropy" if probabilities else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        # Compilation would take longer than a short training.
        jit_compile=False,
    )
    _build(model, optimizer, probabilities)
    model.fit(
        batches,
        epochs=reporter.epochs,
        validation_data=None if validation is None else plain_batches(*validation),
        callbacks=[reporter, *callbacks],
        shuffle=False,  # The batches are shuffled already.
        verbose=0,
    )
    if reporter.was_cancelled:
        raise Cancelled
    return reporter.history


def _build(model: keras.Model, optimizer: keras.optimizers.Optimizer, probabilities: bool) -> None:
    """Create all variables now: if tracing creates them, TensorFlow traces a second time."""
    optimizer.build(model.trainable_variables)
    answer = tf.zeros((1, *model.output_shape[1:]))
    target = answer if probabilities else tf.zeros((1,), tf.uint8)
    model.compute_loss(y=target, y_pred=answer)
    model.compute_metrics(None, target, answer)
    model.reset_metrics()


def rise_and_fall(highest: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a learning rate that rises in a fifth of `steps`, and falls to 0 along a cosine.

    References
    ----------
    Smith and Topin, "Super-convergence", 2018, for the warm-up and decay; Loshchilov and Hutter,
    "SGDR", ICLR 2017, for the cosine.
    """
    return keras.optimizers.schedules.CosineDecay(
        highest / 25,
        decay_steps=steps - steps // 5,
        warmup_target=highest,
        warmup_steps=steps // 5,
    )


class FitOne(Protocol):
    """A function that trains one network in place."""

    def __call__(
        self, model: keras.Model, *, seed: int, on_epoch: OnEpoch, on_progress: OnProgress
    ) -> list[Epoch]:
        """Return the epochs of the training."""


def fit_in_turn(
    fit_one: FitOne,
    members: Sequence[keras.Model],
    *,
    seed: int,
    on_epoch: OnEpoch,
    on_progress: OnProgress,
) -> list[Epoch]:
    """Train the members of a committee one after the other, each with its own seed.

    The epochs are numbered as if they were those of one network; loss and accuracy are those
    of the member.
    """
    history: list[Epoch] = []
    for number, member in enumerate(members):

        def tell_epoch(epoch: Epoch, number: int = number) -> None:
            done, of = number * epoch.of, len(members) * epoch.of
            history.append(replace(epoch, number=done + epoch.number, of=of))
            if on_epoch is not None:
                on_epoch(history[-1])

        def tell_progress(fraction: float, number: int = number) -> None:
            if on_progress is not None:
                on_progress((number + fraction) / len(members))

        fit_one(member, seed=seed + number, on_epoch=tell_epoch, on_progress=tell_progress)
    return history
