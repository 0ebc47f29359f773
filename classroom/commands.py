"""What each command does: returns the object that ``--json`` prints."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from classroom import digits, paths, photos
from classroom.dataset import Dataset
from classroom.errors import ClassroomError
from classroom.evaluation import Evaluation, Result, Score
from classroom.i18n import _
from classroom.jobs import Job
from classroom.messages import EpochDone, JobReport, Progress, ResultReady
from classroom.workbench import Workbench

Answer = dict[str, Any]
STROKES_ENDINGS = (".jsonl", ".jsonl.gz")


@contextlib.contextmanager
def only_json(wanted: bool) -> Iterator[IO[str]]:
    """Give the true stdout; with ``--json`` all else that is printed goes to stderr."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if wanted else contextlib.nullcontext():
        yield out


class Teller:
    """Tells on stderr, a line a step, what a job is doing; collects its results."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self._told = ""

    def __call__(self, report: JobReport) -> None:
        """Take a report of the job."""
        match report:
            case Progress(step=step, steps=steps, title=title) if title != self._told:
                self._told = title
                print(f"[{step}/{steps}] {title}", file=sys.stderr, flush=True)
            case EpochDone(epoch=epoch):
                text = _("epoch {number} of {of}: loss {loss:.4f}, accuracy {accuracy:.2%}").format(
                    number=epoch.number, of=epoch.of, loss=epoch.loss, accuracy=epoch.accuracy
                )
                print(" ", text, file=sys.stderr, flush=True)
            case ResultReady(result=result):
                self.results.append(result)


def find_mnist(_options: argparse.Namespace, home: Path) -> Answer:
    """``mnist``: find or fetch it, verify it."""
    found = Workbench(home).mnist(Job(Teller()))
    return {
        "source": found.source,
        "train": len(found.train_labels),
        "test": len(found.test_labels),
    }


def predict(options: argparse.Namespace, home: Path) -> Answer:
    """``predict``: recognise every digit in every file, in reading order."""
    # All files are read first: a wrong name costs a moment, not the loading of a network.
    found = [(path, digit) for path in options.files for digit in _digits_of(path)]
    workbench = Workbench(home)
    workbench.load_network()
    if set(options.classifier) - {"cnn"}:
        workbench.prepare(Job(Teller()))
    images = np.stack([digit.image for _path, digit in found])
    answers = {
        name: workbench.classifiers[name].predict_proba(images) for name in options.classifier
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


def _digits_of(path: Path) -> list[photos.FoundDigit]:
    if not path.name.lower().endswith(STROKES_ENDINGS):
        return photos.find_digits(photos.read_image(path))
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
        report = exchange.import_paths(store, options.paths, writer=options.writer)
    return {
        "added": report.added,
        "duplicates": report.duplicates,
        "rejected": [{"item": one.item, "why": one.why} for one in report.rejected],
    }


def dataset_export(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset export``: write the samples to files."""
    from classroom import exchange

    with Dataset(paths.store_url(home)) as store:
        formats = options.format or (_format_of(options.path),)
        report = exchange.export(store, options.path, formats)
    return {"written": report.written, "files": report.files, "notes": report.notes}


def _format_of(path: Path) -> str:
    name = path.name.lower()
    if name.endswith(STROKES_ENDINGS):
        return "strokes"
    return "npz" if name.endswith(".npz") else "png"


def dataset_stats(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset stats``: count the samples."""
    with Dataset(paths.store_url(home)) as store:
        return store.stats()


def train(options: argparse.Namespace, home: Path) -> Answer:
    """``train``: a network from scratch on MNIST."""
    from classroom import training
    from classroom.classifiers import Cnn
    from classroom.networks import NETWORKS

    if options.network not in NETWORKS:
        raise ClassroomError(
            _("There is no network called {name!r}; choose one of: {known}.").format(
                name=options.network, known=", ".join(NETWORKS)
            )
        )
    job = Job(Teller())
    data = Workbench(home).mnist(job)
    job.step(_("Training {network}").format(network=options.network))
    extra = {} if options.epochs is None else {"epochs": options.epochs}
    run = training.train_from_scratch(
        options.network,
        data,
        seed=options.seed,
        on_epoch=job.epoch,
        on_progress=job.progress,
        cancelled=job.cancelled,
        **extra,
    )
    answer = {
        "network": options.network,
        "parameters": int(run.model.count_params()),
        "seconds": round(run.seconds, 2),
        "history": run.history,
        "validation_accuracy": run.validation_accuracy,
        "test_accuracy": run.test_accuracy,
    }
    if options.out is not None:
        Cnn(run.model).save(options.out)
        answer["file"] = str(options.out)
    return answer


def retrain(options: argparse.Namespace, home: Path) -> Answer:
    """``retrain``: exactly what the button does."""
    workbench = Workbench(home)
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
    }


def compare(options: argparse.Namespace, home: Path) -> Answer:
    """``compare``: train and score classifiers on the same data."""
    teller = Teller()
    counts = Workbench(home).compare(Job(teller), options.mnist, options.classifiers, options.seed)
    if all(result.error for result in teller.results):
        raise ClassroomError(teller.results[0].error)
    return {"train": counts, "results": [_row(result) for result in teller.results]}


def lesson(options: argparse.Namespace, home: Path) -> Answer:
    """``lesson``: the whole lesson, through the real window."""
    from classroom import lesson as lessons

    done = lessons.run(home, options.report, mnist_count=options.mnist)
    return {"report": str(done.report), "steps": done.steps}


def _scores(own_exam: Score, mnist_test: Score) -> Answer:
    return {"own_exam": _score(own_exam), "mnist_test": _score(mnist_test)}


def _score(score: Score) -> Answer:
    return {"correct": score.correct, "total": score.total}


def _row(result: Result) -> Answer:
    return {
        "classifier": result.classifier,
        "fit_seconds": round(result.fit_seconds, 3),
        "predict_seconds": round(result.predict_seconds, 3),
        "mnist_test": _metrics(result.mnist_test) if result.mnist_test else None,
        "own_exam": _score(result.own_exam.score) if result.own_exam else None,
        "error": result.error or None,
    }


def _metrics(evaluation: Evaluation) -> Answer:
    return {
        "accuracy": evaluation.score.accuracy,
        "precision": evaluation.precision,
        "recall": evaluation.recall,
        "f1": evaluation.f1,
        "confusion": evaluation.confusion.tolist(),
    }
