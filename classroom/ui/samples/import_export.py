"""The buttons *Import…*, *Export* and *Hand in…*: samples from files, and into files."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext
from classroom.ui.samples.backups_dialog import BackupsButton
from classroom.ui.samples.import_dialogs import ImportQuestion, ImportSummary
from classroom.ui.samples.orientation_dialog import Misoriented, OrientationDialog

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset
    from classroom.datasets.exporting import ExportReport
    from classroom.datasets.importing import (
        Clash,
        ImportReport,
        Namesake,
        PendingImport,
        Reorientation,
    )
    from classroom.ui.core.context import Context

    # What was read, and which of its files are to be asked about.
    Read = tuple[PendingImport, list[Misoriented]]

REFUSALS_SHOWN = 2
# what a format is called here, and the ending of its file; none: it is a folder
FORMATS = {
    "strokes": (_("Strokes (.jsonl)"), ".jsonl"),
    "npz": (_("NumPy arrays (.npz)"), ".npz"),
    "png": (_("Pictures, in a folder"), ""),
    "idx": (_("IDX files like MNIST's, in a folder"), ""),
    "zip": (_("All of it, to hand in (.zip)"), ".zip"),
}
# What no file may be called on some system.
_NOT_IN_NAMES = '\\/:*?"<>|.'


def import_sentence(report: ImportReport) -> str:
    """Say what became of the files, with the first refusals."""
    added = ngettext("{n:,} digit added", "{n:,} digits added", report.added)
    parts = [added.format(n=report.added)]
    if report.duplicates:
        known = ngettext("{n:,} was there already", "{n:,} were there already", report.duplicates)
        parts.append(known.format(n=report.duplicates))
    text = ", ".join(parts) + "."
    turned = sum(one.digits for one in report.reoriented)
    if turned:
        upright = ngettext(
            "{n:,} was brought upright.", "{n:,} were brought upright.", turned
        ).format(n=turned)
        text = f"{text} {upright}"
    if report.rejected:
        count = len(report.rejected)
        refused = ngettext("{n:,} refused:", "{n:,} refused:", count).format(n=count)
        first = [f"{one.item}: {one.why}" for one in report.rejected[:REFUSALS_SHOWN]]
        text = f"{text} {refused} {' '.join(first)}"
    return text


def hand_in_name(writers: Sequence[str]) -> str:
    """Return what the zip may be called: by its writer, where there is but one."""
    name = writers[0] if len(writers) == 1 else ""
    plain = "".join(" " if letter in _NOT_IN_NAMES else letter for letter in name)
    return (" ".join(plain.split())[:60].rstrip() or _("digits")) + ".zip"


class FileButtons(ttk.Frame):
    """Three buttons; the work is done beside the window.

    Parameters
    ----------
    parent : tk.Misc
    context : Context
    came_in : callable
        Takes the numbers of the samples that an import brought, and what is said of it.
    """

    def __init__(
        self, parent: tk.Misc, context: Context, came_in: Callable[[Sequence[int], str], None]
    ) -> None:
        super().__init__(parent)
        self.context = context
        self._came_in = came_in
        self._busy = False
        # Where the dialogs begin: at home, and then where the last one ended.
        self._folder = Path.home()
        self.import_button = ttk.Button(self, text=_("Import…"), command=self.ask_import)
        self.export_button = ttk.Menubutton(self, text=_("Export"), direction="above")
        self.menu = tk.Menu(self.export_button, tearoff=False)
        for name, (title, _ending) in FORMATS.items():
            self.menu.add_command(label=title, command=partial(self.ask_export, name))
        self.export_button.configure(menu=self.menu)
        self.columnconfigure((0, 1), weight=1, uniform="half")
        for column, button in enumerate((self.import_button, self.export_button)):
            button.grid(row=0, column=column, sticky="nsew", padx=context.theme.px(2))
            context.controls.add(button, when=lambda: not self._busy)
        self.hand_in_button = ttk.Button(self, text=_("Hand in…"), command=self.ask_hand_in)
        self.hand_in_button.grid(
            row=1, column=0, sticky="ew", padx=context.theme.px(2), pady=context.theme.px(8)
        )
        context.controls.add(self.hand_in_button, when=lambda: not self._busy)
        self.backups_button = BackupsButton(self, context)
        self.backups_button.grid(row=1, column=1, sticky="ew", padx=context.theme.px(2))
        self.dialog: OrientationDialog | ImportQuestion | ImportSummary | None = None

    def ask_import(self) -> None:
        """Ask for files, and import them."""
        names = filedialog.askopenfilenames(
            parent=self.winfo_toplevel(),
            initialdir=self._folder,
            title=_("Import digits"),
            filetypes=[
                (
                    _("Digits"),
                    "*.zip *.sqlite *.db *.jsonl *.jsonl.gz *.npz *.png *.jpg *.jpeg *ubyte*",
                ),
                (_("All files"), "*"),
            ],
        )
        if names:
            self._folder = Path(names[0]).parent
            self.import_files([Path(name) for name in names])

    def ask_export(self, format_: str) -> None:
        """Ask where to, and export everything that is kept."""
        _title, ending = FORMATS[format_]
        if ending:
            self._ask_file(format_, _("digits") + ending)
            return
        name = filedialog.askdirectory(
            parent=self.winfo_toplevel(),
            initialdir=self._folder,
            title=_("Export all digits into a folder"),
        )
        if name:
            self._folder = Path(name)
            self.export_to(Path(name) / _("digits"), format_)

    def ask_hand_in(self) -> None:
        """Ask where to, and write all that is kept into one zip, named after its writer."""

        def ask(writers: list[str]) -> None:
            self._set_busy(False)
            self._ask_file("zip", hand_in_name(writers))

        self._set_busy(True)
        self.context.store.run(lambda store: store.writers(), ask, self._failed)

    def _ask_file(self, format_: str, proposed: str) -> None:
        title, ending = FORMATS[format_]
        name = filedialog.asksaveasfilename(
            parent=self.winfo_toplevel(),
            initialdir=self._folder,
            title=_("Hand in all digits") if format_ == "zip" else _("Export all digits"),
            initialfile=proposed,
            defaultextension=ending,
            filetypes=[(title, f"*{ending}")],
        )
        if name:
            self._folder = Path(name).parent
            self.export_to(Path(name), format_)

    def import_files(self, files: Sequence[Path]) -> None:
        """Import `files`: the work of those whom the files name as writers.

        Where something cannot be read, or two writers have one name, that is asked first.
        """

        def work(store: Dataset) -> Read:
            # Imported on the thread: reading photos needs OpenCV, which takes its time.
            from classroom.datasets import import_orientation, importing

            pending = importing.read(store, files)
            found = pending.reorientations
            texts = [import_orientation.finding(one.done) for one in found]
            return pending, [
                Misoriented(one, text, one.examples())
                for one, text in zip(found, texts, strict=True)
            ]

        self._set_busy(True)
        self.context.notice.show(_("Reading …"), of=self)
        self.context.store.run(work, self._read, self._failed)

    def _read(self, read: Read) -> None:
        pending, misoriented = read
        reading = pending.reading
        if reading.bad and not reading.sources:
            whys = " ".join(one.why for one in reading.bad[:REFUSALS_SHOWN])
            self._failed(f"{whys} {_('Nothing was imported.')}")
        elif misoriented:
            self.context.notice.clear(self)
            self._ask_upright(pending, misoriented, [])
        else:
            self._ask_who(pending)

    def _ask_upright(
        self,
        pending: PendingImport,
        misoriented: Sequence[Misoriented],
        accepted: Sequence[Reorientation],
    ) -> None:
        """Ask of one file after the other how its digits lie."""
        if not misoriented:
            self.context.notice.show(_("Importing …"), of=self)
            self.context.store.run(
                lambda store: pending.upright(store, accepted), self._ask_who, self._failed
            )
            return
        first, *others = misoriented

        def answered(upright: bool) -> None:
            chosen = [*accepted, first.reorientation] if upright else accepted
            self._ask_upright(pending, others, chosen)

        self.dialog = OrientationDialog(self, self.context.theme, first, answered, self._not_now)

    def _ask_who(self, pending: PendingImport) -> None:
        """Ask who those are that have one name, where there are any, and import."""
        if pending.reading.bad or pending.clashes:
            self.context.notice.clear(self)
            self.dialog = ImportQuestion(
                self,
                self.context.theme,
                pending,
                lambda same: self._keep(pending, same),
                self._not_now,
            )
        else:
            self._keep(pending, {})

    def _keep(self, pending: PendingImport, same: Mapping[Clash, Namesake]) -> None:
        def work(store: Dataset) -> tuple[ImportReport, tuple[int, ...]]:
            report = pending.keep(store, same)
            return report, () if report.edit is None else store.samples_of(report.edit)

        self.context.notice.show(_("Importing …"), of=self)
        self.context.store.run(work, lambda done: self._imported(pending, *done), self._failed)

    def _not_now(self) -> None:
        self._set_busy(False)
        self.context.notice.show(_("Nothing was imported."), of=self)

    def export_to(self, target: Path, format_: str) -> None:
        """Write all samples into the file or the new folder `target`."""

        def work(store: Dataset) -> ExportReport:
            from classroom.datasets import exporting

            return exporting.export(store, target, [format_])

        self._set_busy(True)
        self.context.notice.show(_("Exporting …"), of=self)
        self.context.store.run(work, lambda report: self._exported(report, target), self._failed)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.context.controls.refresh()

    def _imported(self, pending: PendingImport, report: ImportReport, ids: Sequence[int]) -> None:
        self._set_busy(False)
        sentence = import_sentence(report)
        self.context.notice.show(sentence, kind="bad" if report.rejected else "good", of=self)
        if any(source.handed_in for source in pending.reading.sources):
            self.dialog = ImportSummary(self, self.context.theme, sentence, report.contributions)
        if ids:
            self._came_in(ids, sentence)

    def _exported(self, report: ExportReport, target: Path) -> None:
        self._set_busy(False)
        text = ngettext(
            "{n:,} digit written to {target}.", "{n:,} digits written to {target}.", report.written
        ).format(n=report.written, target=target)
        self.context.notice.show(" ".join([text, *report.notes]), kind="good", of=self)

    def _failed(self, sentence: str) -> None:
        self._set_busy(False)
        self.context.notice.show(sentence, kind="bad", of=self)
