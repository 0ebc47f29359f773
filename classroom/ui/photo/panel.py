"""The tab *Photo*: from a photo of digits on paper to samples, every step to be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classroom.engine.messages import Ready
from classroom.i18n import _
from classroom.preprocessing.images import Box, Grey
from classroom.preprocessing.thresholding import NothingDrawn
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.panel import Panel
from classroom.ui.photo.box_preview import BoxPreview
from classroom.ui.photo.box_tools import BoxTools
from classroom.ui.photo.boxes import Boxes, MarkedBox
from classroom.ui.photo.page_saver import PageSaver
from classroom.ui.photo.proposals import Proposals
from classroom.ui.photo.sheet_button import SheetButton
from classroom.ui.photo.steps import PhotoSteps, fitted
from classroom.ui.photo.view import PhotoView
from classroom.ui.widgets.threshold_controls import ThresholdControls

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.preprocessing.page import FoundDigit, Page


@dataclass(frozen=True, eq=False)
class PageRead:
    """A page, and what the window shows of it.

    `other_pages` names what else the file holds, in a sentence or none.
    """

    page: Page
    counts: NDArray[np.int64]
    other_pages: str = ""

    @classmethod
    def of(cls, page: Page, other_pages: str) -> Self:
        """Return a page with the counts of its grey levels."""
        return cls(page, np.bincount(page.steps.contrast.ravel(), minlength=256), other_pages)

    @property
    def left_out(self) -> str:
        """What was not read of the file and of the page, in sentences."""
        return " ".join(filter(None, [self.other_pages, *self.page.left_out]))


class PhotoPanel(Panel):
    """The picture with its boxes, how ink is told from paper, and the button that keeps all."""

    tab = Tab.PHOTO
    title = _("Photo")

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, context)
        self.seen: PageRead | None = None
        self.writer = ""
        self._images: dict[Box, Grey | None] = {}
        self.keeper = PageSaver(self)
        self.proposals = Proposals(
            context, lambda *said: self.boxes.propose(*said), self._cut_apart, self._say_unanswered
        )
        self.working = self._stale = False
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._make_head()
        self.view = PhotoView(self, context.theme, self._edited, self._show_picture)
        self.view.grid(row=1, column=0, sticky="nsew")
        self._make_side()
        self._make_foot()

    # --- the parts ----------------------------------------------------------
    def _make_head(self) -> None:
        px = self.context.theme.px
        head = ttk.Frame(self)
        head.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, px(8)))
        head.columnconfigure(2, weight=1)
        self.open_button = ttk.Button(head, text=_("Open a photo …"), command=self.ask_open)
        self.open_button.grid(row=0, column=0, padx=(0, px(8)))
        self.sheet_button = SheetButton(head, self.context)
        self.sheet_button.grid(row=0, column=1)
        self.context.controls.add(self.open_button, when=lambda: not self.working)
        self.steps = PhotoSteps(head, self.context.theme, self._show_picture)
        self.steps.grid(row=0, column=3)

    def _make_side(self) -> None:
        px = self.context.theme.px
        side = ttk.Frame(self)
        side.grid(row=1, column=1, sticky="ns", padx=(px(14), 0))
        self.side = ThresholdControls(
            side, self.context, self.look_again, lambda: not self._on_sheet
        )
        self.side.grid(sticky="ew", pady=(0, px(12)))
        self.box = BoxPreview(side, self.context.theme)
        self.box.grid(sticky="w")

    def _make_foot(self) -> None:
        px = self.context.theme.px
        foot = ttk.Frame(self)
        foot.grid(row=2, column=0, columnspan=2, sticky="ew", pady=(px(8), 0))
        foot.columnconfigure(0, weight=1)
        self.tools = BoxTools(foot, self.context, self.view, self._edited)
        self.tools.grid(row=0, column=0, sticky="ew")
        self.keep_button = ttk.Button(
            foot, text=_("Keep them all"), style="Accent.TButton", command=self.keep
        )
        self.keep_button.grid(row=0, column=1, sticky="e")
        self.context.controls.add(self.keep_button, when=lambda: bool(self._ready_to_keep()))

    @property
    def boxes(self) -> Boxes:
        """The boxes of the picture."""
        return self.view.boxes

    @property
    def page(self) -> Page | None:
        """The photo that is open."""
        return self.seen.page if self.seen else None

    @property
    def _on_sheet(self) -> bool:
        """Whether the digits were written on a collection sheet, which says what they are."""
        return self.page is not None and any(one.label is not None for one in self.page.found)

    # --- what the student does ----------------------------------------------
    def ask_open(self) -> None:
        """Ask for a photo, and open it."""
        name = filedialog.askopenfilename(
            parent=self,
            title=_("Open a photo"),
            filetypes=[
                (_("Pictures"), "*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp *.gif"),
                (_("All files"), "*"),
            ],
        )
        if name:
            self.open(Path(name))

    def open(self, file: Path) -> None:
        """Read a photo, and look for digits in it."""
        threshold = self.side.threshold

        def look() -> PageRead:
            # Imported on the thread: OpenCV takes its time.
            from classroom.preprocessing.image_files import first_page
            from classroom.preprocessing.photos import read_page
            from classroom.preprocessing.sheet_reader import read_sheet

            first, left_out = first_page(file)
            page = read_sheet(first.grey) or read_page(first.grey, threshold)
            return PageRead.of(page, " ".join(f"{one.item}: {one.why}" for one in left_out))

        self.context.notice.clear()
        self._work(look)

    def look_again(self) -> None:
        """Look for digits in the same photo by another threshold."""
        if self.page is None or self._on_sheet:
            return
        if self.working:
            self._stale = True
            return
        page, threshold = self.page, self.side.threshold
        other_pages = self.seen.other_pages if self.seen else ""

        def look() -> PageRead:
            from classroom.preprocessing.photos import read_again

            return PageRead.of(read_again(page, threshold), other_pages)

        self._work(look)

    def keep(self) -> None:
        """Store every digit that has a label."""
        kept = self._ready_to_keep()
        if not kept or self.working:
            return
        seen, boxes = self.seen, self.boxes
        writer = self.writer or self.context.writer.get()

        def stored() -> None:
            self._set_working(False)
            self.seen = None
            self.view.say(_("Open the next photo."))
            self.side.show(None, None)
            self._edited()

        def taken_back() -> None:
            # Nothing has to be corrected twice, unless another photo is open.
            if self.seen is None and seen is not None and not self.working:
                self._take_over(seen)
                self.view.boxes = boxes
                self._edited()

        self._set_working(True)
        self.keeper.keep(kept, writer, stored, self._failed, taken_back)

    # --- looking, beside the window ---------------------------------------------
    def _work(self, look: Callable[[], PageRead]) -> None:
        self._set_working(True)
        self.tools.hint.configure(text=_("Looking for digits …"))
        self.context.background.run(look, self._show, self._failed)

    def _show(self, seen: PageRead) -> None:
        """Take over a page that was looked through."""
        self._set_working(False)
        page = seen.page
        if self.seen and self.context.notice.text == self.seen.left_out:
            # By another threshold it may not be so.
            self.context.notice.clear()
        self._take_over(seen)
        self._take(page.found)
        self.proposals.ask_about_page([] if self._on_sheet else page.found)
        self._edited()
        if not page.found:
            self._say_bad(
                _("No digit was found. Try another threshold, or drag boxes around the digits.")
            )
        elif seen.left_out:
            self._say_bad(seen.left_out)
        if self._stale:
            self._stale = False
            self.look_again()

    def _take_over(self, seen: PageRead) -> None:
        self.seen = seen
        self.writer = seen.page.writer or ""
        self.side.show(seen.counts, None if self._on_sheet else seen.page.steps.level)
        self._show_picture()

    def _take(self, found: list[FoundDigit]) -> None:
        assert self.page is not None
        height, width = self.page.grey.shape
        boxes = Boxes(width, height)
        self._images = {}
        for digit in found:
            if digit.box is None:
                continue
            self._images[digit.box] = digit.image
            known = digit.label is not None
            boxes.marked.append(MarkedBox(digit.box, digit.label, sure=known))
        boxes.selected = 0 if boxes.marked else None
        self.view.boxes = boxes

    def _failed(self, sentence: str) -> None:
        self._set_working(False)
        self._stale = False
        self._tell()
        self._say_bad(sentence)

    def _say_bad(self, sentence: str) -> None:
        self.context.notice.show(sentence, kind="bad", of=self)

    def _set_working(self, working: bool) -> None:
        self.working = working
        self.context.controls.refresh()

    def _show_picture(self) -> None:
        """Show the step that is chosen, as large as the room allows."""
        page = self.page
        if page is None:
            self.view.redraw()
            return
        scale, make = fitted(self.steps.of(page), self.view.room())

        def show(picture: Image.Image) -> None:
            if self.page is page:
                self.view.show(picture, scale)

        self.context.background.run(make, show, self._say_bad)

    def receive(self, report: Report) -> None:
        """Take the CNN's answers as proposals."""
        if self.proposals.receive(report):
            self._tell()
        if isinstance(report, Ready):
            self._edited()

    def _say_unanswered(self) -> None:
        self._say_bad(_("The CNN could not look at these digits: say by their keys what they are."))

    def _cut_apart(self, found: list[FoundDigit]) -> None:
        self._take(found)
        self._edited()

    # --- what is shown of the boxes -------------------------------------------------
    def _edited(self) -> None:
        images = ((one, self._image_of(one.box)) for one in self.boxes.marked)
        self.proposals.ask(
            [(one.box, image) for one, image in images if one.label is None and image is not None]
        )
        self._tell()

    def _tell(self) -> None:
        """Show the boxes, what is in the selected one, and what can be done."""
        self.view.redraw()
        current = self.boxes.current
        image = self._image_of(current.box) if current else None
        self.box.tell(current, image)
        self.tools.tell(self.page is not None)
        self.context.controls.refresh()

    def _image_of(self, box: Box) -> Grey | None:
        if box not in self._images and self.page is not None:
            try:
                self._images[box] = self.page.cut(box)
            except NothingDrawn:
                self._images[box] = None
        return self._images.get(box)

    def _ready_to_keep(self) -> list[tuple[int, Grey]]:
        images = ((one.label, self._image_of(one.box)) for one in self.boxes.marked)
        return [
            (label, image) for label, image in images if label is not None and image is not None
        ]

    def shown(self) -> None:
        """Put the keyboard where the digit keys mean labels."""
        self.view.focus_set()

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.view.recolour()
        self.side.histogram.redraw()
