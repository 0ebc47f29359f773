"""The own samples as the window reaches them: on the background thread, opened when first used."""

from __future__ import annotations

import contextlib
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom import paths
from classroom.ui.core.background import Background

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset


# Half of the two seconds within which another window's work is to be seen.
WATCH_MILLISECONDS = 1000


class BackgroundStore:
    """Runs functions of the `Dataset` beside the window.

    Parameters
    ----------
    background : Background
    home : Path
    failed : callable
        Shows a sentence where a caller does not want to.

    Attributes
    ----------
    damaged, missing : callable
        Called, beside the caller's own `failed`, when the file makes no sense, and when
        it is gone while there are backups of it.
    replaced : callable
        Called with a sentence, after the caller's own `then` or `failed`, when the file
        was deleted or replaced while it was open: other samples may have the numbers
        that were known.
    """

    def __init__(self, background: Background, home: Path, failed: Callable[[str], None]) -> None:
        self._background = background
        self._home = home
        self._failed = failed
        self._dataset: Dataset | None = None
        self._trouble: type[Exception] | None = None
        # Whether anybody has asked in vain while it could not be opened.
        self._down = False
        self._stop_watching: Callable[[], None] = lambda: None
        self.damaged: Callable[[], None] = lambda: None
        self.missing: Callable[[], None] = lambda: None
        self.replaced: Callable[[str], None] = failed

    def run(
        self,
        function: Callable[[Dataset], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `function(dataset)` on the thread, then `then(result)` or `failed(sentence)`."""
        show = failed or self._failed

        def told(sentence: str) -> None:
            show(sentence)
            self._tell_news()
            self._ask_what_to_do()

        def done(result: Any) -> None:
            if then is not None:
                then(result)
            self._tell_news()

        self._background.run(lambda: self._run(function), done, told)

    def file(self) -> Path | None:
        """Return the file of the own samples; None where a database server has them."""
        # Imported here: the window paints before it has a use for a database.
        from classroom.datasets.database import store_file

        return store_file(paths.store_url(self._home))

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept, because the store cannot be written."""
        return self._dataset is not None and bool(self._dataset.read_only_sentence)

    def _ask_what_to_do(self) -> None:
        from classroom.datasets.database import DamagedStore, MissingStore

        if self._trouble is DamagedStore:
            self.damaged()
        elif self._trouble is MissingStore:
            self.missing()

    def _tell_news(self) -> None:
        """Say what became of the file; after all else, so that nothing is said over it."""
        news = self._dataset.news() if self._dataset is not None else []
        if news:
            self.replaced(" ".join(news))

    def replace(self, function: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run `function()`, which puts another file in the store's place, while it is closed."""

        def work() -> Any:
            self._close()
            self._dataset = None
            result = function()
            self._trouble = None
            return result

        self._background.run(work, then, self._failed)

    def _run(self, function: Callable[[Dataset], Any]) -> Any:
        from classroom.datasets.database import DatasetError

        try:
            result = function(self._opened())
        except DatasetError as error:
            self._trouble = type(error)
            self._down = self._down or self._dataset is None
            raise
        self._trouble = None
        return result

    def watch(self, root: tk.Misc, changed: Callable[[], None]) -> None:
        """Ask every second whether others, at another window, have changed the samples."""

        def again() -> None:
            timer = root.after(WATCH_MILLISECONDS, ask)
            self._stop_watching = lambda: root.after_cancel(timer)

        def ask() -> None:
            self.run(lambda dataset: dataset.changed_elsewhere(), answered, failed)

        def answered(is_changed: bool) -> None:
            again()
            if is_changed or self._down:
                self._down = False
                changed()

        def failed(_sentence: str) -> None:
            # Who keeps or looks will be told; a watch that nobody asked for says nothing.
            again()

        again()

    def close(self) -> None:
        """Close the store when all that was asked for is done."""
        self._stop_watching()
        self._background.run(self._close)

    def _close(self) -> None:
        from classroom.datasets.database import DatasetError

        if self._dataset is not None:
            # Of a damaged file even this may fail; everything kept is on the disk.
            with contextlib.suppress(DatasetError):
                self._dataset.close()

    def _opened(self) -> Dataset:
        if self._dataset is None:
            # Imported on the thread: SQLAlchemy takes longer than the window may to appear.
            from classroom.datasets.dataset import Dataset

            self._dataset = Dataset(paths.store_url(self._home))
        return self._dataset
