"""Opens a home after a fault in a fresh process, as the next start of the program does.

It knows neither the fault nor what the program said during it.
"""

import contextlib
import io
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from fault_steps import Digits
from support import base

from classroom import paths
from classroom.cli import main
from classroom.datasets import importing, restoring
from classroom.datasets.dataset import Dataset, DatasetError
from classroom.engine import versions
from classroom.errors import ClassroomError
from classroom.evaluation import runs

# The beginnings of sentences that the program says when the log holds a traceback.
MASKED = "Something unexpected", "The calculation failed"

RECOVER = "dataset recover"


@dataclass
class Seen:
    """What a fresh process finds.

    Attributes
    ----------
    sentences : list of str
        What it said was wrong with the store.
    digits : dict of str to int, or None
        The labels of those that count; None where the store cannot be opened.
    recovered : bool
        Whether a damaged store was set aside.
    problems : list of str
        What is wrong with versions and runs.
    version : int
        The one in use.
    runs : list of int
    errors : list of str
        Tracebacks, and what stands for one.
    exports : dict of str to int
        How many digits each file and folder that was exported gives back.
    """

    sentences: list[str] = field(default_factory=list)
    digits: Digits | None = None
    recovered: bool = False
    problems: list[str] = field(default_factory=list)
    version: int = 0
    runs: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    exports: dict[str, int] = field(default_factory=dict)


def look(folder: Path, *, learns: bool) -> Seen:
    """Open what a case has left in `folder`."""
    home, seen = folder / "home", Seen()
    if not _reads(home, seen):
        # The sentence names the command that helps, between quotes.
        way = re.search("“(dataset [^”]+)”", seen.sentences[-1])
        seen.recovered = not _command(home, seen, *(way[1] if way else RECOVER).split())
        if not _reads(home, seen):
            return seen
    store = home / "data" / "samples.sqlite"
    seen.digits = live(store)
    with closing(sqlite3.connect(store)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            seen.problems.append("the store is unsound")
    _look_at_exports(folder, seen)
    if learns:
        _look_at_versions(home, seen)
        _look_at_runs(home, seen)
    return seen


def _reads(home: Path, seen: Seen) -> bool:
    """Count the samples by the command, then read all of them as the window does."""
    if _command(home, seen, "dataset", "stats"):
        return False
    try:
        with Dataset(paths.store_url(home)) as dataset:
            dataset.samples()
    except DatasetError as error:
        seen.sentences.append(str(error))
        return False
    try:
        # The window does this with its first backup, a minute after its start.
        restoring.check(home / "data" / "samples.sqlite")
    except DatasetError:
        seen.sentences.append("The window asks whether to set a damaged file aside.")
        return False
    return True


def live(store: Path) -> Digits:
    """Return the label of each sample by its digest, without the code under test."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT digest, label FROM samples WHERE deleted IS NULL")
        return dict(rows.fetchall())


def _command(home: Path, seen: Seen, *arguments: str) -> int:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main.main(["--home", str(home), *arguments, "--json"])
    if status:
        seen.sentences.append(err.getvalue().strip())
    seen.errors += tracebacks(err.getvalue())
    return status


def _look_at_exports(folder: Path, seen: Seen) -> None:
    for path in sorted((folder / "out").glob("[!.]*")):
        with Dataset(f"sqlite:///{folder}/back-{path.name}.sqlite") as dataset:
            try:
                report = importing.import_paths(dataset, [path])
            except ClassroomError as error:
                seen.problems.append(f"the export {path.name} is half: {error}")
            else:
                seen.exports[path.name] = report.added
                if report.rejected or report.left_out:
                    seen.problems.append(f"the export {path.name} is half: {report}")


def _look_at_versions(home: Path, seen: Seen) -> None:
    from classroom.engine.classifier_service import ClassifierService

    seen.version = versions.in_use(home)[0].number
    folders = sorted((home / "models" / "versions").glob("[0-9][0-9][0-9][0-9]"))
    known = {version.number for version in versions.listing(base(home))}
    seen.problems += [
        f"version {one.name} is half" for one in folders if int(one.name) not in known
    ]
    try:
        bench = ClassifierService(home)
        bench.load_network()
        bench._load_baselines()
        if bench.version.number != seen.version:
            seen.problems.append(f"version {seen.version} in use, {bench.version.number} answers")
    except ClassroomError as error:
        seen.problems.append(f"version {seen.version} does not load: {error}")


def _look_at_runs(home: Path, seen: Seen) -> None:
    there = sorted((home / "data" / "runs").glob("[0-9][0-9][0-9][0-9]"))
    seen.runs = [card.number for card in runs.listing(home)]
    seen.problems += [f"run {one.name} is half" for one in there if int(one.name) not in seen.runs]
    for number in seen.runs:
        try:
            runs.read(home, number)
        except ClassroomError as error:
            seen.problems.append(f"run {number} cannot be read: {error}")


def tracebacks(text: str) -> list[str]:
    return [line for line in text.splitlines() if "Traceback" in line or line.startswith(MASKED)]
