"""The tab *My digits*: look through what is kept, correct it, bring it in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import empty
from classroom.i18n import _
from classroom.ui.core.panel import Panel
from classroom.ui.samples.actions import Actions, Side, bind_keys
from classroom.ui.samples.cnn_scores import Doubts
from classroom.ui.samples.descriptions import counted, facts, in_sum, nothing_here, tile
from classroom.ui.samples.editor import Editor
from classroom.ui.samples.filtering import ALL, Visible, choose
from classroom.ui.samples.filters import SampleFilter
from classroom.ui.samples.image_cache import Pictures
from classroom.ui.samples.unexpected import Arrival
from classroom.ui.widgets.empty_state import Empty
from classroom.ui.widgets.gallery import Gallery
from classroom.ui.widgets.thumbnails import Tile

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset, Sample
    from classroom.datasets.listing import Listing
    from classroom.engine.messages import Report
    from classroom.ui.app import App

# While answers of the CNN come in, what depends on them is arranged anew so often.
ARRANGE_MILLISECONDS = 700


class SamplesPanel(Panel):
    """The kept samples, or the deleted ones.

    Attributes
    ----------
    samples : Listing
        All that are kept (or deleted); those that the filter lets through are `visible`.
    visible : Visible
    """

    title = _("My digits")

    def __init__(self, parent: ttk.Notebook, app: App) -> None:
        super().__init__(parent, app)
        self.samples: Listing = empty()
        self.visible = Visible(self.samples, np.empty(0, np.int64))
        self._stale, self._loading = True, False
        # Which of the two is shown: what is kept, or what is deleted.
        self._deleted = False
        # What to select when the samples have been read anew, and whether to go there.
        self._wanted: frozenset[int] | None = None
        self._follow = False
        self._timer: str | None = None
        # What an import brought, until the CNN has looked at all of it.
        self._arrival: Arrival | None = None
        self.pictures = Pictures(app.store, self._pictures_arrived)
        self.doubts = Doubts(
            app.store,
            app.client,
            app.expect_reports,
            self._doubts_changed,
            looked_at=lambda: app.tabs.select() == str(self),
        )
        self.editor = Editor(app, self, self._done, self._moved)
        self._build()

    # --- what the window calls --------------------------------------------------
    def samples_changed(self) -> None:
        """Read the samples anew, at once or when the tab is opened."""
        self._stale = True
        if self.winfo_ismapped():
            self._load()

    def store_changed(self) -> None:
        """Forget what belonged to the numbers of the store before."""
        self.pictures.forget()
        self.doubts.forget_samples()
        self._wanted = frozenset()

    def shown(self) -> None:
        """Read the samples if they have changed since."""
        self._load()
        self.doubts.go_on()

    def receive(self, report: Report) -> None:
        """Hear what the CNN says of the samples, and of another CNN."""
        self.doubts.receive(report)

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.gallery.theme_changed()
        self.details.theme_changed()

    # --- what the user does -----------------------------------------------------
    @property
    def selected(self) -> NDArray[np.int64]:
        """The numbers of the selected samples, in the order of the grid."""
        chosen = sorted(self.gallery.selection.chosen)
        return self.visible.ids[np.array(chosen, np.int64)]

    def relabel(self, label: int) -> None:
        """Say that the selected samples are another digit."""
        chosen = np.array(sorted(self.gallery.selection.chosen), np.int64)
        ids = self.visible.ids[chosen][self.visible.labels[chosen] != label].tolist()
        if ids and not self._deleted:
            self.editor.relabel(ids, label)

    def delete(self) -> None:
        """Delete the selected samples."""
        ids = self.selected.tolist()
        if ids and not self._deleted:
            self.editor.delete(ids)

    def restore(self) -> None:
        """Bring the selected samples back."""
        ids = self.selected.tolist()
        if ids and self._deleted:
            self.editor.restore(ids)

    def _done(self, ids: list[int]) -> None:
        self._wanted = self.visible.next_to(ids)
        self.app.samples_changed()

    def _moved(self, ids: tuple[int, ...]) -> None:
        self._wanted, self._follow = frozenset(ids), True
        self.app.samples_changed()

    # --- reading and showing ----------------------------------------------------
    def _load(self) -> None:
        if self._stale and not self._loading:
            self._stale, self._loading = False, True
            deleted = self.filter.deleted

            def read(store: Dataset) -> tuple[Listing, tuple[int, int]]:
                return store.listing(deleted=deleted), store.steps()

            def loaded(found: tuple[Listing, tuple[int, int]]) -> None:
                self._loaded(*found, deleted)

            self.app.store.run(read, loaded, self._not_loaded)

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
        self.filter.set_writers(samples.names)
        self.doubts.show(samples)
        self._show()

    def _not_loaded(self, sentence: str) -> None:
        self._loading, self._stale = False, True
        self._show_empty(sentence, _("Try again"), self._load)

    def _show(self) -> None:
        """Show what the filter lets through, and keep selected what was."""
        wanted = self._wanted
        if wanted is None:
            wanted = frozenset(self.selected.tolist())
        self.visible = choose(self.samples, self.filter.wish, self.doubts.probabilities)
        self.gallery.show(self.visible.groups(), self.visible.positions(wanted), self._follow)
        self._wanted, self._follow = None, False
        self._describe()

    def _filtered(self) -> None:
        self._follow = True
        self.app.controls.refresh()
        self.gallery.scroll_to_top()
        if self.filter.deleted != self._deleted:
            self.samples_changed()
        else:
            self._show()

    def _doubts_changed(self) -> None:
        """Arrange anew what depends on the CNN, not for every answer."""
        if self._timer is None:
            self._timer = self.after(ARRANGE_MILLISECONDS, self._arrange)

    def _arrange(self) -> None:
        self._timer = None
        self._look_at_arrival()
        if self.filter.wish.wrong or self.filter.wish.by_doubt:
            self._show()
        else:
            self.gallery.redraw()
            self._describe()

    def _came_in(self, ids: Sequence[int], sentence: str) -> None:
        """Hear what an import brought, and what was said of it."""
        self._arrival = Arrival(frozenset(ids), sentence)
        self.filter.offer_import(ids)
        self.app.samples_changed()

    def _look_at_arrival(self) -> None:
        """Offer a look at an import of which the CNN takes more for others than expected."""
        if self._arrival is None or self._deleted:
            return
        wrong = self._arrival.mistaken(self.samples, self.doubts.probabilities)
        if wrong is None:
            return
        arrival, self._arrival = self._arrival, None
        if text := arrival.doubtful(wrong):
            self.app.notice.show(text, _("Look at them"), self.filter.show_import, of=self)

    def _pictures_arrived(self) -> None:
        self.gallery.pictures_arrived()
        self._show_picture()

    def _describe(self) -> None:
        wish, missing, failed = self.filter.wish, self.doubts.missing, self.doubts.failed
        self.summary.configure(text=in_sum(self.visible, wish, missing, failed=failed))
        if not len(self.samples) and not self._deleted:
            text = _("No digits are kept yet. Draw some and say what they are, or import a file.")
            self._show_empty(text, _("Draw digits"), self._draw_some)
        elif not len(self.visible):
            text = nothing_here(wish, missing, deleted=self._deleted, failed=failed)
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
        from classroom.ui.draw.panel import DrawPanel

        self.app.select_tab(DrawPanel)

    # --- the selected -------------------------------------------------------------
    def _selection_changed(self) -> None:
        chosen = self.gallery.selection.chosen
        self.details.show(facts(self.visible, chosen, self._shown, self.doubts.probabilities))
        self._show_picture()
        if len(chosen) == 1:
            [number] = self.selected.tolist()
            self.app.store.run(lambda store: store.sample(number), self._show_date)
        self.app.controls.refresh()

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
        elif (image := self.pictures.get(int(self.visible.ids[shown]))) is not None:
            self.details.set_picture(image)

    def _show_date(self, sample: Sample | None) -> None:
        if sample is not None and self.selected.tolist() == [sample.id]:
            self.details.set_date(sample.created)

    # --- what the gallery asks ----------------------------------------------------
    def _tile(self, position: int) -> Tile:
        at = int(self.visible.order[position])
        picture = self.pictures.get(int(self.samples.ids[at]))
        return tile(self.samples, at, picture, self.doubts.probabilities)

    def _want(self, positions: range) -> None:
        ids = self.samples.ids[self.visible.order[positions.start : positions.stop]]
        self.pictures.want(ids.tolist())

    def _heading(self, group: int) -> tuple[str, str]:
        title = _("Most doubtful first") if group == ALL else str(group)
        return title, counted(*self.visible.count(group))

    # --- the parts --------------------------------------------------------------
    def _build(self) -> None:
        px = self.app.theme.px
        self.columnconfigure(0, weight=6)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self.filter = SampleFilter(self, self.app.theme, self._filtered)
        self.filter.grid(row=0, column=0, sticky="ew", pady=(0, px(8)))
        self.gallery = Gallery(
            self,
            self.app.theme,
            self._heading,
            _("E"),
            self._tile,
            self._want,
            self._selection_changed,
        )
        self.gallery.grid(row=1, column=0, sticky="nsew")
        self.empty = Empty(self, self.app.theme)
        self.empty.grid(row=1, column=0)
        self.gallery.grid_remove()
        foot = ttk.Frame(self)
        foot.grid(row=2, column=0, sticky="ew", pady=(px(8), 0))
        foot.columnconfigure(0, weight=1)
        self.summary = ttk.Label(foot)
        self.summary.grid(row=0, column=0, sticky="w")
        text = _("E: exam    7?: CNN's guess")
        ttk.Label(foot, text=text, style="Muted.TLabel").grid(row=0, column=1, sticky="e")
        actions = self._actions()
        self.side = Side(self, self.app, actions)
        self.side.grid(row=0, column=1, rowspan=3, sticky="nsew", padx=(px(16), 0))
        self.details, self.files = self.side.details, self.side.files
        bind_keys(self, actions)

    def _actions(self) -> Actions:
        def any_chosen(deleted: bool) -> bool:
            return bool(self.gallery.selection.chosen) and self._deleted == deleted

        return Actions(
            relabel=self.relabel,
            delete=self.delete,
            restore=self.restore,
            undo=self.editor.undo,
            redo=self.editor.redo,
            can_delete=lambda: any_chosen(False),
            can_restore=lambda: any_chosen(True),
            can_undo=lambda: self.editor.steps[0] > 0,
            can_redo=lambda: self.editor.steps[1] > 0,
            writer=lambda: self.filter.writer,
            came_in=self._came_in,
        )
