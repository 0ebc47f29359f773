"""A command that is stopped, by Ctrl+C or by the system, says what is so: kept, or as it was.

What is so is looked up on the disk when the command has ended, not guessed
from where it was: between the last byte that is written and the line that
says so there is always a moment.
"""

import _thread
import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from classroom import files, paths
from classroom.datasets import mnist
from classroom.engine import versions
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext

# Says what is so, when it is called.
Look = Callable[[], str]


class Signals:
    """Turns the signals that ask a program to end into a `KeyboardInterrupt`.

    Attributes
    ----------
    number : int
        The last one that came; that of Ctrl+C where none did.
    """

    def __init__(self) -> None:
        self.number = int(signal.SIGINT)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen within the block; after it they are ignored, for the program is about to end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = [
            each
            for each in (signal.SIGINT, signal.SIGTERM)
            # In the background of a shell script Ctrl+C is not for this program.
            if signal.getsignal(each) is not signal.SIG_IGN
        ]
        for each in wanted:
            signal.signal(each, self._stop)
        before, sys.unraisablehook = sys.unraisablehook, self._swallowed
        try:
            yield
        finally:
            for each in wanted:
                signal.signal(each, signal.SIG_IGN)
            sys.unraisablehook = before

    def _swallowed(self, about: "sys.UnraisableHookArgs") -> None:
        """Ask to end once more, where the signal came while an object was thrown away.

        What is raised there, Python reports and forgets; and so it would what is raised here.
        """
        if isinstance(about.exc_value, KeyboardInterrupt):
            again = threading.Timer(0.05, _thread.interrupt_main, [signal.Signals(self.number)])
            again.daemon = True
            again.start()
        else:
            sys.__unraisablehook__(about)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
        raise KeyboardInterrupt

    @property
    def status(self) -> int:
        """The exit status of a program that was ended by the signal."""
        return 128 + self.number


def watch(options: argparse.Namespace, home: Path) -> Look:
    """Note what is there before a command begins; return what says what has become of it."""
    start = _WATCHES.get(options.run, _changes_nothing)
    try:
        return start(options, home)
    except (ClassroomError, OSError):
        # The command will say it, too.
        return nothing_changed


def nothing_changed() -> str:
    """Say that nothing was changed."""
    return _("Stopped; nothing was changed.")


def window_closed() -> str:
    """Say what has become of the digits of a window that is gone."""
    return _("Stopped; the window is closed, and every digit that it called kept is in the store.")


def _changes_nothing(_options: argparse.Namespace, _home: Path) -> Look:
    return nothing_changed


def _predict(_options: argparse.Namespace, _home: Path) -> Look:
    return lambda: _(
        "Stopped before all answers were there; your digits and versions are as they were."
    )


