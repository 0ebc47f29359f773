"""Joining a class: what has to be asked before, and what came from whom after."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import font, ttk
from typing import TYPE_CHECKING, Literal

from classroom.i18n import _, ngettext
from classroom.ui.core.theme import Theme
from classroom.ui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from classroom.datasets.importing import Clash, Contribution, Namesake, PendingImport, Rejected

BAD_SHOWN = 5
# So many rows are seen at once; the rest is scrolled to.
ROWS = 8
# Of a column, in pixels of a 96 dpi screen: three such still fit on the screen.
WIDEST = 280
COLUMNS: tuple[tuple[str, str, int, Literal["w", "e"]], ...] = (
    ("source", _("From"), 180, "w"),
    ("writer", _("Writer"), 120, "w"),
    ("kept_as", _("Kept as"), 120, "w"),
    ("added", _("New"), 70, "e"),
    ("duplicates", _("Here before"), 90, "e"),
)


def clash_text(clash: Clash) -> str:
    """Name one of those who may be somebody that is known."""
    return _("{writer} of {source} is").format(writer=clash.writer, source=clash.source)


def namesake_text(other: Namesake) -> str:
    """Name one of those who are known."""
    if other.source:
        return _("{writer} of {source}").format(writer=other.name, source=other.source)
    return _("{writer}, whose digits are here").format(writer=other.name)


def unmark(event: tk.Event[ttk.Combobox]) -> None:
    """Take the mark off a chosen text: it looks as if it were to be overwritten."""
    event.widget.selection_clear()


class ImportQuestion(Dialog):
    """What cannot be read is named, and of each name that two have is asked who they are.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    pending : PendingImport
    answered : callable
        Takes who they are, as far as they are somebody known: go on.
    closed : callable
        Nothing is to be imported.
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        pending: PendingImport,
        answered: Callable[[dict[Clash, Namesake]], None],
        closed: Callable[[], None],
    ) -> None:
        super().__init__(parent, theme, _("Join digits"), closed)
        self._answered = answered
        self.choices: list[tuple[Clash, ttk.Combobox]] = []
        bad = pending.reading.bad
        if bad:
            self._say_bad(bad)
        if pending.clashes:
            self._ask(pending.clashes)
        self.add_button(_("Cancel"), self.dismiss, accent=False)
        title = _("Import the others") if bad else _("Import")
        self.go_on = self.add_button(title, self._go_on, accent=True)

    def _say_bad(self, bad: Sequence[Rejected]) -> None:
        count = len(bad)
        heading = ngettext("{n} cannot be read", "{n} cannot be read", count).format(n=count)
        self.say(0, heading, "Heading.TLabel")
        for row, one in enumerate(bad[:BAD_SHOWN], start=1):
            self.say(row, one.why)
        left = count - BAD_SHOWN
        if left > 0:
            more = ngettext("And {n} more.", "And {n} more.", left).format(n=left)
            self.say(BAD_SHOWN + 1, more)
        self.say(BAD_SHOWN + 2, _("Nothing is imported yet. The others can come in without."))

    def _ask(self, clashes: Sequence[Clash]) -> None:
        top, px = BAD_SHOWN + 3, self.theme.px
        self.say(top, _("The same name, and no digit in common"), "Heading.TLabel")
        self.say(
            top + 1,
            _("Choose who they are. Somebody else is kept apart: the second ann becomes ann (2)."),
        )
        rows = _ScrolledRows(self.body, self.theme, len(clashes))
        rows.grid(row=top + 2, column=0, sticky="ew")
        for row, clash in enumerate(clashes):
            label = ttk.Label(rows.inner, text=clash_text(clash), wraplength=px(400))
            label.grid(row=row, column=0, sticky="w", padx=(0, px(10)))
            people = [_("somebody else"), *map(namesake_text, clash.others)]
            box = ttk.Combobox(rows.inner, state="readonly", values=people, width=32)
            box.current(0)
            box.grid(row=row, column=1, sticky="ew", pady=px(2))
            box.bind("<<ComboboxSelected>>", unmark)
            rows.follow(box)
            self.choices.append((clash, box))
        rows.fit()

    def _go_on(self) -> None:
        chosen = {clash: box.current() - 1 for clash, box in self.choices}
        self.destroy()
        self._answered({clash: clash.others[at] for clash, at in chosen.items() if at >= 0})


