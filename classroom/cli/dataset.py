"""What the commands ``dataset import``, ``export``, ``stats`` and so on do."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classroom import paths
from classroom.cli.terminal import tell
from classroom.datasets import backups, exporting, restoring
from classroom.datasets.database import store_file
from classroom.datasets.dataset import DamagedStore, Dataset, Edit
from classroom.errors import ClassroomError, NothingDone, WrongUsage
from classroom.i18n import _

Answer = dict[str, Any]


@contextlib.contextmanager
def opened(home: Path) -> Iterator[Dataset]:
    """Open the store, and say in the end what the user is to know of it."""
    with Dataset(paths.store_url(home)) as store:
        try:
            yield store
        finally:
            for line in store.news():
                tell(line)


def dataset_import(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset import``: add samples.

    Raises
    ------
    ClassroomError
        There was nothing to add, or everything was refused.
    """
    from classroom.cli import terminal
    from classroom.datasets import import_orientation, importing

    with opened(home) as store:
        report = importing.import_paths(
            store,
            options.paths,
            writer=options.writer,
            same_writers=options.same_writers,
            skip_bad=options.skip_bad,
            orientation=options.orientation,
        )
    for done in report.reoriented:
        terminal.tell(import_orientation.sentence(done))
    # `added`, `duplicates`, `rejected`, `contributions`, `left_out` and `reoriented`
    answer = asdict(report)
    # The number of an edit means nothing outside; `dataset undo` takes back the latest.
    del answer["edit"]
    if not report.added and not report.duplicates:
        raise NothingDone(_("Nothing was imported: everything was refused."), answer=answer)
    return answer


def dataset_export(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset export``: write the samples to files."""
    with opened(home) as store:
        formats = options.format or (_format_of(options.path),)
        report = exporting.export(store, options.path, formats)
    return {"written": report.written, "files": report.files, "notes": report.notes}


def _format_of(path: Path) -> str:
    name = path.name.lower()
    return next(
        (kind for kind, ends in exporting.FILE_ENDINGS.items() if name.endswith(ends)), "png"
    )


def dataset_stats(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset stats``: count the samples."""
    with opened(home) as store:
        return store.stats()


def dataset_undo(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset undo``: take the last change of the samples back."""
    with opened(home) as store:
        return _step(store.undo(), _("There is nothing to undo."))


def dataset_redo(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset redo``: do again what was taken back last."""
    with opened(home) as store:
        return _step(store.redo(), _("There is nothing to redo."))


def _step(edit: Edit | None, nothing: str) -> Answer:
    if edit is None:
        raise ClassroomError(nothing)
    return {"kind": edit.kind, "samples": len(edit.samples), "label": edit.label}


def dataset_recover(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset recover``: set a damaged store aside, and go on with the newest backup."""
    store = _file(home)
    try:
        restoring.check(store)
    except DamagedStore:
        done = restoring.recover(store)
        return {
            "aside": str(done.aside),
            "backup": str(done.backup.file) if done.backup else None,
            "total": done.samples,
            "rescued": done.recovered,
        }
    raise ClassroomError(_("{name} is sound; nothing was changed.").format(name=store))


def dataset_backups(_options: argparse.Namespace, home: Path) -> Answer:
    """``dataset backups``: list the automatic backups."""
    return {
        "backups": [
            {
                "name": held.backup.name,
                "taken": held.backup.taken.isoformat(),
                "samples": held.samples,
                "in_future": held.backup.in_future,
            }
            for held in restoring.contents(_file(home))
        ]
    }


def dataset_restore(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset restore``: bring the samples to what they are in a backup."""
    store = _file(home)
    if bool(options.name) == options.begin_anew:
        raise WrongUsage(_("say the name of a backup, or --begin-anew"))
    if options.begin_anew:
        restoring.begin_anew(store)
        return {
            "backup": None,
            "total": 0,
            "added": 0,
            "deleted": 0,
            "relabelled": 0,
            "before": None,
            "aside": None,
        }
    done = restoring.restore(store, backups.named(store, options.name))
    return {
        "backup": done.backup.name,
        "total": done.samples,
        "added": done.added,
        "deleted": done.deleted,
        "relabelled": done.relabelled,
        "before": done.before.name if done.before else None,
        "aside": str(done.aside) if done.aside else None,
    }


def _file(home: Path) -> Path:
    store = store_file(paths.store_url(home))
    if store is None:
        raise ClassroomError(
            _("The own samples are not in a file of SQLite; its own tools can recover them.")
        )
    return store


def dataset_delete_writer(options: argparse.Namespace, home: Path) -> Answer:
    """``dataset delete-writer``: delete everything of a writer, for good."""
    from classroom.engine import delete_writer

    with opened(home) as dataset:
        return delete_writer.delete_writer(home, options.name, dataset)
