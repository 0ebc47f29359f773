"""Which of the kept samples are shown: whose, from where, what for, and in which order."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Collection, Sequence
from tkinter import ttk

from classroom.datasets.sample import ORIGINS
from classroom.i18n import _
from classroom.ui.core.theme import Theme
from classroom.ui.samples.descriptions import origin_text
from classroom.ui.samples.filtering import ALL, Criteria

# the entries of the list *Show*, and of *Order*
KEPT, WRONG, DELETED, WRONG_OF_IMPORT = range(4)
BY_DIGIT, BY_DOUBT = range(2)


class FilterBar(ttk.Frame):
    """A row of buttons for the digit, and lists for everything else.

    Parameters
    ----------
    parent : tk.Misc
    theme : Theme
    changed : callable
        Called when the user has chosen something else.
    """

    def __init__(self, parent: tk.Misc, theme: Theme, changed: Callable[[], None]) -> None:
        super().__init__(parent)
        self._theme, self._changed = theme, changed
        self._digit = tk.IntVar(self, ALL)
        self.buttons = self._make_buttons()
        lists = ttk.Frame(self)
        lists.grid(row=1, column=0, sticky="ew", pady=(theme.px(6), 0))
        self.columnconfigure(0, weight=1)
        self.writers = self._make_list(lists, [_("Everyone")])
        self.parts = self._make_list(lists, [_("Both parts"), _("Practice"), _("Exam")])
        origins = [_("Any origin"), *(origin_text(origin) for origin in ORIGINS)]
        self.origins = self._make_list(lists, origins)
        self.kinds = self._make_list(lists, [_("All kept"), _("CNN wrong"), _("Deleted")])
        # The samples of the last import, once there was one.
        self._imported: frozenset[int] = frozenset()
        self.orders = self._make_list(lists, [_("By digit"), _("By doubt")])

    def _make_buttons(self) -> list[ttk.Radiobutton]:
        row, buttons = ttk.Frame(self), []
        row.grid(row=0, column=0, sticky="w")
        for column, value in enumerate((ALL, *range(10))):
            button = ttk.Radiobutton(
                row,
                text=_("All") if value == ALL else str(value),
                value=value,
                variable=self._digit,
                command=self._changed,
                style="Toggle.TButton",
            )
            button.grid(row=0, column=column, padx=(0, self._theme.px(3)))
            buttons.append(button)
        return buttons

    def _make_list(self, parent: ttk.Frame, entries: Sequence[str]) -> ttk.Combobox:
        column = parent.grid_size()[0]
        made = ttk.Combobox(parent, state="readonly", width=1, values=list(entries))
        made.current(0)
        made.grid(row=0, column=column, sticky="ew", padx=(0, self._theme.px(4)))
        parent.columnconfigure(column, weight=1, uniform="lists")
        made.bind("<<ComboboxSelected>>", lambda _event: self._chosen(made))
        return made

    def set_writers(self, names: Sequence[str]) -> None:
        """Offer these writers; the chosen one stays chosen if it is among them."""
        chosen = self.writer
        self.writers.configure(values=[_("Everyone"), *names])
        self.writers.current(list(names).index(chosen) + 1 if chosen and chosen in names else 0)

    def offer_import(self, ids: Collection[int]) -> None:
        """Offer those that the CNN takes for others among the samples of the last import."""
        if not self._imported:
            entry = _("New, wrong")
            self.kinds.configure(values=[*self.kinds.cget("values"), entry])
        self._imported = frozenset(ids)

    def show_import(self) -> None:
        """Let through what the CNN takes for others among the samples of the last import."""
        self.clear()
        self.kinds.current(WRONG_OF_IMPORT)
        self._changed()

    def clear(self) -> None:
        """Let everything through that is kept."""
        self._digit.set(ALL)
        for one in (self.writers, self.parts, self.origins, self.kinds):
            one.current(0)

    @property
    def writer(self) -> str | None:
        """The chosen writer, None for everyone."""
        # By its place in the list, for someone may be called "Everyone".
        return self.writers.get() if self.writers.current() > 0 else None

    @property
    def deleted(self) -> bool:
        """Whether the deleted samples are shown, and not the kept ones."""
        return self.kinds.current() == DELETED

    @property
    def criteria(self) -> Criteria:
        """What is chosen."""
        origin, part = self.origins.current(), self.parts.current()
        kind = self.kinds.current()
        return Criteria(
            digit=self._digit.get(),
            writer=self.writer,
            origin=ORIGINS[origin - 1] if origin > 0 else None,
            exam=part == 2 if part > 0 else None,
            wrong=kind in (WRONG, WRONG_OF_IMPORT),
            by_doubt=self.orders.current() == BY_DOUBT,
            among=self._imported if kind == WRONG_OF_IMPORT else None,
        )

    def _chosen(self, chosen: ttk.Combobox) -> None:
        # Otherwise the text stays marked as if it were to be overwritten.
        chosen.selection_clear()
        self._changed()