class _ScrolledRows(ttk.Frame):
    """A list of widgets that scrolls when there are many."""

    def __init__(self, parent: tk.Misc, theme: Theme, count: int) -> None:
        super().__init__(parent)
        self.columnconfigure(0, weight=1)
        self._canvas = tk.Canvas(
            self, highlightthickness=0, background=theme.palette.background, borderwidth=0
        )
        self._canvas.grid(row=0, column=0, sticky="nsew")
        self.inner = ttk.Frame(self._canvas)
        self._canvas.create_window(0, 0, anchor="nw", window=self.inner)
        self._height = 1
        self._share = min(1.0, ROWS / max(1, count))
        if self._share < 1:
            bar = ttk.Scrollbar(self, command=self._canvas.yview)
            bar.grid(row=0, column=1, sticky="ns")
            self._canvas.configure(yscrollcommand=bar.set)

    def fit(self) -> None:
        """Take the size that the rows need, or that of the first of them."""
        self.inner.update_idletasks()
        width, height = self.inner.winfo_reqwidth(), self.inner.winfo_reqheight()
        self._height = height
        self._canvas.configure(
            width=width, height=round(height * self._share), scrollregion=(0, 0, width, height)
        )

    def follow(self, widget: tk.Misc) -> None:
        """Scroll to a widget when Tab comes to it; have the wheel scroll, not choose."""
        widget.bind("<FocusIn>", lambda _event: self._reveal(widget))
        for wheel in ("<Button-4>", "<Button-5>", "<MouseWheel>"):
            widget.bind(wheel, self._wheel)

    def _reveal(self, widget: tk.Misc) -> None:
        top, height = self._canvas.canvasy(0), self._canvas.winfo_height()
        if not top <= widget.winfo_y() <= top + height - widget.winfo_height():
            self._canvas.yview_moveto(widget.winfo_y() / max(1, self._height))

    def _wheel(self, event: tk.Event[tk.Misc]) -> str:
        down = event.num == 5 or event.delta < 0
        self._canvas.yview_scroll(1 if down else -1, "units")
        return "break"


class ImportSummary(Dialog):
    """A table of what came from whom.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    sentence : str
        What it comes to.
    contributions : sequence of Contribution
    """

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        sentence: str,
        contributions: Sequence[Contribution],
    ) -> None:
        super().__init__(parent, theme, _("What came from whom"), lambda: None)
        self.say(0, sentence, "Heading.TLabel")
        frame = ttk.Frame(self.body)
        frame.grid(row=1, column=0, sticky="nsew")
        self.body.rowconfigure(1, weight=1)
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        self.tree = ttk.Treeview(
            frame,
            columns=[column for column, *_rest in COLUMNS],
            show="headings",
            height=min(len(contributions), 2 * ROWS),
        )
        body = font.nametofont("SunValleyBodyFont", self)
        for column, title, least, anchor in COLUMNS:
            texts = [str(getattr(one, column)) for one in contributions]
            widest = max((body.measure(text) for text in texts), default=0) + theme.px(24)
            width = min(max(theme.px(least), widest), theme.px(WIDEST))
            self.tree.heading(column, text=title, anchor=anchor)
            self.tree.column(column, width=width, minwidth=theme.px(50), anchor=anchor)
        self.tree.grid(row=0, column=0, sticky="nsew")
        if len(contributions) > 2 * ROWS:
            bar = ttk.Scrollbar(frame, command=self.tree.yview)
            bar.grid(row=0, column=1, sticky="ns")
            self.tree.configure(yscrollcommand=bar.set)
        for one in contributions:
            values = (one.source, one.writer, one.kept_as, f"{one.added:,}", f"{one.duplicates:,}")
            self.tree.insert("", "end", values=values)
        self.add_button(_("Close"), self.dismiss, accent=True)
