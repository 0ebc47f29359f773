"""The commands by name; each returns the object that ``--json`` prints."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classroom import lab_commands, predict_command, store_commands, training_commands
from classroom.terminal import tell

Answer = dict[str, Any]
Command = Callable[[argparse.Namespace, Path], Answer]


def write_sheet(options: argparse.Namespace, _home: Path) -> Answer:
    """``sheet``: a page to print, to be filled in by hand."""
    from classroom.sheet import write_sheet

    write_sheet(options.file, options.writer or "")
    return {"file": str(options.file)}


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


COMMANDS: dict[str, Command] = {
    "find_mnist": training_commands.find_mnist,
    "predict": predict_command.predict,
    "dataset_import": store_commands.dataset_import,
    "dataset_export": store_commands.dataset_export,
    "dataset_stats": store_commands.dataset_stats,
    "dataset_undo": store_commands.dataset_undo,
    "dataset_redo": store_commands.dataset_redo,
    "dataset_recover": store_commands.dataset_recover,
    "dataset_backups": store_commands.dataset_backups,
    "dataset_restore": store_commands.dataset_restore,
    "dataset_delete_writer": store_commands.dataset_delete_writer,
    "write_sheet": write_sheet,
    "train": training_commands.train,
    "retrain": training_commands.retrain,
    "compare": lab_commands.compare,
    "study": lab_commands.study,
    "report": lab_commands.report,
    "lesson": lesson,
}
