"""Asks what to do about a damaged or missing file of own samples, and does it. `App` starts it."""

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
from classroom.ui.core.texts import backup_time, digit_count

if TYPE_CHECKING:
    from classroom.datasets.backups import Backup
    from classroom.datasets.restoring import BackupContent, Recovery
    from classroom.ui.core.background_store import BackgroundStore

log = logging.getLogger(__name__)


class StoreRecovery:
    """Asks once, when the store is found damaged or missing, and puts a backup in its place.

    Parameters
    ----------
    root : tk.Tk
    store : BackgroundStore
        Its `damaged` and `missing` are set to the methods here.
    background : Background
        Searches through the backups.
    notice : Notice
    recovered : callable
        Called when there are other samples than before.
    """

    def __init__(
        self,
        root: tk.Tk,
        store: BackgroundStore,
        background: Background,
        notice: Notice,
        recovered: Callable[[], None],
    ) -> None:
        self._root, self._store, self._background = root, store, background
        self._notice, self._recovered = notice, recovered
        self._asked = False
        store.damaged = self.damaged
        store.missing = self.missing

    # --- a damaged file -------------------------------------------------------
    def damaged(self) -> None:
        """Find the newest sound backup, and ask whether to go on with it; once."""
        if self._asked:
            return
        self._asked = True

        def work() -> tuple[Path | None, Backup | None]:
            from classroom.datasets import backups

            file = self._store.file()
            return file, backups.newest_sound(file) if file else None

        self._background.run(work, lambda found: self._ask_about_damaged(*found))

    def _ask_about_damaged(self, file: Path | None, backup: Backup | None) -> None:
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

        self._store.replace(work, self._say_recovered)

    def _say_recovered(self, done: Recovery) -> None:
        self._asked = False
        text = ngettext(
            "There is {n:,} digit again. The damaged file is now {name}.",
            "There are {n:,} digits again. The damaged file is now {name}.",
            done.samples,
        )
        self._notice.show(text.format(n=done.samples, name=done.aside.name), kind="good")
        self._recovered()

    # --- a missing file -------------------------------------------------------
    def missing(self) -> None:
        """Ask what to do about a store that is gone while there are backups of it; once."""
        if self._asked:
            return
        self._asked = True

        def work() -> tuple[Path | None, BackupContent | None]:
            from classroom.datasets import restoring

            file = self._store.file()
            held = restoring.contents(file) if file else []
            return file, next((one for one in held if one.samples is not None), None)

        self._background.run(work, lambda found: self._ask_about_missing(*found))

    def _ask_about_missing(self, file: Path | None, held: BackupContent | None) -> None:
        if file is None:
            return
        if held is None:
            what = _("None of its backups can be read.")
        else:
            what = _("The newest backup, of {moment}, holds {digits}.").format(
                moment=backup_time(held.backup), digits=digit_count(held.samples or 0)
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
            self._restore(file, held.backup if answer and held else None)

    def _restore(self, file: Path, backup: Backup | None) -> None:
        def work() -> int:
            from classroom.datasets import restoring

            if backup is not None:
                return restoring.restore(file, backup).samples
            restoring.begin_anew(file)
            return 0

        self._store.replace(work, self._say_restored)

    def _say_restored(self, samples: int) -> None:
        self._asked = False
        text = ngettext("There is {n:,} digit again.", "There are {n:,} digits again.", samples)
        if not samples:
            text = _("You begin with no digits.")
        self._notice.show(text.format(n=samples), kind="good")
        self._recovered()
