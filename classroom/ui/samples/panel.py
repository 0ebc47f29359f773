"""The tab *My digits*: look through what is kept, correct it, bring it in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import empty
from classroom.i18n import _
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.panel import Panel
from classroom.ui.samples.cnn_scores import CnnScores
from classroom.ui.samples.delete_writer import DeleteWriterButton
from classroom.ui.samples.descriptions import counted, facts, nothing_here, summary, tile
from classroom.ui.samples.details import Details
from classroom.ui.samples.editor import EditButtons, Editor, bind_keys
from classroom.ui.samples.filter_bar import FilterBar
from classroom.ui.samples.filtering import ALL, FilteredSamples, filter_samples
from classroom.ui.samples.image_cache import ImageCache
from classroom.ui.samples.import_check import ImportCheck
from classroom.ui.samples.import_export import FileButtons
from classroom.ui.widgets.empty_state import EmptyState
from classroom.ui.widgets.gallery import Gallery
from classroom.ui.widgets.thumbnails import Thumbnail

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset, Sample
    from classroom.datasets.listing import Listing
    from classroom.engine.messages import Report

# How often the gallery is arranged anew while answers of the CNN come in.
ARRANGE_MILLISECONDS = 700


class SamplesPanel(Panel):
    """The kept samples, or the deleted ones.

    Attributes
    ----------
    samples : Listing
        All that are kept (or deleted); `filtered` are those that pass the filter.
    filtered : FilteredSamples
    """

    tab = Tab.SAMPLES
    title = _("My digits")

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, context)
        self.samples: Listing = empty()
        self.filtered = FilteredSamples(self.samples, np.empty(0, np.int64))
        self._stale, self._loading = True, False
        # Which of the two is shown: what is kept, or what is deleted.
        self._deleted = False
        # What to select when the samples have been read anew, and whether to go there.
        self._wanted: frozenset[int] | None = None
        self._follow = False
        self._timer: str | None = None
        # The last import, until the CNN has looked at all of it.
        self._import_check: ImportCheck | None = None
        self.images = ImageCache(context.store, self._images_arrived)
        self.cnn_scores = CnnScores(
            context.store,
            context.client,
            context.expect_reports,
            self._scores_changed,
            looked_at=lambda: self.is_open,
        )
        self.editor = Editor(context, self, self._edited, self._taken_back)
        self._build()

    # --- what the window calls --------------------------------------------------
    def samples_changed(self) -> None:
        """Read the samples anew, at once or when the tab is opened."""
        self._stale = True
        if self.winfo_ismapped():
            self._load()

    def store_changed(self) -> None:
        """Forget what belonged to the numbers of the store before."""
        self.images.clear()
        self.cnn_scores.forget_samples()
        self._wanted = frozenset()

    def shown(self) -> None:
        """Read the samples if they have changed since."""
        self._load()
        self.cnn_scores.go_on()

    def receive(self, report: Report) -> None:
        """Hear what the CNN says of the samples, and of another CNN."""
        self.cnn_scores.receive(report)

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.gallery.theme_changed()
        self.details.theme_changed()

    # --- what the editor calls --------------------------------------------------
    def _edited(self, ids: list[int]) -> None:
        self._wanted = self.filtered.next_to(ids)
        self.context.samples_changed()

    def _taken_back(self, ids: tuple[int, ...]) -> None:
        self._wanted, self._follow = frozenset(ids), True
        self.context.samples_changed()

    # --- reading and showing ----------------------------------------------------
    def _load(self) -> None:
        if self._stale and not self._loading:
            self._stale, self._loading = False, True
            deleted = self.filter_bar.deleted

            def read(store: Dataset) -> tuple[Listing, tuple[int, int]]:
                return store.listing(deleted=deleted), store.steps()

            def loaded(found: tuple[Listing, tuple[int, int]]) -> None:
                self._loaded(*found, deleted)

            self.context.store.run(read, loaded, self._not_loaded)

    def _loaded(self, samples: Listing, steps: tuple[int, int], deleted: bool) -> None:
        self._loading = False
        if self._stale:
            self._load()
            return
        # What is selected is known by the samples that were shown before.
        if self._wanted is None:
            self._wanted = frozenset(self.selected.tolist())
        self.samples, self._deleted = samples, deleted
        self.editor.steps = steps
        self.filter_bar.set_writers(samples.names)
        self.cnn_scores.show(samples)
        self._show()

    def _not_loaded(self, sentence: str) -> None:
        self._loading, self._stale = False, True
        self._show_empty(sentence, _("Try again"), self._load)

    def _show(self) -> None:
        """Show what the filter lets through, and keep selected what was."""
        wanted = self._wanted
        if wanted is None:
            wanted = frozenset(self.selected.tolist())
        self.filtered = filter_samples(
            self.samples, self.filter_bar.criteria, self.cnn_scores.probabilities
        )
        self.gallery.show(self.filtered.groups(), self.filtered.positions(wanted), self._follow)
        self._wanted, self._follow = None, False
        self._describe()

    def _filtered(self) -> None:
        self._follow = True
        self.context.controls.refresh()
        self.gallery.scroll_to_top()
        if self.filter_bar.deleted != self._deleted:
            self.samples_changed()
        else:
            self._show()

    def _scores_changed(self) -> None:
        """Arrange anew what depends on the CNN, not for every answer."""
        if self._timer is None:
            self._timer = self.after(ARRANGE_MILLISECONDS, self._arrange)

    def _arrange(self) -> None:
        self._timer = None
        self._check_import()
        if self.filter_bar.criteria.wrong or self.filter_bar.criteria.by_doubt:
            self._show()
        else:
            self.gallery.redraw()
            self._describe()

    def _came_in(self, ids: Sequence[int], sentence: str) -> None:
        """Hear what an import brought, and what was said of it."""
        self._import_check = ImportCheck(frozenset(ids), sentence)
        self.filter_bar.offer_import(ids)
        self.context.samples_changed()

    def _check_import(self) -> None:
        """Offer a look at an import of which the CNN takes more for others than expected."""
        check = self._import_check
        if check is None or self._deleted:
            return
        wrong = check.mistakes(self.samples, self.cnn_scores.probabilities)
        if wrong is None:
            return
        self._import_check = None
        if text := check.warning(wrong):
            self.context.notice.show(text, _("Look at them"), self.filter_bar.show_import, of=self)

    def _images_arrived(self) -> None:
        self.gallery.pictures_arrived()
        self._show_picture()

    def _describe(self) -> None:
        criteria, missing, failed = (
            self.filter_bar.criteria,
            self.cnn_scores.missing,
            self.cnn_scores.failed,
        )
        self.summary.configure(text=summary(self.filtered, criteria, missing, failed=failed))
        if not len(self.samples) and not self._deleted:
            text = _("No digits are kept yet. Draw some and say what they are, or import a file.")
            self._show_empty(text, _("Draw digits"), self._draw_some)
        elif not len(self.filtered):
            text = nothing_here(criteria, missing, deleted=self._deleted, failed=failed)
            self._show_empty(text, _("Show all"), self._show_all)
        else:
            self.empty.grid_remove()
            self.gallery.grid()

    def _show_empty(self, text: str, label: str, action: Callable[[], None]) -> None:
        self.gallery.grid_remove()
        self.empty.show(text, label, action)
        self.empty.grid()

    def _show_all(self) -> None:
        self.filter_bar.clear()
        self._filtered()

    def _draw_some(self) -> None:
        self.context.go_to(Tab.DRAW)

    # --- the selected -------------------------------------------------------------
    @property
    def selected(self) -> NDArray[np.int64]:
        """The numbers of the selected samples, in the order of the grid."""
        return self.filtered.ids[self._selected_positions]

    @property
    def _selected_positions(self) -> NDArray[np.int64]:
        return np.array(sorted(self.gallery.selection.chosen), np.int64)

    def _selection_changed(self) -> None:
        chosen, positions = self.gallery.selection.chosen, self._selected_positions
        ids, labels = self.filtered.ids[positions], self.filtered.labels[positions]
        self.editor.select(ids, labels, deleted=self._deleted)
        self.details.show(facts(self.filtered, chosen, self._shown, self.cnn_scores.probabilities))
        self._show_picture()
        if len(chosen) == 1:
            [number] = ids.tolist()
            self.context.store.run(lambda store: store.sample(number), self._show_date)
        self.context.controls.refresh()

    @property
    def _shown(self) -> int | None:
        """The position of the sample whose picture is shown large."""
        selection = self.gallery.selection
        if selection.cursor in selection.chosen:
            return selection.cursor
        return min(selection.chosen, default=None)

    def _show_picture(self) -> None:
        shown = self._shown
        if shown is None:
            self.details.set_picture(None)
        elif (image := self.images.get(int(self.filtered.ids[shown]))) is not None:
            self.details.set_picture(image)

    def _show_date(self, sample: Sample | None) -> None:
        if sample is not None and self.selected.tolist() == [sample.id]:
            self.details.set_date(sample.created)

    # --- what the gallery asks ----------------------------------------------------
    def _tile(self, position: int) -> Thumbnail:
        at = int(self.filtered.order[position])
        picture = self.images.get(int(self.samples.ids[at]))
        return tile(self.samples, at, picture, self.cnn_scores.probabilities)

    def _want(self, positions: range) -> None:
        ids = self.samples.ids[self.filtered.order[positions.start : positions.stop]]
        self.images.want(ids.tolist())

    def _heading(self, group: int) -> tuple[str, str]:
        title = _("Most doubtful first") if group == ALL else str(group)
        return title, counted(*self.filtered.count(group))

    # --- the parts --------------------------------------------------------------
    def _build(self) -> None:
        px = self.context.theme.px
        self.columnconfigure(0, weight=6)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self.filter_bar = FilterBar(self, self.context.theme, self._filtered)
        self.filter_bar.grid(row=0, column=0, sticky="ew", pady=(0, px(8)))
        self.gallery = Gallery(
            self,
            self.context.theme,
            self._heading,
            _("E"),
            self._tile,
            self._want,
            self._selection_changed,
        )
        self.gallery.grid(row=1, column=0, sticky="nsew")
        self.empty = EmptyState(self, self.context.theme)
        self.empty.grid(row=1, column=0)
        self.gallery.grid_remove()
        foot = ttk.Frame(self)
        foot.grid(row=2, column=0, sticky="ew", pady=(px(8), 0))
        foot.columnconfigure(0, weight=1)
        self.summary = ttk.Label(foot)
        self.summary.grid(row=0, column=0, sticky="w")
        text = _("E: exam    7?: CNN's guess")
        ttk.Label(foot, text=text, style="Muted.TLabel").grid(row=0, column=1, sticky="e")
        self._make_side().grid(row=0, column=1, rowspan=3, sticky="nsew", padx=(px(16), 0))
        bind_keys(self, self.editor)

    def _make_side(self) -> ttk.Frame:
        """Return what is known of the selected samples, and the buttons below it."""
        px, context = self.context.theme.px, self.context
        side = ttk.Frame(self)
        side.columnconfigure(0, weight=1)
        side.rowconfigure(0, weight=1)
        self.details = Details(side, context.theme, self.editor.relabel)
        self.details.grid(row=0, column=0, sticky="nsew")
        for button in self.details.buttons:
            context.controls.add(button, when=lambda: self.editor.can_delete)
        self.edit_buttons = EditButtons(side, context, self.editor)
        self.edit_buttons.grid(row=1, column=0, sticky="ew")
        ttk.Separator(side).grid(row=2, column=0, sticky="ew", pady=px(8))
        self.files = FileButtons(side, context, self._came_in)
        self.files.grid(row=3, column=0, sticky="ew")
        self.delete_writer_button = DeleteWriterButton(
            side, context, lambda: self.filter_bar.writer
        )
        self.delete_writer_button.grid(row=4, column=0, sticky="ew", padx=px(2), pady=(px(4), 0))
        return side
