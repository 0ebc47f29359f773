"""Sentences that break into lines where the window is too narrow for them."""

from tkinter import ttk


def wrap(label: ttk.Label) -> None:
    """Have a label break its text into as many lines as its width needs, from now on.

    Its width must come from its parent (``sticky="ew"``, or ``fill="x"``), not from its text.
    """
    label.bind("<Configure>", lambda event: label.configure(wraplength=event.width))
