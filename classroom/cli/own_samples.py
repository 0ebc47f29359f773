"""What the commands ``dataset import``, ``dataset stats`` and so on have in common."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from classroom import paths
from classroom.cli.base import Group
from classroom.cli.stopping import StopSentence
from classroom.cli.terminal import tell
from classroom.errors import ClassroomError
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset

DATASET = Group("dataset", _("own samples: import, export, stats"))


@contextlib.contextmanager
def opened(home: Path) -> Iterator["Dataset"]:
    """Open the store of the own samples; at the end, print on stderr what it has to report."""
    from classroom.datasets.dataset import Dataset

    with Dataset(paths.store_url(home)) as store:
        try:
            yield store
        finally:
            for line in store.news():
                tell(line)


def sqlite_file(home: Path) -> Path:
    """Return the file of the own samples.

    Raises
    ------
    ClassroomError
        They are in a database server, which has backups of its own.
    """
    from classroom.datasets.database import store_file

    store = store_file(paths.store_url(home))
    if store is None:
        raise ClassroomError(
            _("The own samples are not in a file of SQLite; its own tools can recover them.")
        )
    return store


def count_and_fingerprint(home: Path) -> tuple[int, str]:
    """Return the number of own samples, and a text that differs after every change of them."""
    from classroom.datasets.database import store_file

    store = store_file(paths.store_url(home))
    if store is not None and not store.exists():
        # To open the store would create it, and this only looks.
        return 0, ""
    from classroom.datasets.dataset import Dataset

    with Dataset(paths.store_url(home)) as dataset:
        return int(dataset.stats()["total"]), dataset.fingerprint()


def watch_change(home: Path) -> StopSentence:
    """Return what says, after Ctrl+C, whether the own samples have changed since this call."""
    before = count_and_fingerprint(home)

    def say() -> str:
        if count_and_fingerprint(home) == before:
            return _("Stopped; your digits are as they were.")
        return _("Stopped, but the change of your digits was complete by then.")

    return say
