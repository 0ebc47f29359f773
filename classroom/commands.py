"""What each command does: returns the object that ``--json`` prints."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom import digits, mnist, paths, photos, sheet_reading, touching
from classroom.catalogue import BASELINES, NETWORK
from classroom.dataset import Dataset
from classroom.errors import ClassroomError, WrongUsage
from classroom.evaluation import Score
from classroom.exporting import FILE_ENDINGS, STROKES_ENDINGS
from classroom.i18n import _
from classroom.jobs import Job
from classroom.lab_commands import compare, report, study
from classroom.store_commands import (
    dataset_delete_writer,
    dataset_recover,
    dataset_redo,
    dataset_undo,
)
from classroom.terminal import Teller, tell

if TYPE_CHECKING:
    from classroom.classifiers import Cnn
    from classroom.workbench import Workbench

__all__ = [
    "compare", "dataset_delete_writer", "dataset_recover", "dataset_redo", "dataset_undo",
    "report", "study",
]  # fmt: skip

Answer = dict[str, Any]


def _workbench(options: argparse.Namespace, home: Path) -> "Workbench":
    # Imported here: Keras takes seconds, and counting samples needs none of it.
    from classroom.workbench import Workbench

    return Workbench(home, options.checksums)


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


def predict(options: argparse.Namespace, home: Path) -> Answer:
    """``predict``: recognise every digit in every file, in reading order."""
    # All files are read first: a wrong name costs a moment, not the loading of a network.
    found = [(path, digit) for path in options.files for digit in _digits_of(path)]
    workbench = _workbench(options, home)
    workbench.load_network()
    if set(options.classifier) & set(BASELINES):
        workbench.prepare(Job(Teller()))
    found = _apart(found, workbench)
    images = np.stack([digit.image for _path, digit in found])
    answers = {
        name: workbench.classifier(name).predict_proba(images) for name in options.classifier
    }
    return {
        "digits": [
            {
                "file": str(path),
                "box": list(digit.box) if digit.box else None,
                "predictions": {
                    name: {
                        "digit": int(rows[row].argmax()),
                        "probabilities": [float(value) for value in rows[row]],
                    }
                    for name, rows in answers.items()
                },
            }
            for row, (path, digit) in enumerate(found)
        ]
    }


def _apart(
    found: list[tuple[Path, photos.FoundDigit]], workbench: "Workbench"
) -> list[tuple[Path, photos.FoundDigit]]:
    """Cut digits that touch apart, where the CNN is surer of the halves."""
    if not any(digit.splits for _path, digit in found):
        return found
    cnn = workbench.classifier(NETWORK)
    return [
        (path, part)
        for path, digit in found
        for part in (
            touching.resolved([digit], cnn.predict_proba(touching.questions([digit])))
            if digit.splits
            else [digit]
        )
    ]


def _digits_of(path: Path) -> list[photos.FoundDigit]:
    if not path.name.lower().endswith(STROKES_ENDINGS):
        picture = photos.read_image(path)
        try:
            sheet = sheet_reading.read_sheet(picture)
            return sheet.found_in_photo() if sheet else photos.find_digits(picture)
        except ClassroomError as error:
            raise ClassroomError(f"{path}: {error}") from error
    found = []
    for line in digits.read_strokes_file(path):
        if isinstance(line, digits.Rejected):
            raise ClassroomError(f"{line.item}: {line.why}")
        found.append(photos.FoundDigit(digits.from_strokes(line.strokes), None))
    if not found:
        raise ClassroomError(
            _("{file} holds no strokes; one digit a line was expected.").format(file=path)
        )
    return found


def dataset_import(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset import``: add samples."""
    from classroom import exchange

    with Dataset(paths.store_url(home)) as store:
        report = exchange.import_paths(
            store,
            options.paths,
            writer=options.writer,
            same_writers=options.same_writers,
            skip_bad=options.skip_bad,
        )
    # `added`, `duplicates`, `rejected`, `contributions` and `left_out`
    return asdict(report)


def dataset_export(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset export``: write the samples to files."""
    from classroom import exchange

    with Dataset(paths.store_url(home)) as store:
        formats = options.format or (_format_of(options.path),)
        report = exchange.export(store, options.path, formats)
    return {"written": report.written, "files": report.files, "notes": report.notes}


def _format_of(path: Path) -> str:
    name = path.name.lower()
    return next((kind for kind, ends in FILE_ENDINGS.items() if name.endswith(ends)), "png")


def dataset_stats(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset stats``: count the samples."""
    with Dataset(paths.store_url(home)) as store:
        return store.stats()


def write_sheet(options: argparse.Namespace, _home: Path) -> Answer:
    """``sheet``: a page to print, to be filled in by hand."""
    from classroom.sheet import write_sheet

    write_sheet(options.file, options.writer or "")
    return {"file": str(options.file)}


def train(options: argparse.Namespace, home: Path) -> Answer:
    """``train``: a network from scratch on MNIST."""
    if options.out is not None:
        _check_target(options.out)
    from classroom import training
    from classroom.classifiers import Cnn
    from classroom.networks import NETWORKS

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
    run = training.train_from_scratch(
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
    with _saving(file):
        unfinished = _unfinished(file)
        unfinished.touch()
        unfinished.unlink()


def _save(network: "Cnn", file: Path) -> None:
    with _saving(file):
        network.save(_unfinished(file))
        _unfinished(file).replace(file)


def _unfinished(file: Path) -> Path:
    # Under another name until it is whole; Keras insists on the ending.
    return file.with_name(f".{file.stem}.part.keras")


@contextlib.contextmanager
def _saving(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _unfinished(file).unlink(missing_ok=True)
        raise ClassroomError(
            _("The network cannot be saved as {file}: {why}. Choose another place.").format(
                file=file, why=error.strerror or error
            )
        ) from error


def retrain(options: argparse.Namespace, home: Path) -> Answer:
    """``retrain``: exactly what the button does."""
    workbench = _workbench(options, home)
    workbench.load_network()
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
        "seconds": done.version.seconds,
        "practice": done.version.practice,
        "before": _scores(cnn.own_exam_before, cnn.mnist_test_before),
        "after": _scores(cnn.own_exam_after, cnn.mnist_test_after),
        "classifiers": scores,
        "note": done.version.note,
    }


def lesson(options: argparse.Namespace, home: Path) -> Answer:
    """``lesson``: the whole lesson, through the real window."""
    from classroom import lesson as lessons

    done = lessons.run(
        home,
        options.report,
        mnist_count=options.mnist,
        checksums=options.checksums,
        tell=tell,
    )
    return {"report": str(done.report), "steps": done.steps}


def _scores(own_exam: Score, mnist_test: Score) -> Answer:
    return {"own_exam": asdict(own_exam), "mnist_test": asdict(mnist_test)}
