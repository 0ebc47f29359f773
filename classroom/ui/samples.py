"""The tab *My digits*: look through what is kept, correct it, bring it in and out."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import replace
from tkinter import ttk
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext
from classroom.ui.details import Details
from classroom.ui.edits import Delete, Edit, History, Relabel
from classroom.ui.empty import Empty
from classroom.ui.files import FileButtons
from classroom.ui.gallery import MAC, Gallery
from classroom.ui.panel import Panel
from classroom.ui.sample_filter import SampleFilter
from classroom.ui.thumbnails import Tile

if TYPE_CHECKING:
    from classroom.dataset import Dataset, Sample
    from classroom.ui.app import App

# Samples are read in small helpings, so that the strokes of all of them are
# never in memory at once.
HELPING = 500


def read_all(store: Dataset) -> list[Sample]:
    """Return all samples by digit, the newest first, without their strokes."""
    found: list[Sample] = []
    while helping := store.samples(limit=HELPING, offset=len(found)):
        found += [replace(sample, strokes=None) for sample in helping]
    return sorted(found, key=lambda sample: sample.label)


class SamplesPanel(Panel):
    """The kept samples.

    Attributes
    ----------
    samples : list of Sample
        All that are kept; those that the filter lets through are ``visible``.
    """

    title = _("My digits")

    def __init__(self, parent: ttk.Notebook, app: App) -> None:
        super().__init__(parent, app)
        self.samples: list[Sample] = []
        self.visible: list[Sample] = []
        self.history = History()
        self._stale, self._loading, self._editing = True, False, False
        # What to select when the samples have been read anew, and whether to go there.
        self._wanted: frozenset[int] | None = None
        self._follow = False
        self._build()
        self._bind_keys()

    # --- what the window calls --------------------------------------------------
    def samples_changed(self) -> None:
        """Read the samples anew, at once or when the tab is opened."""
        self._stale = True
        if self.winfo_ismapped():
            self._load()

    def shown(self) -> None:
        """Read the samples if they have changed since."""
        self._load()

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.gallery.theme_changed()
        self.details.theme_changed()

    # --- what the user does -----------------------------------------------------
    @property
    def selected(self) -> list[Sample]:
        """The selected samples, in the order of the grid."""
        return [self.visible[position] for position in sorted(self.gallery.selection.chosen)]

    def relabel(self, label: int) -> None:
        """Say that the selected samples are another digit."""
        before = {
            sample.id: sample.label
            for sample in self.selected
            if sample.id is not None and sample.label != label
        }
        if before:
            self._do(Relabel(before, label))

    def delete(self) -> None:
        """Delete the selected samples."""
        ids = tuple(sample.id for sample in self.selected if sample.id is not None)
        if ids:
            self._do(Delete(ids))

    def undo(self) -> None:
        """Take the last change back."""
        if self._editing or (edit := self.history.pop()) is None:
            return
        self._editing = True

        def failed(sentence: str) -> None:
            self.history.push(edit)
            self._failed(sentence)

        self.app.store.run(edit.revert, lambda _none: self._undone(edit), failed)

    def _do(self, edit: Edit) -> None:
        # A key that is held down must not run ahead of what is seen.
        if not self._editing:
            self._editing = True
            self.app.store.run(edit.apply, lambda _none: self._done(edit), self._failed)

    def _done(self, edit: Edit) -> None:
        self._editing = False
        self.history.push(edit)
        self._wanted = self._next_to(frozenset(edit.ids))
        self.app.notice.show(edit.sentence(), _("Undo"), self.undo, kind="good")
        self._changed()

    def _undone(self, edit: Edit) -> None:
        self._editing = False
        self._wanted, self._follow = frozenset(edit.ids), True
        self.app.notice.show(edit.reverted_sentence(), kind="good")
        self._changed()

    def _failed(self, sentence: str) -> None:
        self._editing = False
        self.app.notice.show(sentence, kind="bad")

    def _changed(self) -> None:
        self.app.samples_changed()
        self.app.controls.refresh()

    def _next_to(self, ids: frozenset[int]) -> frozenset[int]:
        """Return the sample to go on with when those in `ids` leave their place."""
        positions = [at for at, sample in enumerate(self.visible) if sample.id in ids]
        start = positions[0] if positions else 0
        candidates = [*self.visible[start:], *reversed(self.visible[:start])]
        following = (sample.id for sample in candidates if sample.id not in ids)
        return frozenset(number for number in [next(following, None)] if number is not None)

    # --- reading and showing ----------------------------------------------------
    def _load(self) -> None:
        if self._stale and not self._loading:
            self._stale, self._loading = False, True
            self.app.store.run(read_all, self._loaded, self._not_loaded)

    def _loaded(self, samples: list[Sample]) -> None:
        self._loading = False
        if self._stale:
            self._load()
            return
        self.samples = samples
        writers = {sample.writer for sample in samples}
        self.filter.set_writers(sorted(writers, key=str.casefold))
        self._show()

    def _not_loaded(self, sentence: str) -> None:
        self._loading, self._stale = False, True
        self._show_empty(sentence, _("Try again"), self._load)

    def _show(self) -> None:
        """Show what the filter lets through, and keep selected what was."""
        wanted = self._wanted
        if wanted is None:
            wanted = frozenset(sample.id for sample in self.selected if sample.id is not None)
        self.visible = self.filter.passes(self.samples)
        chosen = [at for at, sample in enumerate(self.visible) if sample.id in wanted]
        tiles = [Tile(one.image, one.label, marked=one.part == "exam") for one in self.visible]
        self.gallery.show(tiles, chosen, self._follow)
        self._wanted, self._follow = None, False
        self._describe()

    def _filtered(self) -> None:
        self._follow = True
        self.gallery.scroll_to_top()
        self._show()

    def _describe(self) -> None:
        self.summary.configure(text=_counted(self.visible))
        if not self.samples:
            text = _("No digits are kept yet. Draw some and say what they are, or import a file.")
            self._show_empty(text, _("Draw digits"), self._draw_some)
        elif not self.visible:
            text = _("No digit of this kind is kept.")
            self._show_empty(text, _("Show all"), self._show_all)
        else:
            self.empty.grid_remove()
            self.gallery.grid()

    def _show_empty(self, text: str, label: str, action: Callable[[], None]) -> None:
        self.gallery.grid_remove()
        self.empty.show(text, label, action)
        self.empty.grid()

    def _show_all(self) -> None:
        self.filter.clear()
        self._filtered()

    def _draw_some(self) -> None:
        from classroom.ui.draw import DrawPanel

        self.app.select_tab(DrawPanel)

    def _selection_changed(self) -> None:
        selected, cursor = self.selected, self.gallery.selection.cursor
        if cursor in self.gallery.selection.chosen and cursor is not None:
            shown: Sample | None = self.visible[cursor]
        else:
            shown = selected[0] if selected else None
        self.details.show(selected, shown)
        self.app.controls.refresh()

    def _heading(self, group: int) -> tuple[str, str]:
        return str(group), _counted([one for one in self.visible if one.label == group])

    # --- the parts --------------------------------------------------------------
    def _build(self) -> None:
        px = self.app.theme.px
        self.columnconfigure(0, weight=6)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self.filter = SampleFilter(self, self.app.theme, self._filtered)
        self.filter.grid(row=0, column=0, sticky="ew", pady=(0, px(10)))
        self.gallery = Gallery(self, self.app.theme, self._heading, _("E"), self._selection_changed)
        self.gallery.grid(row=1, column=0, sticky="nsew")
        self.empty = Empty(self, self.app.theme)
        self.empty.grid(row=1, column=0)
        self.gallery.grid_remove()
        foot = ttk.Frame(self)
        foot.grid(row=2, column=0, sticky="ew", pady=(px(8), 0))
        foot.columnconfigure(0, weight=1)
        self.summary = ttk.Label(foot)
        self.summary.grid(row=0, column=0, sticky="w")
        legend = ttk.Label(foot, text=_("E: exam, never trained on"), style="Muted.TLabel")
        legend.grid(row=0, column=1, sticky="e")
        self._build_side().grid(row=0, column=1, rowspan=3, sticky="nsew", padx=(px(16), 0))

    def _build_side(self) -> ttk.Frame:
        side, px, controls = ttk.Frame(self), self.app.theme.px, self.app.controls
        side.columnconfigure((0, 1), weight=1, uniform="half", minsize=px(118))
        side.rowconfigure(0, weight=1)
        self.details = Details(side, self.app.theme, self.relabel)
        self.details.grid(row=0, column=0, columnspan=2, sticky="nsew")
        self.delete_button = ttk.Button(side, text=_("Delete"), command=self.delete)
        self.undo_button = ttk.Button(side, text=_("Undo"), command=self.undo)
        for column, button in enumerate((self.delete_button, self.undo_button)):
            button.grid(row=1, column=column, sticky="ew", padx=px(2), pady=(px(8), 0))
        for button in (self.delete_button, *self.details.buttons):
            controls.add(button, when=lambda: bool(self.gallery.selection.chosen))
        controls.add(self.undo_button, when=lambda: len(self.history) > 0)
        line = ttk.Separator(side)
        line.grid(row=2, column=0, columnspan=2, sticky="ew", pady=px(10))
        self.files = FileButtons(side, self.app)
        self.files.grid(row=3, column=0, columnspan=2, sticky="ew")
        return side

    def _bind_keys(self) -> None:
        """Have the keys work wherever in this tab the focus is."""
        self.bind("<Key>", self._key)
        self.bind("<Delete>", lambda _event: self.delete())
        self.bind("<BackSpace>", lambda _event: self.delete())
        for letter in "zZ":
            self.bind(f"<{'Command' if MAC else 'Control'}-{letter}>", self._undo_key)
        waiting: list[tk.Misc] = list(self.winfo_children())
        while waiting:
            widget = waiting.pop()
            waiting += widget.winfo_children()
            widget.bindtags((*widget.bindtags()[:2], str(self), *widget.bindtags()[2:]))

    def _undo_key(self, _event: tk.Event[tk.Misc]) -> str:
        self.undo()
        return "break"

    def _key(self, event: tk.Event[tk.Misc]) -> str | None:
        if event.char and event.char in "0123456789":
            self.relabel(int(event.char))
            return "break"
        return None


def _counted(samples: Sequence[Sample]) -> str:
    """Say how many there are, for practice and for the exam."""
    exam = sum(sample.part == "exam" for sample in samples)
    count = len(samples)
    return ngettext(
        "{n:,} digit: {practice:,} for practice, {exam:,} for the exam",
        "{n:,} digits: {practice:,} for practice, {exam:,} for the exam",
        count,
    ).format(n=count, practice=count - exam, exam=exam)
