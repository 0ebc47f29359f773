"""The tab *Camera*: hold a digit in front of the camera, see it recognised, keep it."""

from __future__ import annotations

import time
import tkinter as tk
from dataclasses import replace
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageTk

from classroom.engine.messages import EngineDied, Ready, Recognised, Unanswered
from classroom.i18n import _
from classroom.preprocessing.images import SIDE
from classroom.preprocessing.region import LEAST_SHARE, Region
from classroom.ui.core.context import Context, Tab
from classroom.ui.core.panel import Panel
from classroom.ui.photo.camera_view import CameraView
from classroom.ui.widgets.kept_notice import tell_kept
from classroom.ui.widgets.threshold_controls import ThresholdControls

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset, Kept
    from classroom.engine.messages import Report
    from classroom.preprocessing.camera import Camera, Frame

POLL_MILLISECONDS = 15
PREVIEW = 3 * SIDE
HINT = _(
    "Click here to start the camera. Hold a digit into the square; "
    "Space keeps it, or press its key to say what it is."
)
FIRST_CAMERA = "0"
# An answer that comes later than this is about what is no longer held there.
LATE_SECONDS = 0.5


class CameraPanel(Panel):
    """The live picture with the answer over it, how ink is told from paper, and *Keep*."""

    tab = Tab.CAMERA
    title = _("Camera")

    def __init__(self, parent: ttk.Notebook, context: Context) -> None:
        super().__init__(parent, context)
        self.camera: Camera | None = None
        self.frame: Frame | None = None
        self.region = Region()
        # The frames that were shown since the camera was started.
        self.shown_frames = 0
        self.answer: int | None = None
        self._sureness = 0.0
        # The question under way, the frame that it is about, and when it was asked.
        self._asked: int | None = None
        self._about: Frame | None = None
        self._asked_at = 0.0
        self._photo: ImageTk.PhotoImage | None = None
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._make_head()
        self.canvas = CameraView(self, context.theme, HINT, self.start_or_stop, self._dragged)
        self.canvas.grid(row=1, column=0, sticky="nsew")
        for digit in range(10):
            self.canvas.bind(f"<Key-{digit}>", lambda event: self.keep(int(event.char)))
        self.canvas.bind("<space>", lambda _event: self.keep_this())
        self._make_side()
        self.theme_changed()

    # --- the parts ----------------------------------------------------------
    def _make_head(self) -> None:
        px = self.context.theme.px
        head = ttk.Frame(self)
        head.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, px(8)))
        head.columnconfigure(2, weight=1)
        self.button = ttk.Button(head, text=_("Start"), command=self.start_or_stop)
        self.button.grid(row=0, column=0, padx=(0, px(12)))
        ttk.Label(head, text=_("Camera's number, or a video file")).grid(row=0, column=1)
        self.source = tk.StringVar(self, FIRST_CAMERA)
        field = ttk.Entry(head, textvariable=self.source)
        field.grid(row=0, column=2, sticky="ew", padx=px(8))
        ttk.Button(head, text=_("Choose …"), command=self.ask_video).grid(row=0, column=3)

    def _make_side(self) -> None:
        px = self.context.theme.px
        side = ttk.Frame(self)
        side.grid(row=1, column=1, sticky="ns", padx=(px(14), 0))
        self.side = ThresholdControls(side, self.context, self._settings_changed, lambda: True)
        self.side.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, px(8)))
        ttk.Label(side, text=_("Size of the square")).grid(
            row=1, column=0, columnspan=2, sticky="w"
        )
        self.share = tk.DoubleVar(self, self.region.share)
        ttk.Scale(
            side,
            from_=LEAST_SHARE,
            to=1.0,
            variable=self.share,
            command=lambda _value: self._settings_changed(),
        ).grid(row=2, column=0, columnspan=2, sticky="ew", pady=(0, px(8)))
        blank = Image.new("L", (px(PREVIEW), px(PREVIEW)))
        self._ink = ImageTk.PhotoImage(blank, master=self)
        self._seen = ImageTk.PhotoImage(blank, master=self)
        for column, (text, image) in enumerate(
            ((_("Ink"), self._ink), (_("What they see"), self._seen))
        ):
            ttk.Label(side, text=text, style="Muted.TLabel").grid(row=3, column=column, sticky="w")
            tk.Label(side, image=image, borderwidth=0).grid(
                row=4, column=column, sticky="w", padx=(0, px(6))
            )
        self.keep_button = ttk.Button(
            side, text=_("Keep this one"), style="Accent.TButton", command=self.keep_this
        )
        self.keep_button.grid(row=5, column=0, columnspan=2, sticky="ew", pady=px(8))
        self.context.controls.add(self.keep_button, when=lambda: self.answer is not None)

    # --- what the student does ----------------------------------------------
    def start_or_stop(self) -> None:
        """Start the camera, or stop it; the last frame stays."""
        self.canvas.focus_set()
        if self.camera is not None:
            self.stop()
            return
        from classroom.preprocessing.camera import Camera

        self.context.notice.clear()
        self.context.notice.over("camera")
        self.shown_frames = 0
        self.camera = Camera(self.source.get(), self.region)
        self._settings_changed()
        self.button.configure(text=_("Stop"))
        self._poll()

    def stop(self) -> None:
        """Stop the camera."""
        if self.camera is not None:
            self.camera.stop()
            self.camera = self.canvas.region = None
            self.canvas.redraw()
        self.button.configure(text=_("Start"))

    def ask_video(self) -> None:
        """Ask for a video file to play in place of a camera."""
        name = filedialog.askopenfilename(parent=self, title=_("Choose a video"))
        if name:
            self.source.set(name)

    def keep_this(self) -> None:
        """Keep the digit as what the CNN takes it for."""
        if self.answer is not None:
            self.keep(self.answer)

    def keep(self, label: int) -> None:
        """Keep the digit of the frame that is shown as a `label`."""
        image = self.frame.digit if self.frame else None
        if image is None:
            return
        writer = self.context.writer.get()

        def store(dataset: Dataset) -> Kept:
            from classroom.datasets.dataset import Sample

            return dataset.keep(Sample(image, label, writer, "camera"))

        self.context.store.run(store, lambda kept: tell_kept(self, kept, label))

    # --- frames ---------------------------------------------------------------
    def _poll(self) -> None:
        camera = self.camera
        if camera is None:
            return
        if not self.winfo_ismapped():
            # Another tab is open, or the window is going: nobody looks.
            self.stop()
            return
        running = camera.running
        frame = camera.take()
        if frame is not None:
            self._show(frame)
        elif not running:
            self.stop()
            if camera.failure:
                self.context.notice.show(camera.failure, kind="bad", of=self, until="camera")
            return
        self.after(POLL_MILLISECONDS, self._poll)

    def _show(self, frame: Frame) -> None:
        self.frame = frame
        self.shown_frames += 1
        self._ask()
        self.canvas.show(frame, self._said())
        side = self._ink.width()
        ink = Image.fromarray(frame.page.steps.ink)
        self._ink.paste(ink.resize((side, side), Image.Resampling.BOX))
        blank = np.zeros((SIDE, SIDE), np.uint8)
        seen = Image.fromarray(blank if frame.digit is None else frame.digit)
        self._seen.paste(seen.resize((side, side), Image.Resampling.NEAREST))
        counts = np.bincount(frame.page.steps.contrast.ravel(), minlength=256)
        self.side.show(counts, frame.page.steps.level)

    def _ask(self) -> None:
        if self.frame is None or self.frame.digit is None:
            self._take_answer(None, 0.0)
        elif self._asked is None:
            self._asked = self.context.client.recognise(self.frame.digit[None])
            self._about, self._asked_at = self.frame, time.monotonic()
            self.context.expect_reports()
        elif self._is_late:
            # What was said of an earlier frame must not become the label of this one.
            self._take_answer(None, 0.0)

    @property
    def _is_late(self) -> bool:
        return time.monotonic() - self._asked_at > LATE_SECONDS

    def receive(self, report: Report) -> None:
        """Take the CNN's answer."""
        match report:
            case Recognised(request_id=number, probabilities=rows) if number == self._asked:
                self._asked = None
                if self.frame is self._about or not self._is_late:
                    self._take_answer(int(rows[0].argmax()), float(rows[0].max()))
                if self.frame is not self._about:
                    self._ask()
            case Unanswered(request_id=number) if number == self._asked:
                self._asked = None
                self._take_answer(None, 0.0)
            case EngineDied():
                # The next engine is asked about the frame that is shown, as it comes.
                if self._asked is not None:
                    self.context.client.forget(self._asked)
                self._asked = None
                self._take_answer(None, 0.0)
            case Ready():
                self._ask()

    def _take_answer(self, answer: int | None, sureness: float) -> None:
        changed = (answer is None) != (self.answer is None)
        self.answer, self._sureness = answer, sureness
        if changed:
            self.context.controls.refresh()
        if self.camera is None and self.frame is not None:
            # No next frame takes away what was said before.
            self.canvas.show(self.frame, self._said())

    def _said(self) -> str:
        """Return what the CNN takes the digit for, in words; empty where there is none."""
        if self.answer is None:
            return ""
        text = _("{digit}  ({percent:.0%} sure)")
        return text.format(digit=self.answer, percent=self._sureness)

    # --- the window -------------------------------------------------------------
    def _settings_changed(self) -> None:
        self._look_at(replace(self.region, share=float(self.share.get())))

    def _dragged(self, region: Region) -> None:
        self.share.set(region.share)
        self._look_at(region)

    def _look_at(self, region: Region) -> None:
        self.region = region
        if self.camera is not None:
            self.camera.threshold = self.side.threshold
            self.camera.region = self.canvas.region = region

    def shown(self) -> None:
        """Put the keyboard where the digit keys mean labels."""
        self.canvas.focus_set()

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.canvas.recolour()
        self.side.histogram.redraw()

    def destroy(self) -> None:
        """Free the camera with the window."""
        self.stop()
        super().destroy()
