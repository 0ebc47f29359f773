"""Stores the classifiers that comparisons have trained, so that *Draw* can ask them.

CNN, SVM and k-NN belong to a version and are stored by `classroom.engine.versions`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from classroom import paths
from classroom.catalogue import TITLES
from classroom.classifiers.base import Classifier
from classroom.classifiers.registry import CLASSIFIERS, file_of
from classroom.errors import ClassroomError
from classroom.i18n import _


class TrainedClassifiers:
    """The trained classifiers of a home, each as its last comparison left it.

    Parameters
    ----------
    home : Path
    """

    def __init__(self, home: Path) -> None:
        self.folder = paths.trained(home)
        self._loaded: dict[str, tuple[int, Classifier]] = {}

    def load(self, name: str) -> Classifier:
        """Return a trained classifier; its file is read again only after it has changed.

        Raises
        ------
        ClassroomError
            If it has not been trained, or its file is damaged.
        """
        path = self.folder / file_of(name)
        try:
            written = path.stat().st_mtime_ns
        except OSError as error:
            raise ClassroomError(
                _("{title} has not been trained yet: have it compared first.").format(
                    title=TITLES[name]
                )
            ) from error
        if self._loaded.get(name, (0, None))[0] != written:
            self._loaded[name] = written, CLASSIFIERS[name].load(path)
        return self._loaded[name][1]

    @contextmanager
    def place(self, name: str) -> Iterator[Path]:
        """Give a path to save a classifier to; it replaces the previous one if the block succeeds.

        Raises
        ------
        ClassroomError
            If the file cannot be written; the previous classifier stays.
        """
        unfinished = self.folder / f"unfinished-{os.getpid()}-{file_of(name)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield unfinished
            unfinished.replace(self.folder / file_of(name))
        except OSError as error:
            raise ClassroomError(
                _(
                    "It could not be written to {folder}: {why}. Make room on the disk, "
                    "or allow writing there, and compare again."
                ).format(folder=self.folder, why=error.strerror or error)
            ) from error
        finally:
            with suppress(OSError):
                unfinished.unlink()
