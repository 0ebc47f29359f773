"""What can be pressed when: one place that enables and disables every button."""

import tkinter as tk
from collections.abc import Callable
from enum import Enum, auto
from tkinter import ttk


class State(Enum):
    """What the engine is doing, as far as the window is concerned."""

    STARTING = auto()
    READY = auto()
    RUNNING = auto()
    CANCELLING = auto()


class Controls:
    """The buttons of all panels, each with the states in which it can be pressed."""

    def __init__(self) -> None:
        self.state = State.STARTING
        self._entries: list[tuple[ttk.Widget, frozenset[State], Callable[[], bool]]] = []

    def add(
        self,
        widget: ttk.Widget,
        *states: State,
        when: Callable[[], bool] = lambda: True,
    ) -> None:
        """Have `widget` enabled in `states` only (in every state when none is named).

        Parameters
        ----------
        widget : ttk.Widget
        *states : State
        when : callable
            A further condition, asked at each `refresh`.
        """
        self._entries.append((widget, frozenset(states or State), when))
        self.refresh()

    def set_state(self, state: State) -> None:
        """Go over to `state`."""
        self.state = state
        self.refresh()

    def refresh(self) -> None:
        """Enable and disable every button; call it when a `when` may have changed."""
        for widget, states, when in self._entries:
            enabled = self.state in states and when()
            try:
                # ttk draws a widget anew even when its state stays: that would be every
                # button at every move of the pen.
                if widget.instate(["!disabled"]) != enabled:
                    widget.state(["!disabled" if enabled else "disabled"])
            except tk.TclError:
                # The widget is being destroyed with its window.
                continue
