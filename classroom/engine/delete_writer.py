"""Deletes a writer from everything in a home, for good; called by the window and the command line.

It also finds what may still name the writer and cannot be changed by the program.
"""

import contextlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from classroom import logs, paths
from classroom.datasets import backups, importing, restoring
from classroom.datasets.database import store_file
from classroom.datasets.dataset import Dataset
from classroom.engine import versions
from classroom.engine.versions import Line
from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.i18n import _, ngettext
from classroom.mentions import Mentions
from classroom.preferences import Preferences
from classroom.reports import lesson_report
from classroom.reports.pages import PAGE
from classroom.starts import Start
from classroom.writers import clean_writer

# Sentences name the first files of a long list only; --json has them all.
LISTED = 5
# Folders and files of the program's own formats, from which the name has been removed.
_OWN = ("data/backups", "data/runs", "data/studies", "models")
_OWN_FILES = ("data/mnist.npz", "data/preferences.json")


@dataclass(frozen=True)
class WriterDeletion:
    """What was deleted, and what may still contain the writer's samples or name.

    Attributes
    ----------
    writer : str
    deleted : int
        The number of samples in the store.
    backups : int
        The number of backups that contained samples of the writer.
    runs : int
        The number of runs that named the writer.
    reports : list of str
        The reports in the home that named the writer.
    aside : list of str
        Damaged stores that were set aside, and cannot be searched.
    elsewhere : list of str
        Other files in the home that still name the writer.
    versions : list of int
        The versions that were trained on any own samples, of every line.
    starts : list of str
        The line of each of these versions.
    """

    writer: str
    deleted: int
    backups: int
    runs: int
    reports: list[str]
    aside: list[str]
    elsewhere: list[str]
    versions: list[int]
    starts: list[str]

    def sentences(self) -> list[str]:
        """Return what was deleted, and what may still contain the writer's digits."""
        lines = [
            ngettext(
                "{deleted:,} digit of {writer} is deleted for good, also from the backups.",
                "{deleted:,} digits of {writer} are deleted for good, also from the backups.",
                self.deleted,
            ).format(deleted=self.deleted, writer=self.writer)
        ]
        if self.runs:
            lines.append(
                ngettext(
                    "{n:,} run keeps its figures, without the name.",
                    "{n:,} runs keep their figures, without the name.",
                    self.runs,
                ).format(n=self.runs)
            )
        if self.versions:
            lines.append(
                _(
                    "What was trained before still knows them: retrain, then delete the folders "
                    "{folders}."
                ).format(folders=_listed(self._version_folders()))
            )
        if self.aside:
            lines.append(
                _(
                    "A damaged file that was set aside may hold some; delete it yourself: {files}"
                ).format(files=_listed(self.aside))
            )
        if self.reports:
            lines.append(
                _("Pictures of the window may show the name; look at the reports: {files}").format(
                    files=_listed(self.reports)
                )
            )
        if self.elsewhere:
            lines.append(
                _("These files still name the writer; delete them yourself: {files}").format(
                    files=_listed(self.elsewhere)
                )
            )
        lines.append(
            _(
                "What was exported, handed in or printed cannot be reached from here, and neither "
                "can the log and the backups of a database server."
            )
        )
        return lines

    def _version_folders(self) -> list[str]:
        """Return the folders of the versions, as seen from the home."""
        return [
            versions.folder(Line(Path(), Start.named(start)), number).as_posix()
            for start, number in zip(self.starts, self.versions, strict=True)
        ]


def delete_writer(home: Path, writer: str, dataset: Dataset) -> WriterDeletion:
    """Delete a writer from everything in a home.

    The store and its backups lose the writer's samples and name. Runs keep their figures, which
    were measured with these samples, and call the writer "deleted writer 1". In reports inside
    of the home a sentence replaces the writer's pictures, and in the log asterisks replace the
    name.

    Parameters
    ----------
    home : Path
    writer : str
    dataset : Dataset
        The store of this home.

    Raises
    ------
    ClassroomError
        There is no writer of this name.
    """
    name = clean_writer(writer)
    known = dataset.writers(deleted=True)
    mentions = Mentions(name, {*known, *runs.writers(home)} - {name})
    store = store_file(paths.store_url(home))
    count = dataset.purge_writer(name)
    cleaned = restoring.purge_writer(store, name) if store else 0
    instead = runs.forget_writer(home, mentions)
    reports = [file for file in _reports(home) if lesson_report.forget_writer(file, name)]
    if not (count or cleaned or instead or reports):
        raise ClassroomError(
            _("There is no writer called {name}. There are: {known}.").format(
                name=name, known=", ".join(known) or _("nobody")
            )
        )
    if dataset.folder is not None:
        importing.remove_scratch(dataset.folder)
    _forget_in_preferences(home, name)
    for log in logs.files(home):
        with contextlib.suppress(OSError):  # an unwritable log is listed as elsewhere
            mentions.overwrite_in(log)
    trained = [
        one for line in versions.lines(home) for one in versions.listing(line) if one.practice
    ]
    return WriterDeletion(
        writer=name,
        deleted=count,
        backups=cleaned,
        runs=len(instead),
        reports=[str(file) for file in reports],
        aside=[str(file) for file in backups.set_aside(store)] if store else [],
        elsewhere=[str(file) for file in _naming(home, store, mentions)],
        versions=[one.number for one in trained],
        starts=[str(one.start.value) for one in trained],
    )


def _forget_in_preferences(home: Path, name: str) -> None:
    remembered = Preferences.load(home)
    if clean_writer(remembered.writer) == name:
        remembered.writer = ""
        remembered.save(home)


def _reports(home: Path) -> Iterator[Path]:
    return (file for file in _below(home) if file.name == PAGE)


def _naming(home: Path, store: Path | None, mentions: Mentions) -> Iterator[Path]:
    """Yield the files in a home that still name the writer: the user's, and unwritable ones."""
    known = {home / name for name in _OWN_FILES}
    if store is not None:
        known |= {store, *backups.set_aside(store)}
    # If the home is the checkout, the program's own files, which name people, are in it too.
    root = home / "data" if home == paths.CHECKOUT else home
    for file in _below(root, {home / name for name in _OWN}):
        if file not in known and mentions.are_in(file):
            yield file


def _below(folder: Path, but: Collection[Path] = ()) -> Iterator[Path]:
    """Yield the files in a folder and its subfolders, except those in `but` and hidden ones."""
    for name, folders, files in os.walk(folder):
        folders[:] = sorted(
            one for one in folders if not one.startswith(".") and Path(name, one) not in but
        )
        yield from (Path(name, file) for file in sorted(files))


def _listed(items: Sequence[object]) -> str:
    """Return the first items of a list as text, and how many more there are."""
    text = ", ".join(str(item) for item in items[:LISTED])
    more = len(items) - LISTED
    return text if more <= 0 else _("{items} and {n:,} more").format(items=text, n=more)
