"""What every tab is given: the parts of the window that it may use. `App` makes it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from classroom.preferences import Preferences
from classroom.ui.core.background import Background
from classroom.ui.core.background_store import BackgroundStore
from classroom.ui.core.controls import Controls
from classroom.ui.core.notice import Notice
from classroom.ui.core.theme import Theme

if TYPE_CHECKING:
    from classroom.engine.client import EngineClient


class Tab(Enum):
    """The tabs that another tab, or a notice, can lead to."""

    DRAW = auto()
    SAMPLES = auto()
    TRAIN = auto()
    COMPARE = auto()
    PHOTO = auto()
    CAMERA = auto()


@dataclass(frozen=True)
class Context:
    """The window's parts, and the few things that a tab can ask of the window.

    Attributes
    ----------
    home : Path
        The folder that holds ``data/`` and ``models/``.
    theme : Theme
    preferences : Preferences
    writer : tk.StringVar
        The name that is kept with each digit.
    notice : Notice
    controls : Controls
    client : EngineClient
    background : Background
    store : BackgroundStore
    go_to : callable
        Opens a tab.
    start_job : callable
        Takes a function that starts a job of the client and returns its id, and the widget
        that the job belongs to; returns the id.
    expect_reports : callable
        Has the window listen to the engine at once. Called after each question to the client.
    samples_changed : callable
        Has every tab told that the own samples have changed.
    """

    home: Path
    theme: Theme
    preferences: Preferences
    writer: tk.StringVar
    notice: Notice
    controls: Controls
    client: EngineClient
    background: Background
    store: BackgroundStore
    go_to: Callable[[Tab], None]
    start_job: Callable[[Callable[[], int], tk.Misc], int]
    expect_reports: Callable[[], None]
    samples_changed: Callable[[], None]

    def remember(self) -> None:
        """Save the preferences, with the writer's name and the theme, for the next start."""
        self.preferences.writer, self.preferences.dark = self.writer.get(), self.theme.dark
        self.preferences.save(self.home)
