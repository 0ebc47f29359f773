"""The buttons *Import…* and *Export…*: samples from files, and into files."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.dataset import Dataset
    from classroom.exchange import ExportReport, ImportReport
    from classroom.ui.app import App

REFUSALS_SHOWN = 2
# what a format is called here, and the ending of its file; none: it is a folder
FORMATS = {
    "strokes": (_("Strokes (.jsonl)"), ".jsonl"),
    "npz": (_("NumPy arrays (.npz)"), ".npz"),
    "png": (_("Pictures, in a folder"), ""),
    "idx": (_("IDX files like MNIST's, in a folder"), ""),
}


def import_sentence(report: ImportReport) -> str:
    """Say what became of the files, with the first refusals."""
    added = ngettext("{n:,} digit added", "{n:,} digits added", report.added)
    parts = [added.format(n=report.added)]
    if report.duplicates:
        known = ngettext("{n:,} was there already", "{n:,} were there already", report.duplicates)
        parts.append(known.format(n=report.duplicates))
    text = ", ".join(parts) + "."
    if report.rejected:
        count = len(report.rejected)
        refused = ngettext("{n:,} refused:", "{n:,} refused:", count).format(n=count)
        first = [f"{one.item}: {one.why}" for one in report.rejected[:REFUSALS_SHOWN]]
        text = f"{text} {refused} {' '.join(first)}"
    return text


class FileButtons(ttk.Frame):
    """Two buttons; the work is done beside the window.

    Parameters
    ----------
    parent : tk.Misc
    app : App
    """

    def __init__(self, parent: tk.Misc, app: App) -> None:
        super().__init__(parent)
        self.app = app
        self._busy = False
        self.import_button = ttk.Button(self, text=_("Import…"), command=self.ask_import)
        self.export_button = ttk.Menubutton(self, text=_("Export"), direction="above")
        self.menu = tk.Menu(self.export_button, tearoff=False)
        for name, (title, _ending) in FORMATS.items():
            self.menu.add_command(label=title, command=partial(self.ask_export, name))
        self.export_button.configure(menu=self.menu)
        self.columnconfigure((0, 1), weight=1, uniform="half")
        for column, button in enumerate((self.import_button, self.export_button)):
            button.grid(row=0, column=column, sticky="nsew", padx=app.theme.px(2))
            app.controls.add(button, when=lambda: not self._busy)

    def ask_import(self) -> None:
        """Ask for files, and import them."""
        names = filedialog.askopenfilenames(
            parent=self,
            title=_("Import digits"),
            filetypes=[
                (_("Digits"), "*.jsonl *.jsonl.gz *.npz *.png *.jpg *.jpeg *.zip *ubyte*"),
                (_("All files"), "*"),
            ],
        )
        if names:
            self.import_files([Path(name) for name in names])

    def ask_export(self, format_: str) -> None:
        """Ask where to, and export everything that is kept."""
        title, ending = FORMATS[format_]
        if ending:
            name = filedialog.asksaveasfilename(
                parent=self,
                title=_("Export all digits"),
                initialfile=_("digits") + ending,
                defaultextension=ending,
                filetypes=[(title, f"*{ending}")],
            )
            target = Path(name)
        else:
            name = filedialog.askdirectory(parent=self, title=_("Export all digits into a folder"))
            target = Path(name) / _("digits")
        if name:
            self.export_to(target, format_)

    def import_files(self, files: Sequence[Path]) -> None:
        """Import `files`: the work of those whom the files name as writers."""

        def work(store: Dataset) -> ImportReport:
            # Imported on the thread: reading photos needs OpenCV, which takes its time.
            from classroom import exchange

            return exchange.import_paths(store, files)

        self._set_busy(True)
        self.app.notice.show(_("Importing …"))
        self.app.store.run(work, self._imported, self._failed)

    def export_to(self, target: Path, format_: str) -> None:
        """Write all samples into the file or the new folder `target`."""

        def work(store: Dataset) -> ExportReport:
            from classroom import exchange

            return exchange.export(store, target, [format_])

        self._set_busy(True)
        self.app.notice.show(_("Exporting …"))
        self.app.store.run(work, lambda report: self._exported(report, target), self._failed)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.app.controls.refresh()

    def _imported(self, report: ImportReport) -> None:
        self._set_busy(False)
        self.app.notice.show(import_sentence(report), kind="bad" if report.rejected else "good")
        if report.added:
            self.app.samples_changed()

    def _exported(self, report: ExportReport, target: Path) -> None:
        self._set_busy(False)
        text = ngettext(
            "{n:,} digit written to {target}.", "{n:,} digits written to {target}.", report.written
        ).format(n=report.written, target=target)
        self.app.notice.show(" ".join([text, *report.notes]), kind="good")

    def _failed(self, sentence: str) -> None:
        self._set_busy(False)
        self.app.notice.show(sentence, kind="bad")
