"""Backs the own samples up beside the window, and helps when their file is damaged."""

from __future__ import annotations

import logging
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import messagebox
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext
from classroom.ui.core.background import Background
from classroom.ui.core.notice import Notice
from classroom.ui.samples.backups_dialog import digits, moment

if TYPE_CHECKING:
    from classroom.datasets.backups import Backup
    from classroom.datasets.restoring import BackupContent, Recovery
    from classroom.ui.core.store import Store

# The first one when the engine has come up and the disk is quiet, then again and again.
FIRST_MILLISECONDS, AGAIN_MILLISECONDS = 60_000, 120_000

log = logging.getLogger(__name__)


class AutomaticBackups:
    """Makes a backup now and then, and asks what to do about a damaged store.

    Parameters
    ----------
    root : tk.Tk
    store : Store
    file : callable
        Gives the file of the own samples, None where there is none; called beside the window.
    notice : Notice
    recovered : callable
        Called when there are other samples than before.
    """

    def __init__(
        self,
        root: tk.Tk,
        store: Store,
        file: Callable[[], Path | None],
        notice: Notice,
        recovered: Callable[[], None],
    ) -> None:
        self._root, self._store, self._file = root, store, file
        self._notice, self._recovered = notice, recovered
        # A thread of its own: no digit that is kept has to wait for a backup.
        self._background = Background(root)
        self._asked = False
        store.damaged = self.damaged
        store.missing = self.missing
        self._timer = root.after(FIRST_MILLISECONDS, self.back_up)

    def back_up(self) -> None:
        """Make a backup if one is due."""
        self._timer = self._root.after(AGAIN_MILLISECONDS, self.back_up)

        def work() -> bool:
            """Return whether the store turned out to be damaged."""
            from classroom.datasets import backups
            from classroom.datasets.dataset import DamagedStore

            file = self._file()
            try:
                if file is not None:
                    backups.make(file)
            except DamagedStore:
                return True
            return False

        def failed(sentence: str) -> None:
            # Nothing is lost: the next one is tried soon.
            log.warning("%s", sentence)

        self._background.run(work, lambda bad: self.damaged() if bad else None, failed)

    def damaged(self) -> None:
        """Find the newest sound backup, and ask whether to go on with it; once."""
        if self._asked:
            return
        self._asked = True

        def work() -> tuple[Path | None, Backup | None]:
            from classroom.datasets import backups

            file = self._file()
            return file, backups.newest_sound(file) if file else None

        self._background.run(work, lambda found: self._ask(*found))

    def missing(self) -> None:
        """Ask what to do about a store that is gone while there are backups of it; once."""
        if self._asked:
            return
        self._asked = True

        def work() -> tuple[Path | None, BackupContent | None]:
            from classroom.datasets import restoring

            file = self._file()
            held = restoring.contents(file) if file else []
            return file, next((one for one in held if one.samples is not None), None)

        self._background.run(work, lambda found: self._ask_of_missing(*found))

    def _ask_of_missing(self, file: Path | None, held: BackupContent | None) -> None:
        if file is None:
            return
        if held is None:
            what = _("None of its backups can be read.")
        else:
            what = _("The newest backup, of {moment}, holds {digits}.").format(
                moment=moment(held.backup), digits=digits(held.samples or 0)
            )
        question = _(
            "The file of the own digits, {name}, is gone: deleted, renamed or moved away. "
            "{what}\n\n"
            "Yes: go on with the newest backup.\n"
            "No: begin with no digits. The backups stay; “Backups…” in My digits brings one back.\n"
            "Cancel: keep nothing for now, so that you can put the file back."
        ).format(name=file, what=what)
        answer = messagebox.askyesnocancel(
            _("Digit Classroom"), question, icon="warning", parent=self._root
        )
        if answer is not None:
            self._put_back(file, held.backup if answer and held else None)

    def _put_back(self, file: Path, backup: Backup | None) -> None:
        def work() -> int:
            from classroom.datasets import restoring

            if backup is not None:
                return restoring.restore(file, backup).samples
            restoring.begin_anew(file)
            return 0

        self._store.replace(work, self._is_back)

    def _is_back(self, samples: int) -> None:
        self._asked = False
        text = ngettext("There is {n:,} digit again.", "There are {n:,} digits again.", samples)
        if not samples:
            text = _("You begin with no digits.")
        self._notice.show(text.format(n=samples), kind="good")
        self._recovered()

    def close(self) -> None:
        """Make no more backups; one under way is left unfinished, and counts for nothing."""
        self._root.after_cancel(self._timer)
        self._background.close(timeout=0.2)

    def _ask(self, file: Path | None, backup: Backup | None) -> None:
        if file is None:
            return
        if backup is None:
            what = _("There is no automatic backup yet, so you would begin with no digits.")
        else:
            what = _("The newest automatic backup is of {time:%Y-%m-%d %H:%M}.").format(
                time=backup.taken.astimezone()
            )
        question = _(
            "The file of the own digits, {name}, is damaged. {what}\n\n"
            "Set the damaged file aside and go on? Whatever can still be read of it is added."
        ).format(name=file.name, what=what)
        if messagebox.askyesno(_("Digit Classroom"), question, icon="warning", parent=self._root):
            self._recover(file)
        else:
            # Asked again at the next start; until then everything says what is wrong.
            log.warning("the damaged store stays where it is")

    def _recover(self, file: Path) -> None:
        def work() -> Recovery:
            from classroom.datasets import restoring

            return restoring.recover(file)

        self._store.replace(work, self._told)

    def _told(self, done: Recovery) -> None:
        self._asked = False
        text = ngettext(
            "There is {n:,} digit again. The damaged file is now {name}.",
            "There are {n:,} digits again. The damaged file is now {name}.",
            done.samples,
        )
        self._notice.show(text.format(n=done.samples, name=done.aside.name), kind="good")
        self._recovered()