# --- files -------------------------------------------------------------------------------
def _stamp(file: Path) -> tuple[int, int] | None:
    """Return what is another one when a file has been replaced; None where there is no file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def _new_file(file: Path, missing: str) -> Look:
    """Return what tells whether a file was written, or says `missing`."""
    before = _stamp(file)

    def look() -> str:
        if _stamp(file) in (None, before):
            return missing
        return _("Stopped, but {file} was complete by then.").format(file=file)

    return look


def _mnist(_options: argparse.Namespace, home: Path) -> Look:
    file = mnist.cache_file(home)
    if file.exists():
        return _new_file(file, nothing_changed())
    missing = _("Stopped; MNIST is not stored. Say the command again to fetch it anew.")
    return _new_file(file, missing)


def _sheet(options: argparse.Namespace, _home: Path) -> Look:
    text = _("Stopped; {file} was not written.").format(file=options.file)
    return _new_file(options.file, text)


def _train(options: argparse.Namespace, _home: Path) -> Look:
    missing = _("Stopped; the network was not saved, and what it had learnt is gone.")
    return _new_file(options.out, missing) if options.out else lambda: missing


def _report(options: argparse.Namespace, _home: Path) -> Look:
    return _new_file(options.report / "report.html", _("Stopped; the report was not written."))


def _export(_options: argparse.Namespace, _home: Path) -> Look:
    return lambda: _(
        "Stopped; your digits are as they were. Of the export, the files that are there are "
        "complete; others may be missing."
    )


# --- own samples -------------------------------------------------------------------------
def _samples(home: Path) -> tuple[int, str]:
    """Return how many samples there are, and the fingerprint of them all."""
    # Imported here: the window paints before it has a use for a database.
    from classroom.datasets.database import store_file

    store = store_file(paths.store_url(home))
    if store is not None and not store.exists():
        # Looking must not begin a store.
        return 0, ""
    from classroom.datasets.dataset import Dataset

    with Dataset(paths.store_url(home)) as dataset:
        return int(dataset.stats()["total"]), dataset.fingerprint()


def _import(_options: argparse.Namespace, home: Path) -> Look:
    before, _fingerprint = _samples(home)

    def look() -> str:
        added = _samples(home)[0] - before
        if not added:
            return _("Stopped; nothing was imported, and your digits are as they were.")
        return ngettext(
            "Stopped, but the import was complete by then: {n:,} sample was added. "
            "“dataset undo” takes it back.",
            "Stopped, but the import was complete by then: {n:,} samples were added. "
            "“dataset undo” takes them back.",
            added,
        ).format(n=added)

    return look


def _change(_options: argparse.Namespace, home: Path) -> Look:
    before = _samples(home)

    def look() -> str:
        if _samples(home) == before:
            return _("Stopped; your digits are as they were.")
        return _("Stopped, but the change of your digits was complete by then.")

    return look


def _delete_writer(options: argparse.Namespace, home: Path) -> Look:
    before = _samples(home)

    def look() -> str:
        if _samples(home) == before:
            text = _(
                "Stopped. The own digits are as they were, but backups and runs may have been "
                "cleared of {name} already. Say the command again to delete the rest."
            )
        else:
            text = _(
                "Stopped. The digits of {name} are deleted, but backups, runs and reports may "
                "still name them. Say the command again to delete the rest."
            )
        return text.format(name=options.name)

    return look


# --- training ----------------------------------------------------------------------------
def _retrain(_options: argparse.Namespace, home: Path) -> Look:
    before = {version.number for version in versions.listing(home)}

    def look() -> str:
        new = sorted({version.number for version in versions.listing(home)} - before)
        in_use = versions.chosen(home)[0].number
        if not new:
            text = _("Stopped; no version was made, and version {in_use} is in use as before.")
            return text.format(in_use=in_use)
        if in_use == new[-1]:
            text = _("Stopped, but version {new} was complete by then, and is in use.")
        else:
            text = _(
                "Stopped, but version {new} was complete by then. Version {in_use} is still in "
                "use; choose the new one in Train."
            )
        return text.format(new=new[-1], in_use=in_use)

    return look


def _compare(_options: argparse.Namespace, home: Path) -> Look:
    parent = home / "data" / "runs"
    before = {path.name for path in files.numbered(parent)}

    def look() -> str:
        new = sorted({path.name for path in files.numbered(parent)} - before)
        if new:
            text = _("Stopped, but the comparison was complete by then, and is kept as run {run}.")
            return text.format(run=int(new[-1]))
        return _("Stopped; no run was kept. Your digits and versions are as they were.")

    return look


def _study(_options: argparse.Namespace, home: Path) -> Look:
    parent = home / "data" / "studies"
    before = set(parent.glob("*/*.json"))

    def look() -> str:
        kept = len(set(parent.glob("*/*.json")) - before)
        return ngettext(
            "Stopped; {n:,} new cell is kept. The same command goes on from there.",
            "Stopped; {n:,} new cells are kept. The same command goes on from there.",
            kept,
        ).format(n=kept)

    return look


def _lesson(options: argparse.Namespace, home: Path) -> Look:
    written = _report(options, home)
    before = _samples(home)[0]

    def look() -> str:
        kept = _samples(home)[0] - before
        digits = ngettext(
            "{n:,} digit that it has drawn is kept.", "{n:,} digits that it has drawn are kept.",
            kept,
        ).format(n=kept)  # fmt: skip
        return f"{written()} {digits}" if kept else written()

    return look


_WATCHES: dict[str, Callable[[argparse.Namespace, Path], Look]] = {
    "find_mnist": _mnist,
    "predict": _predict,
    "dataset_import": _import,
    "dataset_export": _export,
    "dataset_undo": _change,
    "dataset_redo": _change,
    "dataset_recover": _change,
    "dataset_restore": _change,
    "dataset_delete_writer": _delete_writer,
    "write_sheet": _sheet,
    "train": _train,
    "retrain": _retrain,
    "compare": _compare,
    "study": _study,
    "report": _report,
    "lesson": _lesson,
}
