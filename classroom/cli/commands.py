"""The commands by name; each returns the object that ``--json`` prints."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classroom.cli import compare, dataset, predict, training
from classroom.cli.terminal import tell

Answer = dict[str, Any]
Command = Callable[[argparse.Namespace, Path], Answer]


def write_sheet(options: argparse.Namespace, _home: Path) -> Answer:
    """``sheet``: a page to print, to be filled in by hand."""
    from classroom.preprocessing.sheet import write_sheet

    write_sheet(options.file, options.writer or "")
    return {"file": str(options.file)}


def lesson(options: argparse.Namespace, home: Path) -> Answer:
    """``lesson``: the whole lesson, through the real window."""
    from classroom.cli import lesson as lessons

    done = lessons.run(
        home,
        options.report,
        mnist_count=options.mnist,
        checksums=options.checksums,
        tell=tell,
    )
    return {"report": str(done.report), "steps": done.steps}


COMMANDS: dict[str, Command] = {
    "find_mnist": training.find_mnist,
    "predict": predict.predict,
    "dataset_import": dataset.dataset_import,
    "dataset_export": dataset.dataset_export,
    "dataset_stats": dataset.dataset_stats,
    "dataset_undo": dataset.dataset_undo,
    "dataset_redo": dataset.dataset_redo,
    "dataset_recover": dataset.dataset_recover,
    "dataset_backups": dataset.dataset_backups,
    "dataset_restore": dataset.dataset_restore,
    "dataset_delete_writer": dataset.dataset_delete_writer,
    "write_sheet": write_sheet,
    "train": training.train,
    "retrain": training.retrain,
    "compare": compare.compare,
    "study": compare.study,
    "report": compare.report,
    "lesson": lesson,
}
