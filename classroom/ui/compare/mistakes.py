"""The digits in a cell of a confusion matrix, and what every classifier says of one of them."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from PIL import Image, ImageTk

from classroom.i18n import _, ngettext
from classroom.plots.request import PlotRequest, places_of
from classroom.ui.compare.scored_images import Images, ImageSource
from classroom.ui.widgets.answer_bars import AnswerBars
from classroom.ui.widgets.gallery import Gallery
from classroom.ui.widgets.thumbnails import Thumbnail, enlarged

if TYPE_CHECKING:
    from classroom.evaluation.results import Evaluation
    from classroom.ui.core.context import Context

# More than anybody looks through; on the diagonal there are a thousand.
MOST = 300
# Screen pixels of a 96 dpi screen a side for each pixel of the digit.
FACTOR = 4


class Mistakes(ttk.Frame):
    """Choose a digit and what it was taken for; see the images; click one to ask everybody.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    back : callable
        Called when the student has seen enough.
    """

    def __init__(self, parent: ttk.Frame, context: Context, back: Callable[[], None]) -> None:
        super().__init__(parent)
        self._context = context
        self._request = PlotRequest(())
        self._pictures: Images = {}
        self._places: list[int] = []
        self._total = 0
        self._photo: ImageTk.PhotoImage | None = None
        self.answers: list[AnswerBars] = []
        self._source = ImageSource(context)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._make_choice(back)
        self.gallery = Gallery(
            self,
            context.theme,
            self._heading,
            mark="",
            tile=lambda position: Thumbnail(self._pictures[self._places[position]]),
            # All that are shown have come already.
            want=lambda _positions: None,
            selected=self._selected,
        )
        self.gallery.grid(row=1, column=0, sticky="nsew")
        self._make_asked()

    def _make_choice(self, back: Callable[[], None]) -> None:
        px = self._context.theme.px
        row = ttk.Frame(self)
        row.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, px(6)))
        self.back_button = ttk.Button(row, text=_("‹ Back to the plot"), command=back)
        self.back_button.pack(side="left", padx=(0, px(16)))
        self.digit, self.taken_for, self.by = (
            ttk.Combobox(row, state="readonly", width=width) for width in (3, 14, 14)
        )
        self.digit.configure(values=[str(digit) for digit in range(10)])
        self.taken_for.configure(values=[*map(str, range(10)), _("something else")])
        said = ((_("Digit"), self.digit), (_("taken for"), self.taken_for), (_("by"), self.by))
        for text, box in said:
            ttk.Label(row, text=text).pack(side="left", padx=(0, px(4)))
            box.pack(side="left", padx=(0, px(8)))
            box.bind("<<ComboboxSelected>>", lambda _event: self._look())

    def _make_asked(self) -> None:
        px = self._context.theme.px
        asked = ttk.Frame(self, padding=(px(16), 0, 0, 0))
        asked.grid(row=1, column=1, sticky="ns")
        asked.rowconfigure(2, weight=1)
        self.image = ttk.Label(asked)
        self.image.grid(row=0, column=0, sticky="nw")
        self.about = ttk.Label(
            asked, style="Muted.TLabel", justify="left", width=16, wraplength=px(130)
        )
        self.about.grid(row=1, column=0, sticky="nw", pady=px(6))
        self._columns = ttk.Frame(asked)
        self._columns.grid(row=0, column=1, rowspan=3, sticky="ns")
        self._columns.rowconfigure(0, weight=1)

    # --- what the plots call --------------------------------------------------
    def cell(self, request: PlotRequest, by: int, digit: int, taken_for: int | None) -> None:
        """Show the digits that one of the request's answers took for another.

        Parameters
        ----------
        request : PlotRequest
        by : int
            Which of its answers.
        digit, taken_for : int
            None: anything else than the digit.
        """
        self._take(request)
        self.by.current(by)
        self.digit.current(digit)
        self.taken_for.current(10 if taken_for is None else taken_for)
        self._look()

    def disputed(self, request: PlotRequest, place: int) -> None:
        """Show a digit on which the request's answers differ, among others like it."""
        answers = request.answers
        label = int(answers[0].evaluation.labels[place])
        wrong = [int(each.evaluation.predictions[place]) != label for each in answers]
        self._take(request)
        self.by.current(wrong.index(True))
        self.digit.current(label)
        self.taken_for.current(10)
        self._look(place)

    def theme_changed(self) -> None:
        """Take over the theme's colours."""
        self.gallery.theme_changed()
        for answer in self.answers:
            answer.recolour()
        self._selected()

    # --- inside ---------------------------------------------------------------
    def _take(self, request: PlotRequest) -> None:
        """Make a column for each classifier, where they are not those that stand there."""
        answers = request.answers
        looks = [(each.title, each.colour) for each in answers]
        if looks != [(each.title, each.colour) for each in self._request.answers]:
            for answer in self.answers:
                answer.destroy()
            theme = self._context.theme
            self.answers = [
                AnswerBars(self._columns, theme, title, colour) for title, colour in looks
            ]
            for column, answer in enumerate(self.answers):
                answer.grid(row=0, column=column, sticky="ns", padx=theme.px(4))
        self.by.configure(values=[title for title, _colour in looks])
        self._request = request

    def _look(self, first: int | None = None) -> None:
        """Fetch the images of what is chosen; `first` is to be selected."""
        taken_for = self.taken_for.current()
        evaluation = self._request.answers[self.by.current()].evaluation
        found = places_of(evaluation, self.digit.current(), None if taken_for == 10 else taken_for)
        places = [int(place) for place in found]
        self._total = len(places)
        if first is not None:
            places = [first, *(place for place in places if place != first)]
        self._source.fetch(
            self._request.test_set, evaluation, places[:MOST], self._show, self._failed
        )

    def _failed(self, sentence: str) -> None:
        self._context.notice.show(sentence, kind="bad", of=self)
        # What was shown before is of another choice.
        self._show({})

    def _show(self, pictures: Images) -> None:
        self._pictures, self._places = pictures, list(pictures)
        self.gallery.show([(0, len(pictures))] if pictures else [], [0] if pictures else [])
        self.gallery.scroll_to_top()

    def _selected(self) -> None:
        """Ask every classifier about the digit under the cursor."""
        chosen = self.gallery.selection.cursor
        if chosen is None or chosen >= len(self._places):
            self.image.configure(image="")
            self._photo = None
            none = (
                _("These digits cannot be shown.")
                if self._total
                else _("There is no digit like this.")
            )
            self.about.configure(text=none)
            for answer in self.answers:
                answer.clear()
            return
        place, theme = self._places[chosen], self._context.theme
        factor = max(2, round(theme.scale * FACTOR))
        pixels = enlarged(self._pictures[place], factor, theme.palette)
        self._photo = ImageTk.PhotoImage(Image.fromarray(pixels), master=self)
        self.image.configure(image=self._photo)
        answers = self._request.answers
        self.about.configure(text=self._description(answers[0].evaluation, place))
        for column, each in zip(self.answers, answers, strict=True):
            column.show(each.evaluation.probabilities[place])

    @staticmethod
    def _description(evaluation: Evaluation, place: int) -> str:
        label = int(evaluation.labels[place])
        if evaluation.writers:
            writer = evaluation.writers[place]
            return _("This is a {digit}, written by {writer}.").format(digit=label, writer=writer)
        text = _("This is a {digit}, number {place:,} of MNIST's test set.")
        return text.format(digit=label, place=place)

    def _heading(self, _group: int) -> tuple[str, str]:
        total = ngettext("{n:,} digit", "{n:,} digits", self._total).format(n=self._total)
        if self._total > len(self._places):
            return total, _("the {n:,} surest answers").format(n=len(self._places))
        return total, _("the surest answer first")
