"""The tab *Photo*: from a photo of digits on paper to samples, every step to be seen."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageTk

from classroom import digits
from classroom.i18n import _, ngettext
from classroom.messages import Ready
from classroom.pieces import Box
from classroom.ui.boxes import Boxes, Marked
from classroom.ui.panel import Panel
from classroom.ui.photo_view import PhotoView
from classroom.ui.proposals import Proposals
from classroom.ui.threshold_side import ThresholdSide

if TYPE_CHECKING:
    from classroom.dataset import Dataset
    from classroom.messages import Report
    from classroom.photos import FoundDigit, Page
    from classroom.ui.app import App

PREVIEW = 4 * digits.SIDE
VIEWS = (("photo", _("Photo")), ("even", _("Light evened out")), ("ink", _("Ink")))


@dataclass(frozen=True, eq=False)
class Looked:
    """A page, and what the window shows of it."""

    page: Page
    counts: NDArray[np.int64]


class PhotoPanel(Panel):
    """The picture with its boxes, how ink is told from paper, and the button that keeps all."""

    title = _("Photo")

    def __init__(self, parent: ttk.Notebook, app: App) -> None:
        super().__init__(parent, app)
        self.page: Page | None = None
        self.writer = ""
        self._images: dict[Box, digits.Grey | None] = {}
        self.proposals = Proposals(app, lambda *said: self.boxes.propose(*said), self._cut_apart)
        self.working = self._stale = False
        self._on_sheet = False
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._make_head()
        self.view = PhotoView(self, app.theme, self._edited, self._show_picture)
        self.view.grid(row=1, column=0, sticky="nsew")
        self._make_side()
        self._make_foot()
        self._bind_keys()

    # --- the parts ----------------------------------------------------------
    def _make_head(self) -> None:
        px = self.app.theme.px
        head = ttk.Frame(self)
        head.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, px(8)))
        head.columnconfigure(2, weight=1)
        self.open_button = ttk.Button(head, text=_("Open a photo …"), command=self.ask_open)
        self.open_button.grid(row=0, column=0, padx=(0, px(8)))
        self.sheet_button = ttk.Button(head, text=_("Make a sheet …"), command=self.ask_sheet)
        self.sheet_button.grid(row=0, column=1)
        self.app.controls.add(self.open_button, when=lambda: not self.working)
        self.which = tk.StringVar(self, "photo")
        for column, (name, text) in enumerate(VIEWS, start=3):
            ttk.Radiobutton(
                head, text=text, value=name, variable=self.which, command=self._show_picture
            ).grid(row=0, column=column, padx=(px(10), 0))

    def _make_side(self) -> None:
        px = self.app.theme.px
        side = ttk.Frame(self)
        side.grid(row=1, column=1, sticky="ns", padx=(px(14), 0))
        self.side = ThresholdSide(side, self.app, self.look_again, lambda: not self._on_sheet)
        self.side.grid(sticky="ew", pady=(0, px(12)))
        ttk.Label(side, text=_("What they see"), style="Heading.TLabel").grid(sticky="w")
        self._preview = ImageTk.PhotoImage(Image.new("L", (px(PREVIEW), px(PREVIEW))), master=self)
        tk.Label(side, image=self._preview, borderwidth=0).grid(sticky="w", pady=px(4))
        self.said = ttk.Label(side, style="Muted.TLabel", wraplength=px(220))
        self.said.grid(sticky="w")

    def _make_foot(self) -> None:
        px = self.app.theme.px
        foot = ttk.Frame(self)
        foot.grid(row=2, column=0, columnspan=2, sticky="ew", pady=(px(8), 0))
        foot.columnconfigure(4, weight=1)
        self.split_button = ttk.Button(foot, text=_("Split"), command=self.split)
        self.join_button = ttk.Button(foot, text=_("Join"), command=self.join)
        self.delete_button = ttk.Button(foot, text=_("Delete"), command=self.delete)
        for column, button in enumerate((self.split_button, self.join_button, self.delete_button)):
            button.grid(row=0, column=column, padx=(0, px(6)))
            self.app.controls.add(button, when=lambda: self.boxes.current is not None)
        self.hint = ttk.Label(foot, style="Muted.TLabel")
        self.hint.grid(row=0, column=4, sticky="w", padx=px(6))
        self.keep_button = ttk.Button(
            foot, text=_("Keep them all"), style="Accent.TButton", command=self.keep
        )
        self.keep_button.grid(row=0, column=5, sticky="e")
        self.app.controls.add(self.keep_button, when=lambda: bool(self._ready_to_keep()))

    def _bind_keys(self) -> None:
        for digit in range(10):
            self.view.bind(f"<Key-{digit}>", lambda event: self.say(int(event.char)))
        for keys, by in ((("<Right>", "<Down>"), 1), (("<Left>", "<Up>"), -1)):
            for key in keys:
                self.view.bind(key, lambda _event, by=by: self.step(by))  # type: ignore[misc]
        for key in ("<Delete>", "<BackSpace>"):
            self.view.bind(key, lambda _event: self.delete())
        self.view.bind("<Key-s>", lambda _event: self.split())
        self.view.bind("<Key-j>", lambda _event: self.join())

    @property
    def boxes(self) -> Boxes:
        """The boxes of the picture."""
        return self.view.boxes

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

    def ask_sheet(self) -> None:
        """Ask where to, and write a collection sheet with the student's name."""
        name = filedialog.asksaveasfilename(
            parent=self,
            title=_("Make a sheet to print"),
            initialfile=_("sheet") + ".pdf",
            defaultextension=".pdf",
            filetypes=[("PDF", "*.pdf")],
        )
        if name:
            self.make_sheet(Path(name))

    def make_sheet(self, file: Path) -> None:
        """Write a collection sheet."""
        writer = self.app.writer.get()

        def write() -> None:
            from classroom.sheet import write_sheet

            write_sheet(file, writer)

        def written(_nothing: None) -> None:
            text = _("{file} is written. Print it, fill it in, photograph it, and open the photo.")
            self.app.notice.show(text.format(file=file), kind="good")

        self.app.background.run(write, written, self._say_bad)

    def open(self, file: Path) -> None:
        """Read a photo, and look for digits in it."""
        threshold = self.side.threshold

        def look() -> Looked:
            # Imported on the thread: OpenCV takes its time.
            from classroom.photos import read_image, read_page
            from classroom.sheet_reading import read_sheet

            grey = read_image(file)
            return looked(read_sheet(grey) or read_page(grey, threshold))

        self.app.notice.clear()
        self._work(look)

    def look_again(self) -> None:
        """Look for digits in the same photo by another threshold."""
        if self.page is None or self._on_sheet:
            return
        if self.working:
            self._stale = True
            return
        grey, threshold = self.page.grey, self.side.threshold

        def look() -> Looked:
            from classroom.photos import read_page

            return looked(read_page(grey, threshold))

        self._work(look)

    def say(self, label: int) -> None:
        """Say what the selected box holds."""
        self.boxes.say(label)
        self._edited()

    def step(self, by: int) -> str:
        """Select the next box, or the one before."""
        self.boxes.step(by)
        self._edited()
        return "break"

    def split(self) -> None:
        """Cut the selected box in two."""
        self.boxes.split()
        self._edited()

    def join(self) -> None:
        """Join the selected box with the next one."""
        self.boxes.join()
        self._edited()

    def delete(self) -> None:
        """Delete the selected box."""
        self.boxes.delete()
        self._edited()

    def keep(self) -> None:
        """Store every digit that has a label."""
        kept = self._ready_to_keep()
        if not kept or self.working:
            return
        writer = self.writer or self.app.writer.get()

        def store(dataset: Dataset) -> tuple[int, int]:
            from classroom.dataset import Sample

            return dataset.keep_many(
                Sample(image, one.label or 0, writer, "photo") for one, image in kept
            )

        def stored(counts: tuple[int, int]) -> None:
            self._set_working(False)
            self._tell_kept(*counts)
            self.page = None
            self._on_sheet = False
            self.view.say(_("Open the next photo."))
            self.side.show(None, None)
            self._edited()
            self.app.samples_changed()

        self._set_working(True)
        self.app.store.run(store, stored, self._failed)

    # --- looking, beside the window ---------------------------------------------
    def _work(self, look: Callable[[], Looked]) -> None:
        self._set_working(True)
        self.hint.configure(text=_("Looking for digits …"))
        self.app.background.run(look, self._show, self._failed)

    def _show(self, seen: Looked) -> None:
        """Take over a page that was looked through."""
        self._set_working(False)
        self.page = page = seen.page
        self.writer = page.writer or ""
        self._on_sheet = any(digit.label is not None for digit in page.found)
        self.side.show(seen.counts, None if self._on_sheet else page.steps.level)
        self._take(page.found)
        self._show_picture()
        self.proposals.ask_about_page([] if self._on_sheet else page.found)
        self._edited()
        if not page.found:
            self._say_bad(
                _("No digit was found. Try another threshold, or drag boxes around the digits.")
            )
        if self._stale:
            self._stale = False
            self.look_again()

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
            boxes.marked.append(Marked(digit.box, digit.label, sure=known))
        boxes.selected = 0 if boxes.marked else None
        self.view.boxes = boxes

    def _failed(self, sentence: str) -> None:
        self._set_working(False)
        self._stale = False
        self._tell()
        self._say_bad(sentence)

    def _say_bad(self, sentence: str) -> None:
        self.app.notice.show(sentence, kind="bad")

    def _set_working(self, working: bool) -> None:
        self.working = working
        self.app.controls.refresh()

    def _show_picture(self) -> None:
        """Show the step that is chosen, as large as the room allows."""
        page = self.page
        if page is None:
            self.view.redraw()
            return
        steps = {"photo": page.grey, "even": 255 - page.steps.even, "ink": page.steps.ink}
        step = steps[self.which.get()]
        height, width = step.shape
        room = self.view.room()
        scale = min(room[0] / width, room[1] / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))

        def shrink() -> Image.Image:
            way = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
            return Image.fromarray(step).resize(size, way)

        def show(picture: Image.Image) -> None:
            if self.page is page:
                self.view.show(picture, scale)

        self.app.background.run(shrink, show, self._say_bad)

    def receive(self, report: Report) -> None:
        """Take the CNN's answers as proposals."""
        if self.proposals.receive(report):
            self._tell()
        if isinstance(report, Ready):
            self._edited()

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
        side = self._preview.width()
        blank = np.zeros((digits.SIDE, digits.SIDE), np.uint8)
        shown = Image.fromarray(blank if image is None else image)
        self._preview.paste(shown.resize((side, side), Image.Resampling.NEAREST))
        self.said.configure(text=self._about(current))
        count = len(self.boxes.marked)
        if self.page is None:
            self.hint.configure(text="")
        else:
            text = ngettext("{n} digit.", "{n} digits.", count).format(n=count)
            keys = _("0 to 9 says what it is, arrows go on, drag makes a box.")
            self.hint.configure(text=f"{text} {keys}")
        self.app.controls.refresh()

    def _about(self, one: Marked | None) -> str:
        if one is None:
            return ""
        if self._image_of(one.box) is None:
            return _("There is no ink in this box.")
        if one.label is None:
            return _("What is this? Press its key.")
        if one.sure:
            return _("This is a {digit}.").format(digit=one.label)
        if one.doubtful:
            return _("The CNN guesses {digit}, and is not sure.").format(digit=one.label)
        return _("The CNN says {digit}.").format(digit=one.label)

    def _image_of(self, box: Box) -> digits.Grey | None:
        if box not in self._images and self.page is not None:
            try:
                self._images[box] = self.page.cut(box)
            except digits.NothingDrawn:
                self._images[box] = None
        return self._images.get(box)

    def _ready_to_keep(self) -> list[tuple[Marked, digits.Grey]]:
        images = ((one, self._image_of(one.box)) for one in self.boxes.marked)
        return [
            (one, image) for one, image in images if one.label is not None and image is not None
        ]

    def _tell_kept(self, added: int, known: int) -> None:
        text = ngettext("{n} digit kept.", "{n} digits kept.", added).format(n=added)
        if known:
            more = ngettext("{n} was there already.", "{n} were there already.", known)
            text = f"{text} {more.format(n=known)}"
        self.app.notice.show(text, kind="good")

    def shown(self) -> None:
        """Put the keyboard where the digit keys mean labels."""
        self.view.focus_set()

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.view.recolour()
        self.side.histogram.redraw()


def looked(page: Page) -> Looked:
    """Return a page with its histogram."""
    return Looked(page, np.bincount(page.steps.even.ravel(), minlength=256))
