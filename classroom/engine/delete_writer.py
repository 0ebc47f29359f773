"""Delete everything of a writer from a home, for good; and say what could not be reached.

The store and its backups lose the digits, strokes and names. A run keeps its
figures, which were measured so, and knows the writer as "deleted writer 1". In
reports that lie in the home a picture of theirs gives way to a sentence, and in
the log asterisks stand over the name.
"""

import contextlib
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from classroom import logs, paths
from classroom.datasets import backups, importing, restoring
from classroom.datasets.database import store_file
from classroom.datasets.dataset import Dataset
from classroom.engine import versions
from classroom.errors import ClassroomError
from classroom.evaluation import runs
from classroom.i18n import _, ngettext
from classroom.mentions import Mentions
from classroom.preferences import Preferences
from classroom.reports import lesson_report
from classroom.reports.pages import PAGE
from classroom.writers import clean_writer

Answer = dict[str, Any]
# Of a long list the first few tell enough; --json has them all.
LISTED = 5
# Here the program knows where a name may be, and has taken it out.
_OWN = ("data/backups", "data/runs", "data/studies", "models")
_OWN_FILES = ("data/mnist.npz", "data/preferences.json")


def delete_writer(home: Path, writer: str, dataset: Dataset) -> Answer:
    """Delete a writer from everything in a home.

    Parameters
    ----------
    home : Path
    writer : str
    dataset : Dataset
        The store of this home.

    Returns
    -------
    dict
        ``writer``, ``deleted`` (samples), ``backups`` (how many held some), ``runs`` and
        ``reports`` (how many named the writer), ``aside`` (damaged files, which cannot be
        searched), ``elsewhere`` (other files below the home that name the writer) and
        ``versions`` (those trained since on any own digits).

    Raises
    ------
    ClassroomError
        Nobody has this name.
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
        with contextlib.suppress(OSError):  # it is named among those elsewhere
            mentions.overwrite_in(log)
    return {
        "writer": name,
        "deleted": count,
        "backups": cleaned,
        "runs": len(instead),
        "reports": [str(file) for file in reports],
        "aside": [str(file) for file in backups.set_aside(store)] if store else [],
        "elsewhere": [str(file) for file in _naming(home, store, mentions)],
        "versions": [one.number for one in versions.listing(home) if one.practice],
    }


def _forget_in_preferences(home: Path, name: str) -> None:
    remembered = Preferences.load(home)
    if clean_writer(remembered.writer) == name:
        remembered.writer = ""
        remembered.save(home)


def _reports(home: Path) -> Iterator[Path]:
    return (file for file in _below(home) if file.name == PAGE)


def _naming(home: Path, store: Path | None, mentions: Mentions) -> Iterator[Path]:
    """Yield the files that still name the writer: those of the user, and what could not be done."""
    known = {home / name for name in _OWN_FILES}
    if store is not None:
        known |= {store, *backups.set_aside(store)}
    # In a checkout the program itself lies beside the data, with names of its own.
    root = home / "data" if home == paths.CHECKOUT else home
    for file in _below(root, {home / name for name in _OWN}):
        if file not in known and mentions.are_in(file):
            yield file


def _below(folder: Path, but: Collection[Path] = ()) -> Iterator[Path]:
    """Yield the files below a folder, but not those of hidden folders such as ``.venv``."""
    for name, folders, files in os.walk(folder):
        folders[:] = sorted(
            one for one in folders if not one.startswith(".") and Path(name, one) not in but
        )
        yield from (Path(name, file) for file in sorted(files))


def departure_sentences(answer: Answer) -> list[str]:
    """Say what is gone for good, and what may still hold something of the writer."""
    lines = [
        ngettext(
            "{deleted:,} digit of {writer} is deleted for good, also from the backups.",
            "{deleted:,} digits of {writer} are deleted for good, also from the backups.",
            answer["deleted"],
        ).format(**answer)
    ]
    if answer["runs"]:
        lines.append(
            ngettext(
                "{n:,} run keeps its figures, without the name.",
                "{n:,} runs keep their figures, without the name.",
                answer["runs"],
            ).format(n=answer["runs"])
        )
    if answer["versions"]:
        lines.append(
            _(
                "What was trained before still knows them: retrain, then delete the folders "
                "of the versions {numbers} in models/versions."
            ).format(numbers=_listed(answer["versions"]))
        )
    if answer["aside"]:
        lines.append(
            _(
                "A damaged file that was set aside may hold some; delete it yourself: {files}"
            ).format(files=_listed(answer["aside"]))
        )
    if answer["reports"]:
        lines.append(
            _("Pictures of the window may show the name; look at the reports: {files}").format(
                files=_listed(answer["reports"])
            )
        )
    if answer["elsewhere"]:
        lines.append(
            _("These files still name the writer; delete them yourself: {files}").format(
                files=_listed(answer["elsewhere"])
            )
        )
    lines.append(
        _(
            "What was exported, handed in or printed cannot be reached from here, and neither "
            "can the log and the backups of a database server."
        )
    )
    return lines


def _listed(items: Sequence[object]) -> str:
    """Return the first few items of a list, and how many more there are."""
    text = ", ".join(str(item) for item in items[:LISTED])
    more = len(items) - LISTED
    return text if more <= 0 else _("{items} and {n:,} more").format(items=text, n=more)
