"""What all recipes share: the epochs of one network, and of a committee's members in turn."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from classroom.batches import Images, Labels, plain_batches
from classroom.errors import Cancelled
from classroom.evaluation import Epoch
from classroom.reporter import OnEpoch, OnProgress, Reporter

# isort: split
import keras  # after classroom.batches, which chooses the backend
import tensorflow as tf


def run_epochs(
    model: keras.Model,
    batches: tf.data.Dataset,
    optimizer: keras.optimizers.Optimizer,
    reporter: Reporter,
    *,
    validation: tuple[Images, Labels] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> list[Epoch]:
    """Train `model` in place for as many epochs as `reporter` has.

    Parameters
    ----------
    model : keras.Model
    batches : tf.data.Dataset
        As `classroom.batches.training_batches` returns them.
    optimizer : keras.optimizers.Optimizer
    reporter : Reporter
    validation : tuple of images and labels, optional
        Scored after each epoch, never trained on.
    callbacks : sequence of keras.callbacks.Callback
        Besides the reporter.

    Raises
    ------
    Cancelled
        `model` is then half trained.
    """
    # On one device there is nothing to sum, and TensorFlow never frees the operation that sums,
    # nor the weights of the network that it belongs to.
    optimizer._all_reduce_sum_gradients = lambda gradients: gradients
    model.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        # the compiler would take longer than a short training lasts
        jit_compile=False,
    )
    _build(model, optimizer)
    model.fit(
        batches,
        epochs=reporter.epochs,
        validation_data=None if validation is None else plain_batches(*validation),
        callbacks=[reporter, *callbacks],
        shuffle=False,  # the batches are in a new order already
        verbose=0,
    )
    if reporter.was_cancelled:
        raise Cancelled
    return reporter.history


def _build(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Make all variables now: where TensorFlow meets new ones in a graph, it traces it twice."""
    optimizer.build(model.trainable_variables)
    label, answer = tf.zeros((1,), tf.uint8), tf.zeros((1, *model.output_shape[1:]))
    model.compute_loss(y=label, y_pred=answer)
    model.compute_metrics(None, label, answer)
    model.reset_metrics()


class FitOne(Protocol):
    """Trains one network in place."""

    def __call__(
        self, model: keras.Model, *, seed: int, on_epoch: OnEpoch, on_progress: OnProgress
    ) -> list[Epoch]:
        """Return its epochs."""


def fit_in_turn(
    fit_one: FitOne,
    members: Sequence[keras.Model],
    *,
    seed: int,
    on_epoch: OnEpoch,
    on_progress: OnProgress,
) -> list[Epoch]:
    """Train the members of a committee, each with a seed of its own.

    The epochs are counted through, as if they were one network's; loss and
    accuracy are those of the member.
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
