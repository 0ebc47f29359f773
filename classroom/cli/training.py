"""What the commands ``mnist``, ``train`` and ``retrain`` do."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom import files
from classroom.cli.terminal import Teller, tell
from classroom.datasets import mnist
from classroom.engine.jobs import Job
from classroom.errors import ClassroomError, WrongUsage
from classroom.evaluation.results import Score
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.classifiers.registry import Cnn

Answer = dict[str, Any]


def find_mnist(options: argparse.Namespace, home: Path) -> Answer:
    """``mnist``: find or fetch it, verify it."""
    found = _mnist(Job(Teller()), options, home)
    return {
        "source": found.source,
        "train": len(found.train_labels),
        "test": len(found.test_labels),
    }


def _mnist(job: Job, options: argparse.Namespace, home: Path) -> mnist.Mnist:
    job.step(_("Opening MNIST"))
    return mnist.fetch(
        home,
        progress=lambda title, fraction: job.progress(fraction, title),
        cancelled=job.cancelled,
        checksums=options.checksums,
    )


def train(options: argparse.Namespace, home: Path) -> Answer:
    """``train``: a network from scratch on MNIST."""
    if options.out is not None:
        _check_target(options.out)
    from classroom.classifiers.registry import Cnn
    from classroom.networks import from_scratch
    from classroom.networks.networks import NETWORKS

    if options.network not in NETWORKS:
        raise WrongUsage(
            _("There is no network called {name!r}; choose one of: {known}.").format(
                name=options.network, known=", ".join(NETWORKS)
            )
        )
    job = Job(Teller())
    job.plan(2)
    data = _mnist(job, options, home)
    job.step(_("Training the network {name}").format(name=options.network))
    run = from_scratch.train_from_scratch(
        options.network,
        data,
        epochs=options.epochs,
        seed=options.seed,
        on_epoch=job.epoch,
        on_progress=job.progress,
        cancelled=job.cancelled,
    )
    answer: Answer = {
        "network": options.network,
        "parameters": int(run.model.count_params()),
        "seconds": round(run.seconds, 2),
        "history": [asdict(epoch) for epoch in run.history],
        "validation_accuracy": run.validation_accuracy,
        "test_accuracy": run.test_accuracy,
    }
    if options.out is not None:
        _save(Cnn(run.model), options.out)
        answer["file"] = str(options.out)
    return answer


def _check_target(file: Path) -> None:
    """See now, not after minutes of training, whether a network can be saved as `file`."""
    if file.suffix != ".keras":
        raise WrongUsage(_("--out names a file that ends in .keras, not {file}.").format(file=file))
    with _saving(file), files.unfinished(file) as trial:
        trial.touch()


def _save(network: "Cnn", file: Path) -> None:
    # Keras insists on the ending, also of the temporary file.
    with _saving(file), files.replacing(file, suffix=file.suffix) as temporary:
        network.save(temporary)


@contextlib.contextmanager
def _saving(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ClassroomError(
            _("The network cannot be saved as {file}: {why}. Choose another place.").format(
                file=file, why=error.strerror or error
            )
        ) from error


def retrain(options: argparse.Namespace, home: Path) -> Answer:
    """``retrain``: exactly what the button does."""
    # Imported here: Keras takes seconds, and to find MNIST needs none of it.
    from classroom.engine.workbench import Workbench

    workbench = Workbench(home, options.checksums)
    workbench.load_network()
    if workbench.fallback:
        tell(workbench.fallback.sentence)
    done = workbench.retrain(Job(Teller()), options.seed)
    cnn = next(line for line in done.ledger if line.classifier == "cnn")
    scores = {
        line.classifier: {
            "before": _scores(line.own_exam_before, line.mnist_test_before),
            "after": _scores(line.own_exam_after, line.mnist_test_after),
        }
        for line in done.ledger
    }
    return {
        "version": done.version.number,
        "previous": done.previous,
        "seconds": done.version.seconds,
        "practice": done.version.practice,
        "before": _scores(cnn.own_exam_before, cnn.mnist_test_before),
        "after": _scores(cnn.own_exam_after, cnn.mnist_test_after),
        "classifiers": scores,
        "note": done.version.note,
        "rejected": asdict(done.version.rejected) if done.version.rejected else None,
    }


def _scores(own_exam: Score, mnist_test: Score) -> Answer:
    return {"own_exam": asdict(own_exam), "mnist_test": asdict(mnist_test)}
