"""The versions of one line: what each was trained on and scored, and which is in use."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING, Literal

from classroom.catalogue import NAMES, TITLES
from classroom.engine import versions
from classroom.engine.versions import Fallback, Line, Version
from classroom.i18n import _
from classroom.starts import Start
from classroom.ui.core.controls import State
from classroom.ui.core.texts import NOTHING, exam_text, local_time, percent_text
from classroom.ui.widgets.column_widths import add_sideways_bar, fit_columns
from classroom.ui.widgets.labels import wrap

if TYPE_CHECKING:
    from classroom.ui.core.context import Context


class VersionsList(ttk.Frame):
    """All versions of the line in use, the newest first.

    Parameters
    ----------
    parent : ttk.Frame
    context : Context
    use : callable
        Takes the number of the version that shall be in use.
    shown : callable
        Called with the line whose versions are shown.

    Attributes
    ----------
    current : int or None
        The number of the version that the engine uses; None while no engine answers.
    start : Start or None
        The line that the engine uses; None until one has answered. The list then shows the line
        that the home names.
    """

    def __init__(
        self,
        parent: ttk.Frame,
        context: Context,
        use: Callable[[int], None],
        shown: Callable[[Start], None],
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._use = use
        self._line_shown = shown
        self.current: int | None = None
        self.start: Start | None = None
        self._fallback: Fallback | None = None
        self._unreadable: set[int] = set()
        self._chosen: int | None = None
        self.columnconfigure(0, weight=1)
        self.rowconfigure(2, weight=1)
        heading = ttk.Label(self, text=_("Versions"), style="Heading.TLabel")
        heading.grid(row=0, column=0, sticky="w")
        self.button = ttk.Button(self, text=_("Use this version"), command=self.use_selected)
        self.button.grid(row=0, column=1, columnspan=2, sticky="e")
        self.warning = ttk.Label(self, style="Bad.TLabel")
        wrap(self.warning)
        self.tree = self._make_tree()
        self.tree.grid(row=2, column=0, columnspan=2, sticky="nsew", pady=(context.theme.px(6), 0))
        bar = ttk.Scrollbar(self, command=self.tree.yview)
        bar.grid(row=2, column=2, sticky="ns", pady=(context.theme.px(6), 0))
        self.tree.configure(yscrollcommand=bar.set)
        add_sideways_bar(self.tree)
        context.controls.add(self.button, State.READY, when=self._can_use)

    def _make_tree(self) -> ttk.Treeview:
        columns: dict[str, tuple[str, Literal["w", "e"]]] = {
            "version": (_("Version"), "w"),
            "created": (_("Made"), "w"),
            "practice": (_("Practice"), "e"),
        }
        for which, title in (("exam", _("Exam, {name}")), ("mnist", _("MNIST, {name}"))):
            for name in NAMES:
                shown = TITLES[name]
                columns[f"{which}-{name}"] = (title.format(name=shown), "e")
        tree = ttk.Treeview(
            self, columns=list(columns), show="headings", height=3, selectmode="browse"
        )
        for column, (title, anchor) in columns.items():
            tree.heading(column, text=title, anchor=anchor)
            tree.column(column, anchor=anchor)
        fit_columns(tree, self._context.theme)
        tree.tag_configure("current", font="SunValleyBodyStrongFont")
        tree.bind("<<TreeviewSelect>>", lambda _event: self._context.controls.refresh())
        tree.bind("<Return>", lambda _event: self.use_selected())
        tree.bind("<Double-Button-1>", self._double_clicked)
        tree.bind("<FocusIn>", lambda _event: self._select_something())
        return tree

    @property
    def selected(self) -> int | None:
        """The number of the selected version, None where none is."""
        chosen = self.tree.selection()
        return int(chosen[0]) if chosen else None

    def load(self) -> None:
        """Read the versions anew, beside the window."""
        home, start = self._context.home, self.start

        def read() -> tuple[Line, list[Version], list[int], int | None]:
            chosen = versions.in_use(home)[0]
            line = Line(home, start or chosen.start)
            next_start = chosen.number if chosen.start is line.start else None
            return line, versions.listing(line), versions.unreadable(line), next_start

        self._context.background.run(
            read,
            lambda found: self._show(*found),
            lambda sentence: self._context.notice.show(sentence, kind="bad", of=self),
        )

    def answers(self, version: Version | None, fallback: Fallback | None = None) -> None:
        """Take note of which version answers, and why it is not the one that was chosen.

        Parameters
        ----------
        version : Version or None
            None while no engine answers.
        fallback : Fallback or None
        """
        self.current, self._fallback = version.number if version else None, fallback
        if version is not None:
            self.start = version.start
        if fallback is None:
            self.warning.grid_remove()
        else:
            self.warning.configure(text=fallback.sentence)
            self.warning.grid(row=1, column=0, columnspan=3, sticky="ew")
        self.load()

    def _show(
        self, line: Line, found: list[Version], unreadable: list[int], chosen: int | None
    ) -> None:
        """Show these versions, and those that cannot be read."""
        if self.start not in (None, line.start):
            # Another line has come into use since these were read, and is read by now.
            return
        self._line_shown(line.start)
        self._unreadable, self._chosen = set(unreadable), chosen
        selected = self.selected
        self.tree.delete(*self.tree.get_children())
        wanted = self._fallback.wanted if self._fallback else None
        lost = self._unreadable | ({wanted} if wanted is not None else set())
        lost -= {version.number for version in found}
        rows = [*found, *(Version(number) for number in lost)]
        for version in sorted(rows, key=lambda version: version.number, reverse=True):
            tags = ("current",) if version.number == self.current else ()
            self.tree.insert("", "end", str(version.number), values=self._row(version), tags=tags)
        self._unreadable = lost
        fit_columns(self.tree, self._context.theme)
        if selected is not None and self.tree.exists(str(selected)):
            self.tree.selection_set(str(selected))
        self._context.controls.refresh()

    def use_selected(self) -> None:
        """Have the selected version in use."""
        if self._context.controls.state is State.READY and self._can_use():
            assert self.selected is not None
            self._use(self.selected)

    def _row(self, version: Version) -> tuple[str, ...]:
        number = version.number
        practice = f"{version.practice:,}" if version.practice else NOTHING
        made = NOTHING if number in self._unreadable else local_time(version.created)
        exams = (exam_text(version.own_exam.get(name)) for name in NAMES)
        mnist = (percent_text(version.mnist_test.get(name)) for name in NAMES)
        return (self._number_text(number), made, practice, *exams, *mnist)

    def _number_text(self, number: int) -> str:
        """Return a version's number, and what is to be known of it."""
        if number == self.current:
            text = _("{number} (in use)")
        elif number in self._unreadable or (self._fallback and self._fallback.wanted == number):
            text = _("{number} (damaged)")
        elif self.current is not None and number == self._chosen and not self._fallback:
            # The command line, or another window, has made it or chosen it.
            text = _("{number} (next start)")
        else:
            text = "{number}"
        return text.format(number=number)

    def _can_use(self) -> bool:
        chosen = self.selected
        return chosen not in (None, self.current) and chosen not in self._unreadable

    def _double_clicked(self, event: tk.Event[ttk.Treeview]) -> None:
        if self.tree.identify_row(event.y):
            self.use_selected()

    def _select_something(self) -> None:
        """Give the arrow keys a row to start from."""
        if self.selected is None and self.tree.exists(str(self.current)):
            self.tree.selection_set(str(self.current))
        if self.selected is not None:
            self.tree.focus(str(self.selected))
